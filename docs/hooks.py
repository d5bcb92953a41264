"""What MkDocs does beside its configuration: navigation, and pages from outside `docs/`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from generator.navigation import navigation
from generator.outside import ROOT, outside_pages, relinked
from markdown.extensions import Extension
from mkdocs.structure.files import File

if TYPE_CHECKING:
    from markdown import Markdown
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

_OUTSIDE = outside_pages()
_SOURCES = {where: source for source, where in _OUTSIDE.items()}
_CODE: Final = re.compile(r"`[^`\n]+`")


class _TwoSpaces(Extension):
    """Lists go in by two spaces, as repository pages write them, and not by four."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # the name is Markdown's
        md.tab_length = 2
        md.build_parser()  # it was made for four, and nobody has put anything in yet


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set the navigation, and how lists are read."""
    config.nav = navigation(_OUTSIDE)
    extensions: list[Any] = config.markdown_extensions  # MkDocs hands instances on as well as names
    extensions.insert(0, _TwoSpaces())
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from outside."""
    for source, where in _OUTSIDE.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, where, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Write the links and tables of a page for the site."""
    where = page.file.src_uri
    linked = relinked(markdown, _SOURCES.get(where, f"docs/{where}"), _OUTSIDE)
    return "\n".join(_with_plain_pipes(line) for line in linked.split("\n"))


def _with_plain_pipes(line: str) -> str:
    """Take the escapes of `|` out of code in a row: MkDocs would show them."""
    if not line.startswith("|"):
        return line
    return _CODE.sub(lambda code: code[0].replace("\\|", "|"), line)
