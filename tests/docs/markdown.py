"""The pages of the documentation, and the parts of them that can be checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
TUTORIALS = [page for page in PAGES if page.parent.name == "tutorial"]

_FENCE = re.compile(r"^(\s*)```(\w*)\s*$")
_DIRECTIVE = re.compile(r"^<!-- (.+) -->$")


@dataclass(frozen=True)
class Block:
    """A fenced block. `directive` is the comment in the line before it, if there is one."""

    page: Path
    line: int
    language: str
    text: str
    directive: str = ""

    def __str__(self) -> str:
        return f"{name_of(self.page)}:{self.line}"


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path, *languages: str) -> list[Block]:
    """Return the fenced blocks of a page, of all languages when none is named."""
    found = [block for block, _ in _parts(page) if block is not None]
    return [block for block in found if not languages or block.language in languages]


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return "\n".join(line for block, line in _parts(page) if block is None)


def all_blocks(*languages: str) -> list[Block]:
    return [block for page in PAGES for block in blocks(page, *languages)]


def _parts(page: Path) -> Iterator[tuple[Block | None, str]]:
    """Yield the blocks of a page, and the lines between them."""
    lines = enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
    before = ""
    for number, line in lines:
        fence = _FENCE.match(line)
        if fence is None:
            yield None, line
            before = line
            continue
        indent, language = fence.groups()
        inner: list[str] = []
        for _, text in lines:
            if text.strip() == "```":
                break
            inner.append(text.removeprefix(indent))
        directive = _DIRECTIVE.match(before.strip())
        words = directive.group(1) if directive else ""
        yield Block(page, number, language, "\n".join(inner) + "\n", words), ""
        before = ""
