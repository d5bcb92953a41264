"""Make the plan: one item for everybody, from what the spool holds. Reads nothing else.

Two looks at everybody: the first gives each person their user, the second decides. What concerns
several people at once (names wanted twice, managers) is settled over the whole afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import msgspec

from onroll.keys import is_storable
from onroll.model import Reason
from onroll.sync.clashes import note_names, settle_clashes
from onroll.sync.correlate import Conflict
from onroll.sync.decide import Claim, Person, Policy, Wish, decide, is_protected
from onroll.sync.managers import note_wish, settle_managers
from onroll.sync.matching import match_people
from onroll.sync.model import WRITES, Counts, Item, Manager, with_pending_manager
from onroll.sync.safeguards import PlanFacts
from onroll.sync.scope import cut, grouped
from onroll.sync.spool import target_user, user_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from onroll.sync.scope import Scope
    from onroll.sync.spool import Row, Spool
    from onroll.target import TargetUser

__all__ = ["Plan", "facts_of", "make_plan"]

_attributes: Final = msgspec.json.Decoder(dict[str, object]).decode
_reasons: Final = msgspec.json.Decoder(list[Reason]).decode
_names: Final = msgspec.json.Decoder(list[str]).decode


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan over a spool. `absent` are the ids of linked people who are not in the listing."""

    spool: Spool
    counts: Counts
    facts: PlanFacts
    people: int
    absent: tuple[str, ...]

    def items(self) -> Iterator[Item]:
        """Yield everybody's item in the order of the listing, unchanged people too."""
        rows = self.spool.execute(
            """
            SELECT p.number, p.id, p.email, u.id FROM person p LEFT JOIN match m
            ON m.number = p.number LEFT JOIN user u ON u.id = m.user_id
            LEFT JOIN item i ON i.number = p.number
            WHERE p.kind = 'user' AND i.number IS NULL ORDER BY p.number
            """
        )
        changed = self.spool.items()
        item = next(changed, None)
        for number, source_id, email, user_id in rows:
            while item is not None and item.number < number:
                yield item
                item = next(changed, None)
            yield Item(number, source_id, email, "unchanged", user_id=user_id)
        while item is not None:
            yield item
            item = next(changed, None)

    def lines(self) -> Iterator[Item]:
        """Yield the items of people for whom there is something to do or to say."""
        return self.spool.items()

    def writes(self) -> Iterator[Item]:
        """Yield what is to be written, in the order in which it must be."""
        actions = ", ".join(f"'{one}'" for one in sorted(WRITES))
        return self.spool.items(f"action IN ({actions})", "rank, number")


def make_plan(spool: Spool, policy: Policy, scope: Scope) -> Plan:
    """Decide for everybody. The spool is indexed and holds people, users and links."""
    match_people(spool)
    spool.put_items(_refused(spool, scope))
    unique = policy.capabilities.unique
    for item, row in _decided(spool, policy, scope):
        if item.action == "unchanged" and item.reason is None:
            continue
        spool.put_items([item])
        if item.action in WRITES:
            note_names(spool, item, unique)
            if item.manager is not None:
                note_wish(spool, item, row.manager_number)
    absent = _suspend_absent(spool, policy, scope)
    settle_clashes(spool, unique, appends_id=policy.appends_id)
    settle_managers(spool)
    return _counted(spool, absent)


def _decided(spool: Spool, policy: Policy, scope: Scope) -> Iterator[tuple[Item, Row]]:
    for row in spool.rows():
        attributes = _attributes(row.body)
        person = Person(
            row.number, row.id, attributes, row.standing, row.unknown_status, row.digest
        )
        claim: Claim | Conflict | None = None
        if row.user_id is not None:
            owned = frozenset(_names(row.owned)) if row.owned else frozenset()
            claim = Claim(user_of(row), bool(row.is_new), bool(row.is_owner), owned)
        elif row.reason is not None:
            claim = Conflict(row.reason, row.message or "", row.claimed)
        item = decide(person, claim, _wish(row, person, policy), policy)
        if _is_manager_missing(row, policy):
            item = _pending(item, attributes)
        yield cut(grouped(item, scope.edits), scope), row


def _wish(row: Row, person: Person, policy: Policy) -> Wish | None:
    """Return the manager whom a person shall have and has not; None when nothing is to be done."""
    if not policy.capabilities.has_manager:
        return None
    if row.manager_user is not None:
        if row.manager_user == row.user_manager:
            return None
        return Wish(Manager(row.manager_user), row.old_manager_email, row.manager_email)
    if row.manager_number is not None:
        manager = Manager(source_id=row.manager_source)
        return Wish(manager, row.old_manager_email, row.manager_email)
    if row.user_manager is None or row.wants_manager:
        return None
    is_cleared = any(
        name in person.attributes and name in policy.clearable
        for name in ("manager_id", "manager_email")
    )
    return Wish(Manager(), row.old_manager_email, None) if is_cleared else None


