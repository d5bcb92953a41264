"""What a source says of a person's access today: active, inactive, or nothing that is known. Pure.

Days count where the person is: access ends when the day of the termination date has ended in the
person's time zone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from onroll.definition.import_rules import ImportRules
    from onroll.model import Json, User
    from onroll.sync.model import Standing

__all__ = [
    "Calendar",
    "created_from",
    "is_too_early",
    "lacking",
    "last_day_of",
    "leaving_day",
    "standing_of",
]

#: To be created a person needs these.
_NEEDED: Final = ("first_name", "last_name", "email", "username")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Today, by time zone. `now` is aware; `zone` counts for people without one of their own."""

    now: datetime
    zone: str = "UTC"
    _days: dict[Json, str] = field(default_factory=dict, repr=False)

    def today(self, zone: Json) -> str:
        """Return today's date there, as `YYYY-MM-DD`; an unknown zone is the connection's."""
        found = self._days.get(zone) if isinstance(zone, str | None) else None
        if found is None:
            found = self.now.astimezone(self.zone_of(zone)).date().isoformat()
            if isinstance(zone, str | None) and len(self._days) < 1000:
                self._days[zone] = found
        return found

    def zone_of(self, name: Json) -> ZoneInfo:
        """Return the zone in which a person's days count."""
        try:
            return ZoneInfo(name if isinstance(name, str) else self.zone)
        except (KeyError, ValueError, OSError):
            # What a record calls a zone is the source's; a folder's name is an OSError.
            return ZoneInfo(self.zone)


def standing_of(user: User, rules: ImportRules, calendar: Calendar) -> Standing:
    """Return how a person stands. One who has left is inactive, whatever the status says."""
    attributes = user.attributes
    if _has_left(attributes, calendar):
        return "inactive"
    status = attributes.get("status")
    if status is None:
        return "unknown"
    return "inactive" if status in rules.inactive_statuses else "active"


def leaving_day(attributes: Mapping[str, Json]) -> str | None:
    """Return the last day of a person's employment, if there is one that counts."""
    last_day: str | None = attributes.get("termination_date") or None
    hired = attributes.get("hire_date")
    if last_day and hired and last_day < hired:
        return None  # of an earlier employment: the person was hired again
    return last_day


def _has_left(attributes: Mapping[str, Json], calendar: Calendar) -> bool:
    last_day = leaving_day(attributes)
    return last_day is not None and calendar.today(attributes.get("time_zone")) > last_day


def is_too_early(attributes: Mapping[str, Json], rules: ImportRules, calendar: Calendar) -> bool:
    """Whether a person's first day is further away than accounts are made before it."""
    hired = attributes.get("hire_date")
    if rules.create_days_before is None or not hired:
        return False
    today = date.fromisoformat(calendar.today(attributes.get("time_zone")))
    return bool(hired > (today + timedelta(days=rules.create_days_before)).isoformat())


def created_from(attributes: Mapping[str, Json], rules: ImportRules) -> str:
    """Return the first day on which it is no longer too early for a person."""
    days_before = timedelta(days=rules.create_days_before or 0)
    return (date.fromisoformat(str(attributes["hire_date"])) - days_before).isoformat()


def lacking(attributes: Mapping[str, Json]) -> list[str]:
    """Return the attributes that a person must have to be created, and has not."""
    return [name for name in _NEEDED if not attributes.get(name)]


def last_day_of(
    attributes: Mapping[str, Json], rules: ImportRules, calendar: Calendar
) -> str | None:
    """Return the last day on which a person stands as today if their record stays as it is.

    None for a person whom no date moves.
    """
    days: list[str] = []
    last_day = leaving_day(attributes)
    if last_day is not None and not _has_left(attributes, calendar):
        days.append(last_day)
    if is_too_early(attributes, rules, calendar):
        day_before = date.fromisoformat(created_from(attributes, rules)) - timedelta(days=1)
        days.append(day_before.isoformat())
    return min(days, default=None)
