"""The rules of the import, stated a second time: what is decided for everybody, and what blocks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .model import (
    PLAIN,
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

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["WRITES", "Plan", "Request", "make_plan"]

WRITES = ("create", "update", "suspend", "reactivate", "link")


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
        number: person_of(number, record, asked.rules, asked.now)
        for number, record in enumerate(asked.records)
    }
    matches = _matches(world, asked.connection, [one for one in people.values() if one])
    lines = []
    for number, record in enumerate(asked.records):
        person = people[number]
        if person is None:
            line = Line(record["id"], None, "refused", "unreadable")
        else:
            line = _decide(world, asked, person, *matches[person.id])
            _wish_manager(world, asked, line, person, people, matches)
        lines.append(_cut(line, asked))
    lines += [_cut(line, asked) for line in _absentees(world, asked)]
    _settle_names(world, lines, asked.rules)
    _settle_managers(world, lines)
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


def with_id(username: str | None, source_id: str) -> str | None:
    return None if username is None else f"{username}_{source_id}"


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


# ---- names that nobody may share -----------------------------------------------------------------


def _settle_names(world: World, lines: list[Line], rules: Rules) -> None:
    """Again and again, until everybody who is left can have what they want."""
    renamed: set[str | None] = set()
    while True:
        if rules.appends_id:
            _append_ids(world, lines, renamed)
        losers = [
            (line, name, why)
            for line in lines
            if line.action in WRITES
            for name in ("email", "username")
            if (why := _clash(world, lines, line, name)) is not None
        ]
        losers = losers or [
            (line, name, "in_use")
            for line in lines
            if line.action in WRITES
            for name in ("email", "username")
            if _is_in_circle(world, lines, line, name)
        ]
        if not losers:
            return
        for line, name, why in losers:
            line.reason = f"{name}_{why}"
            if line.action == "suspend":
                line.changes.pop(name, None)  # access ends, whatever else is wrong
            else:
                line.action, line.changes, line.manager = "conflict", {}, None


def _append_ids(world: World, lines: list[Line], renamed: set[str | None]) -> None:
    """Of several who want a username, the lowest id has it; its holder before everybody."""
    in_order = sorted(lines, key=lambda one: (len(one.id or ""), one.id or ""))
    clashing = []
    seen: set[str] = set()
    for line in in_order:
        wanted = _wanted(line, "username")
        if wanted is None:
            continue
        why = _clash(world, lines, line, "username")
        if why == "in_use" or wanted in seen:
            clashing.append(line)
        seen.add(wanted)
    for line in clashing:
        if line.id not in renamed:
            assert line.id is not None
            renamed.add(line.id)
            old, new = line.changes["username"]
            line.changes["username"] = (old, with_id(new, line.id))


def _wanted(line: Line, name: str) -> str | None:
    """The key that a line takes. Another case of one's own name is no new one."""
    if line.action not in WRITES or name not in line.changes:
        return None
    old, new = line.changes[name]
    if not new or (old and key(old) == key(new)):
        return None
    return key(new)


def _giver(world: World, lines: list[Line], name: str, wanted: str) -> Line | str | None:
    """Who gives up a name in this run; "kept" when its holder does not; None when it is free."""
    for number, user in world.users.items():
        if not user.attributes.get(name) or key(user.attributes[name]) != wanted:
            continue
        for line in lines:
            if line.user == number and line.action in WRITES and name in line.changes:
                new = line.changes[name][1]
                if not new or key(new) != wanted:
                    return line
        return "kept"
    return None


def _clash(world: World, lines: list[Line], line: Line, name: str) -> str | None:
    wanted = _wanted(line, name)
    if wanted is None:
        return None
    if _giver(world, lines, name, wanted) == "kept":
        return "in_use"
    rivals = [one for one in lines if _wanted(one, name) == wanted]
    return "wanted_twice" if len(rivals) > 1 else None


