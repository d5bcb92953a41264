"""Says what is wrong with a database, instead of the driver's error, which may name values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import event

from onroll.diagnostics import Diagnostic
from onroll.errors import TargetError

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import ExceptionContext

__all__ = ["explain_failures"]

#: SQLite's result codes (sqlite.org/rescode.html) that are about the file and not the statement.
_SQLITE: Final = {
    "SQLITE_BUSY": ("store-locked", "is locked by another process", "try again once it is done"),
    "SQLITE_LOCKED": ("store-locked", "is locked by another process", "try again once it is done"),
    "SQLITE_FULL": ("store-not-writable", "cannot grow: the disk is full", "make room, and repeat"),
    "SQLITE_READONLY": (
        "store-not-writable",
        "cannot be written",
        "check who may write the file and its folder",
    ),
    "SQLITE_CANTOPEN": (
        "store-unreachable",
        "cannot be opened",
        "check that its folder exists and may be written",
    ),
    "SQLITE_PERM": ("store-unreachable", "may not be opened", "check the file's permissions"),
    "SQLITE_NOTADB": ("store-broken", "is not a SQLite database", "name another file"),
    "SQLITE_CORRUPT": ("store-broken", "is damaged", "restore it from a backup"),
    "SQLITE_IOERR": ("store-unreachable", "cannot be read or written", "check the disk"),
}

#: Classes and codes of PostgreSQL's SQLSTATE, the longest that fits first.
_POSTGRESQL: Final = {
    "28": ("store-unreachable", "refused the user or the password", "check the store's URL"),
    "3D": ("store-unreachable", "does not exist", "create the database, or name another"),
    "25006": ("store-not-writable", "cannot be written", "it is a replica, or set read-only"),
    "42501": ("store-not-writable", "may not be used so", "grant the user the rights it lacks"),
    "53": ("store-unreachable", "has no room or connections left", "make room, and repeat"),
    "55P03": ("store-locked", "is locked by somebody else", "try again once they are done"),
    "40": ("store-locked", "undid a transaction in favor of another", "try again"),
    "57": ("store-unreachable", "was shut down, or ended the statement", "try again"),
    "58": ("store-unreachable", "failed by itself", "see the server's log"),
    "XX": ("store-broken", "is damaged", "see the server's log"),
}


def explain_failures(engine: Engine, address: str) -> None:
    """Turn the engine's failures into `TargetError`, wherever they occur.

    Mistakes of a statement, such as a broken constraint, stay SQLAlchemy's errors.
    """

    @event.listens_for(engine, "handle_error")
    def explain(context: ExceptionContext) -> TargetError | None:
        found = _explained(context.original_exception, is_connecting=context.connection is None)
        if found is None:
            return None
        code, what, hint = found
        return TargetError(Diagnostic(code, f"the store `{address}` {what}", hint=hint))


def _explained(error: BaseException | None, *, is_connecting: bool) -> tuple[str, str, str] | None:
    name: str | None = getattr(error, "sqlite_errorname", None)
    if name is not None:
        # Extended codes go on after the primary one: SQLITE_BUSY_SNAPSHOT.
        return _SQLITE.get("_".join(name.split("_")[:2]))
    state: str | None = getattr(error, "sqlstate", None)
    if state is not None:
        return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    # psycopg gives no SQLSTATE when the connection was never made, or is gone.
    if type(error).__name__ == "OperationalError":
        what = "cannot be reached" if is_connecting else "does not answer any more"
        reason = _first_line(error)
        return ("store-unreachable", what, f"is the server running? It says: {reason}")
    return None


def _first_line(error: BaseException | None) -> str:
    """Return what the driver says of a connection: hosts, ports and reasons, never a password."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else "nothing"
