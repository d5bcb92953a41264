"""Personio v1's employee record, written as JSON text.

The text is put together from templates and remembered pieces, not by `json.dumps`: tests fetch a
million people, and the sandbox should not be what they wait for.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from onroll.testing.sandbox.company import Office, Unit
from onroll.testing.sandbox.exchange import json_text
from onroll.testing.sandbox.people import CostShare, Identity, Person


class Attribute(NamedTuple):
    """An attribute of the record: its key and what wraps its value."""

    key: str
    label: str
    type: str
    universal_id: str | None
    currency: str | None = None

    @property
    def template(self) -> str:
        """The attribute as JSON, with a hole for the value."""
        universal_id = json_text(self.universal_id)
        currency = f',"currency":"{self.currency}"' if self.currency else ""
        return (
            f'"{self.key}":{{"label":{json_text(self.label)},"value":%s,'
            f'"type":"{self.type}","universal_id":{universal_id}{currency}}}'
        )


def _own(key: str, label: str, kind: str = "standard", currency: str | None = None) -> Attribute:
    """Describe one of the vendor's own attributes, whose universal id is its key."""
    return Attribute(key, label, kind, key, currency)


# In the order of the documented example; `_values` returns the values in this order.
ATTRIBUTES = (
    _own("id", "ID", "integer"),
    _own("first_name", "First name"),
    _own("last_name", "Last name"),
    _own("preferred_name", "Name (preferred)"),
    _own("email", "Email"),
    _own("gender", "Gender"),
    _own("status", "Status"),
    _own("position", "Position"),
    _own("supervisor", "Supervisor"),
    _own("employment_type", "Employment type"),
    _own("weekly_working_hours", "Weekly hours"),
    _own("hire_date", "Hire date", "date"),
    _own("contract_end_date", "Contract ends", "date"),
    _own("termination_date", "Termination date", "date"),
    _own("termination_type", "Termination type"),
    _own("termination_reason", "Termination reason"),
    _own("probation_period_end", "Probation period end", "date"),
    _own("created_at", "created_at", "date"),
    _own("last_modified_at", "Last modified", "date"),
    _own("subcompany", "Subcompany"),
    _own("office", "Office"),
    _own("department", "Department"),
    _own("team", "Team"),
    _own("cost_centers", "Cost center"),
    _own("holiday_calendar", "Public holidays"),
    _own("absence_entitlement", "Absence entitlement"),
    _own("work_schedule", "Work schedule"),
    _own("fix_salary", "Fix salary", "decimal", "EUR"),
    _own("fix_salary_interval", "Salary interval"),
    _own("hourly_salary", "Hourly salary", "decimal", "EUR"),
    _own("last_working_day", "Last day of work", "date"),
    _own("profile_picture", "Profile Picture"),
    Attribute("dynamic_24407", "Titel", "standard", None),
    Attribute("dynamic_21827", "IBAN", "standard", "iban"),
    Attribute("dynamic_33400", "Anniversary Date", "date", None),
)
_PLACES = {attribute.key: place for place, attribute in enumerate(ATTRIBUTES)}

_VACATION = json_text(
    [
        {
            "type": "TimeOffType",
            "attributes": {
                "id": 7,
                "name": "Paid vacation",
                "category": "paid_vacation",
                "entitlement": 30,
            },
        }
    ]
)


@lru_cache(maxsize=64)
def record_writer(keys: tuple[str, ...] | None = None) -> Callable[[Person], str]:
    """Return a function that writes a person's record with these attributes, or with all.

    Unknown keys are passed over. The attributes keep the documented order.
    """
    places = [
        place for place, attribute in enumerate(ATTRIBUTES) if not keys or attribute.key in keys
    ]
    holes = ",".join(ATTRIBUTES[place].template for place in places)
    fixed = f'{{"type":"Employee","attributes":{{{holes}}}}}'.split("%s")
    is_whole = len(places) == len(ATTRIBUTES)

    def write(person: Person) -> str:
        values = _values(person)
        pieces = fixed * 2
        pieces[::2] = fixed
        pieces[1:-1:2] = values if is_whole else [values[place] for place in places]
        pieces[-1] = ""
        # Joining pieces of known length is twice as fast as filling the holes with `%`.
        return "".join(pieces)

    return write


