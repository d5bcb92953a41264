"""The journal: each write's intent before it is made, and its outcome after."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec
from sqlalchemy import insert, select, update

from onroll.store.paging import rows_by_key
from onroll.store.tables import journal, runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Row, Select

    from onroll.model import Json

__all__ = [
    "Intent",
    "Operation",
    "Settled",
    "Write",
    "has_write_since",
    "history",
    "intend",
    "is_begun",
    "open_creations",
    "open_intents",
    "settle",
    "writes_of",
]

Operation: TypeAlias = Literal["create", "update", "link", "unlink"]
Settled: TypeAlias = Literal["applied", "refused", "stale", "lost"]

_decode: Final = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Intent:
    """A write as it was meant. `intent` is attribute → [old, new]. Without outcome: cut off."""

    id: int
    run: str
    item: int
    operation: Operation
    connection: str
    target: str
    source_id: str | None
    user_id: str | None
    intent: Mapping[str, Json] = field(repr=False)
    intended_at: str
    outcome: Settled | None
    ended_at: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Write:
    """A change of one user as its history shows it. `changes` is attribute → [old, new]."""

    id: int
    at: str
    run: str
    connection: str
    source_id: str | None
    actor: str
    operation: Operation
    changes: Mapping[str, Sequence[Json]] = field(repr=False)


def intend(  # noqa: PLR0913  # a row of the journal, each value by name
    db: Connection,
    *,
    run: str,
    item: int,
    operation: Operation,
    connection: str,
    target: str,
    source_id: str | None,
    user_id: str | None,
    intent: Mapping[str, Any],
    at: str,
) -> int:
    """Note a write that is about to be made, and return its id. It never holds a password."""
    added = db.execute(
        insert(journal),
        {
            "run": run,
            "item": item,
            "operation": operation,
            "connection": connection,
            "target": target,
            "source_id": source_id,
            "user_id": user_id,
            "intent": msgspec.json.encode(intent).decode(),
            "intended_at": at,
        },
    )
    assert added.inserted_primary_key is not None
    return int(added.inserted_primary_key[0])


def settle(
    db: Connection,
    journal_id: int,
    *,
    outcome: Settled,
    at: str,
    user_id: str | None = None,
    message: str | None = None,
    intent: Mapping[str, Any] | None = None,
) -> None:
    """Note what came of a write. `user_id` is given where the intent had none yet.

    `intent` is given where less was done than was meant: history tells what was done.
    """
    values: dict[str, Any] = {"outcome": outcome, "ended_at": at, "message": message}
    if user_id is not None:
        values["user_id"] = user_id
    if intent is not None:
        values["intent"] = msgspec.json.encode(intent).decode()
    db.execute(update(journal).where(journal.c.id == journal_id).values(**values))


def open_intents(db: Connection, target: str, connection: str) -> list[Intent]:
    """Return the writes whose outcome is not known, oldest first: a run was killed in them."""
    statement = select(journal).where(
        journal.c.connection == connection,
        journal.c.target == target,
        journal.c.outcome.is_(None),
    )
    return [_intent(row) for row in db.execute(statement.order_by(journal.c.id))]


def is_begun(db: Connection, run: str, item: int) -> bool:
    """Whether any write of a person's line was done."""
    done = select(journal.c.id).where(
        journal.c.run == run, journal.c.item == item, journal.c.outcome == "applied"
    )
    return db.execute(done.limit(1)).first() is not None


def open_creations(db: Connection, target: str) -> list[Intent]:
    """Return the creations of any connection whose outcome is not known."""
    statement = select(journal).where(
        journal.c.target == target,
        journal.c.operation == "create",
        journal.c.outcome.is_(None),
    )
    return [_intent(row) for row in db.execute(statement)]


def has_write_since(db: Connection, target: str, user_id: str, at: str) -> bool:
    """Whether a user was written after an instant."""
    statement = select(journal.c.id).where(
        journal.c.target == target,
        journal.c.user_id == user_id,
        journal.c.outcome == "applied",
        journal.c.ended_at > at,
    )
    return db.execute(statement.limit(1)).first() is not None


def writes_of(db: Connection, run: str) -> Iterator[Intent]:
    """Yield a run's writes, in the order in which they were made."""
    for rows in rows_by_key(db, select(journal).where(journal.c.run == run), journal.c.id):
        for row in rows:
            yield _intent(row)


def history(db: Connection, target: str, user_id: str) -> Iterator[Write]:
    """Yield what was changed of a user, oldest first."""
    for rows in rows_by_key(db, _applied(target, user_id), journal.c.id):
        for row in rows:
            values = dict(row._mapping)
            yield Write(**values | {"changes": _decode(values["changes"])})


def _applied(target: str, user_id: str) -> Select[Any]:
    return (
        select(
            journal.c.id,
            journal.c.ended_at.label("at"),
            journal.c.run,
            journal.c.connection,
            journal.c.source_id,
            runs.c.actor,
            journal.c.operation,
            journal.c.intent.label("changes"),
        )
        .join(runs, runs.c.id == journal.c.run)
        .where(
            journal.c.target == target,
            journal.c.user_id == user_id,
            journal.c.outcome == "applied",
        )
    )


def _intent(row: Row[Any]) -> Intent:
    values = dict(row._mapping)
    values["intent"] = _decode(values["intent"])
    return Intent(**values)
