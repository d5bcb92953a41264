"""What one sandbox serves: its people, its tokens, and the effects of the faults asked for.

The APIs know the shapes and nothing of faults; the account lets every effect step in at its place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from threading import Lock
from typing import Literal

from onroll.testing.sandbox.days import Day, next_day
from onroll.testing.sandbox.exchange import Answer, Request
from onroll.testing.sandbox.listing import Listing, Page, Window, cut_page
from onroll.testing.sandbox.people import Person, index_of_id
from onroll.testing.sandbox.tokens import TokenDesk, TokenRules
from onroll.testing.sandbox.workforce import Workforce

Kind = Literal["auth", "people", "list", "single"]
Responder = Callable[[Request, "Account"], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """How an API answers a request, and how it words a failure.

    The kind `people` is a list of people, `list` any other list.
    """

    kind: Kind
    respond: Responder
    failure: Callable[[int, str], Answer]


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its route; list requests are numbered from 1 since the sandbox started."""

    request: Request
    route: Route
    list_number: int | None

    @property
    def is_list(self) -> bool:
        """Whether a list, of people or of anything else, was asked for."""
        return self.list_number is not None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a fault does, at the places where it steps in. Each is a value to the next.

    Records are JSON texts of a person's record or employment, given with the person's index.
    """

    tokens: Callable[[TokenRules], TokenRules] | None = None
    listing: Callable[[Listing, Window], Listing] | None = None
    window: Callable[[Window], Window] | None = None
    person: Callable[[Person], Person] | None = None
    record: Callable[[str, int], str] | None = None
    page: Callable[[Page], Page] | None = None
    answer: Callable[[Answer, Call], Answer] | None = None


class Account:
    """The people and tokens of one sandbox, as its faults show them."""

    def __init__(self, users: int, seed: int, effects: Sequence[Effect] = ()) -> None:
        self._workforce = Workforce(users, seed)
        self._night = Lock()
        rules = [effect.tokens for effect in effects if effect.tokens]
        self.tokens = TokenDesk(reduce(lambda value, rule: rule(value), rules, TokenRules()))
        self._listings = [effect.listing for effect in effects if effect.listing]
        self._windows = [effect.window for effect in effects if effect.window]
        self._people = [effect.person for effect in effects if effect.person]
        self._records = [effect.record for effect in effects if effect.record]
        self._pages = [effect.page for effect in effects if effect.page]
        self._answers = [effect.answer for effect in effects if effect.answer]

    @property
    def users(self) -> int:
        """How many people there are today, those who left included."""
        return self._workforce.users

    def next_day(self, changes: int | None = None) -> Day:
        """Let a day go by, see `days`; requests on the way see the one day or the other."""
        with self._night:
            self._workforce, day = next_day(self._workforce, changes)
            return day

    def listing(self, window: Window) -> Listing:
        """List everybody, as the faults have it for a window."""
        everybody = Listing.of(range(self.users))
        return reduce(lambda value, change: change(value, window), self._listings, everybody)

    def listing_with_ids(self, ids: Sequence[int]) -> Listing:
        """List the people with these numbers that exist, in order."""
        indexes = {index_of_id(number) for number in ids}
        return Listing.of(sorted(index for index in indexes if 0 <= index < self.users))

    def listing_with_emails(self, emails: Sequence[str]) -> Listing:
        """List the people with these e-mail addresses that exist, in order."""
        indexes = {self._workforce.index_of_email(email) for email in emails}
        return Listing.of(sorted(index for index in indexes if index is not None))

    def listing_with_statuses(self, statuses: frozenset[str]) -> Listing:
        """List the people who have one of these statuses, in order."""
        return Listing.of(self._workforce.indexes_with_statuses(statuses))

    def person(self, index: int) -> Person:
        """Compute a person, as the faults have them."""
        someone = self._workforce.person(index)
        for change in self._people:
            someone = change(someone)
        return someone

    def person_with_id(self, text: str) -> Person | None:
        """Return the person whose number is written so, if there is one."""
        index = index_of_id(int(text)) if text.isdecimal() else -1
        return self.person(index) if 0 <= index < self.users else None

    def record(self, text: str, index: int) -> str:
        """Return a person's record as the faults have it."""
        for change in self._records:
            text = change(text, index)
        return text

    def people_page(
        self,
        listing: Listing,
        window: Window,
        write: Callable[[Person], str],
        link: Callable[[int], str] = lambda _start: "",
    ) -> Page:
        """Write the people of a window on a page."""
        served = self._served(window)
        rows = listing.rows(served.start, served.size)
        records = [self.record(write(self.person(row)), row) for row in rows]
        page = cut_page(window, records, len(listing), listing.total, link)
        return reduce(lambda value, change: change(value), self._pages, page)

    def page(self, records: Sequence[str], window: Window, link: Callable[[int], str]) -> Page:
        """Put the part of other records that a window shows on a page."""
        served = self._served(window)
        shown = records[served.start : served.start + served.size]
        page = cut_page(window, shown, len(records), len(records), link)
        return reduce(lambda value, change: change(value), self._pages, page)

    def answer(self, answer: Answer, call: Call) -> Answer:
        """Return an answer as the faults have it."""
        return reduce(lambda value, change: change(value, call), self._answers, answer)

    def _served(self, window: Window) -> Window:
        return reduce(lambda value, change: change(value), self._windows, window)
