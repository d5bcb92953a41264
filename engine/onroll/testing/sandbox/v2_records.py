"""Personio v2's records: the person, the employment and the look-ups, written as JSON text."""

import uuid
from datetime import date

from onroll.testing.sandbox.company import COST_CENTERS, DEPARTMENTS, OFFICES, SUBCOMPANIES, Unit
from onroll.testing.sandbox.exchange import json_text
from onroll.testing.sandbox.people import CostShare, Person
from onroll.testing.sandbox.v1_records import berlin_offset

ACTIVE_STATUSES = frozenset({"active", "leave", "onboarding"})
INACTIVE_STATUSES = frozenset({"inactive"})

_EMPLOYMENTS = uuid.UUID("c85d978e-1104-4762-be94-c868525eef45")


def person_record(person: Person, origin: str) -> str:
    """Write a person; the links begin with the origin that was asked."""
    here = f"{origin}/v2/persons/{person.id}"
    return json_text(
        {
            "id": str(person.id),
            "email": person.email,
            "created_at": _moment(person.created_on),
            "updated_at": _moment(person.modified_on),
            "first_name": person.first_name,
            "last_name": person.last_name,
            "preferred_name": person.preferred_name,
            "gender": person.gender.upper(),
            "profile_picture": {
                "url": f"https://pictures.example.test/v1/company/employees/{person.id}"
                "/profile-picture"
            },
            "status": _person_status(person.status),
            "custom_attributes": _custom_attributes(person),
            "employments": [{"id": employment_id(person, 0)}, *_earlier_ids(person)],
            "_meta": {"links": {"employments": {"href": f"{here}/employments"}}},
        }
    )


def employment_records(person: Person, origin: str) -> list[str]:
    """Write a person's employments, the most recent first."""
    current = _employment(person, origin)
    if person.previous_employment is None:
        return [json_text(current)]
    start, end = person.previous_employment
    earlier = current | {
        "id": employment_id(person, 1),
        "status": "INACTIVE",
        "employment_start_date": start,
        "employment_end_date": end,
        "probation_end_date": None,
        "contract_end_date": end,
        "termination": _termination(end, end, "CONTRACT_EXPIRED", "End of contract"),
    }
    return [json_text(current), json_text(earlier)]


def employment_id(person: Person, place: int) -> str:
    """Return the id of a person's employment, the most recent at place 0."""
    return str(uuid.uuid5(_EMPLOYMENTS, f"{person.id}/{place}"))


def org_units(kind: str) -> list[str]:
    """Write the departments or the teams."""
    units = [department.unit for department in DEPARTMENTS]
    if kind == "team":
        units = [team for department in DEPARTMENTS for team in department.teams]
    return [json_text({"id": str(unit.id), "type": kind, "name": unit.name}) for unit in units]


WORKPLACES = [
    json_text({"id": str(office.unit.id), "name": office.unit.name, "country": office.country})
    for office in OFFICES
]
COST_CENTER_RECORDS = [json_text({"id": str(unit.id), "name": unit.name}) for unit in COST_CENTERS]
LEGAL_ENTITIES = [json_text({"id": str(unit.id), "name": unit.name}) for unit in SUBCOMPANIES]


def _employment(person: Person, origin: str) -> dict[str, object]:
    office = person.office
    supervisor = person.supervisor
    legal_entity = _reference(office.subcompany if office else None)
    links = {"person": {"href": f"{origin}/v2/persons/{person.id}"}}
    if supervisor:
        links["supervisor"] = {"href": f"{origin}/v2/persons/{supervisor.id}"}
    return {
        "id": employment_id(person, 0),
        "status": person.status.upper(),
        "weekly_working_hours": float(person.weekly_hours),
        "full_time_weekly_working_hours": 40,
        "probation_end_date": person.probation_end,
        "employment_start_date": person.hire_date,
        "employment_end_date": person.termination_date,
        "type": person.employment_type.upper(),
        "contract_end_date": person.contract_end,
        "created_at": _moment(person.created_on),
        "updated_at": _moment(person.modified_on),
        "position": {"title": person.position},
        "supervisor": {"id": str(supervisor.id)} if supervisor else None,
        "office": _reference(office.unit if office else None),
        "legal_entity": legal_entity,
        "job": {"id": str(uuid.uuid5(_EMPLOYMENTS, person.position))},
        "sub_company": legal_entity,
        "org_units": [
            {"type": kind, "id": str(unit.id)}
            for kind, unit in (("team", person.team), ("department", person.department))
            if unit
        ],
        "cost_centers": [_weighted(share) for share in person.cost_centers],
        "person": {"id": str(person.id)},
        "termination": _termination(
            person.termination_date,
            person.last_working_day,
            person.termination_type,
            person.termination_reason,
        ),
        "_meta": {"links": links},
    }


def _custom_attributes(person: Person) -> list[dict[str, object]]:
    """Write the same further attributes as v1; the vendor sends no label here."""
    attributes: list[dict[str, object]] = [
        {
            "id": "dynamic_21827",
            "type": "string",
            "value": "DE00 0000 0000 0000 0000 00",
            "global_id": "IBAN",
        },
        {
            "id": "dynamic_33400",
            "type": "date",
            "value": person.hire_date,
            "global_id": None,
        },
    ]
    if person.title:
        attributes.append(
            {"id": "dynamic_24407", "type": "string", "value": person.title, "global_id": None}
        )
    return attributes


def _person_status(status: str) -> str:
    """Derive the person's status, which knows neither leave nor onboarding."""
    return "ACTIVE" if status in ACTIVE_STATUSES else status.upper()


def _earlier_ids(person: Person) -> list[dict[str, str]]:
    return [{"id": employment_id(person, 1)}] if person.previous_employment else []


def _reference(unit: Unit | None) -> dict[str, str] | None:
    return {"id": str(unit.id)} if unit else None


def _weighted(share: CostShare) -> dict[str, object]:
    return {"id": str(share.center.id), "weight": share.percentage}


def _termination(
    day: str | None, last_day: str | None, kind: str | None, reason: str | None
) -> dict[str, str | None] | None:
    if day is None:
        return None
    return {
        "termination_date": day,
        "last_working_day": last_day,
        "terminated_at": last_day,
        "type": kind,
        "reason": reason,
    }


def _moment(day: str) -> str:
    """Write the moment in UTC that v1 writes in local time."""
    return f"{day}T{9 - berlin_offset(date.fromisoformat(day)):02d}:49:03Z"
