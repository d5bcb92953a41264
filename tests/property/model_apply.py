"""The rules of the import, stated a second time: what is so when a plan was applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import PLAIN, WRITES, Line, Link, Record, User, World

if TYPE_CHECKING:
    from .model_plan import Plan, Request

__all__ = ["apply", "link_by_hand", "unlink_by_hand"]


def apply(world: World, asked: Request, plan: Plan) -> None:
    """Change the world as a plan says. One that is blocked or incomplete changes nothing."""
    if not plan.is_done:
        return
    for line in plan.lines:
        if line.action == "create":
            assert line.id is not None
            line.user = max(world.users, default=0) + 1
            world.users[line.user] = User({}, asked.rules.create_as, external_id=line.id)
            line.is_link = True
    for line in plan.lines:
        if line.action in WRITES:
            _write(world, asked.connection, line)
    for line in plan.lines:
        if line.action in WRITES and "manager" in line.changes and line.user is not None:
            world.users[line.user].manager = _user(world, asked.connection, line.manager)
    if asked.is_complete:
        world.people_before[asked.connection] = len(asked.records)
        _count_absences(world, asked.connection, asked.records)


def _write(world: World, connection: str, line: Line) -> None:
    assert line.user is not None
    assert line.id is not None
    user = world.users[line.user]
    for name in PLAIN:
        if name in line.changes:
            user.attributes[name] = line.changes[name][1]
    if "state" in line.changes:
        user.state = line.changes["state"][1]
    if "groups" in line.changes:
        old, new = line.changes["groups"]
        for group in {*new} - {*old}:
            world.given.add((connection, line.user, group))
        for group in {*old} - {*new}:
            world.given.discard((connection, line.user, group))
        user.groups = set(new)
    if line.is_link:
        world.links.append(Link(connection, line.id, line.user))
        user.external_id = line.id


def _user(world: World, connection: str, manager: int | str | None) -> int | None:
    if not isinstance(manager, str):
        return manager
    link = world.link_of(connection, manager)
    assert link is not None
    return link.user


def _count_absences(world: World, connection: str, records: list[Record]) -> None:
    listed = {record["id"] for record in records}
    for link in world.links:
        if link.is_open and link.connection == connection:
            link.absences = 0 if link.source_id in listed else link.absences + 1


def link_by_hand(world: World, connection: str, source_id: str, user: int) -> bool:
    """Link a person, or move the connection's link of that user; False when it may not be."""
    known = world.link_of(connection, source_id)
    if known is not None:
        return known.user == user
    for link in world.links:
        if link.is_open and (link.connection, link.user) == (connection, user):
            world.links.append(Link(connection, link.source_id, user, is_open=False))
            link.source_id, link.absences = source_id, 0
            return True
    world.links.append(Link(connection, source_id, user))
    return True


def unlink_by_hand(world: World, connection: str, source_id: str) -> None:
    """End a link; it is remembered that it was."""
    link = world.link_of(connection, source_id)
    assert link is not None
    link.is_open = False
