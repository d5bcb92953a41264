"""Makes SQLAlchemy engines that open SQLite and PostgreSQL as the store needs them."""

from __future__ import annotations

import time
import uuid
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, create_engine, event
from sqlalchemy.pool import QueuePool

from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.store.address import shown
from onroll.store.failures import explain_failures
from onroll.store.transactions import READING

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Connection, Engine

__all__ = ["engine_for", "memory_url"]

_BUSY_SECONDS: Final = 30.0
_CONNECT_SECONDS: Final = 15


def memory_url() -> URL:
    """Return the URL of a new database in memory that several connections share."""
    query = {"mode": "memory", "cache": "shared", "uri": "true"}
    return URL.create("sqlite", database=f"file:onroll-{uuid.uuid4().hex}", query=query)


def engine_for(url: URL, *, for_writing: bool) -> Engine:
    """Return an engine for the database at `url`, whose failures are `TargetError`.

    Without `for_writing` no statement can change anything, and a file that is not there is not
    made. Raises `UsageError` when the driver is not installed.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, for_writing=for_writing)
    return _postgresql(url, for_writing=for_writing)


def _sqlite(url: URL, *, for_writing: bool) -> Engine:
    is_file = url.query.get("mode") != "memory"
    address = shown(url) if is_file else "memory"
    if is_file:
        # As a URI: `mode=rw` opens a file and never makes one.
        uri = Path(str(url.database)).absolute().as_uri()
        url = URL.create("sqlite", database=uri, query={"mode": "rw", "uri": "true"})
    engine = create_engine(
        url,
        poolclass=QueuePool,
        hide_parameters=True,
        connect_args={
            "timeout": _BUSY_SECONDS,
            "check_same_thread": False,
            # The driver begins no transaction by itself: ours begin below.
            "isolation_level": None,
        },
    )
    explain_failures(engine, address)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        with closing(connection.cursor()) as cursor:
            cursor.execute("PRAGMA foreign_keys = ON")
            if not is_file:
                # Connections share one cache, where a reader would make a writer fail at once.
                cursor.execute("PRAGMA read_uncommitted = ON")
            if not for_writing:
                cursor.execute("PRAGMA query_only = ON")
                return
            if is_file:
                _write_ahead(cursor)
            # What a commit wrote, the operating system has: a killed process loses nothing. A
            # power cut may cost the last commits, never the order of those before. To wait for
            # the disk (FULL) would cost some milliseconds for each of three commits a person.
            cursor.execute("PRAGMA synchronous = NORMAL")

    @event.listens_for(engine, "begin")
    def begin(db: Connection) -> None:
        is_reading = not for_writing or db.get_execution_options().get(READING, False)
        # A transaction that begins by reading cannot wait for its turn to write: it would fail.
        db.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")

    return engine


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Turn on the write-ahead log, which stays on. Several processes may be at it at once."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except cursor.connection.OperationalError as error:
            # This one lock is not waited for by SQLite itself.
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _postgresql(url: URL, *, for_writing: bool) -> Engine:
    if find_spec("psycopg") is None:
        raise UsageError(
            Diagnostic(
                "missing-extra",
                f"the store `{shown(url)}` needs the library psycopg",
                hint="pip install 'onroll[postgresql]'",
            )
        )
    # A host that is gone without a word is noticed: the lock of a run is held by a connection.
    patience = {"connect_timeout": _CONNECT_SECONDS, "keepalives_idle": 60}
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={name: value for name, value in patience.items() if name not in url.query},
    )
    explain_failures(engine, shown(url))

    @event.listens_for(engine, "checkout")
    def forbid(connection: Any, _record: Any, _proxy: Any) -> None:
        # Not once for a connection: SQLAlchemy resets it after a transaction that only reads.
        if not for_writing:
            connection.read_only = True

    return engine
