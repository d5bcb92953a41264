"""Settle who gets a username or an e-mail address that several want, or that somebody has.

What unique attributes a plan gives and frees is looked at as a whole: an address that its holder
gives up in the same run is free for the next, who is then written later.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from onroll.keys import identity_key
from onroll.mapping.compose import append_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from onroll.sync.model import Item
    from onroll.sync.spool import Spool

__all__ = ["note_names", "settle_clashes"]


def note_names(spool: Spool, item: Item, unique: AbstractSet[str]) -> None:
    """Note which unique attributes an item takes and gives up. Case alone is no new name."""
    for attribute, (old, new) in item.changes.items():
        if attribute not in unique:
            continue
        given_up = identity_key(old) if old else None
        taken = identity_key(new) if new else None
        if given_up == taken:
            continue
        if taken is not None:
            values = (attribute, taken, item.number)
            spool.execute("INSERT INTO acquisition VALUES (?,?,?)", values)
        if given_up is not None:
            values = (attribute, given_up, item.number)
            spool.execute("INSERT OR IGNORE INTO release VALUES (?,?,?)", values)


def settle_clashes(spool: Spool, unique: AbstractSet[str], *, appends_id: bool) -> None:
    """Change the items that cannot have what they want: another username, or a conflict."""
    renamed: set[int] = set()
    # A conflict gives up nothing, which may bring the next: until all is quiet.
    while True:
        if appends_id and "username" in unique:
            rivals = [one for one in _rivals(spool, "username") if one not in renamed]
            for number in rivals:
                _give_another_name(spool, number)
            renamed.update(rivals)
        losers = {one for attribute in unique for one in _losers(spool, attribute)}
        losers = losers or set(_circles(spool))
        if not losers:
            return
        for number, attribute, reason in sorted(losers):
            _refuse(spool, number, attribute, reason)


def _column(attribute: str) -> str:
    return {"username": "username_key", "email": "email_key"}[attribute]


def _rivals(spool: Spool, attribute: str) -> Iterator[int]:
    """Yield who must do without the name, all but one of each: the lowest id has it."""
    rows = spool.execute(
        f"""
        SELECT a.number, a.key, u.id IS NOT NULL AND r.number IS NULL
        FROM acquisition a JOIN person p ON p.number = a.number
        LEFT JOIN user u ON u.{_column(attribute)} = a.key
        LEFT JOIN release r ON r.attribute = a.attribute AND r.key = a.key
        WHERE a.attribute = ? AND (u.id IS NOT NULL OR a.key IN (
            SELECT key FROM acquisition WHERE attribute = ? GROUP BY key HAVING COUNT(*) > 1))
        ORDER BY a.key, length(p.id), p.id
        """,  # noqa: S608  (the column is one of two literals)
        (attribute, attribute),
    ).fetchall()
    given: set[str] = set()
    for number, key, is_held in rows:
        if is_held or key in given:
            yield number
        given.add(key)


def _give_another_name(spool: Spool, number: int) -> None:
    item = spool.item(number)
    assert item is not None
    assert item.id is not None
    old, new = item.changes["username"]
    other = append_id(new, item.id)
    spool.execute("DELETE FROM acquisition WHERE number = ? AND attribute = 'username'", (number,))
    item = replace(item, changes={**item.changes, "username": (old, other)})
    spool.put_items([item])
    note_names(spool, item, {"username"})


def _losers(spool: Spool, attribute: str) -> Iterator[tuple[int, str, str]]:
    """Yield (number, attribute, reason) of those whose wish cannot be met."""
    rows = spool.execute(
        f"""
        SELECT a.number, CASE WHEN u.id IS NOT NULL AND r.number IS NULL THEN 'in_use'
                              ELSE 'wanted_twice' END
        FROM acquisition a
        LEFT JOIN user u ON u.{_column(attribute)} = a.key
        LEFT JOIN release r ON r.attribute = a.attribute AND r.key = a.key
        WHERE a.attribute = ? AND ((u.id IS NOT NULL AND r.number IS NULL) OR a.key IN (
            SELECT key FROM acquisition WHERE attribute = ? GROUP BY key HAVING COUNT(*) > 1))
        """,  # noqa: S608  (the column is one of two literals)
        (attribute, attribute),
    ).fetchall()
    for number, reason in rows:
        yield number, attribute, reason


def _refuse(spool: Spool, number: int, attribute: str, reason: str) -> None:
    item = spool.item(number)
    assert item is not None
    names = "e-mail address" if attribute == "email" else attribute
    message = (
        f"the {names} belongs to another user of the target"
        if reason == "in_use"
        else f"several people want the same {names}"
    )
    code = f"{attribute}_{reason}"
    lost: Iterable[str]
    if item.action == "suspend":
        # Access ends whatever else is wrong; the name stays as it was.
        changes = {name: pair for name, pair in item.changes.items() if name != attribute}
        spool.put_items([replace(item, changes=changes, reason=code, message=message)])
        lost = (attribute,)
    else:
        spool.put_items(
            [
                replace(
                    item, action="conflict", changes={}, manager=None, reason=code, message=message
                )
            ]
        )
        lost = ("username", "email")
    for name in lost:
        for table in ("acquisition", "release"):
            spool.execute(
                f"DELETE FROM {table} WHERE number = ? AND attribute = ?",  # noqa: S608  (literals)
                (number, name),
            )


def _circles(spool: Spool) -> Iterator[tuple[int, str, str]]:
    """Write later who takes what another gives up; yield those who swap: neither can go first."""
    waits: dict[int, set[tuple[int, str]]] = {}
    rows = spool.execute(
        """
        SELECT a.number, r.number, a.attribute FROM acquisition a
        JOIN release r ON r.attribute = a.attribute AND r.key = a.key
        JOIN item i ON i.number = a.number WHERE i.action <> 'create'
        """
    )
    for number, giver, attribute in rows:
        waits.setdefault(number, set()).add((giver, attribute))
    turns = _turns({number: {giver for giver, _ in of} for number, of in waits.items()})
    for number, givers in waits.items():
        if number in turns:
            values = (turns[number], number)
            spool.execute("UPDATE item SET rank = max(rank, ?) WHERE number = ?", values)
        else:
            for _, attribute in givers:
                yield number, attribute, "in_use"


def _turns(waits: Mapping[int, AbstractSet[int]]) -> dict[int, int]:
    """Return whose turn is when. Whoever waits in a circle, or for one, never has a turn."""
    behind: dict[int, list[int]] = {}
    for number, givers in waits.items():
        for giver in givers:
            behind.setdefault(giver, []).append(number)
    left = {number: len(givers) for number, givers in waits.items()}
    ready = [giver for giver in behind if giver not in waits]
    turns = dict.fromkeys(ready, 1)
    for giver in ready:  # which grows on the way
        for number in behind.get(giver, ()):
            turns[number] = max(turns.get(number, 0), turns[giver] + 1)
            left[number] -= 1
            if left[number] == 0:
                ready.append(number)
    return {number: turns[number] for number in waits if left[number] == 0}
