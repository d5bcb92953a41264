"""Quarantine: people whom the target refused, and when each is tried again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from onroll.store.paging import rows_by_key
from onroll.store.tables import quarantine
from onroll.store.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

__all__ = ["Quarantined", "put", "quarantined", "release"]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A person who waits. `failures` in a row; tried again when `Remembered.runs` is `next_run`.

    `digest` is of the person as refused: a changed person is tried at once.
    """

    source_id: str
    failures: int
    next_run: int
    digest: bytes
    reason: str
    message: str


def quarantined(db: Connection, target: str, connection: str) -> Iterator[Quarantined]:
    """Yield the people of a connection who wait, by source id."""
    columns = [quarantine.c[name] for name in Quarantined.__slots__]
    statement = select(*columns).where(
        quarantine.c.target == target, quarantine.c.connection == connection
    )
    for rows in rows_by_key(db, statement, quarantine.c.source_id):
        for row in rows:
            yield Quarantined(*row)


def put(db: Connection, target: str, connection: str, person: Quarantined) -> None:
    """Let a person wait, or wait anew."""
    upsert(db, quarantine, {"target": target, "connection": connection, **asdict(person)})


def release(db: Connection, target: str, connection: str, source_id: str) -> None:
    """Let a person wait no longer."""
    db.execute(
        delete(quarantine).where(
            quarantine.c.target == target,
            quarantine.c.connection == connection,
            quarantine.c.source_id == source_id,
        )
    )