def _is_in_circle(world: World, lines: list[Line], line: Line, name: str) -> bool:
    """Whether what one waits for waits for oneself: of those who swap, neither can go first."""
    if line.action == "create":
        return False
    giver = _giver_of(world, lines, line, name)
    waiting = [giver] if giver is not None else []
    reached: list[Line] = []
    while waiting:
        one = waiting.pop()
        if one is line:
            return True
        if any(one is known for known in reached):
            continue
        reached.append(one)
        for each in ("email", "username"):
            other = _giver_of(world, lines, one, each)
            if other is not None:
                waiting.append(other)
    return False


def _giver_of(world: World, lines: list[Line], line: Line, name: str) -> Line | None:
    wanted = _wanted(line, name)
    giver = _giver(world, lines, name, wanted) if wanted is not None else None
    return giver if isinstance(giver, Line) else None


# ---- managers ------------------------------------------------------------------------------------


def _wish_manager(
    world: World,
    asked: Request,
    line: Line,
    person: Person,
    people: dict[int, Person | None],
    matches: dict[str, tuple[int | None, str | None]],
) -> None:
    """Note whom a person shall have as manager: a user, or the id of somebody still to come."""
    if line.action not in (*WRITES, "unchanged") or line.reason == "not_owner":
        return
    current = world.users[line.user].manager if line.user is not None else None
    if person.manager_id is None and person.manager_email is None:
        if person.clears_manager and current is not None:
            _want(line, None)
        return
    manager = _manager_of(world, asked, person, people, matches)
    if manager is None:
        line.reason = line.reason or "manager_pending"
    elif manager != current:
        _want(line, manager)


def _want(line: Line, manager: int | str | None) -> None:
    line.manager = manager
    line.changes["manager"] = (None, manager)
    if line.action == "unchanged":
        line.action = "update"


def _manager_of(
    world: World,
    asked: Request,
    person: Person,
    people: dict[int, Person | None],
    matches: dict[str, tuple[int | None, str | None]],
) -> int | str | None:
    if person.manager_id is not None:
        link = world.link_of(asked.connection, person.manager_id)
        if link is not None:
            return link.user
        if any(record["id"] == person.manager_id for record in asked.records):
            user, _ = matches.get(person.manager_id, (None, None))
            return user if user is not None else person.manager_id
    if person.manager_email is None:
        return None
    wanted = key(person.manager_email)
    for other in people.values():
        if other is None or other.standing == "inactive" or other.email is None:
            continue
        if key(other.email) == wanted:
            user, _ = matches[other.id]
            return user if user is not None else other.id
    for number, holder in world.users.items():
        if holder.attributes.get("email") and key(holder.attributes["email"]) == wanted:
            return number
    return None


def _settle_managers(world: World, lines: list[Line]) -> None:
    created = {line.id for line in lines if line.action == "create"}
    for line in lines:
        if isinstance(line.manager, str) and line.manager not in created:
            _unwant(line, "manager_pending")
    while circling := [line for line in lines if _closes_circle(world, lines, line)]:
        for line in circling:
            is_self = line.manager == _node(line)
            _unwant(line, "manager_self" if is_self else "manager_cycle")


def _unwant(line: Line, reason: str) -> None:
    line.manager = None
    del line.changes["manager"]
    if line.action == "update" and not line.changes:
        line.action = "unchanged"
    line.reason = line.reason or reason


def _node(line: Line) -> int | str | None:
    return line.user if line.user is not None else line.id


def _closes_circle(world: World, lines: list[Line], line: Line) -> bool:
    if "manager" not in line.changes:
        return False
    node, steps = line.manager, 0
    while node is not None and steps <= len(lines) + len(world.users):
        if node == _node(line):
            return True
        node, steps = _above(world, lines, node), steps + 1
    return False


def _above(world: World, lines: list[Line], node: int | str) -> int | str | None:
    for line in lines:
        if _node(line) == node and "manager" in line.changes:
            return line.manager
    return world.users[node].manager if isinstance(node, int) else None


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
