"""Find out what became of a write by looking at the user, when its answer is not to be had.

A write may have been done in part: a service that keeps groups apart from users is sent both one
after the other. What is found is an intent again, of what the user now has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from onroll.keys import identity_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from onroll.target import Target, TargetUser

__all__ = ["Done", "Pairs", "what_was_done"]

#: Attribute → [old, new], as the journal has it.
Pairs: TypeAlias = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Done:
    """The part of an intent that the user has, and the memberships that came and went with it."""

    intent: Pairs = field(repr=False)
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    def is_whole(self, meant: Pairs) -> bool:
        """Whether all was done that was meant."""
        return {name: new for name, (_, new) in self.intent.items()} == {
            name: new for name, (_, new) in meant.items()
        }


def what_was_done(
    target: Target, user: TargetUser, intent: Pairs, manager_emails: Collection[str] = ()
) -> Done:
    """Return what of an intent has been written.

    `manager_emails` are those that the user's manager may have had when it was meant. Raises
    `TargetError` when the target cannot be asked.
    """
    joined, left = _memberships(user, intent)
    found = dict(_written(target, user, intent, manager_emails))
    if joined or left:
        old, _ = intent["groups"]
        found["groups"] = (old, sorted((set(old) | set(joined)) - set(left)))
    return Done(found, joined, left)


def _written(
    target: Target, user: TargetUser, intent: Pairs, manager_emails: Collection[str]
) -> Iterator[tuple[str, Sequence[Any]]]:
    for attribute, (old, new) in intent.items():
        if attribute == "manager_email":
            is_written = _is_manager(target, user.manager_id, new, manager_emails)
        elif attribute == "groups":
            continue
        else:
            now = user.state if attribute == "state" else user.attributes.get(attribute)
            is_written = now == new
        if is_written:
            yield attribute, (old, new)


def _is_manager(
    target: Target, manager_id: str | None, email: str | None, emails: Collection[str]
) -> bool:
    if manager_id is None or email is None:
        return manager_id is None and email is None
    manager = target.read(manager_id)
    known = {*emails, manager.attributes.get("email") if manager is not None else None}
    return identity_key(email) in {identity_key(one) for one in known if one}


def _memberships(user: TargetUser, intent: Pairs) -> tuple[tuple[str, ...], tuple[str, ...]]:
    old, new = intent.get("groups", ([], []))
    joined = (set(new) - set(old)) & user.groups
    left = (set(old) - set(new)) - user.groups
    return tuple(sorted(joined)), tuple(sorted(left))
