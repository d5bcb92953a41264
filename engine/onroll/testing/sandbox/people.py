"""The sandbox's people: each is computed from a seed and an index, and none is stored.

The same seed and index always give the same person, whatever the day and however many people
the sandbox has, so that a million of them need no memory and every run can be repeated.
"""

from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from onroll.testing.sandbox.company import (
    COST_CENTERS,
    DEPARTMENTS,
    OFFICES,
    Department,
    Office,
    Unit,
)
from onroll.testing.sandbox.names import FAMILY_NAMES, GIVEN_NAMES, FamilyName, GivenName

FIRST_ID = 9000
REPORTS_PER_SUPERVISOR = 7
DEFAULT_MAIL_DOMAIN = "example.test"

_EARLIEST_HIRE = date(2009, 1, 5).toordinal()
# Far enough ahead that a joiner is still a joiner, and notice still runs, in years to come.
_EARLIEST_START = date(2030, 1, 7).toordinal()
_EARLIEST_CHANGE = date(2025, 7, 1).toordinal()

_NAME_PAIRS = len(GIVEN_NAMES) * len(FAMILY_NAMES)
# Stepping through the pairs of names by a prime that does not divide their number meets each once.
_NAME_STEP = 1_000_003
_NAME_STEP_INVERSE = pow(_NAME_STEP, -1, _NAME_PAIRS)
_GIVEN_BY_SPELLING = {name.spelling: place for place, name in enumerate(GIVEN_NAMES)}
_FAMILY_BY_SPELLING = {name.spelling: place for place, name in enumerate(FAMILY_NAMES)}

_MASK = (1 << 128) - 1
_EMPLOYEE_EXITS = ("EMPLOYEE", "FIRED", "AGREEMENT", "CONTRACT_EXPIRED", "RETIREMENT")
_EXIT_REASONS = ("Moved on", "Reorganization", "By agreement", "End of contract", "Retired")


class Identity(NamedTuple):
    """What others see of a person who is their supervisor."""

    id: int
    first_name: str
    last_name: str
    email: str


class CostShare(NamedTuple):
    """A cost center and the percentage of the person's cost that it bears."""

    center: Unit
    percentage: int


_SOLE = tuple((CostShare(center, 100),) for center in COST_CENTERS)
_SHARED = tuple(
    (CostShare(center, 60), CostShare(COST_CENTERS[place - 1], 40))
    for place, center in enumerate(COST_CENTERS)
)


class Person(NamedTuple):
    """One person, at a place in the list; dates are ISO texts, as a fault may put another in."""

    place: int
    id: int
    first_name: str
    last_name: str
    preferred_name: str | None
    email: str
    gender: str
    title: str | None
    status: str
    employment_type: str
    position: str
    supervisor: Identity | None
    weekly_hours: str
    salary: int
    hire_date: str
    probation_end: str
    contract_end: str | None
    termination_date: str | None
    termination_type: str | None
    termination_reason: str | None
    last_working_day: str | None
    previous_employment: tuple[str, str] | None
    created_on: str
    modified_on: str
    office: Office | None
    department: Unit | None
    team: Unit | None
    cost_centers: tuple[CostShare, ...]


class _Career(NamedTuple):
    """The dates of a person's employment."""

    hire_date: str
    probation_end: str
    contract_end: str | None
    termination_date: str | None
    termination_type: str | None
    termination_reason: str | None
    last_working_day: str | None
    previous_employment: tuple[str, str] | None
    created_on: str
    modified_on: str


def person(index: int, seed: int = 1) -> Person:
    """Compute the person at an index (from 0)."""
    bits = _scatter(index, seed)
    given, family, bearer = _names(index, seed)
    status = _status(index, bits)
    # One person in 101 has no office, one in 53 no department; such records exist everywhere.
    office = _office(bits)
    department = _department(bits)
    return Person(
        index,
        FIRST_ID + index,
        given.text,
        family.text,
        f"{given.text} {family.text}" if (bits >> 32) % 23 else None,
        _email(given, family, bearer, office),
        given.gender,
        None if (bits >> 34) % 19 else "Dr",
        status,
        "internal" if (bits >> 36) % 12 else "external",
        _position(department, bits),
        _supervisor(index, seed),
        ("40", "40", "40", "38.5", "32", "20")[(bits >> 40) % 6],
        3000 + (bits >> 44) % 40 * 100,
        *_career(status, bits),
        office,
        department.unit if department else None,
        _team(department, bits),
        _cost_centers(bits),
    )


def index_of_id(number: int) -> int:
    """Return the index that a person with this number has, if there is one."""
    return number - FIRST_ID


def index_of_email(email: str, seed: int) -> int | None:
    """Return the index of the person with this e-mail address, without a search."""
    index = index_of_bearer(email, seed)
    is_same = index is not None and person(index, seed).email == email.lower()
    return index if is_same else None


def index_of_bearer(email: str, seed: int) -> int | None:
    """Return the index of the person whose name, perhaps with a spouse's, an address holds.

    The domain is not looked at.
    """
    local_part = email.lower().partition("@")[0]
    given, _, rest = local_part.partition(".")
    names = rest.rstrip("0123456789")
    family = names.partition("-")[0]
    if given not in _GIVEN_BY_SPELLING or family not in _FAMILY_BY_SPELLING:
        return None
    round_number = int(rest[len(names) :] or "1") - 1
    pair = _FAMILY_BY_SPELLING[family] * len(GIVEN_NAMES) + _GIVEN_BY_SPELLING[given]
    index = round_number * _NAME_PAIRS + (pair - seed) * _NAME_STEP_INVERSE % _NAME_PAIRS
    return index if index >= 0 else None


