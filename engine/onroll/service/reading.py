"""Read people: pages of records joined, mapped and counted, and the report that goes with them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING

from onroll.errors import SourceError
from onroll.mapping.mapped import Mapped
from onroll.model import Json, ListingReport, Refusal, User

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from datetime import datetime

    from onroll.fetch.join import Joined
    from onroll.fetch.listing import Batch, Listing
    from onroll.fetch.parts import Parts
    from onroll.service.opening import OpenSource

__all__ = ["Item", "People", "Sheet"]

#: Refusals beyond this are counted, not kept: a million of them would not fit.
_KEPT_REFUSALS = 100
_KEPT_STATUSES = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One record and what became of it. `number` counts from 1 over the whole listing."""

    number: int
    id: str | None
    record: Json = field(repr=False)
    mapped: Mapped = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one page gave, and how far the reading is. `repeated` are ids that came before.

    `records[i]` is number `numbers[i]` of the whole listing, has `ids[i]`, and gave `mapped[i]`.
    """

    numbers: list[int]
    ids: list[str | None] = field(repr=False)
    records: list[Json] = field(repr=False)
    mapped: list[Mapped] = field(repr=False)
    page: int
    received: int
    total_count: int | None
    repeated: tuple[str, ...] = field(default=(), repr=False)

    @property
    def items(self) -> list[Item]:
        """The records of this page with what became of each, in order."""
        return list(map(Item, self.numbers, self.ids, self.records, self.mapped))

    @property
    def rows(self) -> Iterable[tuple[int, str | None, Mapped]]:
        """The number, the id and what became of each record of this page, in order."""
        return zip(self.numbers, self.ids, self.mapped, strict=True)

    @property
    def users(self) -> list[User]:
        """The users of this page, in order."""
        return [one.user for one in self.mapped if one.user is not None]


class People:
    """One reading of a source's people. Iterate over `sheets()` once; `report` is always true.

    Without `keeps_records` a record may lack what the definition does not read, which is decoded
    several times as fast. `listing` is one part alone, or a sample, for whoever does not want all.
    """

    def __init__(
        self,
        opened: OpenSource,
        *,
        reads_ahead: bool = True,
        keeps_records: bool = True,
        listing: Listing | Parts | None = None,
    ) -> None:
        self._opened = opened
        self._is_joined = opened.joiner.is_needed
        if listing is None:
            listing = opened.listing(reads_ahead=reads_ahead, keeps_records=keeps_records)
        self.listing = listing
        self._refusals: list[Refusal] = []
        self._refused = 0
        self._excluded = 0
        self._unknown: Counter[str] = Counter()
        self._unmatched: Counter[tuple[str, str]] = Counter()

    def sheets(
        self,
        *,
        most: int | None = None,
        per_page: int | None = None,
        choose: Callable[[Sequence[Json]], Sequence[int]] | None = None,
    ) -> Generator[Sheet, None, None]:
        """Yield the people page by page.

        At most `most` records in all, and `per_page` of each page: each may cost a request for
        every detail. `choose` says by their places which of a page. Let each sheet go before
        asking for the next: a page is large.
        """
        left = most
        for batch in self.listing:
            sheet = self._sheet(batch if choose is None else _chosen(batch, choose), per_page, left)
            if left is not None:
                left -= len(sheet.numbers)
            # Let go before the next page is read, which then takes the memory just freed: that
            # is in the processor's cache, and saves a tenth of the time.
            del batch
            yield sheet
            del sheet
            if left is not None and left <= 0:
                return

    def _sheet(self, batch: Batch, per_page: int | None, left: int | None) -> Sheet:
        wanted = slice(min((one for one in (per_page, left) if one is not None), default=None))
        numbers, ids, records = batch.numbers[wanted], batch.ids[wanted], batch.records[wanted]
        map_all = self._opened.mapper.map_all
        if self._is_joined:
            joined = self._joined(records, batch.page.answer)
            records = [record for record, _ in joined]
            whole = iter(map_all([record for record, failure in joined if failure is None]))
            mapped = [
                next(whole) if failure is None else Mapped(None, (failure,))
                for _, failure in joined
            ]
        else:
            mapped = map_all(records)
        sheet = Sheet(
            numbers,
            ids,
            records,
            mapped,
            batch.page.number,
            self.listing.received,
            self.listing.total_count,
            batch.repeated,
        )
        for number, identifier, one in sheet.rows:
            if one.user is None or one.user.unknown_status is not None or one.unmatched:
                self._count(number, identifier, one)
        return sheet

    def _joined(self, records: list[Json], answer: Json) -> list[Joined]:
        try:
            return list(self._opened.joiner.join(records, answer, self.listing))
        except SourceError as error:
            self.listing.object_to(
                f"a detail or lookup could not be read: {error.diagnostic.message}"
            )
            raise

    def _count(self, number: int, identifier: str | None, mapped: Mapped) -> None:
        for pair in mapped.unmatched.items():
            is_room = pair in self._unmatched or len(self._unmatched) < _KEPT_STATUSES
            if pair[0] != "status" and is_room:
                self._unmatched[pair] += 1
        if mapped.is_excluded:
            self._excluded += 1
        elif mapped.user is None:
            self._refused += 1
            if len(self._refusals) < _KEPT_REFUSALS:
                self._refusals.append(Refusal(number, identifier, mapped.reasons))
        elif (unknown := mapped.user.unknown_status) is not None and (
            unknown in self._unknown or len(self._unknown) < _KEPT_STATUSES
        ):
            self._unknown[unknown] += 1

    @property
    def report(self) -> ListingReport:
        """The certificate as it stands, with what the mapping refused and left out."""
        found = self.listing.report()
        return replace(
            found,
            warnings=(*found.warnings, *self._unmatched_values()),
            refused=self._refused,
            excluded=self._excluded,
            refusals=tuple(self._refusals),
            unknown_statuses=dict(self._unknown),
            partial=self._opened.is_partial,
            updated_since=_written(self._opened.updated_since),
        )

    def _unmatched_values(self) -> Iterator[str]:
        """Name the values that a `map` does not know: their people lack that attribute."""
        for (attribute, value), count in self._unmatched.items():
            yield f"the `map` of `{attribute}` does not know {value[:60]!r} ({count} times)"


def _chosen(batch: Batch, choose: Callable[[Sequence[Json]], Sequence[int]]) -> Batch:
    places = choose(batch.records)
    return replace(
        batch,
        numbers=[batch.numbers[at] for at in places],
        ids=[batch.ids[at] for at in places],
        records=[batch.records[at] for at in places],
    )


def _written(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
