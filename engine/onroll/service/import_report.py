"""What an import says: its plan before, its results after, both as `onroll import --json` has them.

Counts of what was done are counted in the store, from what was written down, never kept on the way.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from onroll.sync.model import DONE, WRITES, Counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from onroll.diagnostics import Diagnostic
    from onroll.sync.model import Item
    from onroll.sync.saved_plan import PlanHead

__all__ = [
    "NOTHING_APPLIED",
    "ImportReport",
    "Planned",
    "Status",
    "count_applied",
    "exit_code_of",
    "item_json",
]

Status: TypeAlias = Literal[
    "running", "done", "planned", "blocked", "incomplete", "failed", "declined", "interrupted"
]

NOTHING_APPLIED: Final[Mapping[str, int]] = dict.fromkeys(
    ("created", "updated", "suspended", "reactivated", "linked", "skipped", "failed"), 0
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that can be shown and applied.

    `items` yields everybody in the order of the listing, `lines` only those for whom there is
    something to do or to say, `writes` what is to be written, in the order of writing.
    `stands_until` is the last day before somebody of the listing joins or leaves by a known date.
    """

    head: PlanHead
    counts: Counts
    is_complete: bool
    items: Callable[[], Iterator[Item]] = field(repr=False)
    lines: Callable[[], Iterator[Item]] = field(repr=False)
    writes: Callable[[], Iterator[Item]] = field(repr=False)
    objections: tuple[Diagnostic, ...] = ()
    notes: tuple[str, ...] = ()
    absent: int = 0
    is_from_file: bool = False
    stands_until: str | None = None

    @property
    def has_writes(self) -> bool:
        """Whether there is anything to write."""
        return any(getattr(self.counts, action) for action in WRITES)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How an import ended. `items` may be iterated while the import is open."""

    run: str
    connector: str
    target: str
    mode: str
    is_dry_run: bool
    status: Status
    exit_code: int
    listing: Mapping[str, Any]
    counts: Counts
    applied: Mapping[str, int]
    started_at: str
    finished_at: str
    items: Callable[[], Iterator[Mapping[str, Any]]] = field(repr=False)
    absent: int = 0
    notes: tuple[str, ...] = ()
    errors: tuple[Diagnostic, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return all but the items."""
        first = self.errors[0] if self.errors else None
        return {
            "run": self.run,
            "connector": self.connector,
            "target": self.target,
            "mode": self.mode,
            "dry_run": self.is_dry_run,
            "status": self.status,
            "listing": dict(self.listing),
            "plan": asdict(self.counts),
            "applied": dict(self.applied),
            "absent": self.absent,
            "notes": list(self.notes),
            "error": None
            if first is None
            else {"code": first.code, "message": first.message, "hint": first.hint},
            "errors": [
                {"code": one.code, "message": one.message, "hint": one.hint} for one in self.errors
            ],
            "started_at": self.started_at,
            "finished_at": self.finished_at,
        }


def item_json(
    *,
    source_id: str | None,
    email: str | None,
    action: str,
    changes: Mapping[str, Any],
    outcome: str,
    reason: str | None,
    message: str | None = None,
    group: str | None = None,
) -> dict[str, Any]:
    """Return a person's line."""
    line: dict[str, Any] = {
        "id": source_id,
        "email": email,
        "action": action,
        "changes": {name: list(pair) for name, pair in changes.items()},
        "outcome": outcome,
        "reason": reason,
        "message": message,
    }
    if group is not None:
        line["group"] = group
    return line


def count_applied(tiles: Mapping[tuple[str, str], int], counts: Counts) -> dict[str, int]:
    """Count what was done by what is written down: (action, outcome) → people.

    Skipped are those whom the plan skips, and those whom the last look found changed.
    """
    applied = {**NOTHING_APPLIED, "skipped": counts.skipped}
    for (action, outcome), count in tiles.items():
        if outcome == "applied" and action in DONE:
            applied[DONE[action]] += count  # type: ignore[index]  # `in` does not narrow a text
        elif outcome == "failed":
            applied["failed"] += count
        elif outcome == "skipped" and action in WRITES:
            applied["skipped"] += count
    return applied


def exit_code_of(counts: Counts, applied: Mapping[str, int], *, has_troubles: bool = False) -> int:
    """Return 1 when some people are in conflict, refused or failed, else 0."""
    return int(bool(counts.conflict or counts.refused or applied["failed"] or has_troubles))
