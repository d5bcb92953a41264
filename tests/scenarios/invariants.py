"""What holds after every day of every scenario, whatever the scenario is about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from onroll.keys import identity_key
from onroll.sync.model import DONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.target import TargetUser

    from .hr import Account
    from .play import Outcome
    from .scenario import Day
    from .stage import Sight, Stage

__all__ = ["Evening", "broken_invariants", "broken_rehearsal", "is_settled"]

#: What an item says once for the plan and once for what came of it.
_TOLD: Final = ("id", "email", "action", "changes")


@dataclass(frozen=True)
class Evening:
    """A day when its import is over."""

    stage: Stage
    account: Account
    morning: Sight
    now: Sight
    day: Day
    outcome: Outcome


def broken_rehearsal(rehearsal: Outcome, outcome: Outcome) -> Iterator[str]:
    """Yield where the dry run said something else than what the import did."""
    if rehearsal.errors != outcome.errors:
        yield f"the dry run said {rehearsal.errors}, the import {outcome.errors}"
    if _sums(rehearsal) != _sums(outcome):
        yield f"the dry run counted {_sums(rehearsal)}, the import {_sums(outcome)}"
    told = [{key: one[key] for key in _TOLD} for one in rehearsal.items]
    done = [{key: one[key] for key in _TOLD} for one in outcome.items]
    if told != done:
        yield f"the dry run showed {told}, the import {done}"
    has_failures = any(one["outcome"] != "applied" for one in _writes(outcome))
    if rehearsal.exit != outcome.exit and not has_failures:
        yield f"the dry run ended with {rehearsal.exit}, the import with {outcome.exit}"


def broken_invariants(evening: Evening) -> Iterator[str]:
    """Yield what must never be, and is."""
    yield from _about_users(evening)
    yield from _about_links(evening)
    if evening.outcome.report is not None:
        yield from _about_sums(evening)
        yield from _about_applied(evening)


def is_settled(evening: Evening) -> bool:
    """Whether another run at once must find nothing to write."""
    run, outcome = evening.day.run, evening.outcome
    return (
        outcome.status == "done"
        and run.mode == "all"
        and not run.plan
        and not run.select
        and all(one["outcome"] == "applied" for one in _writes(outcome))
        and all(one["reason"] != "quarantined" for one in outcome.items)
    )


def _about_users(evening: Evening) -> Iterator[str]:
    before, after = evening.morning.users, evening.now.users
    if gone := set(before) - set(after):
        yield f"{len(gone)} users were deleted"
    needs = {"username", "email"} - ({"email"} if "uniqueness" in evening.stage.lacks else set())
    for attribute in sorted(needs):
        values = [user.attributes.get(attribute) for user in after.values()]
        keys = Counter(identity_key(value) for value in values if value)
        for key, count in keys.items():
            if count > 1:
                yield f"{count} users have the {attribute} {key}"
    if evening.outcome.status != "done" and _seen(before) != _seen(after):
        yield f"the run was {evening.outcome.status} and wrote"


def _about_links(evening: Evening) -> Iterator[str]:
    found = Counter((one.connection, one.source_id) for one in evening.now.links)
    for (connection, source_id), count in found.items():
        if count > 1:
            yield f"{connection} has {count} links of {source_id}"


def _about_sums(evening: Evening) -> Iterator[str]:
    outcome = evening.outcome
    assert outcome.report is not None
    plan = outcome.report["plan"]
    counted = Counter(one["action"] for one in outcome.items)
    if dict(counted) != {action: count for action, count in plan.items() if count}:
        yield f"the plan counts {plan}, its items {dict(counted)}"
    listing = outcome.report["listing"]
    if evening.day.run.plan or not listing["complete"] or listing["partial"]:
        return
    people = evening.account.people
    absent = sum(
        one["reason"] in ("absent", "protected") and one["id"] not in people
        for one in outcome.items
    )
    listed = len(evening.account.records({})) - listing["excluded"] + absent
    if sum(plan.values()) != listed:
        yield f"the plan is about {sum(plan.values())} people, and {listed} are listed"


def _about_applied(evening: Evening) -> Iterator[str]:
    """Compare what the run says it did with its journal, and with the target itself."""
    report = evening.outcome.report
    assert report is not None
    applied = {tile: report["applied"][tile] for tile in DONE.values()}
    if evening.outcome.status != "done":
        if any(applied.values()):
            yield f"the run was {evening.outcome.status} and says {applied}"
        return
    writes = evening.stage.writes_of(report["run"])
    if len({one.item for one in writes}) != sum(applied.values()):
        yield f"the journal has {len(writes)} writes, the results say {applied}"
    before, after = evening.morning.users, evening.now.users
    seen = {
        "created": len(set(after) - set(before)),
        "suspended": _moved(before, after, "suspended"),
        "reactivated": sum(
            after[one].state == "active" for one in before if before[one].state == "suspended"
        ),
    }
    said = {tile: applied[tile] for tile in seen}
    if said != seen:
        yield f"the results say {said}, the target shows {seen}"


def _moved(before: Mapping[str, TargetUser], after: Mapping[str, TargetUser], state: str) -> int:
    return sum(
        after[one].state == state and before[one].state != state for one in before if one in after
    )


def _seen(users: Mapping[str, TargetUser]) -> set[str]:
    return {repr((one.id, one.state, sorted(one.attributes.items()))) for one in users.values()}


def _sums(outcome: Outcome) -> Mapping[str, int] | None:
    return None if outcome.report is None else outcome.report["plan"]


def _writes(outcome: Outcome) -> list[Mapping[str, object]]:
    return [one for one in outcome.items if one["action"] in DONE]
