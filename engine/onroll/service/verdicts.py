"""The verdict of one check: ok or not, what was seen, and what to change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Verdict", "combined", "failed", "not_applicable", "passed", "unreached"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a check is ok, what was seen, and what to change. See `checks.Check`."""

    ok: bool
    detail: str
    hint: str | None = None
    skipped: bool = False
    applies: bool = True


def passed(detail: str) -> Verdict:
    """Return a verdict that is ok."""
    return Verdict(ok=True, detail=detail)


def failed(detail: str, hint: str | None = None) -> Verdict:
    """Return a verdict that is not ok, with what to change."""
    return Verdict(ok=False, detail=detail, hint=hint)


def not_applicable(detail: str) -> Verdict:
    """Return the verdict of a check that does not spoil the whole: there is nothing to look at."""
    return Verdict(ok=False, detail=detail, skipped=True, applies=False)


def unreached() -> Verdict:
    """Return the verdict of a check that something before it kept from being made."""
    return Verdict(ok=False, detail="not reached", skipped=True)


def combined(verdicts: Sequence[tuple[str, Verdict]]) -> Verdict:
    """Return the verdict over all parts of a list, each by its name; not ok as soon as one is."""
    if len(verdicts) == 1:
        return verdicts[0][1]
    failing = [(name, one) for name, one in verdicts if one.applies and not one.ok]
    shown = failing or verdicts
    return replace(
        shown[0][1],
        ok=not failing and any(one.ok for _, one in verdicts),
        detail="; ".join(f"{name}: {one.detail}" for name, one in shown),
        skipped=all(one.skipped for _, one in shown),
        applies=any(one.applies for _, one in verdicts),
    )
