"""The rules of the import, stated a second time: plain dicts and loops, and no cleverness.

Written from the rules and not from the engine, which it is compared with. Everything is looked up
by going through everything. A user of the directory is a number here; a record is what the source
lists; a line is what is decided for one person.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = [
    "PLAIN",
    "WRITES",
    "Line",
    "Link",
    "Person",
    "Record",
    "Rules",
    "User",
    "World",
    "find_user",
    "key",
    "person_of",
    "standing_of",
]

Record: TypeAlias = dict[str, Any]

WRITES = ("create", "update", "suspend", "reactivate", "link")

#: What the directory keeps of a record, as it is.
PLAIN = (
    "employee_number", "username", "email", "first_name", "last_name", "job_title", "department",
    "time_zone", "hire_date", "termination_date",
)  # fmt: skip


@dataclass
class Rules:
    """A connection's rules, and how its definition makes usernames."""

    create_as: str = "active"
    inactive_statuses: tuple[str, ...] = ("leave", "inactive")
    allow_reactivation: bool = False
    create_days_before: int | None = None
    absent: str = "keep"
    absent_after: int = 3
    time_zone: str = "UTC"
    protected_ids: tuple[str, ...] = ()
    protected_emails: tuple[str, ...] = ()
    protected_groups: tuple[str, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()  # (department, group)
    suspensions: tuple[int, int] = (5, 10)  # a number, percent
    limits: dict[str, int] = field(default_factory=dict)
    is_composed: bool = False
    appends_id: bool = False
    clearable: tuple[str, ...] = ()


@dataclass
class User:
    attributes: dict[str, Any]
    state: str
    manager: int | None = None
    groups: set[str] = field(default_factory=set)
    external_id: str | None = None


@dataclass
class Link:
    connection: str
    source_id: str
    user: int
    is_open: bool = True
    absences: int = 0


@dataclass
class World:
    """The directory, and what the imports remember. `links` are in the order of their making."""

    users: dict[int, User] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    given: set[tuple[str, int, str]] = field(default_factory=set)  # connection, user, group
    people_before: dict[str, int] = field(default_factory=dict)

    def link_of(self, connection: str, source_id: str) -> Link | None:
        for link in self.links:
            if link.is_open and (link.connection, link.source_id) == (connection, source_id):
                return link
        return None

    def owner_of(self, user: int) -> str | None:
        """The first to link owns state and attributes."""
        for link in self.links:
            if link.is_open and link.user == user:
                return link.connection
        return None


@dataclass
class Person:
    """A record after the mapping. `attributes` hold what the record has, null and empty as None."""

    number: int
    id: str
    attributes: dict[str, Any]
    standing: str
    email: str | None
    manager_id: str | None
    manager_email: str | None
    clears_manager: bool


@dataclass
class Line:
    """What is decided. `manager` is a user's number, or a person's id who gets a user."""

    id: str | None
    email: str | None
    action: str
    reason: str | None = None
    user: int | None = None
    is_link: bool = False
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    manager: int | str | None = None
    person: Person | None = None


def key(text: str) -> str:
    """One casefolded NFC key."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.strip()).casefold())


# ---- from a record to a person -------------------------------------------------------------------


def person_of(number: int, record: Record, rules: Rules, now: datetime) -> Person | None:
    """Return the person; None when the record cannot be used."""
    for name in ("hire_date", "termination_date"):
        if record.get(name) is not None and not _is_date(record[name]):
            return None
    attributes = {name: record[name] or None for name in PLAIN if name in record}
    if rules.is_composed:
        attributes.pop("username", None)
        names = ("first_name", "last_name")
        if all(name in record for name in names):
            full = all(record[name] for name in names)
            attributes["username"] = _composed(record) if full else None
    managers = ("manager_id", "manager_email")
    return Person(
        number,
        record["id"],
        attributes,
        standing_of(record, rules, now),
        record.get("email") or None,
        record.get("manager_id") or None,
        record.get("manager_email") or None,
        any(one in record and one in rules.clearable for one in managers),
    )


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _composed(record: Record) -> str:
    return f"{record['first_name'][0]}{record['last_name']}".lower()


def _today(record: Record, rules: Rules, now: datetime) -> date:
    """The day where the person is; else where the connection is."""
    try:
        return now.astimezone(ZoneInfo(record.get("time_zone") or rules.time_zone)).date()
    except ZoneInfoNotFoundError:
        return now.astimezone(ZoneInfo(rules.time_zone)).date()


def standing_of(record: Record, rules: Rules, now: datetime) -> str:
    last_day, first_day = record.get("termination_date"), record.get("hire_date")
    is_rehired = last_day and first_day and last_day < first_day
    if last_day and not is_rehired and _today(record, rules, now) > date.fromisoformat(last_day):
        return "inactive"
    if record.get("status") not in ("onboarding", "active", "leave", "inactive"):
        return "unknown"
    return "inactive" if record["status"] in rules.inactive_statuses else "active"


def is_too_early(person: Person, rules: Rules, now: datetime) -> bool:
    first_day = person.attributes.get("hire_date")
    if first_day is None or rules.create_days_before is None:
        return False
    day = _today(person.attributes, rules, now) + timedelta(days=rules.create_days_before)
    return date.fromisoformat(first_day) > day


# ---- whose user is whose -------------------------------------------------------------------------


def find_user(
    world: World, connection: str, person: Person, people: list[Person]
) -> tuple[int | None, str | None]:
    """Return a person's user, and why there is none although somebody might be it."""
    link = world.link_of(connection, person.id)
    if link is not None:
        return link.user, None
    user, why = _by_number(world, connection, person)
    if person.standing == "inactive":
        # It never links by e-mail; and where nobody is created, nothing is to be decided.
        return (None, None) if why in ("number_in_use", "was_unlinked") else (user, why)
    if user is not None or why is not None:
        return user, why
    return _by_email(world, connection, person, people)


def _by_number(world: World, connection: str, person: Person) -> tuple[int | None, str | None]:
    own_number = person.attributes.get("employee_number")
    wanted = own_number or person.id
    free = []
    for number, user in world.users.items():
        has_number = user.attributes.get("employee_number") == wanted
        if not has_number and user.external_id != person.id:
            continue
        holders = [one.connection for one in world.links if one.is_open and one.user == number]
        if connection in holders and own_number and has_number:
            return None, "number_in_use"
        if not holders and not _was_foreign(world, connection, number):
            free.append(number)
    if len(free) > 1:
        return None, "ambiguous"
    if not free:
        return None, None
    if _was_unlinked(world, connection, person.id, free[0]):
        return None, "was_unlinked"
    email = world.users[free[0]].attributes.get("email")
    if email and person.email and key(email) != key(person.email):
        return None, "email_differs"
    return free[0], None


def _by_email(
    world: World, connection: str, person: Person, people: list[Person]
) -> tuple[int | None, str | None]:
    if person.email is None:
        return None, None
    for number, user in world.users.items():
        if not user.attributes.get("email"):
            continue
        if key(user.attributes["email"]) != key(person.email):
            continue
        if _gives_up_email(world, connection, number, people):
            continue
        holders = [one.connection for one in world.links if one.is_open and one.user == number]
        if connection in holders:
            return None, "email_in_use"
        if holders or _was_foreign(world, connection, number):
            return None, "claimed_elsewhere"
        if _was_unlinked(world, connection, person.id, number):
            return None, "was_unlinked"
        if user.state == "suspended":
            return None, "email_of_suspended"
        return number, None
    return None, None


def _gives_up_email(world: World, connection: str, user: int, people: list[Person]) -> bool:
    """Whether the source says that the user's owner has another address by now."""
    if world.owner_of(user) != connection:
        return False
    for person in people:
        link = world.link_of(connection, person.id)
        if link is not None and link.user == user and person.email is not None:
            return key(person.email) != key(world.users[user].attributes["email"])
    return False


def _was_unlinked(world: World, connection: str, source_id: str, user: int) -> bool:
    """Whether somebody ended this very link by hand."""
    return any(
        (one.connection, one.source_id, one.user) == (connection, source_id, user)
        for one in world.links
        if not one.is_open
    )


def _was_foreign(world: World, connection: str, user: int) -> bool:
    """Whether another connection wrote the user once."""
    return any(
        one.user == user and one.connection != connection for one in world.links if not one.is_open
    )
