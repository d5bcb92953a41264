"""Employees as Personio's v1 gives them, about 4.1 kB of JSON each: what every contender reads.

There are 5,000 different ones. Whoever comes after is one of them with another id, e-mail address
and picture, so that a million people need no more memory than 5,000. About a fifth of them have
letters beyond ASCII in a mapped attribute, written as UTF-8.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from typing import Any

FIRST_ID = 1_000_000  # and no more than seven digits, so that every record keeps its length
DISTINCT = 5_000

_ID_MARK = 9_999_999
_COMPACT: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":")}
_GIVEN = (
    *("Ada", "Grace", "Linus", "Mara", "Ilse", "Tim", "Karen", "Edith", "Alan", "Barbara"),
    *("Jonas", "Lea", "Paul", "Emma", "Noah", "Jürgen", "Zoë"),
)
_FAMILY = (
    *("Lovelace", "Hopper", "Schmidt", "Fischer", "Weber", "Oduya", "Kern", "Turing", "Clarke"),
    *("Wagner", "Becker", "Schulz", "Hoffmann", "Koch", "Richter", "Klein", "Wolf", "Neumann"),
    *("Müller", "Søndergård"),
)
_SPELLING = str.maketrans({"ü": "ue", "ö": "oe", "ä": "ae", "ë": "e", "ø": "o", "å": "a"})
_OFFICES = ("Berlin", "Hamburg", "Bremen", "Leipzig", "Dresden", "Dublin", "Madrid", "Wien")
_DEPARTMENTS = ("Finance", "Sales", "People", "Operations", "Legal", "Marketing", "Engineering")
_TEAMS = ("Payroll", "Accounting", "Platform", "Recruiting", "Events", "Privacy", "Logistics")
_POSITIONS = ("Analyst", "Software Engineer", "Account Executive", "Recruiter", "Counsel")
_STATUSES = ("active",) * 17 + ("onboarding", "leave", "inactive")


def page(before: bytes, start: int, end: int, after: bytes) -> bytes:
    """Return the records from one index to before another as a JSON list's items, with its ends."""
    records, parts = _records(), [before]
    for index in range(start, end):
        number = b"%d" % (FIRST_ID + index)
        one, two, three, four = records[index % DISTINCT]
        parts += (one, number, two, number, three, number, four, b",")
    parts[-1 if end > start else len(parts) :] = [after]
    return b"".join(parts)  # one copy: the server should not be what a contender waits for


@cache
def _records() -> list[list[bytes]]:
    """Return the different records as JSON, each cut at the three places of its id."""
    mark = str(_ID_MARK).encode()
    texts = (json.dumps(record(number), **_COMPACT) for number in range(DISTINCT))
    return [text.encode().split(mark) for text in texts]


