"""The site's navigation, read out of `docs/README.md`: the page that lists all others.

A heading of the second level is a part, one of the third a group, and each link a page under the
link's text. Some pages list further ones in the same way, which then stand below them.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any, Final

from generator.outside import ROOT, site_path

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Pages whose own links stand below them.
_LISTS: Final = ("docs/reference/diagnostics.md", "docs/reference/connectors.md")

_HEADING: Final = re.compile(r"^(##+) (.+)$")
_LINK: Final = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^)\s#]+\.md)\)")


def navigation(pages: dict[str, str]) -> list[dict[str, Any]]:
    """Return the navigation as MkDocs takes it; `pages` are those outside `docs/`."""
    listed: set[str] = {"docs/README.md"}
    parts = list(_grouped("docs/README.md", pages, listed))
    return [{"Home": "README.md"}, *parts]


def _grouped(source: str, pages: dict[str, str], listed: set[str]) -> Iterator[dict[str, Any]]:
    """Yield the groups of a page, one within the other as its headings are.

    Each page is taken where it is linked first, and not from `listed`, which grows.
    """
    links = list(_links(source))
    listed |= {path for _, _, path in links}
    seen: set[str] = set()
    tree: dict[str, Any] = {}
    for headings, text, path in links:
        where = site_path(path, pages)
        if where is None or path in seen or (source in _LISTS and path in _main(pages)):
            continue
        seen.add(path)
        branch = tree
        for heading in headings:
            branch = branch.setdefault(heading, {})
        branch[text] = _page(path, where, pages, listed)
    yield from _entries(tree)


def _page(path: str, where: str, pages: dict[str, str], listed: set[str]) -> Any:
    if path not in _LISTS:
        return where
    return [{"Overview": where}, *_grouped(path, pages, listed)]


def _main(pages: dict[str, str]) -> set[str]:
    return {path for _, _, path in _links("docs/README.md") if site_path(path, pages)}


def _entries(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, below in tree.items():
        if isinstance(below, dict) and len(below) == 1:
            yield from _entries(below)  # a group of one is that page
        else:
            yield {name: list(_entries(below)) if isinstance(below, dict) else below}


def _links(source: str) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield each link to a page below a heading: the headings, its text, and the page's path."""
    headings: list[str] = []
    for line in (ROOT / source).read_text(encoding="utf-8").splitlines():
        if heading := _HEADING.match(line):
            level = len(heading[1]) - 2
            headings = [*headings[:level], heading[2].replace("`", "")]
            continue
        for text, target in _LINK.findall(line) if headings else ():
            path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
            yield tuple(headings), text.replace("`", ""), path
