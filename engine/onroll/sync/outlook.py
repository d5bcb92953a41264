"""What an import would make of a person whom no target has yet, and from when: in words. Pure.

The rules are those of `standing`; here they are only told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from onroll.diagnostics import quoted_list
from onroll.model import NO_STATUS
from onroll.sync.standing import (
    created_from,
    is_too_early,
    lacking,
    leaving_day,
    standing_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.import_rules import ImportRules
    from onroll.model import User
    from onroll.sync.standing import Calendar

__all__ = ["Outlook", "OutlookState", "outlook_of"]

#: How a person stands; `too_early` and `incomplete` are active, and would not be created today.
OutlookState: TypeAlias = Literal["active", "inactive", "unknown", "too_early", "incomplete"]

#: The last day that there is, by which systems say that a person stays.
_NEVER: Final = date.max.isoformat()


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a person stands today, and why. `is_plain`: active, and no date will change that."""

    state: OutlookState
    why: str = field(repr=False)
    is_plain: bool = False


def outlook_of(user: User, rules: ImportRules, calendar: Calendar) -> Outlook:
    """Say how a person stands, what moves them, and the moment with its zone."""
    standing = standing_of(user, rules, calendar)
    is_early = standing == "active" and is_too_early(user.attributes, rules, calendar)
    missing = lacking(user.attributes)
    state: OutlookState = standing
    if is_early:
        state = "too_early"
    elif standing == "active" and missing:
        state = "incomplete"
    dates = [*(_coming(user, rules, calendar) if standing == "active" else ())]
    dates += _leaving(user, calendar)
    # What moves somebody who is active is the dates.
    said = dates if standing == "active" and dates else [_status(user, rules), *dates]
    if state == "incomplete":
        said = [f"cannot be created without {quoted_list(missing)}", *dates]
    is_plain = state == "active" and not dates
    return Outlook(state, "; ".join(said), is_plain)


def _status(user: User, rules: ImportRules) -> str:
    status = user.attributes.get("status")
    if user.unknown_status == NO_STATUS:
        return "has no status, so that nothing is done"
    if status is None:
        shown = repr(user.unknown_status)
        return f"the status {shown} is not known: nothing is done until the `map` names it"
    if status in rules.inactive_statuses:
        return f"status `{status}`, which counts as inactive"
    return f"status `{status}`"


def _coming(user: User, rules: ImportRules, calendar: Calendar) -> Iterator[str]:
    hired = user.attributes.get("hire_date")
    if is_too_early(user.attributes, rules, calendar):
        since = _midnight(created_from(user.attributes, rules), user, calendar)
        days = rules.create_days_before
        yield f"joins {hired}: will be created from {since} (create_days_before: {days})"
    elif hired and hired > calendar.today(user.attributes.get("time_zone")):
        yield f"joins {hired}: created already today ({_why_already(rules)})"


def _leaving(user: User, calendar: Calendar) -> Iterator[str]:
    written, last_day = user.attributes.get("termination_date"), leaving_day(user.attributes)
    if last_day is None and written:
        yield f"the termination date {written} is before the hire date, and does not count"
    elif last_day is not None and last_day != _NEVER:
        left = (date.fromisoformat(last_day) + timedelta(days=1)).isoformat()
        since = _midnight(left, user, calendar)
        has_left = calendar.today(user.attributes.get("time_zone")) > last_day
        yield f"left since {since}" if has_left else f"will count as left from {since}"


def _why_already(rules: ImportRules) -> str:
    days = rules.create_days_before
    return "`create_days_before` is not set" if days is None else f"create_days_before: {days}"


def _midnight(day: str, user: User, calendar: Calendar) -> str:
    return f"{day} 00:00 {calendar.zone_of(user.attributes.get('time_zone')).key}"
