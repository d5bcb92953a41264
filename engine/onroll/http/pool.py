"""Connections that are kept for the next request: bounded, and none that is no longer good."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

from onroll.http.carrier import LateConnection, NoConnection

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.http.connecting import Route
    from onroll.http.connection import Connection

    Open = Callable[[Route, float, Callable[[Connection], None]], Connection]

__all__ = ["Pool"]

_IDLE_SECONDS: Final = 30.0


class Pool:
    """At most so many connections at once, over all routes. Safe to share between threads."""

    def __init__(self, most: int, open_: Open) -> None:
        self._most = most
        self._open = open_
        #: How many are open or about to be.
        self._count = 0
        self._idle: list[tuple[Route, Connection, float]] = []
        self._busy: WeakSet[Connection] = WeakSet()
        self._is_closed = False
        self._changed = threading.Condition()

    def take(self, route: Route, deadline: float) -> Connection:
        """Return a connection for one request: one that was kept, or a new one.

        Raises what opening one raises.
        """
        found = self._kept_or_place(route, deadline)
        if found is not None:
            found.deadline = deadline
            return found
        try:
            return self._open(route, deadline, self._keep)
        except BaseException:
            with self._changed:
                self._count -= 1
                self._changed.notify()
            raise

    def give_back(self, route: Route, connection: Connection, *, is_reusable: bool) -> None:
        """Keep a connection for the next request, or close it."""
        with self._changed:
            self._busy.discard(connection)
            is_kept = is_reusable and not self._is_closed
            if is_kept:
                self._idle.append((route, connection, time.monotonic() + _IDLE_SECONDS))
            else:
                self._count -= 1
            self._changed.notify()
        if not is_kept:
            connection.close()

    def close(self) -> None:
        """Close what is kept, wake whoever waits for an answer, and open nothing any more."""
        with self._changed:
            self._is_closed = True
            idle, self._idle = self._idle, []
            self._count -= len(idle)
            busy = list(self._busy)
            self._changed.notify_all()
        for one in busy:
            one.wake()
        for _, connection, _ in idle:
            connection.close()

    def _keep(self, connection: Connection) -> None:
        """Note a connection that is being made; refuse it when it comes too late."""
        with self._changed:
            self._refuse_when_closed()
            self._busy.add(connection)

    def _kept_or_place(self, route: Route, deadline: float) -> Connection | None:
        """Return a connection that was kept; None when there is room for a new one, now taken."""
        with self._changed:
            while True:
                self._refuse_when_closed()
                self._drop_old()
                found = next((one for one in reversed(self._idle) if one[0] == route), None)
                if found is not None:
                    self._idle.remove(found)
                    self._busy.add(found[1])
                    return found[1]
                if self._count < self._most:
                    self._count += 1
                    return None
                if self._idle:
                    # One to another host goes; this one takes its place.
                    self._idle.pop(0)[1].close()
                    return None
                left = deadline - time.monotonic()
                if left <= 0:
                    raise LateConnection("no connection became free in time")
                self._changed.wait(left)

    def _drop_old(self) -> None:
        now = time.monotonic()
        for one in self._idle[:]:
            _, connection, good_until = one
            if now > good_until or connection.is_stale():
                self._idle.remove(one)
                self._count -= 1
                connection.close()

    def _refuse_when_closed(self) -> None:
        if self._is_closed:
            raise NoConnection("the connections were closed")
