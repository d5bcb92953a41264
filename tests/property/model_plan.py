"""The rules of the import, stated a second time: what is decided for everybody, and what blocks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .model import (
    PLAIN,
    WRITES,
    Line,
    Person,
    Record,
    Rules,
    User,
    World,
    find_user,
    is_too_early,
    key,
    person_of,
)
from .model_managers import settle_managers, wish_manager
from .model_names import settle_names, with_id

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Plan", "Request", "make_plan"]


@dataclass
class Request:
    """What one import is asked. `is_complete` is what the source's listing is."""

    connection: str
    rules: Rules
    records: list[Record]
    now: datetime
    mode: str = "all"
    selected: tuple[str, ...] = ()
    is_confirmed: bool = False
    allowed_suspensions: int | None = None
    allows_incomplete: bool = False
    is_complete: bool = True


@dataclass
class Plan:
    lines: list[Line] = field(default_factory=list)
    blocked_by: list[str] = field(default_factory=list)
    exit_code: int = 0

    @property
    def counts(self) -> Counter[str]:
        return Counter(line.action for line in self.lines)

    @property
    def is_done(self) -> bool:
        return self.exit_code in (0, 1)


def make_plan(world: World, asked: Request) -> Plan:
    if not asked.is_complete and not asked.allows_incomplete:
        return Plan(exit_code=4)
    people = {
        record["id"]: person_of(number, record, asked.rules, asked.now)
        for number, record in enumerate(asked.records)
    }
    matches = _matches(world, asked.connection, [one for one in people.values() if one])
    lines = []
    for record in asked.records:
        person = people[record["id"]]
        if person is None:
            line = Line(record["id"], None, "refused", "unreadable")
        else:
            line = _decide(world, asked, person, *matches[person.id])
            wish_manager(world, asked.connection, line, person, people, matches)
        lines.append(_cut(line, asked))
    lines += [_cut(line, asked) for line in _absentees(world, asked)]
    settle_names(world, lines, asked.rules)
    settle_managers(world, lines)
    blocked_by = _objections(world, asked, lines)
    plan = Plan(lines, blocked_by)
    if blocked_by:
        plan.exit_code = 6
    else:
        plan.exit_code = int(bool(plan.counts["conflict"] or plan.counts["refused"]))
    return plan


def _matches(
    world: World, connection: str, people: list[Person]
) -> dict[str, tuple[int | None, str | None]]:
    """Return everybody's user, or why there is none. Two who fit one user are a conflict."""
    found = {person.id: find_user(world, connection, person, people) for person in people}
    claims = Counter(user for user, _ in found.values() if user is not None)
    for source_id, (user, _) in found.items():
        if user is not None and claims[user] > 1 and not world.link_of(connection, source_id):
            found[source_id] = (None, "claimed_twice")
    return found


# ---- one person ----------------------------------------------------------------------------------


def _decide(
    world: World, asked: Request, person: Person, number: int | None, why: str | None
) -> Line:
    line = Line(person.id, person.email, "unchanged", user=number, person=person)
    if why is not None:
        line.action, line.reason = "conflict", why
    elif number is None:
        _about_nobody(line, person, asked)
    elif world.owner_of(number) not in (None, asked.connection):
        line.reason = "not_owner"
    else:
        _about_user(world, line, person, asked)
    return line


def _about_nobody(line: Line, person: Person, asked: Request) -> None:
    needed = ("first_name", "last_name", "email", "username")
    if person.standing == "unknown":
        line.action, line.reason = "refused", "unknown_status"
    elif person.standing == "inactive":
        line.action, line.reason = "skipped", "inactive"
    elif is_too_early(person, asked.rules, asked.now):
        line.action, line.reason = "skipped", "too_early"
    elif not all(person.attributes.get(name) for name in needed):
        line.action, line.reason = "refused", "missing_attribute"
    else:
        line.action = "create"
        line.changes = {n: (None, v) for n, v in person.attributes.items() if v is not None}
        line.changes["state"] = (None, asked.rules.create_as)
        joined = {
            group
            for department, group in asked.rules.groups
            if person.attributes.get("department") == department
        }
        if joined:
            line.changes["groups"] = ([], sorted(joined))


def _about_user(world: World, line: Line, person: Person, asked: Request) -> None:
    assert line.user is not None
    user, rules = world.users[line.user], asked.rules
    line.is_link = world.link_of(asked.connection, person.id) is None
    _compare_attributes(line, person, user, rules)
    if person.standing == "unknown":
        line.reason = "unknown_status"
    elif person.standing == "inactive" and user.state != "suspended":
        if _is_protected(world, line.user, person.id, person.email, rules):
            line.reason = "protected"
        else:
            line.changes["state"] = (user.state, "suspended")
    elif person.standing == "active" and user.state == "suspended":
        if rules.allow_reactivation:
            line.changes["state"] = ("suspended", "active")
        else:
            line.reason = "no_reactivation"
    _regroup(world, line, asked)
    line.action = _action_of(line)


