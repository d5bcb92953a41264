"""Where a store is: a file's name, or the URL of a database."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError

__all__ = ["is_in_memory", "parse_address", "shown"]

_EXPECTED: Final = "a file, `sqlite:///FILE`, or `postgresql://USER@HOST/DATABASE`"
_POSTGRESQL: Final = frozenset({"postgresql", "postgres", "postgresql+psycopg"})


def parse_address(address: str) -> URL:
    """Return the URL of a store. Raises `UsageError` for what is no file and no known database.

    What has no `://` is a file's name, where `~` is the home directory.
    """
    if not address.strip():
        raise UsageError(Diagnostic("wrong-store", "the store has no name", expected=_EXPECTED))
    if "://" not in address:
        return URL.create("sqlite", database=str(Path(address).expanduser()))
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        # Not quoted: it may hold a password.
        raise UsageError(
            Diagnostic("wrong-store", "the store's URL cannot be read", expected=_EXPECTED)
        ) from None
    if url.drivername == "sqlite":
        return _local_file(url)
    if url.drivername in _POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    raise UsageError(
        Diagnostic(
            "wrong-store", f"a store cannot be kept in `{url.drivername}`", expected=_EXPECTED
        )
    )


def is_in_memory(url: URL) -> bool:
    """Whether the store lives no longer than the process."""
    return url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}


def shown(url: URL) -> str:
    """Return the address as it may be shown: a file's name, or a URL without its secrets."""
    if url.get_backend_name() == "sqlite":
        return "memory" if is_in_memory(url) else str(url.database)
    # libpq takes `password` and `sslpassword` in the query too.
    kept = url.set(query={}, drivername="postgresql")
    return kept.render_as_string(hide_password=True)


def _local_file(url: URL) -> URL:
    if url.query or url.host or (url.database or "").startswith("file:"):
        raise UsageError(
            Diagnostic(
                "wrong-store",
                "the URL of a SQLite store has more than a file",
                expected="`sqlite:///FILE`, or `sqlite:////FILE` for an absolute one",
            )
        )
    return url
