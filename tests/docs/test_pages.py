"""The pages speak of what exists: links, commands, options, make targets, hooks, no machine."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from onroll.cli import cli
from onroll.plugins import spec

from .markdown import PAGES, ROOT, all_blocks, blocks, name_of, prose

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_INLINE = re.compile(r"`([^`\n]+)`")
_CONTEXT = click.Context(cli)
_COMMANDS = cli.list_commands(_CONTEXT)
_MOST_LINES = {"README.md": 150}
_MOST_LINES_OF_A_DECISION = 60


@cache
def _slugs(page: Path) -> set[str]:
    """Return the anchors that a page has: those of its headings, and those it names."""
    text = page.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    slugs = {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }
    return slugs | set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_internal_link_leads_somewhere(page: Path) -> None:
    for link in _LINK.findall(prose(page)):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        if anchor:
            assert anchor in _slugs(target), f"{link}: there is no such heading"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_page_is_reached_by_a_link(page: Path) -> None:
    if page.parent == ROOT:
        return
    assert any(page.resolve() in _linked(other) for other in PAGES if other != page)


@cache
def _linked(page: Path) -> frozenset[Path]:
    """Return the files that a page links to."""
    return frozenset(
        (page.parent / unquote(link).partition("#")[0]).resolve()
        for link in _LINK.findall(prose(page))
    )


def _command_lines(page: Path) -> list[str]:
    lines = [text for text in _INLINE.findall(prose(page)) if text.startswith("onroll ")]
    for block in blocks(page, "sh", "console"):
        joined = re.sub(r"\\\n\s*", "", block.text)
        is_shown = block.language == "console"
        lines += [
            match.group()
            for line in joined.splitlines()
            if (line.startswith("$ ") or not is_shown)
            and (match := re.search(r"(?<!\S)onroll [^;|>]+", line))
        ]
    return lines


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_and_options_exist(page: Path) -> None:
    for line in _command_lines(page):
        name, *rest = line.split()[1:]
        if name.startswith("-"):
            continue
        assert name in _COMMANDS, f"`{line}`: there is no such command"
        command = cli.get_command(_CONTEXT, name)
        assert command is not None
        known = {opt for one in command.params for opt in one.opts} | {"--help"}
        for word in rest:
            if word.startswith("--"):
                assert word.split("=")[0] in known, f"`{line}`: there is no such option"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))
    said = _INLINE.findall(prose(page))
    said += [line for block in blocks(page, "sh") for line in block.text.splitlines()]
    for text in said:
        if match := re.fullmatch(r"make ([a-z0-9-]+)", text.strip()):
            assert match.group(1) in targets, text


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_place_of_one_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r"(?<![\w.])/(?:work|tmp|home|root|Users)/\S*", text)


def _hooks() -> list[str]:
    tree = ast.parse(Path(spec.__file__).read_text(encoding="utf-8"))
    return [
        f"def {one.name}({ast.unparse(one.args)}) -> {ast.unparse(one.returns)}"
        for one in tree.body
        if isinstance(one, ast.FunctionDef) and one.returns is not None
    ]


@pytest.mark.parametrize("hook", _hooks())
def test_every_hook_is_documented_with_its_signature(hook: str) -> None:
    page = ROOT / "docs" / "how-to" / "write-a-plugin.md"
    assert hook in page.read_text(encoding="utf-8")


def test_every_style_and_method_has_a_page() -> None:
    folder = ROOT / "docs" / "how-to"
    for kind, schemas in (("auth", "auth"), ("decode", "decoders"), ("pagination", "pagination")):
        for file in (ROOT / "schemas" / schemas).glob("*.schema.json"):
            name = file.name.removesuffix(".schema.json").replace("_", "-")
            assert name == "common" or (folder / f"{kind}-{name}.md").is_file(), name


@pytest.mark.parametrize("name", _MOST_LINES)
def test_the_first_page_is_short(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert len(lines) < _MOST_LINES[name]


def test_decisions_are_short_and_numbered() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    for number, file in enumerate(files, 1):
        assert file.name.startswith(f"{number:04}-"), file.name
        assert len(file.read_text(encoding="utf-8").splitlines()) < _MOST_LINES_OF_A_DECISION


def test_blocks_name_their_language() -> None:
    assert not [str(block) for block in all_blocks() if not block.language]
