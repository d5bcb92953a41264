"""Memberships that a connection's group rules gave, which alone they may take away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from onroll.store.paging import rows_by_key
from onroll.store.tables import memberships
from onroll.store.upsert import insert_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

__all__ = ["disown", "own", "owned"]


def owned(db: Connection, target: str, connection: str) -> Iterator[tuple[str, str]]:
    """Yield user id and group name of each membership that the connection gave."""
    key = (memberships.c.user_id, memberships.c.name)
    statement = select(*key).where(
        memberships.c.target == target, memberships.c.connection == connection
    )
    for rows in rows_by_key(db, statement, *key):
        yield from rows


def own(db: Connection, target: str, connection: str, user_id: str, *names: str) -> None:
    """Note that the connection put a user into groups. Once is enough."""
    rows = [
        {"target": target, "connection": connection, "user_id": user_id, "name": name}
        for name in names
    ]
    if rows:
        insert_missing(db, memberships, rows)


def disown(db: Connection, target: str, connection: str, user_id: str, *names: str) -> None:
    """Note that the connection took a user out of groups, or lost its claim to them."""
    if names:
        db.execute(
            delete(memberships).where(
                memberships.c.target == target,
                memberships.c.connection == connection,
                memberships.c.user_id == user_id,
                memberships.c.name.in_(names),
            )
        )
