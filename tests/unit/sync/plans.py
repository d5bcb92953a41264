"""Plans of a few people and users, made as an import makes them, without a source or a store."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from onroll.definition.import_rules import ImportRules
from onroll.keys import identity_key
from onroll.mapping.mapped import Mapped
from onroll.model import User
from onroll.sync.decide import Policy
from onroll.sync.gathering import listed
from onroll.sync.planning import Plan, make_plan
from onroll.sync.scope import Scope, Selection
from onroll.sync.spool import Spool
from onroll.sync.standing import Calendar
from onroll.target import TargetUser
from onroll.targets.directory.values import CAPABILITIES, objections_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from onroll.sync.model import Item

__all__ = ["NOW", "Linked", "decisions", "person", "planned", "policy", "selection", "user"]

NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Linked:
    """A link of the connection: a person's id, a user's id."""

    source_id: str
    user_id: str
    is_owner: bool = True
    absences: int = 0


def person(source_id: str, **attributes: Any) -> User:
    """Return an active person who has all that is needed; what is `...` is absent."""
    has = {
        "id": source_id,
        "username": f"u{source_id}",
        "email": f"{source_id}@example.com",
        "first_name": "First",
        "last_name": "Last",
        "status": "active",
        **attributes,
    }
    return User({name: value for name, value in has.items() if value is not ...})


def user(user_id: str, **changes: Any) -> TargetUser:
    """Return the user whom `person(user_id)` would have become, under the id `uN`."""
    attributes = {
        "username": f"u{user_id}",
        "email": f"{user_id}@example.com",
        "first_name": "First",
        "last_name": "Last",
    }
    fields = {name: changes.pop(name) for name in _FIELDS & changes.keys()}
    plain = TargetUser(f"u{user_id}", {**attributes, **changes}, "active", external_id=user_id)
    return replace(plain, **fields)


_FIELDS = frozenset({"state", "manager_id", "groups", "external_id"})


def selection(*texts: str) -> Selection:
    """Return whom `--select` means."""
    return Selection(frozenset(texts), frozenset(map(identity_key, texts)))


def policy(rules: ImportRules | None = None, **changes: Any) -> Policy:
    """Return what the decisions rest on: the directory's capabilities, and noon of a Monday."""
    rules = rules or ImportRules()
    calendar = Calendar(NOW, rules.time_zone)
    return replace(Policy(rules, calendar, CAPABILITIES, objections_to), **changes)


@contextmanager
def planned(
    people: Sequence[User],
    users: Sequence[TargetUser] = (),
    links: Sequence[Linked] | None = None,
    *,
    policy_: Policy | None = None,
    scope: Scope | None = None,
) -> Iterator[Plan]:
    """Make a plan. Without `links` everybody who has a user of the same number is linked."""
    decided = policy_ or policy()
    if links is None:
        links = [Linked(one.id[1:], one.id) for one in users]
    with Spool() as spool:
        spool.add_people(
            listed(number, one.id, Mapped(one), decided.rules, decided.calendar)
            for number, one in enumerate(people)
        )
        spool.add_users(users)
        spool.add_links(
            (one.source_id, number, one.user_id, one.is_owner, one.absences)
            for number, one in enumerate(links)
        )
        spool.index()
        yield make_plan(spool, decided, scope or Scope())


def decisions(plan: Plan) -> Mapping[str | None, Item]:
    """Return everybody's item by source id."""
    return {item.id: item for item in plan.items()}
