"""Items: a person's line in a run, and how many lines came to what."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import func, insert, select, update

from onroll.store.paging import rows_by_key
from onroll.store.tables import items

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from onroll.model import Json

__all__ = [
    "Line",
    "add_items",
    "changes_of_user",
    "count_reasons",
    "items_of",
    "settle_item",
    "tiles",
]

_BATCH: Final = 1_000
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Line:
    """An item as it is stored. `changes` is attribute → [old, new]."""

    number: int
    source_id: str | None
    email: str | None = field(repr=False)
    action: str
    user_id: str | None = None
    changes: Mapping[str, Sequence[Json]] = field(default_factory=dict, repr=False)
    outcome: str = "planned"
    reason: str | None = None
    message: str | None = None


def add_items(db: Connection, run_id: str, lines: Iterable[Line]) -> None:
    """Add the lines of a run, in portions."""
    rest = iter(lines)
    while batch := [_row(run_id, line) for line in islice(rest, _BATCH)]:
        db.execute(insert(items), batch)


def settle_item(
    db: Connection,
    run_id: str,
    number: int,
    *,
    outcome: str,
    reason: str | None = None,
    message: str | None = None,
    user_id: str | None = None,
) -> None:
    """Note what came of a line. A reason, message or user that is not given stays as it is."""
    given = {"reason": reason, "message": message, "user_id": user_id}
    kept = {name: value for name, value in given.items() if value is not None}
    db.execute(
        update(items)
        .where(items.c.run == run_id, items.c.number == number)
        .values(outcome=outcome, **kept)
    )


def items_of(db: Connection, run_id: str) -> Iterator[Line]:
    """Yield a run's lines in their order."""
    columns = [items.c[name] for name in Line.__slots__]
    statement = select(*columns).where(items.c.run == run_id)
    for rows in rows_by_key(db, statement, items.c.number):
        for number, source_id, email, action, user_id, changes, outcome, reason, message in rows:
            yield Line(
                number,
                source_id,
                email,
                action,
                user_id,
                _decode(changes),
                outcome,
                reason,
                message,
            )


def changes_of_user(
    db: Connection, run_id: str, user_id: str
) -> Iterator[Mapping[str, Sequence[Json]]]:
    """Yield what a run meant to change of a user."""
    meant = select(items.c.changes).where(items.c.run == run_id, items.c.user_id == user_id)
    for changes in db.execute(meant).scalars():
        yield _decode(changes)


def tiles(db: Connection, run_id: str) -> dict[tuple[str, str], int]:
    """Return how many of a run's lines have each action and outcome."""
    kinds = (items.c.action, items.c.outcome)
    counted = select(*kinds, func.count()).where(items.c.run == run_id).group_by(*kinds)
    return {(action, outcome): count for action, outcome, count in db.execute(counted)}


def outcome_of(db: Connection, run_id: str, number: int) -> str | None:
    """Return the outcome of a line; None when there is no such line."""
    found = select(items.c.outcome).where(items.c.run == run_id, items.c.number == number)
    return db.execute(found).scalar_one_or_none()


def count_reasons(db: Connection, run_id: str, reasons: Sequence[str]) -> int:
    """Return how many of a run's lines have one of these reasons."""
    counted = select(func.count()).where(items.c.run == run_id, items.c.reason.in_(reasons))
    return int(db.execute(counted).scalar_one())


def _row(run_id: str, line: Line) -> dict[str, Any]:
    return {
        "run": run_id,
        "number": line.number,
        "source_id": line.source_id,
        "email": line.email,
        "action": line.action,
        "user_id": line.user_id,
        "changes": _encode(line.changes).decode(),
        "outcome": line.outcome,
        "reason": line.reason,
        "message": line.message,
    }
