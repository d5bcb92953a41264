"""One run of a connection at a time. The lock is freed when its holder ends, however it ends."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Never

from sqlalchemy import text

from onroll.diagnostics import Diagnostic
from onroll.errors import BlockedError, TargetError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from onroll.store.database import Store

__all__ = ["hold"]

#: Of stores in memory, which no other process sees.
_held: Final[set[tuple[str, bytes]]] = set()


@contextmanager
def hold(store: Store, target: str, connection: str) -> Iterator[None]:
    """Hold the lock of a connection's runs into a target.

    Raises `BlockedError` when another process holds it, or another thread of this one.
    """
    digest = _digest(target, connection)
    if store.engine.dialect.name == "postgresql":
        lock = _advisory(store.engine, target, connection)
    elif store.path is not None:
        lock = _file(store.path, digest, connection)
    else:
        lock = _in_process(str(store.engine.url), digest, connection)
    with lock:
        yield


@contextmanager
def _file(store: Path, digest: bytes, connection: str) -> Iterator[None]:
    from filelock import FileLock, Timeout  # noqa: PLC0415  # only runs that write need it

    # The file stays: to remove it would let two hold the lock, each of another file.
    path = store.with_name(f"{store.name}.{digest[:6].hex()}.lock")
    lock = FileLock(path, mode=0o600, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _refuse(connection)
    except OSError as error:
        raise TargetError(
            Diagnostic(
                "store-not-writable",
                f"the lock `{path}` beside the store cannot be taken: {error.strerror}",
                hint="check who may write in the store's folder",
            )
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _advisory(engine: Engine, target: str, connection: str) -> Iterator[None]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        # Out of the pool: to close it is to free the lock, also when the server is gone.
        db.detach()
        # Such locks are the whole database's, and it may hold several stores, each in a schema.
        schema = db.execute(text("SELECT current_schema()")).scalar_one()
        digest = _digest(str(schema), target, connection)
        key = int.from_bytes(digest[:8], "big", signed=True)
        if not db.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar_one():
            _refuse(connection)
        yield


@contextmanager
def _in_process(url: str, digest: bytes, connection: str) -> Iterator[None]:
    mine = (url, digest)
    if mine in _held:
        _refuse(connection)
    _held.add(mine)
    try:
        yield
    finally:
        _held.discard(mine)


def _digest(*names: str) -> bytes:
    return hashlib.sha256("\0".join(names).encode()).digest()


def _refuse(connection: str) -> Never:
    raise BlockedError(
        Diagnostic(
            "already-running",
            f"another run of `{connection}` is under way",
            hint="wait for it to end; `onroll runs` shows it",
        )
    ) from None
