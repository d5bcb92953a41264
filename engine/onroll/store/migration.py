"""Brings a database to the tables of this version. Alembic is loaded only when there is need."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, text

from onroll.diagnostics import Diagnostic
from onroll.errors import TargetError
from onroll.store.transactions import reading, writing

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["HEAD", "VERSION_TABLE", "check_version", "migrate", "version_of"]

#: The newest revision in `migrations/versions`. Revisions are numbers, so that they compare.
HEAD: Final = "0004"

#: Not Alembic's own name: the database may be shared with another program that uses Alembic.
VERSION_TABLE: Final = "onroll_schema"

_MIGRATIONS: Final = Path(__file__).parent / "migrations"

#: Alembic keeps what it is doing in a module: two threads would take it for each other's.
_one_at_a_time: Final = threading.Lock()


def version_of(db: Connection) -> str | None:
    """Return the revision of the store's tables; None when there are none."""
    if not inspect(db).has_table(VERSION_TABLE):
        return None
    found = db.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()  # noqa: S608  # a constant
    return None if found is None else str(found)


def check_version(engine: Engine, address: str) -> bool:
    """Whether the database holds a store. Raises `TargetError` when it is of another version."""
    with reading(engine) as db:
        version = version_of(db)
    if version is None:
        return False
    _refuse_newer(version, address)
    if version < HEAD:
        raise TargetError(
            Diagnostic(
                "store-older",
                f"the store `{address}` was made by an older version of onroll",
                hint="any `onroll import` that writes brings it up to date",
            )
        )
    return True


def migrate(engine: Engine, address: str) -> None:
    """Make the tables, or bring them up to date, in one transaction. Raises `TargetError`.

    Of several processes that start at once, one does it and the others wait.
    """
    with reading(engine) as db:
        version = version_of(db)
    if version == HEAD:
        return
    with writing(engine) as db:
        if db.dialect.name == "postgresql":
            db.execute(text("SELECT pg_advisory_xact_lock(hashtext('onroll.schema'))"))
        version = version_of(db)
        if version is not None:
            _refuse_newer(version, address)
        if version != HEAD:
            _upgrade(db)


def _refuse_newer(version: str, address: str) -> None:
    if version > HEAD:
        raise TargetError(
            Diagnostic(
                "store-newer",
                f"the store `{address}` was made by a newer version of onroll",
                hint="upgrade onroll: pip install --upgrade onroll",
            )
        )


def _upgrade(db: Connection) -> None:
    from alembic import command  # noqa: PLC0415  # takes long to load, and is rarely needed
    from alembic.config import Config  # noqa: PLC0415  # as above

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = db
    with _one_at_a_time:
        command.upgrade(config, "head")
