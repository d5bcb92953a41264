"""Says what is wrong with a database, instead of the driver's error, which may name values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import event

from onroll.diagnostics import Diagnostic
from onroll.errors import TargetError

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import ExceptionContext

__all__ = ["explain_failures"]

_LOCKED: Final = Diagnostic(
    "store-locked", "is locked by another process", hint="try again once it is done"
)
_FULL: Final = Diagnostic(
    "store-not-writable", "cannot grow: the disk is full", hint="make room, and repeat"
)

#: SQLite's result codes (sqlite.org/rescode.html) that are about the file and not the statement.
_SQLITE: Final = {
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": Diagnostic(
        "store-not-writable",
        "cannot be written",
        hint="check who may write the file and its folder",
    ),
    "SQLITE_CANTOPEN": Diagnostic(
        "store-unreachable",
        "cannot be opened",
        hint="check that its folder exists and may be written",
    ),
    "SQLITE_PERM": Diagnostic(
        "store-unreachable", "may not be opened", hint="check the file's permissions"
    ),
    "SQLITE_IOERR": Diagnostic(
        "store-unreachable", "cannot be read or written", hint="check the disk"
    ),
    "SQLITE_NOTADB": Diagnostic(
        "store-broken", "is not a SQLite database", hint="name another file"
    ),
    "SQLITE_CORRUPT": Diagnostic("store-broken", "is damaged", hint="restore it from a backup"),
}

#: PostgreSQL's SQLSTATE codes, or the classes that they begin with.
_POSTGRESQL: Final = {
    "25006": Diagnostic(
        "store-not-writable", "cannot be written", hint="it is a replica, or set read-only"
    ),
    "42501": Diagnostic(
        "store-not-writable", "may not be used so", hint="grant the user the rights it lacks"
    ),
    "53100": _FULL,
    "53": Diagnostic(
        "store-unreachable", "has no memory or connections left", hint="try again later"
    ),
    "55P03": _LOCKED,
    "40": _LOCKED,
    "28": Diagnostic(
        "store-unreachable", "refused the user or the password", hint="check the store's URL"
    ),
    "3D": Diagnostic(
        "store-unreachable", "does not exist", hint="create the database, or name another"
    ),
    "57": Diagnostic(
        "store-unreachable", "was shut down, or ended the statement", hint="try again later"
    ),
    "58": Diagnostic("store-unreachable", "failed by itself", hint="see the server's log"),
    "XX": Diagnostic("store-broken", "is damaged", hint="see the server's log"),
}


def explain_failures(engine: Engine, address: str) -> None:
    """Turn the engine's failures into `TargetError`, wherever they occur.

    Mistakes of a statement, such as a broken constraint, stay SQLAlchemy's errors.
    """

    @event.listens_for(engine, "handle_error")
    def explain(context: ExceptionContext) -> TargetError | None:
        found = _found(context.original_exception, is_connecting=context.connection is None)
        if found is None:
            return None
        return TargetError(replace(found, message=f"the store `{address}` {found.message}"))


def _found(error: BaseException, *, is_connecting: bool) -> Diagnostic | None:
    name: str | None = getattr(error, "sqlite_errorname", None)
    if name is not None:
        # Extended codes go on after the primary one: SQLITE_BUSY_SNAPSHOT.
        return _SQLITE.get("_".join(name.split("_")[:2]))
    state: str | None = getattr(error, "sqlstate", None)
    if state is not None:
        return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    # psycopg gives no SQLSTATE when the connection was never made, or is gone.
    if type(error).__name__ == "OperationalError":
        return Diagnostic(
            "store-unreachable",
            "cannot be reached" if is_connecting else "does not answer any more",
            hint=f"is the server running? It says: {_first_line(error)}",
        )
    return None


def _first_line(error: BaseException) -> str:
    """Return what the driver says of a connection: hosts, ports and reasons, never a password."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else "nothing"
