"""Progress bars: how far a reading is, and how far the writing. On a terminal only."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from onroll.service.reading import Sheet

__all__ = ["ReadingProgress", "WritingProgress"]


class _Bar:
    """A bar with words, shown while it is entered, and gone afterwards."""

    def __init__(self, words: str, total: int | None = None) -> None:
        self._words = words
        self._total = total
        self._started = time.monotonic()
        self._progress: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415  (slow)

            from onroll.cli.terminal import err  # noqa: PLC0415  (likewise)

            columns = (BarColumn(bar_width=24), TextColumn("{task.description}", markup=False))
            self._progress = Progress(*columns, console=err(), transient=True)
            self._task = self._progress.add_task(self._words, total=self._total)
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    @property
    def _is_seen(self) -> bool:
        return self._progress is not None

    def _update(self, completed: int, total: int | None, words: str) -> None:
        self._progress.update(self._task, completed=completed, total=total, description=words)

    def _rate(self, done: int) -> str:
        return f"{done / max(time.monotonic() - self._started, 0.001):,.0f} people/s"


class ReadingProgress(_Bar):
    """Shows pages, people, people per second and the total."""

    def __init__(self) -> None:
        super().__init__("asking")

    def show(self, sheet: Sheet) -> None:
        """Show how far the reading is after a page."""
        if not self._is_seen:
            return
        of = f" of {sheet.total_count:,}" if sheet.total_count is not None else ""
        words = (
            f"{sheet.received:,}{of} people · page {sheet.page:,} · {self._rate(sheet.received)}"
        )
        self._update(sheet.received, sheet.total_count, words)


class WritingProgress(_Bar):
    """Shows how many people are written."""

    def __init__(self, total: int) -> None:
        super().__init__("writing", total)
        self._done = 0

    def show(self, *_outcome: object) -> None:
        """Show that one more person is done."""
        self._done += 1
        if not self._is_seen:
            return
        words = f"{self._done:,} of {self._total or 0:,} people · {self._rate(self._done)}"
        self._update(self._done, self._total, words)
