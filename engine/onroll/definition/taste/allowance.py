"""`# lint: allow CODE reason`: findings that a file's author has accepted, and says why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from onroll.diagnostics import Diagnostic, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from onroll.definition.source import Source

__all__ = ["without_allowed"]

_ALLOW = re.compile(r"(?:^|\s)#\s*lint:\s*allow\s+([\w-]+)[,:]?\s*(.*)$")
_PREFIX: Final = "lint-"


@dataclass(frozen=True, slots=True)
class _Allowance:
    """One comment: the line it stands on, the lines it speaks of, the code, and the reason."""

    line: int
    covers: frozenset[int]
    code: str
    reason: str


def without_allowed(source: Source, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the findings that no comment allows, and those about the comments themselves."""
    allowances = list(_allowances(source.lines))
    kept: list[Diagnostic] = []
    used: set[_Allowance] = set()
    for one in found:
        line = one.place.line if one.place is not None else 0
        by = [other for other in allowances if other.code == one.code and line in other.covers]
        used.update(by)
        if not by:
            kept.append(one)
    return kept + list(_about(source, allowances, used))


def _allowances(lines: tuple[str, ...]) -> Iterator[_Allowance]:
    """Yield the comments; one on a line of its own speaks of the next line that is none."""
    for number, line in enumerate(lines, 1):
        match = _ALLOW.search(line)
        if match is None:
            continue
        below = number
        while below <= len(lines) and _is_comment(lines[below - 1]):
            below += 1
        code = _PREFIX + match.group(1).removeprefix(_PREFIX)
        yield _Allowance(number, frozenset({number, below}), code, match.group(2).strip())


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _about(
    source: Source, allowances: list[_Allowance], used: set[_Allowance]
) -> Iterator[Diagnostic]:
    for one in allowances:
        place = Place(source.name, one.line, source.lines[one.line - 1].index("#") + 1)
        if one not in used:
            yield Diagnostic(
                "lint-unused-allowance",
                f"nothing here needs to be allowed as `{one.code}`",
                place,
                hint="remove the comment, or put it on the line of the finding or above it",
                severity="warning",
            )
        elif not one.reason:
            yield Diagnostic(
                "lint-allowance-without-reason",
                f"nothing says why `{one.code}` is allowed here",
                place,
                hint=f"write the reason behind it: `# lint: allow {one.code} …`",
                severity="warning",
            )