def record(number: int) -> dict[str, Any]:
    """Return one of the different people, with a mark where the id belongs."""
    given = _GIVEN[number * 7 % len(_GIVEN)]
    family = _FAMILY[number * 11 // 3 % len(_FAMILY)]
    spelled = f"{given}.{family}".lower().translate(_SPELLING)
    email = f"{spelled}.{_ID_MARK}@example.test"
    hired = date(2009, 1, 5) + timedelta(days=number * 37 % 5_500)
    status = _STATUSES[number * 13 % len(_STATUSES)]
    left = _moment(hired + timedelta(days=400)) if status == "inactive" else None
    values = {
        "id": _ID_MARK,
        "first_name": given,
        "last_name": family,
        "preferred_name": f"{given} {family}",
        "email": email,
        "gender": "female" if number % 2 else "male",
        "status": status,
        "position": _POSITIONS[number % len(_POSITIONS)],
        "supervisor": _supervisor(number),
        "employment_type": "external" if number % 12 == 5 else "internal",
        "weekly_working_hours": "20" if number % 6 == 5 else "40",
        "hire_date": _moment(hired),
        "termination_date": left,
        "termination_type": "EMPLOYEE" if left else None,
        "termination_reason": "Moved on" if left else None,
        "probation_period_end": _moment(hired + timedelta(days=181)),
        "created_at": _moment(hired - timedelta(days=18), "09:49:03"),
        "last_modified_at": _moment(hired + timedelta(days=300), "17:33:55"),
        "subcompany": _unit("Subcompany", 71, "Example GmbH"),
        **_organization(number),
    }
    attributes = {key: _wrapped(key, value) for key, value in values.items()}
    return {"type": "Employee", "attributes": attributes | _custom(number, hired)}


def _organization(number: int) -> dict[str, Any]:
    """Return the attributes that are objects and lists; some people lack one of them."""
    place = number * 5 % len(_OFFICES)
    office = "München" if number % 29 == 3 else _OFFICES[place]
    department, team = number % len(_DEPARTMENTS), number // 3 % len(_TEAMS)
    vacation = {"id": 7, "name": "Paid vacation", "category": "paid_vacation", "entitlement": 30}
    return {
        "office": _unit("Office", 12 + place, office) if number % 101 else None,
        "department": _unit("Department", 33 + department, _DEPARTMENTS[department])
        if number % 53
        else None,
        "team": _unit("Team", 44 + team, _TEAMS[team]) if number % 11 else None,
        "cost_centers": [
            _unit("CostCenter", 501, "CC North", percentage=60),
            _unit("CostCenter", 502, "CC South", percentage=40),
        ][: number % 25 % 3],
        "holiday_calendar": _unit(
            "HolidayCalendar", 2, f"{_OFFICES[place]}: public holidays", country="DE", state=None
        ),
        "absence_entitlement": [{"type": "TimeOffType", "attributes": vacation}],
        "fix_salary": 3_000 + number % 40 * 100,
        "profile_picture": f"https://pictures.example.test/v1/employees/{_ID_MARK}/picture",
    }


def _custom(number: int, hired: date) -> dict[str, Any]:
    """Return the attributes that a company made for itself."""
    return {
        "dynamic_24407": _wrapped("dynamic_24407", "Dr" if number % 19 == 0 else None, None),
        "dynamic_21827": _wrapped("dynamic_21827", "DE00 0000 0000 0000 0000 00", "iban"),
        "dynamic_33400": _wrapped("dynamic_33400", hired.isoformat(), None),
    }


def _supervisor(number: int) -> dict[str, Any] | None:
    """Return the one of the different people who leads this one; the first has nobody above."""
    if number == 0:
        return None
    leader = number // 8
    given = _GIVEN[leader * 7 % len(_GIVEN)]
    family = _FAMILY[leader * 11 // 3 % len(_FAMILY)]
    spelled = f"{given}.{family}".lower().translate(_SPELLING)
    values = {
        "id": FIRST_ID + leader,
        "first_name": given,
        "last_name": family,
        "email": f"{spelled}.{FIRST_ID + leader}@example.test",
    }
    attributes = {key: _wrapped(key, value) for key, value in values.items()}
    return {"type": "Employee", "attributes": attributes}


_TYPES = {
    "id": "integer",
    "fix_salary": "decimal",
    "created_at": "date",
    "last_modified_at": "date",
}
_OWN = object()


def _wrapped(key: str, value: object, universal_id: object = _OWN) -> dict[str, Any]:
    """Wrap a value as the vendor does."""
    kind = _TYPES.get(key) or ("date" if key.endswith("_date") else "standard")
    return {
        "label": key.replace("_", " ").capitalize(),
        "value": value,
        "type": kind,
        "universal_id": key if universal_id is _OWN else universal_id,
    }


def _unit(kind: str, number: int, name: str, **more: object) -> dict[str, Any]:
    return {"type": kind, "attributes": {"id": number, "name": name, **more}}


def _moment(day: date, clock: str = "00:00:00") -> str:
    return f"{day.isoformat()}T{clock}+01:00"
