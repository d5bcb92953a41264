"""How many pages to ask for ahead: a rule from times to a number. It asks nothing itself.

Of the time of a page, a part is *waited*: this process computes nothing. Only that part can be
had back by asking ahead; the rest is *worked*. So

* page one decides at once: where it was long in coming, connecting and signing in included, as
  many as allowed are asked for. What it misjudges is put right later.
* where pages are waited for, twice as many. Alone, that must be half of the time that is worked,
  for threads cost some; with threads at work already, an eighth.
  Where only the one page that follows is known, it is asked for early if the work done meanwhile
  is a good part of the whole time.
* where they are not, half as many, down to none. That is a trial, as nobody can see how long a
  page that came in time was under way: if pages are waited for again, it is taken back, and the
  next trial comes after twice as many pages.
* where a request had to be sent again, half as many at once: a server that says "too many" is
  not met with more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

__all__ = ["Depth"]

#: Where page one takes less, nothing is said yet: it is one page, and the next is seen alone.
_LONG_SECONDS: Final = 0.015
#: What is waited for each page to begin with threads, and to have more of them.
_ALONE_SECONDS, _ALONE_SHARE = 0.004, 1 / 2
_AHEAD_SECONDS, _AHEAD_SHARE = 0.001, 1 / 8
#: Pages are waited for in turns: of eight that come together, seven are there.
_TURNS: Final = 2
_PAGES_ALONE: Final = 4
#: One page asked for early saves as much as is worked meanwhile, here a tenth and less.
_FAR: Final = 8
_LONGEST_PATIENCE: Final = 16


@dataclass(frozen=True, slots=True)
class Depth:
    """`pages` to have under way, of `most`, and what was seen since that was decided."""

    most: int
    pages: int = 0
    #: Stretches without waiting before fewer are tried.
    patience: int = 1
    calm: int = 0
    is_trial: bool = False
    #: Pages since then; below 0 while those come that were asked for before.
    seen: int = 0
    waited_seconds: float = 0.0
    worked_seconds: float = 0.0

    def begin(self, waited: float) -> Depth:
        """Decide by page one, which was waited for so many seconds."""
        return self._at(self.most if self.most > 1 and waited >= _LONG_SECONDS else 0)

    def after(self, waited: float, worked: float, *, is_retried: bool = False) -> Depth:
        """Decide by a further page and all since the last decision, in seconds."""
        if is_retried:
            return self._at(self.pages // 2)
        if self.seen < 0:
            return replace(self, seen=self.seen + 1)
        seen = replace(
            self,
            seen=self.seen + 1,
            waited_seconds=self.waited_seconds + waited,
            worked_seconds=self.worked_seconds + worked,
        )
        if seen._is_waiting:
            return seen._more()
        return seen if seen.seen < self._stretch else seen._calmed()

    def bounded(self, most: int) -> Depth:
        """Return the same with another bound."""
        return self if most == self.most else replace(self, most=most, pages=min(self.pages, most))

    @property
    def _stretch(self) -> int:
        """How many pages one decision is made of."""
        return _TURNS * self.pages or _PAGES_ALONE

    @property
    def _is_waiting(self) -> bool:
        """Whether that is worth more, even if nothing else is waited for in this stretch."""
        seconds, share = _ALONE_SECONDS, _ALONE_SHARE
        if self.pages:
            seconds, share = _AHEAD_SECONDS, _AHEAD_SHARE
        least = max(seconds, share * self.worked_seconds / self.seen)
        return self.waited_seconds >= self._stretch * least

    def _more(self) -> Depth:
        if self.most == 1 and self.waited_seconds > _FAR * self.worked_seconds:
            return self._at(0)
        patience = min(2 * self.patience, _LONGEST_PATIENCE) if self.is_trial else self.patience
        return self._at(min(2 * self.pages or 1, self.most), patience=patience)

    def _calmed(self) -> Depth:
        # A trial that went well says nothing against the next.
        patience = 1 if self.is_trial else self.patience
        calm = self.calm + 1
        if self.pages and calm >= patience:
            return self._at(self.pages // 2, patience=patience, is_trial=True)
        return self._at(self.pages, patience=patience, calm=calm)

    def _at(
        self, pages: int, *, patience: int | None = None, calm: int = 0, is_trial: bool = False
    ) -> Depth:
        patience = self.patience if patience is None else patience
        old = self.pages - pages if pages < self.pages else self.pages if pages > self.pages else 0
        return Depth(self.most, pages, patience, calm, is_trial, seen=-old)
