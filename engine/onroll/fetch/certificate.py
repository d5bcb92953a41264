"""The certificate of a listing: evidence gathered page by page, and the verdict.

A listing is complete only when its end was declared and nothing speaks against it. Declared
means: as many different ids as the total count says and nobody behind them, an end mark, an
empty page, or a style that has one page only. A short page is not an end. Against it speak: a
total that disagrees or changes, an id listed twice, a page that repeats, a guard that stopped the
reading, and a page that could not be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onroll.expressions.number import whole_number
from onroll.expressions.signs import sign_of_a_larger_total, signs_of_more
from onroll.fetch.known_ids import KnownIds, KnownTexts
from onroll.fetch.layout import layout_hint
from onroll.model import ABSENT, Absent, Json, ListingReport, Page, Proof
from onroll.protocols import End, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onroll.definition.connector import ListDefinition

__all__ = ["Evidence"]

#: A reason for each of a million pages would not fit, and nobody would read them.
_KEPT_REASONS: Final = 20
#: Empty pages that name a next one: filters make some. A few more behind the total are its end,
#: for some APIs never stop naming cursors.
_EMPTY_AT_TOTAL: Final = 10
_EMPTY_IN_A_ROW: Final = 1000
_NO_PAGINATION: Final = "the definition names no `pagination`"
_SAY_SO: Final = "say `pagination: {style: none}` if one answer holds everyone"
#: A page of just so many people is rarely the whole company.
_USUAL_PAGE_SIZES: Final = frozenset({10, 15, 20, 25, 30, 50, 100, 200, 250, 500, 1000, 2000, 5000})
_PAST_THE_END: Final = frozenset({400, 404, 416, 422})


class Evidence:
    """What the pages of one listing say about its completeness. Fed by the fetcher, in order."""

    def __init__(self, listing: ListDefinition) -> None:
        self._listing = listing
        self._known = KnownIds()
        # Pages of one person each would make sets of hashes grow as fast as the people.
        self._steps = KnownTexts()
        self._page_prints = KnownTexts()
        self._reasons: dict[str, None] = {}
        self._further_reasons = 0
        self._warnings: dict[str, None] = {}
        self._total: int | None = None
        self._total_since = 0
        self._proof: Proof | None = None
        self._is_confirming = False
        self._may_be_page_length = False
        self._is_page_length = True
        self._has_said_more = False
        self._is_repeat = False
        self._empty_pages = 0
        self._received = 0
        self._duplicates = 0
        self._pages = 0

    @property
    def total_count(self) -> int | None:
        """The total count as it was said last."""
        return self._total

    @property
    def received(self) -> int:
        """The records received so far, the same one counted as often as it came."""
        return self._received

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the listing is not complete; empty as long as nothing speaks against it."""
        further = (f"and {self._further_reasons} further reasons",) if self._further_reasons else ()
        return (*self._reasons, *further)

    def object_to(self, reason: str) -> None:
        """Hold a reason against completeness. The first are kept, all are counted."""
        if reason in self._reasons:
            return
        if len(self._reasons) < _KEPT_REASONS:
            self._reasons[reason] = None
        else:
            self._further_reasons += 1

    def warn(self, warning: str) -> None:
        """Note something that a person should know and that proves nothing."""
        self._warnings[warning] = None

    def is_new_step(self, step: Step) -> bool:
        """Note what is about to be asked; False, and mostly a reason, when it was asked before."""
        sent = sorted((name, repr(value)) for name, value in step.params.items())
        if self._steps.add(repr((sent, step.url))):
            return True
        if self._is_confirming and not self._may_be_page_length:
            # Some APIs still name a cursor on the last page, its own. The total was reached,
            # and there is nothing left to ask that could speak against it.
            self._end(End("total"))
            return False
        what = "next link" if step.url is not None else "cursor or offset"
        self.object_to(f"page {self._pages} names a {what} that was followed before")
        return False

    def observe(self, page: Page, ids: Sequence[str | None]) -> list[bool]:
        """Take in a page and the ids of its records; return which of them are new."""
        self._pages += 1
        self._received += len(ids)
        is_new = self._known.add_all(ids)
        self._is_repeat = self._brings_nothing_new(page, ids, is_new)
        if ids and self._empty_pages:
            self.warn("a page in the middle of the list was empty, and people came after it")
        self._note_ids(page, ids, is_new)
        self._note_total(page)
        return is_new

    def _brings_nothing_new(
        self, page: Page, ids: Sequence[str | None], is_new: list[bool]
    ) -> bool:
        """Whether a page has records and all of them came before, which ends the reading."""
        if not ids or any(is_new):
            return False
        if any(identifier is not None for identifier in ids):
            return True
        # Nobody on it has an id: only the page as a whole can be known again.
        return not self._page_prints.add(repr(page.records))

    def _note_ids(self, page: Page, ids: Sequence[str | None], is_new: list[bool]) -> None:
        missing = ids.count(None)
        repeated = len(ids) - missing - is_new.count(True)
        self._duplicates += repeated
        if missing:
            is_lookup = self._listing.path[:1] == ("lookups",)
            what = "its `key`" if is_lookup else "an id"
            self.object_to(f"page {page.number} has {_records(missing)} without {what}")
            if missing == len(ids) and self._pages == 1 and not is_lookup:
                self.warn(layout_hint(page.records))
        if repeated and self._listing.duplicates == "refuse" and not self._is_repeat:
            self.object_to(f"page {page.number} lists {_records(repeated)} again")

    def _note_total(self, page: Page) -> None:
        locator = self._listing.total_count
        if locator is None:
            return
        found = locator.read(page.answer, page.headers)
        total = whole_number(found)
        if total is None:
            # Some APIs give the total with the first page only.
            if page.number == 1:
                counted = sign_of_a_larger_total(page.answer, page.headers, 0)
                there = f"; a count is at {counted}" if counted is not None else ""
                self.warn(f"total_count: {_what_is_there(found)} at {locator}{there}")
            return
        self._is_page_length &= total == len(page.records)
        if self._total is not None and total != self._total and not self._is_page_length:
            self.object_to(
                f"total_count changed from {self._total} to {total} at page {page.number}: "
                "the list changed while it was read"
            )
        if total != self._total:
            self._total_since = page.number
        self._total = total

    def goes_on(self, page: Page) -> bool:
        """Whether a page is surely not the last if its paginator names one behind it.

        Asked before it is observed.
        """
        more = self._listing.more
        return not self._is_confirming and (
            more is None or more.holds_for_answer(page.answer, page.headers)
        )

    def judge(self, page: Page, after: Step | End) -> Step | None:
        """Decide what follows the page observed last, given what its paginator says."""
        if self._is_repeat and not self._may_repeat(after):
            if self._is_confirming and not self._may_be_page_length:
                # Some APIs give their last page again past the end: there is nobody behind it.
                self._end(End("total"))
                return None
            self.object_to(f"page {page.number} repeats records and brings no new one")
            return None
        has_more = self._says_more(page)
        if isinstance(after, End):
            if has_more:
                self.object_to(f"page {page.number} says there is more, but names no next page")
            self._end(self._checked(after, page))
            return None
        if has_more is False:
            self._end(End("end_marker"))
            return None
        self._empty_pages = 0 if page.records else self._empty_pages + 1
        if self._empty_pages >= (_EMPTY_AT_TOTAL if self._is_confirming else _EMPTY_IN_A_ROW):
            reason = f"the reading was stopped after {self._empty_pages} empty pages in a row"
            self._end(End("total") if self._is_confirming else End(None, reason))
            return None
        self._is_confirming = len(self._known) == self._total
        if self._is_confirming:
            # A total is believed when one more request finds nobody behind it: it may be out of
            # date, count something else, or be the length of this page.
            self._may_be_page_length |= page.number == self._total_since
        return after

    def _may_repeat(self, after: Step | End) -> bool:
        """Whether a page of known people only is as it should be: some APIs list people twice."""
        is_by_design = self._listing.duplicates == "keep_first"
        return is_by_design and (isinstance(after, End) or self._received == self._total)

    def _says_more(self, page: Page) -> bool | None:
        """Return what `more` says of a page; None when there is none, or it was never found."""
        more = self._listing.more
        if more is None:
            return None
        has_more = more.holds_for_answer(page.answer, page.headers)
        if more.header is not None:
            is_there = more.header in page.headers
        else:
            is_there = more.body is not None and more.body.first(page.answer) is not ABSENT
        self._has_said_more |= has_more or is_there
        if has_more or self._has_said_more:
            return has_more
        # A condition on a place that nobody ever saw may be mistyped: the style goes on.
        self.warn(f"pagination.more: nothing was found at `{more.header or more.body}`")
        return None

    def _checked(self, end: End, page: Page) -> End:
        """Return the end that a paginator declares, as far as page one bears it out."""
        if page.number > 1:
            return self._or_total(end)
        sign = next(iter(signs_of_more(page.answer, page.headers)), None)
        if end.proof == "single_page":
            return self._single(end, page, sign)
        if end.proof == "end_marker" and sign is not None:
            return End(None, f"page one is said to be the last, but it names a next one ({sign})")
        # A total that was said on page one only may be that page's length.
        return end if sign is not None else self._or_total(end)

    def _or_total(self, end: End) -> End:
        """Let a total prove what a mark that was never found does not."""
        return End("total") if end.proof is None and len(self._known) == self._total else end

    def _single(self, end: End, page: Page, sign: str | None) -> End:
        """Return the end of a list of one page, unless the answer itself speaks of more."""
        if sign is not None:
            reason = f"the answer names a next page ({sign}): the list needs `pagination`"
            return End(None, reason)
        received = len(page.records)
        larger = sign_of_a_larger_total(page.answer, page.headers, received)
        if larger is not None and self._total is None:
            said = f"{larger} counts more people than the {received} received"
            return End(None, f"{said}: the list needs `pagination`")
        if self._listing.is_paging_declared or (self._total is not None and not self._agrees()):
            return end
        if received in _USUAL_PAGE_SIZES:
            return End(None, f"{_NO_PAGINATION}, and {received} is a usual page size: {_SAY_SO}")
        self.warn(f"{_NO_PAGINATION}: {_SAY_SO}")
        return end

    @property
    def may_be_past_the_end(self) -> bool:
        """Whether nothing says that people are missing yet."""
        return self._total is None or len(self._known) >= self._total

    def accept_refusal(self, status: int | None) -> bool:
        """Whether a refused page stands for an empty one.

        Some APIs answer so past the last page. It counts when the definition says so, else only
        when as many people came as the total says, and the page was asked for to confirm it.
        """
        if self._pages and status in self._listing.end_statuses:
            self._end(End("end_marker"))
            return True
        # Others fail there; a total that page one did not make up itself needs no more.
        has_failed = status == 500 and not self._may_be_page_length
        if self._is_confirming and (status in _PAST_THE_END or has_failed):
            self._end(End("empty_page"))
            return True
        return False

    def _agrees(self) -> bool:
        """Whether the total count is what was received: different ids, or all repeats too."""
        if self._listing.duplicates == "keep_first" and self._received == self._total:
            return True
        return len(self._known) == self._total

    def _end(self, end: End) -> None:
        proof = end.proof
        if end.reason is not None:
            self.object_to(end.reason)
        distinct = len(self._known)
        if self._total is not None and not self._agrees():
            self.object_to(self._disagreement(distinct))
        elif self._total is not None and self._is_confirming and proof == "empty_page":
            proof = "total"
        self._proof = proof

    def _disagreement(self, distinct: int) -> str:
        if self._is_page_length and self._pages > 1:
            locator = self._listing.total_count
            return f"total_count ({locator}) is the length of each page, not of the list"
        said = f"total_count says {self._total}, but {distinct} different people were received"
        if self._may_be_page_length and distinct > (self._total or 0):
            return said + ": it may be the length of one page"
        if self._listing.pagination["style"] == "none":
            return said + ": the list needs `pagination`"
        return said

    def report(self, *, requests: int, retries: int, seconds: float) -> ListingReport:
        """Return the certificate so far. Complete only with a proof and nothing against it."""
        is_complete = self._proof is not None and not self._reasons
        return ListingReport(
            complete=is_complete,
            proof=self._proof if is_complete else None,
            total_count=self._total,
            received=self._received,
            distinct=len(self._known),
            duplicates=self._duplicates,
            pages=self._pages,
            requests=requests,
            retries=retries,
            reasons=self.reasons,
            warnings=tuple(self._warnings),
            seconds=round(seconds, 3),
        )


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count} records"


def _what_is_there(found: Json | Absent) -> str:
    if isinstance(found, Absent):
        return "nothing is there"
    if found is None:
        return "null is there"
    return "something that is no whole number is there"
