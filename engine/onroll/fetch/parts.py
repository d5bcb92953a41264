"""Several lists that are read one after the other and count as one.

Complete only if all are. Their totals are added up, and somebody who stands in two of them was
listed twice: between reading the one and the other a person may have moved.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import compress
from math import ceil
from typing import TYPE_CHECKING, Final

from onroll.fetch.known_ids import KnownIds
from onroll.fetch.listing import STOPPED, Batch, Listing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onroll.model import ListingReport, Proof

__all__ = ["Parts"]

#: The strongest first: the whole is proved by the weakest of its parts.
_BY_STRENGTH: Final[tuple[Proof, ...]] = ("total", "end_marker", "empty_page", "single_page")


class Parts:
    """A reading of several lists, which looks like that of one. Iterate over it once.

    With `sample` so many records are read at most, of each list its share from the beginning.
    """

    def __init__(
        self,
        listings: Sequence[tuple[str, Listing]],
        *,
        keeps_first: bool,
        sample: int | None = None,
    ) -> None:
        self._listings = listings
        self._keeps_first = keeps_first
        self._sample = sample
        self._known = KnownIds()
        self._repeated = 0
        self._is_over = False
        self._current = listings[0][1]

    def __iter__(self) -> Iterator[Batch]:
        """Yield the pages' new records, part by part. Raises `SourceError`."""
        if self._sample is not None:
            yield from self._first_of_each(self._sample)
            return
        before = 0
        for _, listing in self._listings:
            self._current = listing
            for whole in listing:
                batch = self._without_known(whole, before)
                del whole  # before the next page is read, like the other: see `People.sheets`
                yield batch
                del batch
            before += listing.evidence.received
        self._is_over = True

    def _first_of_each(self, left: int) -> Iterator[Batch]:
        """Yield the first records of every list. They are numbered as if there were no others."""
        before = 0
        for index, (_, listing) in enumerate(self._listings):
            share = ceil(left / (len(self._listings) - index))
            if not share:
                return
            self._current = listing
            left -= share
            last = before
            for whole in listing:
                batch = self._without_known(whole, before)
                first = slice(share)
                batch = replace(
                    batch,
                    numbers=batch.numbers[first],
                    ids=batch.ids[first],
                    records=batch.records[first],
                )
                share -= len(batch.records)
                last = batch.numbers[-1] if batch.numbers else last
                yield batch
                if not share:
                    break
            before = last
            left += share

    def _without_known(self, batch: Batch, before: int) -> Batch:
        """Return a batch without those of an earlier part, and numbered over all parts."""
        known = self._known.add_all(batch.ids)
        is_new = [new or one is None for one, new in zip(batch.ids, known, strict=True)]
        repeated = len(is_new) - sum(is_new)
        if repeated:
            self._repeated += repeated
            if not self._keeps_first:
                who = "person" if repeated == 1 else "people"
                self.object_to(f"{repeated} {who} of it stood in an earlier part too")
        return Batch(
            batch.page,
            [number + before for number in compress(batch.numbers, is_new)],
            list(compress(batch.ids, is_new)),
            list(compress(batch.records, is_new)),
            (
                *batch.repeated,
                *(one for one, new in zip(batch.ids, is_new, strict=True) if one and not new),
            ),
        )

    @property
    def received(self) -> int:
        """The records received so far."""
        return sum(listing.received for _, listing in self._listings)

    @property
    def total_count(self) -> int | None:
        """What the parts' totals add up to; None as long as one is not known."""
        totals = [listing.total_count for _, listing in self._listings]
        known = [one for one in totals if one is not None]
        return sum(known) if len(known) == len(totals) else None

    def object_to(self, reason: str) -> None:
        """Hold a reason against completeness."""
        self._current.object_to(reason)

    def warn(self, warning: str) -> None:
        """Note something that a person should know and that proves nothing."""
        self._current.warn(warning)

    def report(self) -> ListingReport:
        """Return the certificate of all parts as it stands."""
        reports = [(name, listing.report()) for name, listing in self._listings]
        last = reports[-1][1]
        reasons = [
            f"{name}: {reason}"
            for name, one in reports
            for reason in one.reasons
            if reason != STOPPED
        ]
        is_complete = self._is_over and not reasons and all(one.complete for _, one in reports)
        proofs = [one.proof for _, one in reports if one.proof is not None]
        return replace(
            last,
            complete=is_complete,
            proof=max(proofs, key=_BY_STRENGTH.index) if is_complete else None,
            total_count=self.total_count,
            received=sum(one.received for _, one in reports),
            distinct=sum(one.distinct for _, one in reports) - self._repeated,
            duplicates=sum(one.duplicates for _, one in reports) + self._repeated,
            pages=sum(one.pages for _, one in reports),
            reasons=tuple(reasons) if reasons or is_complete else (STOPPED,),
            warnings=tuple(f"{name}: {said}" for name, one in reports for said in one.warnings),
            seconds=round(max(one.seconds for _, one in reports), 3),
        )
