"""Decide what happens to one person: the table of the import's rules, row by row. Pure.

Clashes between people (one username for two) and cycles of managers are not seen here: they are
settled over the whole plan, in `clashes` and `managers`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from onroll.keys import identity_key
from onroll.mapping.compose import append_id
from onroll.sync.groups import wanted_groups
from onroll.sync.model import Changes, Item, Manager
from onroll.sync.standing import is_too_early, lacking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from onroll.definition.import_rules import ImportRules
    from onroll.model import Json, Reason
    from onroll.sync.correlate import Conflict
    from onroll.sync.model import Action, Standing
    from onroll.sync.standing import Calendar
    from onroll.target import Capabilities, State, TargetUser

__all__ = ["Claim", "Person", "Policy", "Wish", "decide", "is_protected"]

_NO_CHANGES: Final[Changes] = {}


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the listing. `attributes` are ours, as mapped; `number` is the place in it."""

    number: int
    id: str
    attributes: Mapping[str, Json] = field(repr=False)
    standing: Standing
    unknown_status: str | None = None
    digest: bytes = b""

    @property
    def email(self) -> str | None:
        """The e-mail address as the source has it."""
        return self.attributes.get("email") or None


@dataclass(frozen=True, slots=True)
class Wish:
    """The manager whom a person shall have, resolved, with both addresses for showing."""

    manager: Manager
    old_email: str | None
    new_email: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A person's user in the target: linked already, or found just now (`is_new`).

    `is_owner` is false for a further connection of a user: the first that linked owns it.
    `owned_groups` are the memberships that rules gave.
    """

    user: TargetUser
    is_new: bool = False
    is_owner: bool = True
    owned_groups: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """What the decisions rest on, the same for everybody of a run."""

    rules: ImportRules
    calendar: Calendar
    capabilities: Capabilities
    objections: Callable[[Mapping[str, Json]], Sequence[Reason]]
    clearable: frozenset[str] = frozenset()
    appends_id: bool = False


def decide(
    person: Person, claim: Claim | Conflict | None, wish: Wish | None, policy: Policy
) -> Item:
    """Return what to do for a person, given their user, a conflict, or nobody."""
    if claim is None:
        return _about_nobody(person, wish, policy)
    if isinstance(claim, Claim):
        return _about_user(person, claim, wish, policy)
    conflict = _item(person, "conflict", reason=claim.reason, message=claim.message)
    return replace(conflict, user_id=claim.user_id)


def _item(
    person: Person,
    action: Action,
    changes: Changes = _NO_CHANGES,
    *,
    reason: str | None = None,
    message: str | None = None,
    user: TargetUser | None = None,
    is_link: bool = False,
    wish: Wish | None = None,
) -> Item:
    return Item(
        person.number,
        person.id,
        person.email,
        action,
        changes,
        reason,
        message,
        user.id if user is not None else None,
        is_link,
        wish.manager if wish is not None else None,
        user_state=user.state if user is not None else None,
        digest=person.digest,
    )


def _about_nobody(person: Person, wish: Wish | None, policy: Policy) -> Item:
    if person.standing == "unknown":
        return _item(person, "refused", reason="unknown_status", message=_unknown(person))
    if person.standing == "inactive":
        return _item(person, "skipped", reason="inactive")
    if is_too_early(person.attributes, policy.rules, policy.calendar):
        return _item(person, "skipped", reason="too_early")
    missing = lacking(person.attributes)
    if missing:
        message = f"to be created they need: {_listed(missing)}"
        return _item(person, "refused", reason="missing_attribute", message=message)
    wanted = {
        name: value
        for name, value in _held(person.attributes, policy.capabilities)
        if value is not None
    }
    wrong = _wrong_values(wanted, policy)
    if wrong is not None:
        return _item(person, "refused", reason=wrong[0], message=wrong[1])
    changes: dict[str, tuple[Json, Json]] = {name: (None, value) for name, value in wanted.items()}
    changes["state"] = (None, policy.rules.create_as)
    join, _ = _groups(person, None, frozenset(), policy)
    if join:
        changes["groups"] = ([], list(join))
    return _item(person, "create", _with_manager(changes, wish), wish=wish)


def _about_user(person: Person, claim: Claim, wish: Wish | None, policy: Policy) -> Item:
    user = claim.user
    if not claim.is_owner:
        message = "another connection was linked to this user first, and owns it"
        return _item(person, "unchanged", reason="not_owner", message=message, user=user)
    changes = _differences(person, user, policy)
    state, reason = _next_state(person, user, policy)
    wrong = _wrong_values({name: new for name, (_, new) in changes.items()}, policy)
    if wrong is not None:
        if state != "suspended":
            return _item(person, "refused", reason=wrong[0], message=wrong[1], user=user)
        changes = {}  # access ends, whatever else is wrong
    if state is not None:
        changes["state"] = (user.state, state)
    join, leave = _groups(person, user, claim.owned_groups, policy)
    if join or leave:
        after = (user.groups | set(join)) - set(leave)
        changes["groups"] = (sorted(user.groups), sorted(after))
    changes = _with_manager(changes, wish)
    action = _action(state, changes, is_link=claim.is_new)
    if action == "unchanged" and reason == "protected":
        action = "skipped"
    return _item(
        person,
        action,
        changes,
        reason=reason,
        message=_unknown(person) if reason == "unknown_status" else None,
        user=user,
        is_link=claim.is_new,
        wish=wish,
    )


def _action(state: State | None, changes: Changes, *, is_link: bool) -> Action:
    """Name the strongest thing that happens: a state first, then a link, then changes."""
    if state == "suspended":
        return "suspend"
    if state == "active":
        return "reactivate"
    if is_link:
        return "link"
    return "update" if changes else "unchanged"


def _next_state(
    person: Person, user: TargetUser, policy: Policy
) -> tuple[State | None, str | None]:
    """Return the state to go to, None for the same, and the reason where there is one to say."""
    if person.standing == "unknown":
        return None, "unknown_status"
    if person.standing == "inactive":
        if user.state == "suspended":
            return None, None
        if is_protected(person.id, person.email, user, policy.rules):
            return None, "protected"
        return "suspended", None
    if user.state != "suspended":
        return None, None
    return ("active", None) if policy.rules.allow_reactivation else (None, "no_reactivation")


def is_protected(source_id: str, email: str | None, user: TargetUser, rules: ImportRules) -> bool:
    """Whether a user is never suspended: by source id, by either e-mail address, or by group."""
    protected = rules.protected
    keys = {identity_key(one) for one in (email, user.attributes.get("email")) if one}
    return (
        source_id in protected.ids
        or bool(keys & {identity_key(one) for one in protected.emails})
        or bool(user.groups & protected.groups)
    )


def _held(attributes: Mapping[str, Json], capabilities: Capabilities) -> Iterator[tuple[str, Json]]:
    """Yield what a target can hold of our attributes, `custom` flattened, empty as None."""
    holds = capabilities.attributes
    for name, value in attributes.items():
        if name in holds:
            yield name, (None if value in ("", [], {}) else value)
        elif name == "custom" and capabilities.has_custom and value:
            for key, item in value.items():
                yield f"custom.{key}", (None if item in ("", [], {}) else item)


def _differences(person: Person, user: TargetUser, policy: Policy) -> dict[str, tuple[Json, Json]]:
    """Return what differs. Absent touches nothing; None clears only what may be cleared."""
    found: dict[str, tuple[Json, Json]] = {}
    has = user.attributes
    given = person.attributes
    # Nearly everything is as it was, and told so at the least cost: text that is the same text.
    other = {
        name: new
        for name, new in given.items()
        if name == "custom" or type(new) is not str or new != has.get(name)
    }
    for name, new in _held(other, policy.capabilities):
        old = has.get(name)
        if new == old and isinstance(new, bool) is isinstance(old, bool):
            continue
        if new is None and name not in policy.clearable:
            continue
        if name == "username" and policy.appends_id and old == append_id(new, person.id):
            continue  # it was taken when they came; the one that they got stays
        found[name] = (old, new)
    return found


def _groups(
    person: Person, user: TargetUser | None, owned: AbstractSet[str], policy: Policy
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not policy.rules.groups or not policy.capabilities.has_groups:
        return (), ()
    known: dict[str, Json] = dict(user.attributes) if user is not None else {}
    custom = person.attributes.get("custom") or {}
    record = {name: value for name, value in person.attributes.items() if name != "custom"}
    record |= {f"custom.{name}": value for name, value in custom.items()}
    for name, value in record.items():
        # What the record leaves out is still as the target has it, and what may not be cleared.
        is_kept = value in ("", [], {}, None) and name not in policy.clearable
        known[name] = known.get(name, value) if is_kept else value
    current = user.groups if user is not None else frozenset()
    return wanted_groups(policy.rules.groups, known, current, owned)


def _with_manager(
    changes: dict[str, tuple[Json, Json]], wish: Wish | None
) -> dict[str, tuple[Json, Json]]:
    if wish is not None:
        changes["manager_email"] = (wish.old_email, wish.new_email)
    return changes


def _wrong_values(values: Mapping[str, Json], policy: Policy) -> tuple[str, str] | None:
    """Return why the target would refuse these values, as far as it says beforehand."""
    if not values:
        return None
    for name, longest in policy.capabilities.longest.items():
        value = values.get(name)
        if isinstance(value, str) and len(value) > longest:
            return "too_long", f"`{name}` has {len(value)} characters, the target holds {longest}"
    reasons = policy.objections(values)
    if not reasons:
        return None
    said = "; ".join(f"`{one.attribute}`: {one.message}" for one in reasons)
    return reasons[0].code, f"the target cannot hold this person: {said}"


def _unknown(person: Person) -> str:
    status = person.unknown_status or "(none)"
    return f"the status {status!r} is not known: add it to the `map` of `status`"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