def _compare_attributes(line: Line, person: Person, user: User, rules: Rules) -> None:
    for name in PLAIN:
        if name not in person.attributes:
            continue  # absent: never touched
        old, new = user.attributes.get(name), person.attributes[name]
        if new is None and (old is None or name not in rules.clearable):
            continue
        if name == "username" and rules.appends_id and old == with_id(new, person.id):
            continue  # theirs was taken when they came
        if new != old:
            line.changes[name] = (old, new)


def _action_of(line: Line) -> str:
    """One action per person: the state first, then the link, then changes."""
    to = line.changes.get("state", (None, None))[1]
    if to is not None:
        return "suspend" if to == "suspended" else "reactivate"
    if line.is_link:
        return "link"
    if line.changes:
        return "update"
    return "skipped" if line.reason == "protected" else "unchanged"


def _is_protected(
    world: World, number: int, source_id: str, email: str | None, rules: Rules
) -> bool:
    user = world.users[number]
    emails = {key(one) for one in (email, user.attributes.get("email")) if one}
    return (
        source_id in rules.protected_ids
        or any(key(one) in emails for one in rules.protected_emails)
        or any(one in user.groups for one in rules.protected_groups)
    )


def _regroup(world: World, line: Line, asked: Request) -> None:
    """A rule adds whom it holds for, and takes away only whom a rule added."""
    assert line.user is not None
    user = world.users[line.user]
    department = user.attributes.get("department")
    if "department" in line.changes:
        department = line.changes["department"][1]
    after = set(user.groups)
    held = {group for wanted, group in asked.rules.groups if wanted == department}
    for _, group in asked.rules.groups:
        if group in held:
            after.add(group)
        elif (asked.connection, line.user, group) in world.given:
            after.discard(group)
    if after != user.groups:
        line.changes["groups"] = (sorted(user.groups), sorted(after))


# ---- who is not listed, and what the run is not about --------------------------------------------


def _absentees(world: World, asked: Request) -> list[Line]:
    found: list[Line] = []
    if asked.rules.absent != "suspend" or not asked.is_complete:
        return found
    listed = {record["id"] for record in asked.records}
    for link in sorted(world.links, key=lambda one: one.source_id):
        if not link.is_open or link.connection != asked.connection or link.source_id in listed:
            continue
        user = world.users[link.user]
        is_due = link.absences + 1 >= asked.rules.absent_after
        is_owner = world.owner_of(link.user) == asked.connection
        if not is_due or not is_owner or user.state == "suspended":
            continue
        line = Line(link.source_id, user.attributes.get("email"), "suspend", "absent", link.user)
        if _is_protected(world, link.user, link.source_id, None, asked.rules):
            line.action, line.reason = "skipped", "protected"
        else:
            line.changes["state"] = (user.state, "suspended")
        found.append(line)
    return found


def _cut(line: Line, asked: Request) -> Line:
    if line.action in ("unchanged", "skipped"):
        return line
    if asked.selected:
        keys = [key(one) for one in asked.selected]
        is_selected = line.id in asked.selected or (line.email and key(line.email) in keys)
        if not is_selected:
            return _skip(line, "not_selected")
    if line.action in WRITES:
        if asked.mode == "new" and line.action != "create":
            return _skip(line, "mode")
        if asked.mode == "updates" and line.action == "create":
            return _skip(line, "mode")
    return line


def _skip(line: Line, reason: str) -> Line:
    line.action, line.reason, line.changes, line.manager = "skipped", reason, {}, None
    return line


# ---- safeguards ----------------------------------------------------------------------------------


def _objections(world: World, asked: Request, lines: list[Line]) -> list[str]:
    return [
        *([] if asked.is_confirmed else _about_source(world, asked)),
        *_about_plan(world, asked, lines),
    ]


def _about_source(world: World, asked: Request) -> list[str]:
    listed = {record["id"] for record in asked.records}
    linked = [
        link
        for link in world.links
        if link.is_open
        and link.connection == asked.connection
        and world.users[link.user].state != "suspended"
    ]
    returned = [link for link in linked if link.source_id in listed]
    if not listed and (linked or world.people_before.get(asked.connection)):
        return ["nobody-listed"]
    return ["few-returned"] if len(returned) < len(linked) / 2 else []


def _about_plan(world: World, asked: Request, lines: list[Line]) -> list[str]:
    rules = asked.rules
    accounts = [
        link
        for link in world.links
        if link.is_open
        and link.connection == asked.connection
        and world.owner_of(link.user) == asked.connection
        and world.users[link.user].state != "suspended"
    ]
    count, percent = rules.suspensions
    allowed = max(count, len(accounts) * percent // 100, asked.allowed_suspensions or 0)
    suspensions = sum(line.action == "suspend" for line in lines)
    found = ["too-many-suspensions"] if suspensions > allowed else []
    changed = [line for line in lines if line.action in WRITES and line.action != "create"]
    counted: dict[str, int] = {
        "creations": sum(line.action == "create" for line in lines),
        "email_changes": sum(_is_another(line, "email") for line in changed),
        "username_changes": sum(_is_another(line, "username") for line in changed),
        "blanked": sum(any(new is None for _, new in one.changes.values()) for one in changed),
    }
    return found + [
        "limit-exceeded" for name in counted if counted[name] > rules.limits.get(name, 1000)
    ]


def _is_another(line: Line, name: str) -> bool:
    return bool(line.changes.get(name, (None, None))[0])
