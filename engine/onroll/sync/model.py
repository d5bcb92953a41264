"""The frozen values of an import: people as prepared, what is decided for each, and the counts."""

from __future__ import annotations

# msgspec reads these annotations when it decodes an item, so they are there at run time.
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from onroll.model import Json
from onroll.target import State  # noqa: TC001  (as above)

__all__ = [
    "ACTIONS",
    "DONE",
    "OUTCOMES",
    "WRITES",
    "Action",
    "Changes",
    "Counts",
    "Item",
    "Manager",
    "Outcome",
    "Standing",
    "with_pending_manager",
]

Action: TypeAlias = Literal[
    "create",
    "update",
    "suspend",
    "reactivate",
    "link",
    "unchanged",
    "skipped",
    "conflict",
    "refused",
]
Outcome: TypeAlias = Literal["applied", "skipped", "failed", "blocked", "planned"]

#: What the source says of a person's access.
Standing: TypeAlias = Literal["active", "inactive", "unknown"]

ACTIONS: Final[tuple[Action, ...]] = (
    "create",
    "update",
    "suspend",
    "reactivate",
    "link",
    "unchanged",
    "skipped",
    "conflict",
    "refused",
)
OUTCOMES: Final[tuple[Outcome, ...]] = ("applied", "skipped", "failed", "blocked", "planned")

#: The actions that write to the target, and the tile that counts each once it is done.
DONE: Final[Mapping[Action, str]] = {
    "create": "created",
    "update": "updated",
    "suspend": "suspended",
    "reactivate": "reactivated",
    "link": "linked",
}
WRITES: Final = frozenset(DONE)

#: Attribute → (old, new). Besides ours: `state`, `manager_email` and `groups` (lists of names).
Changes: TypeAlias = Mapping[str, tuple[Json, Json]]


@dataclass(frozen=True, slots=True)
class Manager:
    """Who shall be the manager: a user of the target, or a person of this source still to come.

    Both None clears the manager.
    """

    user_id: str | None = None
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """What is decided for one person. At most one action each; the sums of a plan agree.

    `id` is the source's id. `reason` is a code and `message` its sentence. `user_id` is the
    user of the target, when there is one. `is_link` says that the person gets linked to it.
    `group` names the edit of definition or connection that the item is an effect of.
    `user_state` is the state that the user was in. `pending_manager` is the id and the e-mail of a
    manager who has no user yet. `digest` is the person's, to know them again when they were
    refused.
    """

    number: int
    id: str | None
    email: str | None
    action: Action
    changes: Changes = field(default_factory=dict)
    reason: str | None = None
    message: str | None = None
    user_id: str | None = None
    is_link: bool = False
    manager: Manager | None = None
    group: str | None = None
    outcome: Outcome = "planned"
    user_state: State | None = None
    pending_manager: tuple[str | None, str | None] | None = None
    digest: bytes = b""


def with_pending_manager(item: Item, keys: tuple[str | None, str | None]) -> Item:
    """Return the item with a manager who is still to come: nothing is done, and it is said."""
    if item.reason is not None:
        return replace(item, pending_manager=keys)
    message = "the manager has no user yet; a later import links them"
    return replace(item, pending_manager=keys, reason="manager_pending", message=message)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people each action has."""

    create: int = 0
    update: int = 0
    suspend: int = 0
    reactivate: int = 0
    link: int = 0
    unchanged: int = 0
    skipped: int = 0
    conflict: int = 0
    refused: int = 0
