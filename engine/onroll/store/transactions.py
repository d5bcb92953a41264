"""Transactions that read, and those that write."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

__all__ = ["READING", "reading", "writing"]

#: The execution option that says that a transaction will not write.
READING: Final = "onroll_reading"


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a transaction that sees the database as it is at its first statement. Nobody waits."""
    with engine.connect() as db:
        options: dict[str, object] = {READING: True}
        if engine.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with (marked := db.execution_options(**options)).begin():
            yield marked


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a transaction that is committed at the end, or undone by an exception.

    SQLite has one of them at a time: the next waits, for 30 seconds at most.
    """
    with engine.begin() as db:
        yield db
