"""What onroll takes by the number of people, and by the number of attributes."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from suite.contenders import onroll_command
from suite.environments import CACHE, ROOT
from suite.measuring import Usage, measure

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = (10_000, 100_000, 1_000_000)
ATTRIBUTES = (4, 12, 24, 40)

_NEEDED = {
    "id": "attributes.id.value",
    "email": "attributes.email.value",
    "username": "attributes.email.value",
    "last_name": "attributes.last_name.value",
    "first_name": "attributes.first_name.value",
    "job_title": "attributes.position.value",
    "department": "attributes.department.value.attributes.name",
    "team": "attributes.team.value.attributes.name",
    "location": "attributes.office.value.attributes.name",
    "manager_id": "attributes.supervisor.value.attributes.id.value",
    "hire_date": "{path: attributes.hire_date.value, transform: [date]}",
    "termination_date": "{path: attributes.termination_date.value, transform: [date]}",
    "preferred_name": "attributes.preferred_name.value",
    "company": "attributes.subcompany.value.attributes.name",
    "cost_center": '"attributes.cost_centers.value[0].attributes.name"',
    "employee_type": "attributes.employment_type.value",
    "manager_email": "attributes.supervisor.value.attributes.email.value",
    "created_at": "{path: attributes.created_at.value, transform: [datetime]}",
    "updated_at": "{path: attributes.last_modified_at.value, transform: [datetime]}",
}
_CUSTOM = {
    **{
        name: f"attributes.{name}.value"
        for name in (
            *("gender", "weekly_working_hours", "termination_type", "termination_reason"),
            *("probation_period_end", "fix_salary", "profile_picture"),
            *("dynamic_24407", "dynamic_21827", "dynamic_33400"),
        )
    },
    **{
        f"{name}_id": f"attributes.{name}.value.attributes.id"
        for name in ("subcompany", "office", "department", "team", "holiday_calendar")
    },
    **{
        f"leader_{name}": f"attributes.supervisor.value.attributes.{name}.value"
        for name in ("first_name", "last_name")
    },
    "holidays": "attributes.holiday_calendar.value.attributes.name",
    "share": '"attributes.cost_centers.value[0].attributes.percentage"',
    "vacation": '"attributes.absence_entitlement.value[0].attributes.entitlement"',
    "vacation_name": '"attributes.absence_entitlement.value[0].attributes.name"',
}


def definition(attributes: int) -> str:
    """Return the benchmark's definition with so many attributes instead of its own."""
    head = (ROOT / "benchmarks" / "people.yaml").read_text().partition("\nattributes:\n")[0]
    chosen = list(_NEEDED.items())[:attributes]
    custom = list(_CUSTOM.items())[: attributes - len(chosen)]
    assert len(chosen) + len(custom) == attributes, "too few attributes to choose from"
    lines = [f"  {name}: {path}" for name, path in chosen]
    lines += ["  custom:"] * bool(custom) + [f"    {name}: {path}" for name, path in custom]
    return "\n".join([head, "attributes:", *lines, ""])


def by_people(address: str, most: int) -> dict[int, Usage]:
    """Fetch so many and more people, once each."""
    own = ROOT / "benchmarks" / "people.yaml"
    return {number: _fetch(own, address, number) for number in PEOPLE if number <= most}


def by_attributes(address: str, people: int, rounds: int) -> dict[int, float]:
    """Return the median CPU microseconds a person by the number of attributes, in turns."""
    folder = CACHE / "output"
    folder.mkdir(parents=True, exist_ok=True)
    files = {number: folder / f"attributes-{number}.yaml" for number in ATTRIBUTES}
    for number, file in files.items():
        file.write_text(definition(number))
    taken: dict[int, list[float]] = {number: [] for number in files}
    for _ in range(rounds):
        for number, file in files.items():
            taken[number].append(_fetch(file, address, people).cpu_seconds / people * 1e6)
    return {number: median(found) for number, found in taken.items()}


def _fetch(file: Path, address: str, people: int) -> Usage:
    folder = CACHE / "output" / "onroll"
    folder.mkdir(parents=True, exist_ok=True)
    command = onroll_command(file, f"{address}/of/{people}")
    usage = measure(command, output=folder / "stdout", directory=folder)
    _assert_lines(folder / "stdout", people)
    print(f"onroll {file.stem}: {people:,} people, {usage.cpu_seconds:.2f} s of CPU", flush=True)
    return usage


def _assert_lines(file: Path, people: int) -> None:
    with file.open("rb") as lines:
        found = sum(1 for _ in lines)
    assert found == people, f"{found:,} lines for {people:,} people"
