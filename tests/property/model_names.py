"""The rules of the import, stated a second time: names that nobody may share."""

from __future__ import annotations

from .model import WRITES, Line, Rules, World, key

__all__ = ["settle_names", "with_id"]


def with_id(username: str | None, source_id: str) -> str | None:
    return None if username is None else f"{username}_{source_id}"


def settle_names(world: World, lines: list[Line], rules: Rules) -> None:
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
