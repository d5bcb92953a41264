"""The site: it builds strictly, has every page in its navigation, and asks no other host."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from .markdown import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

if TYPE_CHECKING:
    from collections.abc import Iterator

_OUTSIDE: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "generator" / "outside.py"))

#: Attributes that make a browser ask, and elements whose `href` does.
_ASKING = {"src", "srcset", "data", "poster", "action"}
_LOADING = {"link", "use", "image"}


class _Page(HTMLParser):
    """What a page makes a browser ask for, and the anchors that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            if name in _ASKING or (name == "href" and tag in _LOADING):
                self.asked.append(value or "")


@pytest.fixture(scope="module")
def site() -> Iterator[Path]:
    # Not below the folder of this run, where tests look for secrets: pages show invented ones.
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
            cwd=ROOT,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        # A page that the navigation lacks, a link or an anchor that leads nowhere: all are
        # warnings, and strict makes each of them an error.
        assert done.returncode == 0, done.stderr
        yield Path(folder)


def _read(file: Path) -> _Page:
    page = _Page()
    page.feed(file.read_text(encoding="utf-8"))
    return page


def test_no_page_asks_another_host_for_anything(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 200
    foreign = {
        f"{page.relative_to(site)}: {asked}"
        for page in pages
        for asked in _read(page).asked
        if re.match(r"(https?:)?//", asked)
    }
    assert not foreign


def test_no_style_asks_another_host_for_anything(site: Path) -> None:
    styles = sorted(site.rglob("*.css"))
    assert styles
    for style in styles:
        assert not re.findall(
            r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)]*", style.read_text("utf-8")
        )


def test_every_page_of_the_repository_is_on_the_site(site: Path) -> None:
    pages = [page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").rglob("*.md")]
    outside = _OUTSIDE["outside_pages"]()
    for page in [*pages, *outside]:
        where = _OUTSIDE["site_path"](page, outside)
        html = where.replace("README.md", "index.md").removesuffix(".md") + ".html"
        assert (site / html).is_file(), page


def test_nothing_that_only_makes_the_pages_is_on_the_site(site: Path) -> None:
    assert not [file for file in site.rglob("*") if file.suffix in {".py", ".yaml", ".pyc"}]


def test_anchors_are_those_of_the_repository_view(site: Path) -> None:
    # Headings with what differs between ways of making anchors: code, commas, a number.
    assert "install-and-try-it" in _read(site / "introduction.html").ids
    assert "3-be-told" in _read(site / "how-to" / "run-every-hour.html").ids
    assert "list_users" in _read(site / "reference" / "definition.html").ids
    assert "unknown-key" in _read(site / "reference" / "diagnostics.html").ids


def test_code_inside_a_table_is_shown_as_it_is(site: Path) -> None:
    assert "str | None" in (site / "reference" / "hooks.html").read_text("utf-8")
    assert "\\|" not in (site / "reference" / "hooks.html").read_text("utf-8")


def test_code_inside_a_list_stays_in_the_list(site: Path) -> None:
    text = (site / "how-to" / "auth-api-key.html").read_text("utf-8")
    assert re.search(r"<li>\s*<p>Inside.*?highlight.*?</li>", text, re.DOTALL)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("see [a](../README.md#x)", "see [a](introduction.md#x)"),
        ("[b](how-to/auth-none.md)", "[b](how-to/auth-none.md)"),
        ("[c](../connectors/redmine/README.md)", "[c](connectors/redmine.md)"),
        ("[`d`](../LICENSE), [e](#f)", "`d`, [e](#f)"),
        (
            "<https://x.example> [g](https://x.example)",
            "<https://x.example> [g](https://x.example)",
        ),
    ],
)
def test_links_lead_to_where_pages_are_on_the_site(line: str, shown: str) -> None:
    assert _OUTSIDE["relinked"](line, "docs/README.md", _OUTSIDE["outside_pages"]()) == shown


def test_links_of_a_page_outside_lead_back() -> None:
    pages = _OUTSIDE["outside_pages"]()
    line = "[a](docs/how-to/auth-none.md), [b](../personio/README.md)"
    assert _OUTSIDE["relinked"](line, "README.md", pages).startswith("[a](how-to/auth-none.md)")
    there = _OUTSIDE["relinked"](line, "connectors/redmine/README.md", pages)
    assert there.endswith("[b](personio.md)")


def test_a_link_in_a_block_of_code_is_left_alone() -> None:
    text = "```text\n[a](../README.md)\n```"
    assert _OUTSIDE["relinked"](text, "docs/README.md", _OUTSIDE["outside_pages"]()) == text
