"""The threads of a run, and how work is handed to them."""

from __future__ import annotations

import threading
import time
import weakref

import pytest

from onroll.fetch import pool as pools
from onroll.fetch.pool import Pool


def test_when_begin_returns_a_thread_is_at_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "_TURN_SECONDS", 20.0)
    gate = threading.Event()
    with Pool(2) as pool:
        futures = [pool.begin(gate.wait) for _ in range(2)]
        assert [future.running() for future in futures] == [True, True]
        gate.set()
        assert [future.result(20) for future in futures] == [True, True]


def test_begin_does_not_wait_until_a_busy_thread_is_free() -> None:
    gate = threading.Event()
    with Pool(1) as pool:
        first, second = pool.begin(gate.wait), pool.begin(threading.get_ident)
        assert not second.done()
        gate.set()
        assert first.result(20)
        assert second.result(20) != threading.get_ident()


def test_begin_does_not_wait_for_its_turn_while_all_are_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pools, "_TURN_SECONDS", 60.0)
    gate = threading.Event()
    with Pool(2) as pool:
        busy = [pool.begin(gate.wait) for _ in range(2)]
        started = time.monotonic()
        later = [pool.begin(threading.get_ident) for _ in range(3)]
        assert time.monotonic() - started < 30
        gate.set()
        assert [future.result(20) for future in busy] == [True, True]
        assert len([future.result(20) for future in later]) == 3
        # Nothing is counted twice or left: they wait for a turn again.
        assert pool.begin(threading.get_ident).done()


def test_a_thread_without_work_keeps_nothing_of_the_last() -> None:
    class Page(list[int]):
        """A list that can be watched."""

    with Pool(1) as pool:
        future = pool.begin(lambda: Page([1]))
        kept = weakref.ref(future.result(20))
        del future
        deadline = time.monotonic() + 20
        while kept() is not None and time.monotonic() < deadline:
            time.sleep(0.01)
        assert kept() is None


def test_what_the_work_raises_is_raised_where_it_is_waited_for() -> None:
    def fail() -> None:
        raise ValueError("no")

    with Pool(2) as pool, pytest.raises(ValueError, match="no"):
        pool.begin(fail).result(20)


def test_results_come_in_the_order_of_their_items() -> None:
    def slowly(number: int) -> int:
        time.sleep(0.01 / (number + 1))
        return number

    with Pool(4) as pool:
        assert list(pool.in_order(slowly, range(20))) == list(range(20))
