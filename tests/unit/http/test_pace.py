"""The pace: never more requests in any window than the API allows, and pauses are kept."""

from __future__ import annotations

import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from onroll.http.pace import Pace

from .clock import Clock

_ROUNDING = 1e-6


@given(
    per_second=st.none() | st.integers(1, 5),
    per_minute=st.none() | st.integers(1, 20),
    gaps=st.lists(st.floats(0, 3), max_size=60),
)
def test_no_window_ever_has_more_requests_than_allowed(
    per_second: int | None, per_minute: int | None, gaps: list[float]
) -> None:
    clock = Clock()
    pace = Pace(per_second=per_second, per_minute=per_minute, clock=clock, sleep=clock.sleep)
    sent: list[float] = []
    for gap in gaps:
        clock.now += gap
        pace.wait()
        sent.append(clock.now)
    for allowed, window in ((per_second, 1.0), (per_minute, 60.0)):
        if allowed is None:
            continue
        for first, behind in zip(sent, sent[allowed:], strict=False):
            assert behind - first >= window - _ROUNDING


@given(st.floats(0.1, 100), st.integers(1, 5))
def test_no_request_goes_out_before_a_pause_is_over(seconds: float, requests: int) -> None:
    clock = Clock()
    pace = Pace(per_second=10, per_minute=None, clock=clock, sleep=clock.sleep)
    until = clock.now + seconds
    pace.pause(seconds)
    for _ in range(requests):
        pace.wait()
        assert clock.now >= until - _ROUNDING


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    clock = Clock()
    pace = Pace(per_second=None, per_minute=None, clock=clock, sleep=clock.sleep)
    pace.pause(10)
    pace.pause(1)
    pace.wait()
    assert clock.sleeps == [10.0]


def test_a_pause_also_holds_those_who_are_waiting_for_their_turn() -> None:
    clock = Clock()

    def sleep(seconds: float) -> None:
        if not clock.sleeps:
            pace.pause(10)  # somebody else was told to wait meanwhile
        clock.sleep(seconds)

    pace = Pace(per_second=1, per_minute=None, clock=clock, sleep=sleep)
    begin = clock.now
    pace.wait()
    pace.wait()
    assert clock.now == begin + 10


def test_without_limits_nobody_waits() -> None:
    clock = Clock()
    pace = Pace(per_second=None, per_minute=None, clock=clock, sleep=clock.sleep)
    for _ in range(1000):
        pace.wait()
    assert clock.sleeps == []


def test_threads_share_one_pace() -> None:
    # A thread may wake up late, so that its turn is what counts: when it is told to be awake.
    mine = threading.local()
    sent: list[tuple[float, float]] = []

    def clock() -> float:
        mine.turn = now = time.monotonic()
        return now

    def sleep(seconds: float) -> None:
        mine.turn += seconds
        time.sleep(seconds)

    pace = Pace(per_second=20, per_minute=None, clock=clock, sleep=sleep)

    def send() -> None:
        for _ in range(6):
            pace.wait()
            sent.append((mine.turn, time.monotonic()))

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    turns = sorted(turn for turn, _ in sent)
    assert len(turns) == 30
    for first, behind in zip(turns, turns[20:], strict=False):
        assert behind - first >= 1 - _ROUNDING
    # A clock of coarse steps may seem to have woken a thread by one step too soon.
    assert all(at >= turn - 0.02 for turn, at in sent)
