"""What happens at the company from one day to the next: the same for the same seed and day.

A day goes by in the order of `_EVENTS`, and nobody meets more than one of them on it.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from math import gcd
from random import Random

from onroll.testing.sandbox.company import DEPARTMENTS
from onroll.testing.sandbox.names import FAMILY_NAMES
from onroll.testing.sandbox.people import REPORTS_PER_SUPERVISOR, department_of
from onroll.testing.sandbox.workforce import Change, Workforce, date_of

_SHARE = 100  # one in so many joins or changes on a day
_FEWEST = 10  # changes a day, so that two join and each event comes once at least


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on a day, in numbers of people. `users` counts those who left as well."""

    number: int
    date: str
    users: int
    joined: int
    left: int
    went_on_leave: int
    returned: int
    married: int
    changed_department: int
    changed_manager: int

    def __str__(self) -> str:
        return f"day {self.number} ({self.date}): {self.happenings}"

    @property
    def happenings(self) -> str:
        """What happened in words, without the date."""
        return (
            f"{self.joined:,} joined, {self.left:,} left, {self.went_on_leave:,} went on leave,"
            f" {self.returned:,} returned, {self.married:,} married (name and e-mail),"
            f" {self.changed_department:,} changed department,"
            f" {self.changed_manager:,} changed manager"
        )

    @property
    def record(self) -> dict[str, int | str]:
        """The day as a JSON object, with its sentence as `summary`."""
        return {**asdict(self), "summary": str(self)}


def next_day(before: Workforce, changes: int | None = None) -> tuple[Workforce, Day]:
    """Let a day go by on which so many people join or change: one in a hundred unless given.

    Those who report to somebody who leaves get another manager, and are not counted. Fewer change
    where an event finds nobody, as with less than 20 people, or a return while nobody is on leave.
    Raises ValueError for a negative number.
    """
    if changes is None:
        changes = max(before.users // _SHARE, _FEWEST)
    if changes < 0:
        raise ValueError(f"The number of changes must be at least 0, not {changes}.")
    number, today = before.day + 1, date_of(before.day + 1)
    draw = Random(f"{before.seed}/{number}")  # noqa: S311  (made-up people, not secrets)
    changed = dict(before.changes)
    now = Workforce(before.users, before.seed, number, changed)
    shares = _shares(changes)
    joined = next(shares)
    met = set(range(before.users, before.users + joined))
    counts = {}
    for (name, event), share in zip(_EVENTS.items(), shares, strict=True):
        happenings = _happenings(event, now, draw, met)
        counts[name] = 0
        for index, change in islice(happenings, share):
            met.add(index)
            changed[index] = change._replace(on=today)
            counts[name] += 1
    joiner = Change(on=today, joined_on=today, status="active")
    changed |= dict.fromkeys(range(before.users, before.users + joined), joiner)
    after = Workforce(before.users + joined, before.seed, number, changed)
    return after, Day(number=number, date=today, users=after.users, joined=joined, **counts)


def _shares(changes: int) -> Iterator[int]:
    """Divide the changes: to the joiners first, then to each event."""
    weights = (_JOINERS, *(_WEIGHTS.get(name, 1) for name in _EVENTS))
    passed = 0
    for weight in weights:
        yield changes * (passed + weight) // sum(weights) - changes * passed // sum(weights)
        passed += weight


# What an event makes of a person's changes so far; None where it cannot happen to them.
_Event = Callable[[Workforce, int, Change, Random], Change | None]


def _happenings(
    event: _Event, now: Workforce, draw: Random, met: set[int]
) -> Iterator[tuple[int, Change]]:
    """Walk through those to whom an event can happen; nothing happens to the company's head."""
    today = date_of(now.day)
    for index in _shuffled(now.users, draw):
        if index == 0 or index in met:
            continue
        change = event(now, index, now.changes.get(index, Change(today)), draw)
        if change is not None:
            yield index, change


def _shuffled(count: int, draw: Random) -> Iterator[int]:
    """Walk through the indexes in some order that needs no memory."""
    if count == 0:
        return
    start, step = draw.randrange(count), draw.randrange(count) + 1
    while gcd(step, count) != 1:
        step += 1
    for place in range(count):
        yield (start + place * step) % count


def _leave_for_good(now: Workforce, index: int, so_far: Change, _draw: Random) -> Change | None:
    if now.status(index) != "active":
        return None
    return so_far._replace(status="inactive", left_on=date_of(now.day))


def _go_on_leave(now: Workforce, index: int, so_far: Change, _draw: Random) -> Change | None:
    return so_far._replace(status="leave") if now.status(index) == "active" else None


def _return(now: Workforce, index: int, so_far: Change, _draw: Random) -> Change | None:
    return so_far._replace(status="active") if now.status(index) == "leave" else None


def _marry(now: Workforce, index: int, so_far: Change, draw: Random) -> Change | None:
    if now.status(index) != "active" or so_far.spouse is not None:
        return None
    return so_far._replace(spouse=draw.choice(FAMILY_NAMES))


def _change_department(now: Workforce, index: int, so_far: Change, draw: Random) -> Change | None:
    department = draw.choice(DEPARTMENTS)
    current = so_far.department or department_of(index, now.seed)
    if now.status(index) != "active" or department is current:
        return None
    return so_far._replace(department=department)


def _change_manager(now: Workforce, index: int, so_far: Change, draw: Random) -> Change | None:
    current = now.leader(index)
    # A leader's index must be lower, and is near the present one's: the tree keeps its shape.
    first, last = current // 2, min(2 * current + REPORTS_PER_SUPERVISOR, index - 1)
    leader = now.nearest_leader(draw.randint(first, last))
    if now.status(index) != "active" or leader == current:
        return None
    return so_far._replace(leader=leader)


_EVENTS: dict[str, _Event] = {
    "left": _leave_for_good,
    "went_on_leave": _go_on_leave,
    "returned": _return,
    "married": _marry,
    "changed_department": _change_department,
    "changed_manager": _change_manager,
}
_JOINERS = 2
_WEIGHTS = {"changed_department": 2, "changed_manager": 2}
