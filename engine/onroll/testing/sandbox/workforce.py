"""The company on one day: its people as they were computed, and what has become of some since.

Only what the days changed is kept, so that a million people still need no memory.
"""

from array import array
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from onroll.testing.sandbox.company import Department
from onroll.testing.sandbox.names import FamilyName
from onroll.testing.sandbox.people import (
    REPORTS_PER_SUPERVISOR,
    Identity,
    Person,
    in_department,
    index_of_bearer,
    person,
    status_of,
)

# The day after the last change that a computed person can have.
_FIRST_DAY = date(2026, 4, 27)
_ABSENT = frozenset({"inactive", "onboarding"})
_PROBATION = timedelta(days=181)


class Change(NamedTuple):
    """What the days have changed about a person, and the date of the latest; None is nothing."""

    on: str
    joined_on: str | None = None
    left_on: str | None = None
    status: str | None = None
    spouse: FamilyName | None = None
    department: Department | None = None
    leader: int | None = None


class Workforce:
    """Everybody on one day. The next day makes another; this one does not change."""

    def __init__(
        self, users: int, seed: int, day: int = 0, changes: Mapping[int, Change] | None = None
    ) -> None:
        self.users = users
        self.seed = seed
        self.day = day
        self.changes: Mapping[int, Change] = changes or {}
        self._identity = lru_cache(maxsize=16_384)(self._show_identity)
        self._with_statuses = lru_cache(maxsize=8)(self._list_with_statuses)

    def person(self, index: int) -> Person:
        """Compute the person at an index, as they are on this day."""
        someone = self._own(index)
        if not self.changes or index == 0:
            return someone
        supervisor = self._identity(self.leader(index))
        is_same = supervisor == someone.supervisor
        return someone if is_same else someone._replace(supervisor=supervisor)

    def status(self, index: int) -> str:
        """Return a person's status without computing the person."""
        change = self.changes.get(index)
        return change.status if change and change.status else status_of(index, self.seed)

    def leader(self, index: int) -> int:
        """Return the index of a person's supervisor; the head of the company leads themselves."""
        change = self.changes.get(index)
        if change and change.leader is not None:
            return self.nearest_leader(change.leader)
        return self.nearest_leader((index - 1) // REPORTS_PER_SUPERVISOR)

    def nearest_leader(self, index: int) -> int:
        """Return the nearest person upwards who is there.

        Indexes only fall on the way, and a new leader's is lower too, so no circle can be.
        """
        while index > 0 and self.status(index) in _ABSENT:
            index = (index - 1) // REPORTS_PER_SUPERVISOR
        return max(index, 0)

    def index_of_email(self, email: str) -> int | None:
        """Return the index of the person with this e-mail address, without a search."""
        index = index_of_bearer(email, self.seed)
        if index is None or index >= self.users:
            return None
        return index if self._own(index).email == email.lower() else None

    def indexes_with_statuses(self, statuses: frozenset[str]) -> Sequence[int]:
        """List the people who have one of these statuses, in order."""
        return self._with_statuses(statuses)

    def _list_with_statuses(self, statuses: frozenset[str]) -> Sequence[int]:
        return array("L", (i for i in range(self.users) if self.status(i) in statuses))

    def _show_identity(self, index: int) -> Identity:
        someone = self._own(index)
        return Identity(someone.id, someone.first_name, someone.last_name, someone.email)

    def _own(self, index: int) -> Person:
        """Compute a person, but for whom they report to."""
        someone = person(index, self.seed)
        change = self.changes.get(index)
        return someone if change is None else _changed(someone, change, self.seed)


def date_of(day: int) -> str:
    """Return the date of a day of the sandbox, from 1."""
    return (_FIRST_DAY + timedelta(days=day)).isoformat()


def _changed(someone: Person, change: Change, seed: int) -> Person:
    if change.joined_on is not None:
        someone = _joined(someone, change.joined_on)
    if change.department is not None:
        someone = in_department(someone, change.department, seed)
    if change.spouse is not None:
        someone = _married(someone, change.spouse)
    if change.left_on is not None:
        someone = someone._replace(
            contract_end=None,
            termination_date=change.left_on,
            termination_type="EMPLOYEE",
            termination_reason="Moved on",
            last_working_day=change.left_on,
        )
    return someone._replace(status=change.status or someone.status, modified_on=change.on)


def _joined(someone: Person, day: str) -> Person:
    """Let a person begin on a day, whatever their computed career is."""
    return someone._replace(
        hire_date=day,
        probation_end=(date.fromisoformat(day) + _PROBATION).isoformat(),
        contract_end=None,
        termination_date=None,
        termination_type=None,
        termination_reason=None,
        last_working_day=None,
        previous_employment=None,
        created_on=day,
    )


def _married(someone: Person, spouse: FamilyName) -> Person:
    """Give a person a double name; the address stays theirs alone by its first half."""
    last_name = f"{someone.last_name}-{spouse.text}"
    local_part, _, domain = someone.email.partition("@")
    family = local_part.rstrip("0123456789")
    return someone._replace(
        last_name=last_name,
        preferred_name=someone.preferred_name and f"{someone.first_name} {last_name}",
        email=f"{family}-{spouse.spelling}{local_part[len(family) :]}@{domain}",
    )
