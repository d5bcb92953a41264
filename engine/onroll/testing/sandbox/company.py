"""The company that the sandbox's people work for: units, offices and cost centers."""

from typing import NamedTuple


class Unit(NamedTuple):
    """A named thing with a number: a department, a team, a legal entity, a cost center."""

    id: int
    name: str


class Department(NamedTuple):
    """A department with its teams and the positions that people hold in it."""

    unit: Unit
    teams: tuple[Unit, ...]
    positions: tuple[str, ...]


class Office(NamedTuple):
    """A workplace, the legal entity that runs it, and its public holidays."""

    unit: Unit
    subcompany: Unit
    country: str
    state: str | None
    mail_domain: str


GMBH = Unit(71, "Example GmbH")
APS = Unit(72, "Example Nordic ApS")
SA = Unit(73, "Example Ibérica, S.A.")
LTD = Unit(74, "Example & Sons Ltd.")

SUBCOMPANIES = (GMBH, APS, SA, LTD)

OFFICES = (
    Office(Unit(12, "Bremen"), GMBH, "DE", "Bremen", "example.test"),
    Office(Unit(13, "München"), GMBH, "DE", "Bayern", "example.test"),
    Office(Unit(14, "København"), APS, "DK", None, "nordic.example.test"),
    Office(Unit(15, "Málaga"), SA, "ES", "Andalucía", "iberica.example.test"),
    Office(Unit(16, "Dublin"), LTD, "IE", None, "sons.example.test"),
    Office(Unit(17, "Remote (Germany)"), GMBH, "DE", None, "example.test"),
)


def _department(number: int, name: str, teams: str, positions: str) -> Department:
    """Build a department; its teams are numbered after it."""
    units = tuple(
        Unit(number * 10 + place, team) for place, team in enumerate(teams.split(", "), start=1)
    )
    return Department(Unit(number, name), units, tuple(positions.split(", ")))


DEPARTMENTS = (
    _department(33, "Finance", "Payroll, Accounting, Treasury", "Analyst, Accountant, Controller"),
    _department(
        34,
        "Research & Development",
        "Platform, Mobile, Quality, Data",
        "Software Engineer, Senior Software Engineer, Test Engineer, Data Scientist",
    ),
    _department(35, "People", "Recruiting, Learning", "Recruiter, People Partner"),
    _department(
        36, "Sales", "DACH, Nordics, Iberia", "Account Executive, Sales Engineer, Sales Lead"
    ),
    _department(37, "Marketing", "Brand, Events", "Content Editor, Designer, Event Planner"),
    _department(
        38, "Customer Care", "First Level, Second Level", "Support Agent, Support Engineer"
    ),
    _department(39, "Legal", "Contracts, Privacy", 'Counsel, "Privacy" Officer'),
    _department(40, "Operations", "Facilities, IT, Logistics", "Administrator, Technician, Clerk"),
)

COST_CENTERS = (
    Unit(501, "CC North"),
    Unit(502, "CC South"),
    Unit(503, "CC Research"),
    Unit(504, "CC Shared/Overhead"),
    Unit(505, "CC Projects"),
)
