"""Decode of a page only what somebody reads, once a page that was decoded whole shows how.

A page that is not like those before is decoded whole, and so is every page that is not simply one
in the middle of a list (see `Listing`). So everything that is said of an answer is said by the
whole of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from onroll.fetch.learning import Learned
from onroll.protocols import Frugal, Selecting, Unlike

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.connector import ListDefinition
    from onroll.expressions.path import Path
    from onroll.fetch.plan import ListPlan
    from onroll.model import Json, Response
    from onroll.outline import Keys
    from onroll.protocols import Decoder

__all__ = ["Selected", "Selection", "select"]

#: A source that goes on being different after so many pages is decoded whole.
_MOST_LESSONS: Final = 8


@dataclass(frozen=True, slots=True)
class Selected:
    """A body of which only the wanted places were decoded."""

    value: Json = field(repr=False)


class Selection:
    """What is decoded of the pages of one listing. Safe to share between threads."""

    def __init__(self, places: tuple[Keys, ...], whole: Decoder, selecting: Selecting) -> None:
        self._learned = Learned(places)
        self._whole = whole
        self._selecting = selecting
        self._selected: Decoder | None = None
        self._lessons = 0

    def decode(self, response: Response) -> Json | Selected:
        """Decode a body: as far as it is wanted if that is known and fits, else whole."""
        selected = self._part(response)
        return self._whole(response) if selected is None else selected

    def learn(self, response: Response, body: Json) -> None:
        """Take in an answer that was decoded whole, for those that are decoded from now on.

        One that fits by now taught nothing new: it was asked for beside the one that did.
        """
        if self._part(response) is not None:
            return
        self._lessons += 1
        if self._lessons > _MOST_LESSONS:
            self._selected = None
            return
        self._learned.see(body)
        self._selected = self._selecting.selecting(self._learned.outline())

    def _part(self, response: Response) -> Selected | None:
        selected = self._selected  # read once: another thread may learn meanwhile
        if selected is None:
            return None
        try:
            return Selected(selected(response))
        except Unlike:
            return None


def select(plan: ListPlan, record: tuple[Keys, ...]) -> Selection | None:
    """Return the selection for a list whose records are read at these places.

    None where that cannot be known, or where it would be everything.
    """
    location = plan.listing.resource_location
    if plan.listing.shape is not None or plan.listing.record or location.keys is None:
        return None
    if not isinstance(plan.decode, Selecting) or not isinstance(plan.paginator, Frugal):
        return None
    reads = plan.paginator.reads()
    of_records = tuple((*location.keys, 0, *keys) for keys in (*record, *reads.record))
    if not of_records or () in (*record, *reads.record):
        return None
    places = (*of_records, *reads.body, *(path.place for path in _paths(plan.listing)))
    return None if () in places else Selection(places, plan.decode, plan.decode)


def _paths(listing: ListDefinition) -> Iterator[Path]:
    """Yield the paths in an answer's body that the reading itself looks at on every page."""
    if listing.total_count is not None and listing.total_count.path is not None:
        yield listing.total_count.path
    for condition in (listing.more, listing.success):
        if condition is not None:
            yield from (path for path in (condition.body, condition.message) if path is not None)
