"""What the engine said of an import, beside what the model says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .model import WRITES

if TYPE_CHECKING:
    from .model import Line
    from .model_plan import Plan
    from .office import Seen

__all__ = ["check_sums", "decisions", "expected_of", "found_of"]


def decisions(seen: Seen) -> list[tuple[Any, ...]]:
    return [(one["id"], one["action"], one["changes"], one["reason"]) for one in seen.items]


def expected_of(line: Line) -> tuple[Any, ...]:
    changes = dict(line.changes)
    has_manager = changes.pop("manager", None) is not None
    reason = "refused" if line.reason == "unreadable" else line.reason
    return (line.id, line.email, line.action, reason, changes, has_manager)


def found_of(item: dict[str, Any]) -> tuple[Any, ...]:
    changes = {name: tuple(pair) for name, pair in item["changes"].items()}
    has_manager = changes.pop("manager_email", None) is not None
    is_unreadable = item["action"] == "refused" and item["reason"] not in (
        "unknown_status", "missing_attribute",
    )  # fmt: skip
    reason = "refused" if is_unreadable else item["reason"]
    return (item["id"], item["email"], item["action"], reason, changes, has_manager)


def check_sums(plan: Plan, seen: Seen) -> None:
    counted = {action: count for action, count in seen.counts.items() if count}
    assert counted == dict(plan.counts)
    done = {"create": "created", "update": "updated", "suspend": "suspended",
            "reactivate": "reactivated", "link": "linked"}  # fmt: skip
    expected = {tile: plan.counts[action] if plan.is_done else 0 for action, tile in done.items()}
    assert {tile: seen.applied[tile] for tile in expected} == expected
    assert seen.applied["failed"] == 0
    outcomes = {one["outcome"] for one in seen.items if one["action"] in WRITES}
    assert outcomes <= ({"applied"} if plan.is_done else {"blocked"})
