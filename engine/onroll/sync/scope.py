"""What a run is about, and what is cut out of its plan for that. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from onroll.keys import identity_key
from onroll.sync.model import WRITES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.sync.model import Item

__all__ = ["Edits", "Mode", "Scope", "Selection", "Waiting", "cut", "grouped"]

Mode: TypeAlias = Literal["all", "new", "updates"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person whom the target refused before: not tried again until run `next_run`."""

    next_run: int
    digest: bytes
    message: str


@dataclass(frozen=True, slots=True)
class Edits:
    """What was edited in definition and connection since the last run."""

    attributes: frozenset[str] = frozenset()
    has_other_filters: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """People who were asked for: ids as they are, and e-mail addresses by their keys."""

    ids: frozenset[str]
    email_keys: frozenset[str]

    def has(self, item: Item) -> bool:
        """Whether an item is of one of them."""
        by_email = item.email is not None and identity_key(item.email) in self.email_keys
        return item.id in self.ids or by_email


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a run is about. Without `selected` it is everybody.

    `absences_count` is true after a complete listing of everybody: only then is absence counted.
    """

    mode: Mode = "all"
    selected: Selection | None = None
    run_number: int = 0
    waiting: Mapping[str, Waiting] = field(default_factory=dict)
    edits: Edits = field(default_factory=Edits)
    absences_count: bool = False


#: What shows in a plan when one of these is mapped in another way.
_SHOWS_IN: Final = {
    "status": "state",
    "hire_date": "state",
    "termination_date": "state",
    "manager_id": "manager_email",
}


def grouped(item: Item, edits: Edits) -> Item:
    """Mark an item that an edit of the definition or the connection brings about."""
    if item.action not in WRITES:
        return item
    if item.action == "create":
        return replace(item, group="filters") if edits.has_other_filters else item
    edited = edits.attributes | {_SHOWS_IN[one] for one in edits.attributes if one in _SHOWS_IN}
    return replace(item, group="mapping") if edited & set(item.changes) else item


def cut(item: Item, scope: Scope) -> Item:
    """Turn an item into a skipped one when it is outside of what the run is about."""
    if item.action in ("unchanged", "skipped"):
        return item
    if scope.selected is not None:
        if not scope.selected.has(item):
            return _skipped(item, "not_selected", None)
        return item if item.action not in WRITES else _by_mode(item, scope)
    return item if item.action not in WRITES else _by_quarantine(_by_mode(item, scope), scope)


def _by_mode(item: Item, scope: Scope) -> Item:
    is_creation = item.action == "create"
    if (scope.mode == "new" and not is_creation) or (scope.mode == "updates" and is_creation):
        return _skipped(item, "mode", None)
    return item


def _by_quarantine(item: Item, scope: Scope) -> Item:
    waiting = scope.waiting.get(item.id or "")
    # A suspension waits for nothing, and a person who changed is another case.
    if waiting is None or item.action in ("suspend", "skipped") or waiting.digest != item.digest:
        return item
    if scope.run_number >= waiting.next_run:
        return item
    runs = waiting.next_run - scope.run_number
    message = f"{waiting.message}; tried again in {runs} run{'s' if runs > 1 else ''}"
    return _skipped(item, "quarantined", message)


def _skipped(item: Item, reason: str, message: str | None) -> Item:
    return replace(item, action="skipped", changes={}, manager=None, reason=reason, message=message)
