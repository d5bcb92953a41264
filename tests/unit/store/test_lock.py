"""The lock of a connection's runs: one holder at a time, freed however the holder ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from typing import TYPE_CHECKING

import pytest

from onroll.errors import BlockedError
from onroll.store.database import Store, open_store
from onroll.store.lock import hold

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

_HOLDER = """
import sys, time
from onroll.store.database import open_store
from onroll.store.lock import hold
with open_store(sys.argv[1], for_writing=True) as store, hold(store, "d", sys.argv[2]):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def name() -> str:
    """A connection that no other test has: a server has one set of locks."""
    return f"c-{uuid.uuid4().hex}"


def _try(lock: AbstractContextManager[None]) -> str:
    try:
        with lock:
            return "held"
    except BlockedError as error:
        return error.diagnostic.code


def test_a_connection_has_one_run_at_a_time(store: Store, name: str) -> None:
    with hold(store, "d", name):
        assert _try(hold(store, "d", name)) == "already-running"
        assert _try(hold(store, "other", name)) == "held"
        assert _try(hold(store, "d", f"{name}2")) == "held"
    assert _try(hold(store, "d", name)) == "held"


def test_a_run_that_fails_frees_it(store: Store, name: str) -> None:
    with pytest.raises(ZeroDivisionError), hold(store, "d", name):
        raise ZeroDivisionError
    assert _try(hold(store, "d", name)) == "held"


def test_another_thread_does_not_get_it(store: Store, name: str) -> None:
    said: list[str] = []
    with hold(store, "d", name):
        thread = threading.Thread(target=lambda: said.append(_try(hold(store, "d", name))))
        thread.start()
        thread.join()
    assert said == ["already-running"]


def test_a_store_in_memory_has_locks_of_its_own(name: str) -> None:
    with (
        open_store("sqlite://", for_writing=True) as one,
        open_store("sqlite://", for_writing=True) as other,
        hold(one, "d", name),
    ):
        assert _try(hold(one, "d", name)) == "already-running"
        assert _try(hold(other, "d", name)) == "held"


def test_a_held_lock_hinders_no_writer(store: Store, name: str) -> None:
    with hold(store, "d", name), store.begin() as db:
        db.exec_driver_sql("UPDATE links SET run = run")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
def test_the_lock_of_a_killed_process_is_free(store_url: str, name: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, store_url, name], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with open_store(store_url, for_writing=True) as store:
            assert _try(hold(store, "d", name)) == "already-running"
            os.kill(holder.pid, signal.SIGKILL)
            holder.wait()
            deadline = time.monotonic() + 60
            while (said := _try(hold(store, "d", name))) != "held":
                assert time.monotonic() < deadline  # a server sees it a moment later
                time.sleep(0.05)
    assert said == "held"
