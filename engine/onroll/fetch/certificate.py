"""The certificate of a listing: evidence gathered page by page, and the verdict.

A listing is complete only when its end was declared and nothing speaks against it. Declared
means: as many different ids as the total count says, an end mark, an empty page, or a style
that has one page only. A short page is not an end. Against it speak: a total that disagrees or
changes, an id listed twice, a page that repeats, a guard that stopped the reading, and a page
that could not be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from onroll.expressions.number import whole_number
from onroll.fetch.known_ids import KnownIds
from onroll.model import Absent, Json, ListingReport, Page, Proof
from onroll.protocols import End, Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onroll.definition.connector import ListDefinition

__all__ = ["Evidence", "Verdict"]

_PAST_THE_END: Final = frozenset({400, 404, 416, 422})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows after a page: another step, or the end with its proof."""

    step: Step | None
    proof: Proof | None = None


class Evidence:
    """What the pages of one listing say about its completeness. Fed by the fetcher, in order."""

    def __init__(self, listing: ListDefinition) -> None:
        self._listing = listing
        self._known = KnownIds()
        self._steps: set[int] = set()
        self._page_prints: set[int] = set()
        self._reasons: dict[str, None] = {}
        self._warnings: dict[str, None] = {}
        self._total: int | None = None
        self._proof: Proof | None = None
        self._needs_confirmation = False
        self._is_page_length = True
        self._without_id = 0
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
        return tuple(self._reasons)

    def object_to(self, reason: str) -> None:
        """Hold a reason against completeness."""
        self._reasons[reason] = None

    def warn(self, warning: str) -> None:
        """Note something that a person should know and that proves nothing."""
        self._warnings[warning] = None

    def is_new_step(self, step: Step) -> bool:
        """Note what is about to be asked; False, and a reason, when it was asked before."""
        sent = repr(sorted((name, repr(value)) for name, value in step.params.items()))
        key = hash((sent, step.url))
        if key in self._steps:
            what = "next link" if step.url is not None else "cursor or offset"
            self.object_to(f"page {self._pages} names a {what} that was followed before")
            return False
        self._steps.add(key)
        return True

    def observe(self, page: Page, ids: Sequence[str | None]) -> list[bool]:
        """Take in a page and the ids of its records; return which of them are new."""
        self._pages += 1
        self._received += len(ids)
        is_new = [identifier is not None and self._known.add(identifier) for identifier in ids]
        self._note_ids(page, ids, is_new)
        self._note_total(page)
        return is_new

    def _note_ids(self, page: Page, ids: Sequence[str | None], is_new: list[bool]) -> None:
        missing = sum(identifier is None for identifier in ids)
        repeated = len(ids) - missing - sum(is_new)
        self._without_id += missing
        self._duplicates += repeated
        if missing:
            self.object_to(f"page {page.number} has {_records(missing)} without an id")
        if repeated and self._listing.duplicates == "refuse" and not self._is_repeat(page, is_new):
            self.object_to(f"page {page.number} lists {_records(repeated)} again")

    def _is_repeat(self, page: Page, is_new: list[bool]) -> bool:
        """Whether a page brings nothing new, which ends the reading."""
        if not is_new or any(is_new):
            return False
        if self._without_id < self._received:
            return page.number > 1
        # Nobody has an id: only the page as a whole can be known again.
        self._page_prints.add(hash(repr(page.records)))
        return len(self._page_prints) < page.number

    def _note_total(self, page: Page) -> None:
        locator = self._listing.total_count
        if locator is None:
            return
        found = locator.read(page.answer, page.headers)
        total = whole_number(found)
        if total is None:
            # Some APIs give the total with the first page only.
            if page.number == 1:
                self.warn(f"total_count: {_what_is_there(found)} at {locator}")
            return
        self._is_page_length &= total == len(page.records)
        if self._total is not None and total != self._total and not self._is_page_length:
            self.object_to(
                f"total_count changed from {self._total} to {total} at page {page.number}: "
                "the list changed while it was read"
            )
        self._total = total

    def judge(self, page: Page, after: Step | End, is_new: list[bool]) -> Verdict:
        """Decide what follows a page, given what its paginator says."""
        if self._is_repeat(page, is_new):
            self.object_to(f"page {page.number} repeats records and brings no new one")
            return Verdict(None)
        more = self._listing.more
        has_more = more is not None and more.holds_for_answer(page.answer, page.headers)
        if isinstance(after, End):
            # A mark that was never found proves nothing, unless a total does.
            if after.proof is None and self._agrees():
                after = End("total")
            if has_more:
                self.object_to(f"page {page.number} says there is more, but names no next page")
            return self._end(after)
        if more is not None and not has_more:
            return self._end(End("end_marker"))
        if self._is_total_reached(page):
            return self._end(End("total"))
        return Verdict(after)

    def _is_total_reached(self, page: Page) -> bool:
        if not self._agrees():
            return False
        # A total that equals page one may be that page's own length, and a page shorter than
        # asked for may be one that the server capped: one more request tells.
        if page.number == 1 and page.records:
            self._needs_confirmation = True
            return False
        return True

    def accept_refusal(self, status: int | None) -> bool:
        """Whether a refused page two stands for an empty one.

        Some APIs answer so past the last page. It counts only when page one held as many people
        as the total says, and page two was asked for to confirm it.
        """
        is_confirming = self._needs_confirmation and self._pages == 1
        if is_confirming and status in _PAST_THE_END:
            self._end(End("empty_page"))
            return True
        return False

    def _agrees(self) -> bool:
        """Whether the total count is what was received: different ids, or all repeats too."""
        if self._listing.duplicates == "keep_first" and self._received == self._total:
            return True
        return len(self._known) == self._total

    def _end(self, end: End) -> Verdict:
        proof = end.proof
        if end.reason is not None:
            self.object_to(end.reason)
        distinct = len(self._known)
        if self._total is not None and not self._agrees():
            self.object_to(self._disagreement(distinct))
        elif self._total is not None and self._needs_confirmation and proof == "empty_page":
            proof = "total"
        self._proof = proof
        return Verdict(None, proof)

    def _disagreement(self, distinct: int) -> str:
        if self._is_page_length and self._pages > 1:
            locator = self._listing.total_count
            return f"total_count ({locator}) is the length of each page, not of the list"
        said = f"total_count says {self._total}, but {distinct} different people were received"
        if self._needs_confirmation and distinct > (self._total or 0):
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
            reasons=tuple(self._reasons),
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
