"""Ask for pages before they are wanted, so that their time on the way overlaps.

This only decides *when* a request is sent. Which page comes next is what the paginator and the
certificate say of the page before, as if there were no threads: an answer that was asked for
early is taken when its step is the very step that is wanted, and dropped otherwise.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from onroll.protocols import Foreseeing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from onroll.fetch.pool import Pool
    from onroll.fetch.source import Answer
    from onroll.model import Limits, Page, Request
    from onroll.protocols import Paginator, Step

__all__ = ["Asked", "ReadAhead"]

#: Where a request takes less, threads cost more than waiting for it does.
_WORTH_IT_SECONDS: Final = 0.015


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was sent, its answer, and the seconds that took."""

    request: Request
    answer: Answer = field(repr=False)
    seconds: float = 0.0


class ReadAhead:
    """The requests of one listing that are under way, in the order of their pages.

    With a total count and a paginator that foresees, as many as the pool has threads; else the
    one that follows. Falls back to one by one for good when a page is not as was foreseen.
    """

    def __init__(
        self,
        pool: Pool | None,
        paginator: Paginator,
        ask: Callable[[Step, str | None], Asked],
        limits: Limits,
    ) -> None:
        self._pool = pool if pool is not None and pool.size > 1 else None
        self._paginator = paginator
        self._ask = ask
        self._most = limits.pages
        self._under_way: deque[tuple[Step, Future[Asked]]] = deque()
        self._foreseen: Iterator[Step] | None = None
        self._usual = 0

    def take(self, step: Step, held_by: str | None) -> Asked:
        """Return the answer of a step, asking now unless it was asked for before."""
        if self._under_way:
            foreseen, future = self._under_way.popleft()
            if foreseen == step:
                return future.result()
            future.cancel()
            self._fall_back()
        return self._ask(step, held_by)

    def look(
        self, step: Step, page: Page, following: Step | None, total: int | None, seconds: float
    ) -> None:
        """Ask for what comes behind a page that was read in so many seconds."""
        if self._pool is None or following is None:
            self.close()
            return
        if page.number == 1:
            if seconds < _WORTH_IT_SECONDS:
                self._pool = None
                return
            self._foresee(step, page, total)
        elif (
            self._foreseen is not None
            and len(page.records) != self._usual
            and len(self._under_way) > 1
        ):
            # Not the last page, and not as long as the others: the server's pages shift.
            self._fall_back()
            return
        if self._foreseen is not None:
            for one in islice(self._foreseen, self._pool.size - len(self._under_way)):
                self._send(one, None)
        elif not self._under_way:
            self._send(following, page.url)

    def close(self) -> None:
        """Let go of everything that is under way."""
        for _, future in self._under_way:
            future.cancel()
        self._under_way.clear()

    def _foresee(self, step: Step, page: Page, total: int | None) -> None:
        if not isinstance(self._paginator, Foreseeing) or not page.records:
            return
        self._usual = len(page.records)
        steps = islice(self._paginator.ahead(step, page, total), self._most - 1)
        first = next(steps, None)
        if first is not None:
            self._foreseen = steps
            self._send(first, None)

    def _fall_back(self) -> None:
        self.close()
        self._foreseen = None
        self._pool = None

    def _send(self, step: Step, held_by: str | None) -> None:
        assert self._pool is not None
        self._under_way.append((step, self._pool.submit(partial(self._ask, step, held_by))))
