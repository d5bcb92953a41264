"""The rules of the import, stated a second time: who manages whom."""

from __future__ import annotations

from .model import WRITES, Line, Person, World, key

__all__ = ["settle_managers", "wish_manager"]


def wish_manager(
    world: World,
    connection: str,
    line: Line,
    person: Person,
    people: dict[str, Person | None],
    matches: dict[str, tuple[int | None, str | None]],
) -> None:
    """Note whom a person shall have as manager: a user, or the id of somebody still to come."""
    is_about = line.action in (*WRITES, "unchanged") or line.reason == "protected"
    if not is_about or line.reason == "not_owner":
        return
    current = world.users[line.user].manager if line.user is not None else None
    if person.manager_id is None and person.manager_email is None:
        if person.clears_manager and current is not None:
            _want(line, None)
        return
    manager = _manager_of(world, connection, person, people, matches)
    if manager is None:
        line.reason = line.reason or "manager_pending"
    elif manager != current:
        _want(line, manager)


def _want(line: Line, manager: int | str | None) -> None:
    line.manager = manager
    line.changes["manager"] = (None, manager)
    if line.action in ("unchanged", "skipped"):
        line.action = "update"


def _manager_of(
    world: World,
    connection: str,
    person: Person,
    people: dict[str, Person | None],
    matches: dict[str, tuple[int | None, str | None]],
) -> int | str | None:
    if person.manager_id is not None:
        link = world.link_of(connection, person.manager_id)
        if link is not None:
            return link.user
        if person.manager_id in people:
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


def settle_managers(world: World, lines: list[Line]) -> None:
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
        line.action = "skipped" if line.reason == "protected" else "unchanged"
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
