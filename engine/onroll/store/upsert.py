"""Inserts a row or replaces it, in the one way that SQLite and PostgreSQL share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Table

__all__ = ["insert_missing", "upsert"]

_Rows: TypeAlias = "Mapping[str, Any] | Sequence[Mapping[str, Any]]"


def upsert(db: Connection, table: Table, rows: _Rows) -> None:
    """Insert rows; where one with the same primary key stands, take all values of the new one."""
    statement = _insert(db, table)
    keys = {column.name for column in table.primary_key}
    others = {name: statement.excluded[name] for name in set(table.columns.keys()) - keys}
    db.execute(statement.on_conflict_do_update(index_elements=sorted(keys), set_=others), rows)


def insert_missing(db: Connection, table: Table, rows: _Rows) -> None:
    """Insert rows, leaving out those that a unique key of the table has already."""
    db.execute(_insert(db, table).on_conflict_do_nothing(), rows)


def _insert(db: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if db.dialect.name == "sqlite" else postgresql.insert(table)
