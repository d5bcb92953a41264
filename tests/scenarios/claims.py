"""Compares what came of a day with what its scenario claims."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from onroll.sync.model import ACTIONS, WRITES

from .scenario import ExpectedItem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .play import Outcome
    from .scenario import Expected
    from .stage import Sight

__all__ = ["broken_claims"]


def broken_claims(
    expected: Expected, outcome: Outcome, sight: Sight, connection: str
) -> Iterator[str]:
    """Yield each claim that does not hold."""
    if outcome.exit != expected.exit:
        yield f"exit code {outcome.exit} instead of {expected.exit}"
    if sorted(outcome.errors) != sorted(expected.errors):
        yield f"errors {list(outcome.errors)} instead of {list(expected.errors)}"
    if outcome.report is not None:
        yield from _about_plan(expected, outcome, outcome.report)
    yield from _about_items(expected, outcome)
    if expected.size is not None and len(sight.users) != expected.size:
        yield f"the directory has {len(sight.users)} users instead of {expected.size}"
    for name, wanted in expected.users.items():
        yield from _about_user(name, wanted, sight, connection)


def _about_plan(expected: Expected, outcome: Outcome, report: Mapping[str, Any]) -> Iterator[str]:
    if expected.plan is not None:
        wanted = {action: expected.plan.get(action, 0) for action in {*ACTIONS, *expected.plan}}
        if report["plan"] != wanted:
            found = {action: count for action, count in report["plan"].items() if count}
            yield f"plan {found} instead of {dict(expected.plan)}"
    elif expected.items is not None:
        for one in outcome.items:
            is_something = one["action"] != "unchanged" or one["reason"] is not None
            if is_something and str(one["id"]) not in expected.items:
                yield f"{one['id']}: nobody expected {one['action']} {one['reason'] or ''}"
    for key, value in expected.listing.items():
        if report["listing"].get(key) != value:
            yield f"listing: {key} is {report['listing'].get(key)} instead of {value}"
    for text in expected.notes:
        if not any(text in note for note in report["notes"]):
            yield f"no note says {text!r}: {report['notes']}"


def _about_items(expected: Expected, outcome: Outcome) -> Iterator[str]:
    found = {str(one["id"]): one for one in outcome.items}
    for source_id, written in (expected.items or {}).items():
        if source_id not in found:
            yield f"{source_id}: no item"
            continue
        yield from _about_item(source_id, _item(written), found[source_id], outcome)


def _item(written: str | ExpectedItem) -> ExpectedItem:
    """Read `conflict email_in_use` as an action with its reason."""
    if isinstance(written, ExpectedItem):
        return written
    action, _, reason = written.partition(" ")
    return ExpectedItem(action=action, reason=reason or None)


def _about_item(
    source_id: str, wanted: ExpectedItem, item: Mapping[str, Any], outcome: Outcome
) -> Iterator[str]:
    usual = {"done": "applied", "blocked": "blocked"}.get(outcome.status, "planned")
    told = wanted.outcome or (usual if wanted.action in WRITES else "skipped")
    claims = {"action": wanted.action, "reason": wanted.reason, "outcome": told}
    for key, value in {**claims, "group": wanted.group}.items():
        if item.get(key) != value:
            yield f"{source_id}: {key} is {item.get(key)} instead of {value}; {item}"
    if isinstance(wanted.changes, tuple):
        if sorted(item["changes"]) != sorted(wanted.changes):
            yield f"{source_id}: {sorted(item['changes'])} change instead of {wanted.changes}"
    elif wanted.changes is not None:
        changes = {name: list(pair) for name, pair in wanted.changes.items()}
        if item["changes"] != changes:
            yield f"{source_id}: changes {item['changes']} instead of {changes}"


def _about_user(
    name: str,
    wanted: str | Mapping[str, Any] | None,
    sight: Sight,
    connection: str,
) -> Iterator[str]:
    try:
        user = sight.find(name)
    except AssertionError as error:
        if wanted is not None:
            yield str(error)
        return
    if wanted is None:
        yield f"{name}: is in the directory"
        return
    claims = {"state": wanted} if isinstance(wanted, str) else dict(wanted)
    seen = {
        "state": user.state,
        "groups": sorted(user.groups),
        "manager": sight.users[user.manager_id].attributes.get("email")
        if user.manager_id
        else None,
        "links": [
            one.source_id if one.connection == connection else f"{one.connection}:{one.source_id}"
            for one in sight.links
            if one.user_id == user.id
        ],
    }
    for key, value in claims.items():
        found = seen[key] if key in seen else user.attributes.get(key)
        if _composed(found) != _composed(value):
            yield f"{name}: {key} is {found!r} instead of {value!r}"


def _composed(value: object) -> object:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value
