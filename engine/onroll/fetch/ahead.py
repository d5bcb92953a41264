"""Ask for pages before they are wanted, so that their time on the way overlaps.

This only decides *when* a request is sent. Which page comes next is what the paginator and the
certificate say of the page before, as if there were no threads: an answer that was asked for
early is taken when its step is the very step that is wanted, and dropped otherwise.

How many are under way is measured page by page (`onroll.fetch.depth`): none while the source is
about as fast as we are, since threads take turns at one interpreter and cost more than they save.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from onroll.fetch.depth import Depth
from onroll.protocols import Foreseeing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from onroll.fetch.pool import Pool
    from onroll.fetch.source import Answer
    from onroll.model import Limits, Page, Request
    from onroll.protocols import Paginator, Step

__all__ = ["Asked", "ReadAhead"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was sent, and its answer; `is_retried` when any was sent again meanwhile."""

    request: Request
    answer: Answer = field(repr=False)
    is_retried: bool = False


class ReadAhead:
    """The requests of one listing that are under way, in the order of their pages.

    With a total count and a paginator that foresees, as many as `Depth` says, up to the pool's
    threads; else the one that follows, or none. Of a listing whose pages are not as was foreseen
    nothing is foreseen any more. No more answers are held than requests are under way.
    `computed` is a clock of what this process computes, as `clock` is of all time.
    """

    def __init__(
        self,
        pool: Pool | None,
        paginator: Paginator,
        ask: Callable[[Step, str | None], Asked],
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        computed: Callable[[], float] = time.process_time,
    ) -> None:
        self._pool = pool if pool is not None and pool.size > 1 else None
        self._paginator = paginator
        self._ask = ask
        self._most = limits.pages
        self._watch = _Watch(clock, computed)
        self._depth = Depth(most=1)
        self._can_foresee = isinstance(paginator, Foreseeing)
        self._foreseen: Iterator[Step] | None = None
        self._usual = 0
        self._under_way: deque[tuple[Step, Future[Asked]]] = deque()
        self._is_retried = False

    def take(self, step: Step, held_by: str | None) -> Asked:
        """Return the answer of a step, asking now unless it was asked for before."""
        if self._pool is None:
            return self._ask(step, held_by)
        self._watch.start()
        asked = self._answer(step, held_by)
        self._watch.stop()
        self._is_retried = asked.is_retried
        return asked

    def look(self, step: Step, page: Page, following: Step | None, total: int | None) -> None:
        """Ask for what comes behind a page that was taken."""
        if self._pool is None or following is None or page.number >= self._most:
            self.close()
            return
        if page.number == 1:
            self._begin(self._pool.size, step, page, following, total)
        else:
            waited, worked = self._watch.waited, self._watch.worked
            self._depth = self._depth.after(waited, worked, is_retried=self._is_retried)
        if len(page.records) != self._usual and len(self._under_way) > 1:
            # Not the last page, and not as long as the others: the server's pages shift.
            self._fall_back()
        if self._depth.pages and not self._under_way:
            self._foresee(step, page, following, total)
            self._send(following, page.url)
        if self._foreseen is not None:
            for one in islice(self._foreseen, max(0, self._depth.pages - len(self._under_way))):
                self._send(one, None)

    def close(self) -> None:
        """Let go of everything that is under way."""
        for _, future in self._under_way:
            future.cancel()
        self._under_way.clear()
        self._foreseen = None

    def _answer(self, step: Step, held_by: str | None) -> Asked:
        if self._under_way:
            foreseen, future = self._under_way.popleft()
            if foreseen == step:
                return future.result()
            future.cancel()
            self._fall_back()
        return self._ask(step, held_by)

    def _begin(self, most: int, step: Step, page: Page, following: Step, total: int | None) -> None:
        """Decide by page one how many, and whether more than the one that follows."""
        self._foresee(step, page, following, total)
        self._can_foresee = self._foreseen is not None
        self._depth = Depth(most if self._can_foresee else 1)
        if not self._is_retried:
            self._depth = self._depth.begin(self._watch.waited)

    def _foresee(self, step: Step, page: Page, following: Step, total: int | None) -> None:
        """Foresee the steps behind the one that follows, if all pages are as long as this one."""
        self._foreseen = None
        self._usual = len(page.records)
        if self._can_foresee and isinstance(self._paginator, Foreseeing) and page.records:
            steps = islice(self._paginator.ahead(step, page, total), self._most - page.number)
            if next(steps, None) == following:
                self._foreseen = steps

    def _fall_back(self) -> None:
        self.close()
        self._can_foresee = False
        self._depth = self._depth.bounded(1)

    def _send(self, step: Step, held_by: str | None) -> None:
        assert self._pool is not None
        self._under_way.append((step, self._pool.begin(partial(self._ask, step, held_by))))


class _Watch:
    """The seconds that a page was waited for, and those between two pages and of computing."""

    def __init__(self, clock: Callable[[], float], computed: Callable[[], float]) -> None:
        self._clock = clock
        self._computed = computed
        self._started = self._stopped = clock()
        self._computed_before = 0.0
        self.waited = self.worked = 0.0

    def start(self) -> None:
        """Begin to wait for a page."""
        self._started = self._clock()
        self._computed_before = self._computed()

    def stop(self) -> None:
        """End that: what was computed meanwhile, by whichever thread, is no waiting."""
        now = self._clock()
        computed = self._computed() - self._computed_before
        self.waited = max(0.0, now - self._started - computed)
        self.worked = now - self._stopped - self.waited
        self._stopped = now
