"""Tokens that outlive a run, one of each connection. What comes here is encrypted already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from onroll.store.tables import tokens
from onroll.store.upsert import upsert

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["find_token", "put_token", "remove_token"]


def find_token(db: Connection, connection: str) -> str | None:
    """Return the encrypted token of a connection; None when none is kept."""
    found = select(tokens.c.payload).where(tokens.c.connection == connection)
    return db.execute(found).scalar_one_or_none()


def put_token(db: Connection, connection: str, payload: str, at: str) -> None:
    """Keep an encrypted token of a connection, instead of the one before."""
    upsert(db, tokens, {"connection": connection, "payload": payload, "updated_at": at})


def remove_token(db: Connection, connection: str) -> bool:
    """Remove the token of a connection; return whether there was one."""
    return db.execute(delete(tokens).where(tokens.c.connection == connection)).rowcount > 0
