"""What a source says of a person's access today: active, inactive, or nothing that is known. Pure.

Days count where the person is: access ends when the day of the termination date has ended in the
person's time zone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from onroll.definition.import_rules import ImportRules
    from onroll.model import Json, User
    from onroll.sync.model import Standing

__all__ = ["Calendar", "is_too_early", "last_day_of", "standing_of"]


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
            found = self.now.astimezone(self._zone(zone)).date().isoformat()
            if isinstance(zone, str | None) and len(self._days) < 1000:
                self._days[zone] = found
        return found

    def _zone(self, name: Json) -> ZoneInfo:
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


def _has_left(attributes: Mapping[str, Json], calendar: Calendar) -> bool:
    last_day = attributes.get("termination_date")
    if not last_day:
        return False
    hired = attributes.get("hire_date")
    if hired and last_day < hired:
        return False  # of an earlier employment: the person was hired again
    return bool(calendar.today(attributes.get("time_zone")) > last_day)


def is_too_early(attributes: Mapping[str, Json], rules: ImportRules, calendar: Calendar) -> bool:
    """Whether a person's first day is further away than accounts are made before it."""
    hired = attributes.get("hire_date")
    if rules.create_days_before is None or not hired:
        return False
    today = date.fromisoformat(calendar.today(attributes.get("time_zone")))
    return bool(hired > (today + timedelta(days=rules.create_days_before)).isoformat())


def last_day_of(
    attributes: Mapping[str, Json], rules: ImportRules, calendar: Calendar
) -> str | None:
    """Return the last day on which a person stands as today if their record stays as it is.

    None for a person whom no date moves.
    """
    days: list[str] = []
    last_day, hired = attributes.get("termination_date"), attributes.get("hire_date")
    if last_day and not (hired and last_day < hired) and not _has_left(attributes, calendar):
        days.append(last_day)
    if is_too_early(attributes, rules, calendar):
        before = timedelta(days=(rules.create_days_before or 0) + 1)
        days.append((date.fromisoformat(str(hired)) - before).isoformat())
    return min(days, default=None)
