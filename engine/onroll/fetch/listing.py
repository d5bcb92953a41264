"""The fetcher: reads a list page by page, and knows at its end whether that was all."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import compress, count
from typing import TYPE_CHECKING, Final

from onroll.diagnostics import Diagnostic
from onroll.errors import ResponseError, SourceError
from onroll.fetch.ahead import Asked, ReadAhead
from onroll.fetch.certificate import Evidence
from onroll.fetch.plan import request_for
from onroll.fetch.records import records_in, refuse_misplaced
from onroll.fetch.selection import select
from onroll.fetch.source import Answer
from onroll.model import Json, ListingReport, Page
from onroll.protocols import End, Foreseeing, UnreadableBody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from onroll.definition.connector import ListDefinition
    from onroll.diagnostics import Place
    from onroll.fetch.plan import ListPlan
    from onroll.fetch.pool import Pool
    from onroll.fetch.selection import Selection
    from onroll.fetch.source import Source
    from onroll.model import Limits
    from onroll.outline import Keys
    from onroll.protocols import Step

__all__ = ["STOPPED", "Batch", "Listing"]

#: What APIs answer past the last page, where they do not answer with an empty one.
_MAYBE_PAST_THE_END: Final = (400, 404, 410, 416, 422)
#: The reason of a reading that is not at its end, and that nothing else speaks against.
STOPPED: Final = "the reading was stopped before the end"


@dataclass(frozen=True, slots=True)
class Batch:
    """The new records of one page: `records[i]` is number `numbers[i]` of all, with `ids[i]`.

    A record whose id was seen before is left out, and its id is in `repeated`; one without an id
    is not.
    """

    page: Page = field(repr=False)
    numbers: list[int]
    ids: list[str | None] = field(repr=False)
    records: list[Json] = field(repr=False)
    repeated: tuple[str, ...] = field(default=(), repr=False)


class Listing:
    """One reading of one list. Iterate over it; `report()` is true at every moment.

    `make_plan` is asked for the plan when the reading begins: to make it may take a request.
    `identify` gives the ids of records. With `reads`, the places of a record that somebody reads,
    records may come without the others.
    """

    def __init__(
        self,
        source: Source,
        listing: ListDefinition,
        make_plan: Callable[[], ListPlan],
        identify: Callable[[Sequence[Json]], list[str | None]],
        limits: Limits,
        place: Place | None = None,
        pool: Pool | None = None,
        reads: tuple[Keys, ...] | None = None,
    ) -> None:
        self._source = source
        self._listing = listing
        self._make_plan = make_plan
        self._identify = identify
        self._limits = limits
        self._place = place
        self._pool = pool
        self._reads = reads
        self._selection: Selection | None = None
        self._started = time.monotonic()
        self._seconds: float | None = None
        self._is_over = False
        self._first_keys: frozenset[str] | None = None
        self.evidence = Evidence(listing)

    def __iter__(self) -> Iterator[Batch]:
        """Yield the pages' new records. Raises `SourceError` when a page cannot be had."""
        try:
            plan = self._make_plan()
            self._selection = None if self._reads is None else select(plan, self._reads)
            ask = partial(self._ask, plan)
            with closing(ReadAhead(self._pool, plan.paginator, ask, self._limits)) as ahead:
                yield from self._batches(plan, ahead)
            self._is_over = True
        except SourceError as error:
            self.evidence.object_to(f"a page could not be read: {error.diagnostic.message}")
            raise
        finally:
            self._seconds = time.monotonic() - self._started

    def _batches(self, plan: ListPlan, ahead: ReadAhead) -> Iterator[Batch]:
        step: Step | None = plan.paginator.first()
        held_by: str | None = None
        number = 0
        while step is not None and self._may_ask(step, number):
            number += 1
            try:
                asked = ahead.take(step, held_by)
                page, ids, asked, after = self._take(plan, step, number, asked)
            except ResponseError as error:
                if self.evidence.accept_refusal(error.status):
                    return
                if (
                    number > 1
                    and isinstance(plan.paginator, Foreseeing)
                    and self.evidence.may_be_past_the_end
                ):
                    _hint_at_an_end(error)
                raise
            held_by = page.url
            before = self.evidence.received
            is_new = self.evidence.observe(page, ids)
            following = self.evidence.judge(page, after or _after(plan, step, page))
            if self._selection is not None and following is not None and asked.answer.is_whole:
                self._selection.learn(asked.answer.response, page.answer)
            ahead.look(step, page, following, self.evidence.total_count)
            step = following
            batch = _new_ones(page, ids, is_new, before)
            # None is held while the next page is read.
            del page, asked
            yield batch
            del batch

    def _may_ask(self, step: Step, pages: int) -> bool:
        return not self._is_out_of_bounds(pages) and self.evidence.is_new_step(step)

    def _is_out_of_bounds(self, pages: int) -> bool:
        if pages >= self._limits.pages:
            self.evidence.object_to(f"the reading was stopped after {pages} pages (limits.pages)")
            return True
        # More than the limit, and not as many: the end of so many may be declared yet.
        if self.evidence.received > self._limits.records:
            received = self.evidence.received
            self.evidence.object_to(
                f"the reading was stopped after {received} records (limits.records)"
            )
            return True
        return False

    def _ask(self, plan: ListPlan, step: Step, held_by: str | None) -> Asked:
        """Send the request of a step; a thread may do so before the page before was read."""
        counts = self._source.client.counts
        addresses = self._source.addresses
        request = request_for(plan, step, addresses=addresses, held_by=held_by)
        decode = plan.decode if self._selection is None else self._selection.decode
        answer = self._source.ask(request, plan.listing.success, decode)
        is_retried = self._source.client.counts.retries > counts.retries
        return Asked(request, answer, is_retried)

    def _take(
        self, plan: ListPlan, step: Step, number: int, asked: Asked
    ) -> tuple[Page, list[str | None], Asked, Step | None]:
        """Return a page, the ids of its records, and the answer that it was taken from.

        A part of an answer will do for a page in the middle of the list about which there is
        nothing to say; then the step that follows is known already, and returned last. Any other
        one is decoded again, whole.
        """
        if not asked.answer.is_whole:
            try:
                page = self._page(number, asked)
                ids = self._identify(page.records)
                after = _after(plan, step, page)
                if not isinstance(after, End) and self.evidence.goes_on(page) and ids and all(ids):
                    return page, ids, asked, after
            except SourceError:
                pass  # raised again by the whole of it, with words about the whole
            asked = self._whole(plan, asked)
        page = self._page(number, asked)
        return page, self._identify(page.records), asked, None

    def _whole(self, plan: ListPlan, asked: Asked) -> Asked:
        response = asked.answer.response
        try:
            return replace(asked, answer=Answer(response, plan.decode(response)))
        except UnreadableBody as error:
            shown = self._source.shown(asked.request, response)
            diagnostic = Diagnostic(error.code, error.message, hint=error.hint)
            raise ResponseError(diagnostic, exchange=shown) from None

    def _page(self, number: int, asked: Asked) -> Page:
        listing, answer = self._listing, asked.answer
        try:
            records = records_in(
                listing, answer.response, answer.body, number, self._place, self._first_keys
            )
            if number == 1 and isinstance(answer.body, dict):
                self._first_keys = frozenset(answer.body)
            if number == 1 and not records and listing.may_be_absent:
                refuse_misplaced(listing, answer.response, answer.body, self._identify, self._place)
        except SourceError as error:
            error.exchange = self._source.shown(asked.request, answer.response)
            raise
        return Page(number, records, answer.body, answer.response.headers, answer.response.url)

    @property
    def received(self) -> int:
        """The records received so far."""
        return self.evidence.received

    @property
    def total_count(self) -> int | None:
        """The total count as it was said last."""
        return self.evidence.total_count

    def object_to(self, reason: str) -> None:
        """Hold a reason against completeness."""
        self.evidence.object_to(reason)

    def warn(self, warning: str) -> None:
        """Note something that a person should know and that proves nothing."""
        self.evidence.warn(warning)

    def report(self) -> ListingReport:
        """Return the certificate as it stands. Complete only when the last batch was taken."""
        counts = self._source.client.counts
        seconds = self._seconds
        if seconds is None:
            seconds = time.monotonic() - self._started
        found = self.evidence.report(
            requests=counts.requests, retries=counts.retries, seconds=seconds
        )
        if self._is_over:
            return found
        # A reader that stops early, by Ctrl-C or because it has enough, has not seen all: the end
        # is known with the last page, whose people nobody may have been given yet.
        return replace(found, complete=False, proof=None, reasons=found.reasons or (STOPPED,))


