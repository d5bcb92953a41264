"""Keep to the API's rate limits: at most so many requests in any second and in any minute."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Pace"]


class Pace:
    """Sliding windows shared by all threads of a run, and a pause that a server asked for."""

    def __init__(
        self,
        *,
        per_second: int | None,
        per_minute: int | None,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        rates = [(per_second, 1.0), (per_minute, 60.0)]
        self._windows: list[tuple[deque[float], float]] = [
            (deque(maxlen=count), seconds) for count, seconds in rates if count is not None
        ]
        self._clock = clock
        self._sleep = sleep
        self._not_before = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when the next request may go out."""
        while self._take_place() < self._not_before:
            pass  # a pause was asked for while this one waited for its turn

    def _take_place(self) -> float:
        """Take a place in line and wait for it; return when that was."""
        with self._lock:
            start = self._clock()
            at = max(start, self._not_before)
            for times, seconds in self._windows:
                if len(times) == times.maxlen:
                    at = max(at, times[0] + seconds)
            for times, _ in self._windows:
                times.append(at)
        # The place is taken; waiting happens outside the lock.
        if at > start:
            self._sleep(at - start)
        return at

    def pause(self, seconds: float) -> None:
        """Let no request go out for so many seconds from now."""
        with self._lock:
            self._not_before = max(self._not_before, self._clock() + seconds)
