"""What of an item is still to be written, now that its user was read again. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.keys import email_key
from onroll.target import Stale

if TYPE_CHECKING:
    from onroll.model import Json
    from onroll.sync.model import Item
    from onroll.target import TargetUser

__all__ = ["CHANGED", "is_late", "is_only_late", "still_meant"]

CHANGED = "the user was changed in the target since the plan was made"


def is_late(item: Item) -> bool:
    """Whether the manager can only be set when everybody is there."""
    manager = item.manager
    return manager is not None and (item.action == "create" or manager.source_id is not None)


def is_only_late(item: Item) -> bool:
    """Whether the manager is all that is to be written, and everybody must be there first."""
    is_plain = item.action == "update" and set(item.changes) == {"manager_email"}
    return is_plain and is_late(item)


def still_meant(item: Item, user: TargetUser) -> dict[str, tuple[Json, Json]]:
    """Return the changes that hold for the user as they are now.

    Raises `Stale` when somebody changed in the meantime what the plan was made from. A suspension
    is never stale: what somebody else changed is left out of it, and access ends.
    """
    fresh = {name: pair for name, pair in item.changes.items() if _is_fresh(name, pair, user)}
    if item.action == "suspend":
        return {**fresh, "state": (user.state, "suspended")}
    if len(fresh) < len(item.changes) or (item.is_link and not _is_as_found(item, user)):
        raise Stale(CHANGED)
    return fresh


def _is_fresh(name: str, pair: tuple[Json, Json], user: TargetUser) -> bool:
    """Whether a value is as the plan saw it, or as it shall be."""
    if name in ("groups", "manager_email"):
        return True  # set by name and not by difference: who is a member already stays one
    now = user.state if name == "state" else user.attributes.get(name)
    return now in pair


def _is_as_found(item: Item, user: TargetUser) -> bool:
    """Whether a user still is what the person was found by."""
    theirs, ours = email_key(user.attributes.get("email")), email_key(item.email)
    is_same = "email" in item.changes or None in (theirs, ours) or theirs == ours
    return is_same and user.state == item.user_state
