"""The committed figures, and what a new measurement says against them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["TOLERANCE", "Comparison", "compare", "read_figures", "verdict", "write_figures"]

TOLERANCE = 0.10

_ACCEPT = "`make instructions UPDATE=1`"


@dataclass(frozen=True)
class Comparison:
    """A figure beside the committed one. `committed` is None for a figure that is new."""

    name: str
    measured: float
    committed: float | None

    @property
    def change(self) -> float | None:
        """How much more it is, as a fraction; less than 0 when it is less."""
        return None if self.committed is None else self.measured / self.committed - 1

    @property
    def is_worse(self) -> bool:
        """Whether it is a regression, or nothing says that it is none."""
        return self.change is None or self.change > TOLERANCE

    @property
    def is_better(self) -> bool:
        return self.change is not None and self.change < -TOLERANCE


def compare(measured: Mapping[str, float], committed: Mapping[str, float]) -> list[Comparison]:
    """Set each measured figure beside the committed one."""
    return [Comparison(name, figure, committed.get(name)) for name, figure in measured.items()]


def verdict(comparisons: list[Comparison]) -> str:
    """Return what is to be done about the figures, a sentence a line; nothing when they hold."""
    return "\n".join(filter(None, map(_sentence, comparisons)))


def _sentence(one: Comparison) -> str:
    if one.change is None:
        return f"{one.name}: {one.measured:.2f} has no committed figure; {_ACCEPT} writes it"
    beside = f"{one.measured:.2f} where {one.committed:.2f} is committed"
    if one.is_worse:
        return (
            f"{one.name}: {one.change:.1%} more instructions, {beside}; at most {TOLERANCE:.0%}"
            f" more are let pass. If they are worth it, {_ACCEPT} accepts them"
        )
    if one.is_better:
        return (
            f"{one.name}: {-one.change:.1%} fewer instructions, {beside}. Commit what"
            f" {_ACCEPT} writes, so that they stay so few"
        )
    return ""


def read_figures(file: Path, python: str) -> tuple[str, dict[str, float]]:
    """Return the committed figures for a version of Python, as `3.11`, and that version.

    A version without figures of its own has those of the next older one that has some, else of
    the oldest.
    """
    known = _all_figures(file)
    older = [version for version in known if _order(version) <= _order(python)]
    version = max(older, key=_order) if older else min(known, key=_order, default=python)
    return version, known.get(version, {})


def write_figures(file: Path, python: str, measured: Mapping[str, float]) -> None:
    """Write the figures for a version of Python, and keep those for the others."""
    figures = {name: round(figure, 3) for name, figure in measured.items()}
    known = {**_all_figures(file), python: figures}
    written = {version: known[version] for version in sorted(known, key=_order)}
    file.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def _all_figures(file: Path) -> dict[str, dict[str, float]]:
    if not file.exists():
        return {}
    found: dict[str, dict[str, float]] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _order(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
