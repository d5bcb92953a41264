"""Pages of the repository that lie outside `docs/`, and what links between the two become.

In the repository a link is relative to the file that holds it. On the site the pages outside
`docs/` lie elsewhere, so links to them and from them are written anew; a link to a file that is no
page there becomes its text.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]

#: A page of the repository, and the page of the site that it becomes.
_PAGES: Final = {
    "README.md": "introduction.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "tests/plugin_example/README.md": "plugin-example.md",
}
_LINK: Final = re.compile(r"(?<!!)\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^)\s]+)\)")
_FENCE: Final = re.compile(r"^(\s*)```")
_ELSEWHERE: Final = ("http://", "https://", "mailto:", "#")


def outside_pages() -> dict[str, str]:
    """Return the pages outside `docs/`, by their path in the repository, and their site path."""
    readmes = sorted(ROOT.glob("connectors/*/README.md"))
    connectors = {str(one.relative_to(ROOT)): f"connectors/{one.parent.name}.md" for one in readmes}
    return {**_PAGES, **connectors}


def relinked(markdown: str, source: str, pages: dict[str, str]) -> str:
    """Return a page's text with links as the site needs them.

    `source` is the page's path in the repository, `pages` what `outside_pages` returned.
    """
    lines: list[str] = []
    is_code = False
    for line in markdown.split("\n"):
        is_fence = _FENCE.match(line) is not None
        lines.append(line if is_fence or is_code else _with_links(line, source, pages))
        is_code ^= is_fence
    return "\n".join(lines)


def site_path(path: str, pages: dict[str, str]) -> str | None:
    """Return where a file of the repository is on the site, or None when it is not there."""
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return pages.get(path)


def _with_links(line: str, source: str, pages: dict[str, str]) -> str:
    here = site_path(source, pages)
    assert here is not None, source

    def replaced(match: re.Match[str]) -> str:
        if match["target"].startswith(_ELSEWHERE):
            return match[0]
        path, _, anchor = match["target"].partition("#")
        there = site_path(
            posixpath.normpath(posixpath.join(posixpath.dirname(source), path)), pages
        )
        if there is None:
            return match["text"]
        target = posixpath.relpath(there, posixpath.dirname(here) or ".")
        return f"[{match['text']}]({target}{'#' + anchor if anchor else ''})"

    return _LINK.sub(replaced, line)