def _is_manager_missing(row: Row, policy: Policy) -> bool:
    is_known = row.manager_user is not None or row.manager_number is not None
    return bool(row.wants_manager) and policy.capabilities.has_manager and not is_known


def _pending(item: Item, attributes: Mapping[str, object]) -> Item:
    if item.action not in WRITES and item.action != "unchanged":
        return item
    keys = (attributes.get("manager_id"), attributes.get("manager_email"))
    return with_pending_manager(item, (_text(keys[0]), _text(keys[1])))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value and is_storable(value) else None


def _refused(spool: Spool, scope: Scope) -> Iterator[Item]:
    """Yield the items of records that the mapping could make no user of."""
    rows = spool.execute("SELECT number, id, body FROM person WHERE kind = 'refused'").fetchall()
    for number, source_id, body in rows:
        reasons = _reasons(body)
        message = "; ".join(f"`{one.attribute}`: {one.message}" for one in reasons)
        code = reasons[0].code if reasons else "refused"
        yield cut(Item(number, source_id, None, "refused", reason=code, message=message), scope)


def _suspend_absent(spool: Spool, policy: Policy, scope: Scope) -> tuple[str, ...]:
    """Add the suspensions of people who were absent often enough; return who is absent."""
    absent = tuple(
        source_id
        for (source_id,) in spool.execute(
            """
            SELECT l.source_id FROM link l LEFT JOIN person p ON p.id = l.source_id
            WHERE p.number IS NULL ORDER BY l.source_id
            """
        )
    )
    if policy.rules.absent == "suspend" and scope.absences_count and absent:
        spool.put_items(cut(item, scope) for item in _absences(spool, policy))
    return absent


def _absences(spool: Spool, policy: Policy) -> Iterator[Item]:
    """Yield the items of people whose absence is due to count, behind those of the listing."""
    number = spool.execute("SELECT COALESCE(MAX(number), 0) FROM person").fetchone()[0]
    rows = spool.execute(
        """
        SELECT l.source_id, u.id, u.state, u.groups, u.body
        FROM link l JOIN user u ON u.id = l.user_id LEFT JOIN person p ON p.id = l.source_id
        WHERE p.number IS NULL AND l.is_owner AND l.absences + 1 >= ? AND u.state <> 'suspended'
        ORDER BY l.source_id
        """,
        (policy.rules.absent_after,),
    )
    for behind, (source_id, user_id, state, groups, body) in enumerate(rows, start=1):
        user = target_user(user_id, state, groups, body)
        yield _absence(number + behind, source_id, user, policy)


def _absence(number: int, source_id: str, user: TargetUser, policy: Policy) -> Item:
    email = user.attributes.get("email")
    item = Item(number, source_id, email, "suspend", user_id=user.id, reason="absent")
    if is_protected(source_id, None, user, policy.rules):
        return replace(item, action="skipped", reason="protected")
    return replace(item, changes={"state": (user.state, "suspended")})


def _counted(spool: Spool, absent: tuple[str, ...]) -> Plan:
    found = dict(spool.execute("SELECT action, COUNT(*) FROM item GROUP BY action").fetchall())
    people, silent = spool.execute(
        """
        SELECT COUNT(*), SUM(p.kind = 'user' AND i.number IS NULL)
        FROM person p LEFT JOIN item i ON i.number = p.number
        """
    ).fetchone()
    found["unchanged"] = found.get("unchanged", 0) + (silent or 0)
    counts = Counts(**found)
    accounts = spool.execute(
        """
        SELECT COUNT(*) FROM link l JOIN user u ON u.id = l.user_id
        WHERE l.is_owner AND u.state <> 'suspended'
        """
    ).fetchone()[0]
    facts = facts_of(spool.items("action NOT IN ('unchanged', 'skipped')"), accounts)
    return Plan(spool, counts, facts, people, absent)


def _blanks(item: Item) -> bool:
    """Whether an item empties an attribute. A manager without an address is a manager."""
    has_manager = item.manager is not None and item.manager != Manager()
    return any(
        new is None and not (name == "manager_email" and has_manager)
        for name, (_, new) in item.changes.items()
    )


def facts_of(items: Iterable[Item], accounts: int) -> PlanFacts:
    """Count what the safeguards ask about."""
    counted = dict.fromkeys(
        ("suspensions", "creations", "email_changes", "username_changes", "blanked"), 0
    )
    for item in items:
        if item.action == "create":
            counted["creations"] += 1
        elif item.action in WRITES:
            counted["suspensions"] += item.action == "suspend"
            counted["email_changes"] += bool(item.changes.get("email", (None,))[0])
            counted["username_changes"] += bool(item.changes.get("username", (None,))[0])
            counted["blanked"] += _blanks(item)
    return PlanFacts(accounts, **counted)