def _values(person: Person) -> tuple[str, ...]:
    """Return the value of each attribute as JSON text."""
    office = person.office
    hire_date = _DATES[person.hire_date]
    return (
        str(person.id),
        _TEXTS[person.first_name],
        _TEXTS[person.last_name],
        _TEXTS[person.preferred_name],
        f'"{person.email}"',
        _TEXTS[person.gender],
        _TEXTS[person.status],
        _TEXTS[person.position],
        _supervisor(person.supervisor),
        _TEXTS[person.employment_type],
        _TEXTS[person.weekly_hours],
        hire_date,
        _DATES[person.contract_end],
        _DATES[person.termination_date],
        _TEXTS[person.termination_type],
        _TEXTS[person.termination_reason],
        _DATES[person.probation_end],
        _MOMENTS[person.created_on],
        _MOMENTS[person.modified_on],
        *_office_values(office),
        _unit("Department", person.department),
        _unit("Team", person.team),
        _cost_centers(person.cost_centers),
        _holiday_calendar(office),
        _VACATION,
        _work_schedule(person.weekly_hours),
        str(person.salary),
        '"monthly"',
        "0",
        _DATES[person.last_working_day],
        f'"https://pictures.example.test/v1/company/employees/{person.id}/profile-picture"',
        _TEXTS[person.title],
        '"DE00 0000 0000 0000 0000 00"',
        _TEXTS[person.hire_date],
    )


class _Pieces(dict[str | None, str]):
    """JSON texts by value, each written once; the sandbox's values are few."""

    def __init__(self, write: Callable[[str | None], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, value: str | None) -> str:
        text = self[value] = self._write(value)
        return text


def _local_time(day: str | None, clock: str) -> str:
    """Write a moment with the local offset, as the vendor does for dates too."""
    if day is None:
        return "null"
    try:
        offset = berlin_offset(date.fromisoformat(day))
    except ValueError:  # a fault put an unreadable date in: it passes through as it is
        return json_text(day)
    return f'"{day}T{clock}+{offset:02d}:00"'


def berlin_offset(day: date) -> int:
    """Return the hours that Berlin is ahead of UTC on a day, by today's rule."""
    return 2 if _last_sunday(day.year, 3) <= day < _last_sunday(day.year, 10) else 1


def _last_sunday(year: int, month: int) -> date:
    last_day = date(year, month, 31)  # March and October, which both have 31 days
    return last_day - timedelta(days=(last_day.weekday() + 1) % 7)


_TEXTS = _Pieces(json_text)
_DATES = _Pieces(lambda day: _local_time(day, "00:00:00"))
_MOMENTS = _Pieces(lambda day: _local_time(day, "09:49:03"))


_SUPERVISOR = (
    '{"type":"Employee","attributes":{'
    + ",".join(ATTRIBUTES[_PLACES[key]].template for key in Identity._fields)
    + "}}"
)


@lru_cache(maxsize=16_384)
def _supervisor(identity: Identity | None) -> str:
    if identity is None:
        return "null"
    names = _TEXTS[identity.first_name], _TEXTS[identity.last_name]
    return _SUPERVISOR % (identity.id, *names, f'"{identity.email}"')


@cache
def _unit(kind: str, unit: Unit | None) -> str:
    return "null" if unit is None else json_text({"type": kind, "attributes": unit._asdict()})


@cache
def _office_values(office: Office | None) -> tuple[str, str]:
    if office is None:
        return "null", "null"
    return _unit("Subcompany", office.subcompany), _unit("Office", office.unit)


@cache
def _cost_centers(shares: tuple[CostShare, ...]) -> str:
    return json_text(
        [
            {
                "type": "CostCenter",
                "attributes": {**share.center._asdict(), "percentage": share.percentage},
            }
            for share in shares
        ]
    )


@cache
def _holiday_calendar(office: Office | None) -> str:
    if office is None:
        return "null"
    attributes = {
        "id": office.unit.id - 10,
        "name": f"{office.unit.name}: public holidays",
        "country": office.country,
        "state": office.state,
    }
    return json_text({"type": "HolidayCalendar", "attributes": attributes})


@cache
def _work_schedule(weekly_hours: str) -> str:
    is_full_time = float(weekly_hours) > 35
    workdays = ("monday", "tuesday", "wednesday", "thursday", "friday")
    attributes = {
        "id": 8 if is_full_time else 9,
        "name": "Full-time" if is_full_time else "Part-time",
        "valid_from": None,
        **dict.fromkeys(workdays, "08:00" if is_full_time else "05:00"),
        **dict.fromkeys(("saturday", "sunday"), "00:00"),
    }
    return json_text({"type": "WorkSchedule", "attributes": attributes})
