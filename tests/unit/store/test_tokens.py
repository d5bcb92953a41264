"""Kept tokens, and the lock that lets one process at a time renew them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from onroll.errors import TargetError
from onroll.store.database import is_missing, open_store
from onroll.store.lock import hold, hold_token
from onroll.store.tokens import find_token, put_token, remove_token

if TYPE_CHECKING:
    from pathlib import Path

    from onroll.store.database import Store

_DAY = "2026-01-01T00:00:00Z"


def test_a_connection_has_one_token_the_newest(store: Store) -> None:
    with store.begin() as db:
        put_token(db, "acme", "first", _DAY)
        put_token(db, "acme", "second", _DAY)
        put_token(db, "other", "theirs", _DAY)
        assert find_token(db, "acme") == "second"


def test_a_token_that_is_removed_is_gone(store: Store) -> None:
    with store.begin() as db:
        put_token(db, "acme", "first", _DAY)
        put_token(db, "other", "theirs", _DAY)
        assert remove_token(db, "acme")
        assert find_token(db, "acme") is None
        assert not remove_token(db, "acme")
        assert find_token(db, "other") == "theirs"


def test_a_token_outlives_the_store_being_closed(store_url: str) -> None:
    with open_store(store_url, for_writing=True) as store, store.begin() as db:
        put_token(db, "acme", "kept", _DAY)
    with open_store(store_url, for_writing=False) as store, store.read() as db:
        assert find_token(db, "acme") == "kept"


def test_the_lock_of_a_token_is_waited_for(store: Store) -> None:
    order: list[str] = []
    is_held = threading.Event()

    def renew() -> None:
        with hold_token(store, "acme"):
            is_held.set()
            may_end.wait(timeout=30)
            order.append("first")

    may_end = threading.Event()
    thread = threading.Thread(target=renew)
    thread.start()
    assert is_held.wait(timeout=30)
    threading.Timer(0.2, may_end.set).start()
    with hold_token(store, "acme"):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]


def test_a_lock_that_is_not_freed_in_time_is_an_error(store: Store) -> None:
    with (
        hold_token(store, "acme"),
        pytest.raises(TargetError) as caught,
        hold_token(store, "acme", wait_seconds=0.1),
    ):
        pass
    assert caught.value.diagnostic.code == "token-in-use"
    with hold_token(store, "acme", wait_seconds=0):
        pass


def test_the_lock_of_a_token_is_neither_a_run_s_nor_another_connection_s(store: Store) -> None:
    with (
        hold(store, "directory", "acme"),
        hold(store, "token", "acme"),
        hold_token(store, "acme", wait_seconds=0),
        hold_token(store, "other", wait_seconds=0),
    ):
        pass


def test_tokens_in_memory_have_a_lock_too() -> None:
    with (
        open_store("sqlite://", for_writing=True) as store,
        hold_token(store, "acme"),
        pytest.raises(TargetError),
        hold_token(store, "acme", wait_seconds=0),
    ):
        pass


def test_only_a_file_can_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "onroll.db"
    assert is_missing(str(path))
    with open_store(str(path), for_writing=True):
        pass
    assert not is_missing(f"sqlite:///{path}")
    assert not is_missing("postgresql://nowhere.example.test/onroll")
