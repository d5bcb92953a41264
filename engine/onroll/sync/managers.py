"""Settle whose manager is whom: who is still to come waits, and nobody manages themselves.

A manager who gets no user in this run is pending: a later run finds them. A wish that would close
a circle is dropped and said, in whatever length the circle is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from onroll.sync.model import with_pending_manager

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.sync.model import Action, Item
    from onroll.sync.spool import Spool

__all__ = ["note_wish", "settle_managers"]


def note_wish(spool: Spool, item: Item, manager_number: int | None) -> None:
    """Note whom an item wants as manager: a user, or a person of the listing still to come."""
    assert item.manager is not None
    user = item.manager.user_id
    # A manager who has a user is there already, whatever becomes of them in this run.
    coming = manager_number if user is None else None
    spool.execute(
        "INSERT INTO wish VALUES (?,?,?,?)",
        (item.number, _node(item.user_id, item.number), coming, user),
    )


def settle_managers(spool: Spool) -> None:
    """Drop the wishes that cannot be met in this run, or never."""
    spool.execute(
        """
        DELETE FROM wish WHERE number IN (
            SELECT number FROM item WHERE action IN ('conflict', 'refused', 'skipped'))
        """
    )
    waiting = spool.execute(
        """
        SELECT w.number FROM wish w LEFT JOIN item m ON m.number = w.manager_number
        WHERE w.manager_number IS NOT NULL AND m.action IS NOT 'create'
        """
    ).fetchall()
    for (number,) in waiting:
        _drop(spool, number, None)
    # Who loses a wish keeps the manager that they had, which may close the next circle.
    while circles := list(_circles(spool)):
        # All are found before the first is dropped: each wish of a circle is one of its reasons.
        for number, is_self in circles:
            if is_self:
                message = "the source names them as their own manager"
                _drop(spool, number, ("manager_self", message))
            else:
                message = "this manager would close a circle of managers"
                _drop(spool, number, ("manager_cycle", message))


def _circles(spool: Spool) -> Iterator[tuple[int, bool]]:
    """Yield the numbers of wishes that close a circle, and whether it is one of a single person."""
    safe: set[str] = set()
    wishes = spool.execute("SELECT number, node, manager_number, manager_user FROM wish").fetchall()
    for number, node, manager_number, manager_user in wishes:
        manager = _node(manager_user, manager_number)
        if manager is not None and _closes_circle(spool, node, manager, safe):
            yield number, manager == node


def _node(user_id: str | None, number: int | None) -> str | None:
    if user_id is not None:
        return f"user {user_id}"
    return None if number is None else f"person {number}"


def _closes_circle(spool: Spool, start: str, manager: str, safe: set[str]) -> bool:
    """Whether the way up from `manager` comes back to `start`."""
    seen: set[str] = set()
    node: str | None = manager
    while node is not None and node not in safe:
        if node == start:
            return True
        if node in seen:
            return False  # a circle of others, said at theirs
        seen.add(node)
        node = _above(spool, node)
    safe.update(seen)
    return False


def _above(spool: Spool, node: str) -> str | None:
    wish = spool.execute(
        "SELECT manager_user, manager_number FROM wish WHERE node = ?", (node,)
    ).fetchone()
    if wish is not None:
        return _node(*wish)
    kind, _, key = node.partition(" ")
    if kind == "person":
        return None
    found = spool.execute("SELECT manager_id FROM user WHERE id = ?", (key,)).fetchone()
    return None if found is None else _node(found[0], None)


def _drop(spool: Spool, number: int, why: tuple[str, str] | None) -> None:
    """Take the manager out of an item: for a reason, or because the manager is still to come."""
    item = spool.item(number)
    assert item is not None
    changes = {name: pair for name, pair in item.changes.items() if name != "manager_email"}
    action: Action = item.action
    if action == "update" and not changes:
        action = "skipped" if item.reason == "protected" else "unchanged"
    dropped = replace(item, action=action, changes=changes, manager=None)
    if why is None:
        assert item.manager is not None
        dropped = with_pending_manager(dropped, (item.manager.source_id, None))
    elif item.reason is None:
        dropped = replace(dropped, reason=why[0], message=why[1])
    spool.put_items([dropped])
    spool.execute("DELETE FROM wish WHERE number = ?", (number,))
