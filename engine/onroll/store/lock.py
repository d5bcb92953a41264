"""One run of a connection at a time, and one renewal of its token.

A lock is freed when its holder ends, however it ends.
"""

from __future__ import annotations

import hashlib
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from onroll.diagnostics import Diagnostic
from onroll.errors import BlockedError, TargetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import Engine

    from onroll.store.database import Store

__all__ = ["hold", "hold_token"]

_TOKEN_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.05

#: Of stores in memory, which no other process sees.
_held: Final[set[tuple[str, bytes]]] = set()
_held_guard: Final = threading.Lock()


@contextmanager
def hold(store: Store, target: str, connection: str) -> Iterator[None]:
    """Hold the lock of a connection's runs into a target.

    Raises `BlockedError` when another process holds it, or another thread of this one.
    """
    with _lock(store, (target, connection), wait_seconds=0) as is_held:
        if not is_held:
            raise BlockedError(
                Diagnostic(
                    "already-running",
                    f"another run of `{connection}` is under way",
                    hint="wait for it to end; `onroll runs` shows it",
                )
            )
        yield


@contextmanager
def hold_token(
    store: Store, connection: str, *, wait_seconds: float = _TOKEN_SECONDS
) -> Iterator[None]:
    """Hold the lock of a connection's token, waiting for whoever has it.

    Raises `TargetError` when it is not free in time.
    """
    # No target has an empty name: this lock is none of the runs'.
    with _lock(store, ("", "token", connection), wait_seconds=wait_seconds) as is_held:
        if not is_held:
            raise TargetError(
                Diagnostic(
                    "token-in-use",
                    f"another process has been renewing the token of `{connection}` for "
                    f"{wait_seconds:g} seconds",
                    hint="try again once it has ended",
                )
            )
        yield


def _lock(
    store: Store, names: tuple[str, ...], *, wait_seconds: float
) -> AbstractContextManager[bool]:
    """Return a lock that says, once entered, whether it is held."""
    digest = _digest(*names)
    if store.engine.dialect.name == "postgresql":
        return _advisory(store.engine, names, wait_seconds)
    if store.path is not None:
        return _file(store.path, digest, wait_seconds)
    return _in_process(str(store.engine.url), digest, wait_seconds)


@contextmanager
def _file(store: Path, digest: bytes, wait_seconds: float) -> Iterator[bool]:
    from filelock import FileLock, Timeout  # noqa: PLC0415  # only what writes needs it

    # The file stays: to remove it would let two hold the lock, each of another file.
    path = store.with_name(f"{store.name}.{digest[:6].hex()}.lock")
    lock = FileLock(path, mode=0o600, thread_local=False)
    is_held = True
    try:
        lock.acquire(timeout=wait_seconds, poll_interval=_POLL_SECONDS)
    except Timeout:
        is_held = False
    except OSError as error:
        raise TargetError(
            Diagnostic(
                "store-not-writable",
                f"the lock `{path}` beside the store cannot be taken: {error.strerror}",
                hint="check who may write in the store's folder",
            )
        ) from None
    try:
        yield is_held
    finally:
        if is_held:
            lock.release()


@contextmanager
def _advisory(engine: Engine, names: tuple[str, ...], wait_seconds: float) -> Iterator[bool]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        # Out of the pool: to close it is to free the lock, also when the server is gone.
        db.detach()
        # Such locks are the whole database's, and it may hold several stores, each in a schema.
        schema = db.execute(text("SELECT current_schema()")).scalar_one()
        digest = _digest(str(schema), *names)
        key = {"key": int.from_bytes(digest[:8], "big", signed=True)}
        take = text("SELECT pg_try_advisory_lock(:key)")
        yield _repeated(lambda: bool(db.execute(take, key).scalar_one()), wait_seconds)


@contextmanager
def _in_process(url: str, digest: bytes, wait_seconds: float) -> Iterator[bool]:
    mine = (url, digest)

    def take() -> bool:
        with _held_guard:
            is_free = mine not in _held
            _held.add(mine)
            return is_free

    is_held = _repeated(take, wait_seconds)
    try:
        yield is_held
    finally:
        if is_held:
            _held.discard(mine)


def _repeated(take: Callable[[], bool], wait_seconds: float) -> bool:
    """Try until it works or the time is over; at least once."""
    deadline = time.monotonic() + wait_seconds
    while not take():
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _digest(*names: str) -> bytes:
    return hashlib.sha256("\0".join(names).encode()).digest()