def status_of(index: int, seed: int) -> str:
    """Compute the status of the person at an index, and nothing else."""
    return _status(index, _scatter(index, seed))


def department_of(index: int, seed: int) -> Department | None:
    """Compute the department of the person at an index, and nothing else."""
    return _department(_scatter(index, seed))


def in_department(someone: Person, department: Department, seed: int) -> Person:
    """Move a person to a department, to a team and position there."""
    bits = _scatter(someone.place, seed)
    return someone._replace(
        department=department.unit,
        team=_team(department, bits),
        position=_position(department, bits),
    )


def _scatter(index: int, seed: int) -> int:
    """Turn a seed and an index into 128 bits that look random and never change."""
    bits = (index + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835
    bits = (bits + (seed + 1) * 0xD1342543DE82EF95BF58476D1CE4E5B9) & _MASK
    bits = (bits ^ (bits >> 67)) * 0x94D049BB133111EBDA942042E4DD58B5 & _MASK
    return bits ^ (bits >> 59)


def _names(index: int, seed: int) -> tuple[GivenName, FamilyName, int]:
    """Pick a pair of names, and say the how many-eth bearer of it the person is."""
    round_number, place = divmod(index, _NAME_PAIRS)
    family, given = divmod((place * _NAME_STEP + seed) % _NAME_PAIRS, len(GIVEN_NAMES))
    return GIVEN_NAMES[given], FAMILY_NAMES[family], round_number + 1


def _email(given: GivenName, family: FamilyName, bearer: int, office: Office | None) -> str:
    """Write an address that nobody else has: the second bearer of a name has a 2 in it."""
    number = "" if bearer == 1 else str(bearer)
    domain = office.mail_domain if office else DEFAULT_MAIL_DOMAIN
    return f"{given.spelling}.{family.spelling}{number}@{domain}"


def _office(bits: int) -> Office | None:
    return OFFICES[(bits >> 8) % len(OFFICES)] if bits % 101 else None


def _status(index: int, bits: int) -> str:
    """Pick a status; the head of the company is active, or nobody could lead the rest."""
    draw = (bits >> 52) % 100
    if draw < 86 or index == 0:
        return "active"
    if draw < 90:
        return "onboarding"
    return "leave" if draw < 93 else "inactive"


def _department(bits: int) -> Department | None:
    return DEPARTMENTS[(bits >> 16) % len(DEPARTMENTS)] if (bits >> 24) % 53 else None


def _position(department: Department | None, bits: int) -> str:
    if department is None:
        return "Advisor"
    return department.positions[(bits >> 56) % len(department.positions)]


def _team(department: Department | None, bits: int) -> Unit | None:
    """Pick a team of the department; one person in eleven has none."""
    if department is None or (bits >> 60) % 11 == 0:
        return None
    return department.teams[(bits >> 64) % len(department.teams)]


def _cost_centers(bits: int) -> tuple[CostShare, ...]:
    """Pick no, one or two cost centers."""
    draw = (bits >> 68) % 25
    if draw == 0:
        return ()
    return (_SOLE if draw < 18 else _SHARED)[(bits >> 72) % len(COST_CENTERS)]


def _supervisor(index: int, seed: int) -> Identity | None:
    if index == 0:
        return None
    return _leading_identity((index - 1) // REPORTS_PER_SUPERVISOR, seed)


@lru_cache(maxsize=16_384)
def _leading_identity(index: int, seed: int) -> Identity:
    """Return the nearest person upwards who is there; indexes only fall, so no circle can be."""
    bits = _scatter(index, seed)
    while index and _status(index, bits) in {"inactive", "onboarding"}:
        index = (index - 1) // REPORTS_PER_SUPERVISOR
        bits = _scatter(index, seed)
    given, family, bearer = _names(index, seed)
    email = _email(given, family, bearer, _office(bits))
    return Identity(FIRST_ID + index, given.text, family.text, email)


def _career(status: str, bits: int) -> _Career:
    """Pick dates that fit the status."""
    if status == "onboarding":
        hire = _EARLIEST_START + (bits >> 76) % 500
    else:
        hire = _EARLIEST_HIRE + (bits >> 76) % 4300
    draw = (bits >> 92) % 50
    end, exit_kind = None, 0
    if status == "inactive":
        end, exit_kind = hire + 90 + (bits >> 96) % 1500, (bits >> 100) % len(_EXIT_REASONS)
    elif status == "active" and draw == 0:  # notice was given, and the person still works
        end = _EARLIEST_START + (bits >> 96) % 300
    return _Career(
        _iso(hire),
        _iso(hire + 181),
        _iso(_EARLIEST_START + 365) if draw == 1 and status != "inactive" else None,
        None if end is None else _iso(end),
        None if end is None else _EMPLOYEE_EXITS[exit_kind],
        None if end is None else _EXIT_REASONS[exit_kind],
        None if end is None else _iso(end - 14),
        (_iso(hire - 1200), _iso(hire - 400)) if draw == 2 and status == "active" else None,
        _iso((_EARLIEST_CHANGE if status == "onboarding" else hire) - 18),
        _iso(_EARLIEST_CHANGE + (bits >> 104) % 300),
    )


@cache
def _iso(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
