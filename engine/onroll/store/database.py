"""The store: a database that is opened, made and brought up to date as the caller needs it."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from onroll.diagnostics import Diagnostic
from onroll.errors import TargetError
from onroll.store.address import is_in_memory, parse_address, shown
from onroll.store.engines import engine_for, memory_url
from onroll.store.migration import check_version, migrate
from onroll.store.tables import metadata
from onroll.store.transactions import reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import URL, Connection, Engine

__all__ = ["Store", "is_missing", "open_store"]


@dataclass(frozen=True, slots=True)
class Store:
    """An open store. `url` may be shown. `path` is its file, when it has one.

    `exists` is false for the empty stand-in of a store that was never written.
    """

    engine: Engine
    url: str
    path: Path | None = None
    exists: bool = True

    def begin(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that writes; it is committed at the end, undone by an exception."""
        return writing(self.engine)

    def read(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that only reads, and sees one state all along."""
        return reading(self.engine)


@contextmanager
def open_store(url: str, *, for_writing: bool) -> Iterator[Store]:
    """Open the store at a URL or in a file. Raises `TargetError`, or `UsageError` for the URL.

    For writing it is made or brought up to date if need be. Otherwise nothing is made or changed:
    a store that is not there is read as an empty one.
    """
    address = parse_address(url)
    if for_writing and not is_in_memory(address):
        with _writable(address) as store:
            yield store
        return
    with _existing(address) as store:
        if store is not None:
            yield store
            return
    with _in_memory(shown(address), for_writing=for_writing) as store:
        yield store


def is_missing(url: str) -> bool:
    """Whether the store is a file that is not there. Raises `UsageError` for the URL."""
    path = _path_of(parse_address(url))
    return path is not None and not path.exists()


@contextmanager
def _writable(url: URL) -> Iterator[Store]:
    path = _path_of(url)
    if path is not None:
        _make_private(path)
    with _engine(url, for_writing=True) as engine:
        migrate(engine, shown(url))
        yield Store(engine, shown(url), path)


@contextmanager
def _existing(url: URL) -> Iterator[Store | None]:
    """Open a store for reading; None when there is none."""
    path = _path_of(url)
    if is_in_memory(url) or (path is not None and not path.exists()):
        yield None
        return
    with _engine(url, for_writing=False) as engine:
        has_tables = check_version(engine, shown(url))
        yield Store(engine, shown(url), path) if has_tables else None


@contextmanager
def _in_memory(address: str, *, for_writing: bool) -> Iterator[Store]:
    url = memory_url()
    # The database is there as long as one connection is.
    with _engine(url, for_writing=True) as maker, closing(maker.connect()):
        with writing(maker) as db:
            metadata.create_all(db)
        with _engine(url, for_writing=for_writing) as engine:
            yield Store(engine, address, exists=for_writing)


@contextmanager
def _engine(url: URL, *, for_writing: bool) -> Iterator[Engine]:
    engine = engine_for(url, for_writing=for_writing)
    try:
        yield engine
    finally:
        engine.dispose()


def _path_of(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite" or is_in_memory(url):
        return None
    return Path(str(url.database)).absolute()


def _make_private(path: Path) -> None:
    """Make the file, unless it is there, so that nobody else may read it.

    SQLite gives the files that it puts beside it the same mode.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise TargetError(
            Diagnostic(
                "store-unreachable",
                f"the store `{path}` cannot be made: {error.strerror}",
                hint="check that its folder exists and may be written",
            )
        ) from None
