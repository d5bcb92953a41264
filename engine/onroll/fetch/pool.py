"""The threads of a run: a bounded number, in one place. They send requests and do nothing else.

Daemon threads, and not the standard library's executor, whose threads are waited for at exit: a
request under way would hold Ctrl-C until its deadline.
"""

from __future__ import annotations

import threading
from collections import deque
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from queue import SimpleQueue
    from types import TracebackType
    from typing import Self

__all__ = ["Pool"]

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_Task: TypeAlias = "tuple[Future[object], Callable[[], object]] | None"


#: Nobody waits longer for a thread to begin: all may be busy with what is not wanted any more.
_TURN_SECONDS: Final = 0.005


class Pool:
    """At most `size` threads, started when they are needed. Use it in a `with`.

    So are the modules of threads loaded, which takes as long as to read three hundred people.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._lock = threading.Lock()
        #: Tasks that are waiting or being done.
        self._open = 0
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for _ in self._threads:
            self._tasks.put(None)

    def submit(self, work: Callable[[], _Result]) -> Future[_Result]:
        """Have a thread do the work; its future holds what it returned or raised."""
        from concurrent.futures import Future  # noqa: PLC0415  (see the class)

        future: Future[_Result] = Future()
        with self._lock:
            self._open += 1
        self._tasks.put((future, work))  # type: ignore[arg-type]  # a Future is not covariant
        if len(self._threads) < self.size:
            thread = threading.Thread(target=self._serve, daemon=True)
            self._threads.append(thread)
            thread.start()
        return future

    def begin(self, work: Callable[[], _Result]) -> Future[_Result]:
        """Do the same, and return when a thread is at it.

        A thread that was only woken gets its turn when this one waits, or after Python's switch
        interval of 5 ms: what it is to send would go out when this one is done with a page. Once
        it has the turn it keeps it until it waits for the network itself.
        """
        begun = threading.Event()

        def tell() -> _Result:
            begun.set()
            return work()

        future = self.submit(tell)
        if self._open <= self.size:  # else all threads are busy, and it waits its turn
            begun.wait(_TURN_SECONDS)
        return future

    def in_order(
        self, work: Callable[[_Item], _Result], items: Iterable[_Item]
    ) -> Iterator[_Result]:
        """Yield what the work makes of each item, in their order, a few at once.

        Raises what the work raised, at its place; what was not begun by then is left undone.
        """
        if self.size < 2:
            yield from map(work, items)
            return
        waiting = iter(items)
        under_way = deque(self.submit(partial(work, one)) for one in islice(waiting, self.size))
        try:
            while under_way:
                found = under_way.popleft().result()
                under_way.extend(self.submit(partial(work, one)) for one in islice(waiting, 1))
                yield found
        finally:
            for future in under_way:
                future.cancel()

    @cached_property
    def _tasks(self) -> SimpleQueue[_Task]:
        from queue import SimpleQueue  # noqa: PLC0415  (see the class)

        return SimpleQueue()

    def _serve(self) -> None:
        while (task := self._tasks.get()) is not None:
            _do(*task)
            # What it brought may be a large page, and the next task long in coming.
            del task
            with self._lock:
                self._open -= 1


def _do(future: Future[object], work: Callable[[], object]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001  # raised again where it is waited for
        future.set_exception(error)
