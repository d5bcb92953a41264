"""Pending managers: people whose manager is not in the target yet."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from onroll.store.paging import rows_by_key
from onroll.store.tables import pending_managers
from onroll.store.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

__all__ = ["Pending", "pending", "put", "remove", "replace"]

_BATCH: Final = 1_000


@dataclass(frozen=True, slots=True)
class Pending:
    """A person and the manager named for them: by the source's id, by e-mail, or by both."""

    source_id: str
    manager_id: str | None
    manager_email: str | None = field(repr=False)
    since: str


def pending(db: Connection, target: str, connection: str) -> Iterator[Pending]:
    """Yield the people of a connection whose manager is awaited, by source id."""
    columns = [pending_managers.c[name] for name in Pending.__slots__]
    statement = select(*columns).where(
        pending_managers.c.target == target, pending_managers.c.connection == connection
    )
    for rows in rows_by_key(db, statement, pending_managers.c.source_id):
        for row in rows:
            yield Pending(*row)


def put(db: Connection, target: str, connection: str, *people: Pending) -> None:
    """Await the manager of people. Those who awaited one before await this one now."""
    for person in people:
        upsert(db, pending_managers, {"target": target, "connection": connection, **asdict(person)})


def remove(db: Connection, target: str, connection: str, source_id: str) -> None:
    """Await a person's manager no longer."""
    db.execute(
        delete(pending_managers).where(
            pending_managers.c.target == target,
            pending_managers.c.connection == connection,
            pending_managers.c.source_id == source_id,
        )
    )


def replace(db: Connection, target: str, connection: str, people: Iterable[Pending]) -> None:
    """Await the managers of these people of a connection, and of nobody else."""
    db.execute(
        delete(pending_managers).where(
            pending_managers.c.target == target, pending_managers.c.connection == connection
        )
    )
    rest = iter(people)
    while batch := list(islice(rest, _BATCH)):
        rows = [{"target": target, "connection": connection, **asdict(one)} for one in batch]
        upsert(db, pending_managers, rows)