def _hint_at_an_end(error: ResponseError) -> None:
    """Say of a page that is refused behind others how a definition calls that the end."""
    status = error.status
    if status in _MAYBE_PAST_THE_END:
        hint = (
            f"the pages before it could be read: if the API answers {status} past the last page, "
            f"say so by `pagination: {{end_statuses: [{status}]}}`; else {error.diagnostic.hint}"
        )
        error.diagnostics = (replace(error.diagnostic, hint=hint), *error.diagnostics[1:])


def _after(plan: ListPlan, step: Step, page: Page) -> Step | End:
    try:
        return plan.paginator.after(step, page)
    except ValueError:
        # What the standard library's URL functions raise for `http://[`.
        message = f"page {page.number} names a next page by something that is no URL"
        raise ResponseError(Diagnostic("broken-next-link", message)) from None


def _new_ones(page: Page, ids: list[str | None], is_new: list[bool], before: int) -> Batch:
    """Return what is new on a page that comes behind so many records."""
    if all(is_new):
        numbers = list(range(before + 1, before + 1 + len(ids)))
        return Batch(page, numbers, ids, page.records)
    is_kept = [new or one is None for new, one in zip(is_new, ids, strict=True)]
    return Batch(
        page,
        numbers=list(compress(count(before + 1), is_kept)),
        ids=list(compress(ids, is_kept)),
        records=list(compress(page.records, is_kept)),
        repeated=_repeated(ids, is_new),
    )


def _repeated(ids: list[str | None], is_new: list[bool]) -> tuple[str, ...]:
    pairs = zip(ids, is_new, strict=True)
    return tuple(one for one, new in pairs if one is not None and not new)
