"""What is said of a person's dates is what an import does, at the moment that is said."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.definition.import_rules import ImportRules
from onroll.model import NO_STATUS, User
from onroll.sync.decide import Person, decide
from onroll.sync.outlook import Outlook, outlook_of
from onroll.sync.standing import Calendar, standing_of

from .plans import policy

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_BERLIN = ImportRules(time_zone="Europe/Berlin")
_WHOLE = {"first_name": "A", "last_name": "B", "email": "a@example.test", "username": "a"}


def _user(unknown_status: str | None = None, **attributes: Any) -> User:
    return User({"id": "1", "status": "active", **_WHOLE, **attributes}, unknown_status)


def _outlook(rules: ImportRules = _BERLIN, now: datetime = _NOW, **attributes: Any) -> Outlook:
    return outlook_of(_user(**attributes), rules, Calendar(now, rules.time_zone))


def test_who_will_leave_is_told_the_moment_and_the_zone() -> None:
    found = _outlook(termination_date="2026-11-30")
    assert found == Outlook("active", "will count as left from 2026-12-01 00:00 Europe/Berlin")


def test_the_zone_is_the_person_s_own_if_there_is_one() -> None:
    said = _outlook(termination_date="2026-11-30", time_zone="Asia/Tokyo").why
    assert said == "will count as left from 2026-12-01 00:00 Asia/Tokyo"


def test_a_zone_that_nobody_knows_is_the_connection_s() -> None:
    said = _outlook(termination_date="2026-11-30", time_zone="Mars/Olympus").why
    assert said.endswith("Europe/Berlin")


def test_who_has_left_is_told_since_when() -> None:
    found = _outlook(termination_date="2025-02-28")
    assert (found.state, found.is_plain) == ("inactive", False)
    assert found.why == "status `active`; left since 2025-03-01 00:00 Europe/Berlin"


def test_who_comes_later_is_created_so_many_days_before() -> None:
    rules = ImportRules(time_zone="Europe/Berlin", create_days_before=7)
    found = _outlook(rules, hire_date="2026-12-15")
    assert found.state == "too_early"
    assert found.why == (
        "joins 2026-12-15: will be created from 2026-12-08 00:00 Europe/Berlin "
        "(create_days_before: 7)"
    )


def test_who_comes_later_is_created_at_once_without_a_number_of_days() -> None:
    found = _outlook(hire_date="2026-12-15")
    assert found.state == "active"
    assert "created already today (`create_days_before` is not set)" in found.why


@pytest.mark.parametrize(
    ("unknown", "why"),
    [("maternity", "the status 'maternity' is not known"), (NO_STATUS, "has no status")],
)
def test_an_unknown_status_means_that_nothing_is_done(unknown: str, why: str) -> None:
    found = _outlook(unknown_status=unknown, status=None)
    assert found.state == "unknown"
    assert found.why.startswith(why)


def test_an_inactive_status_is_named() -> None:
    assert _outlook(status="leave") == Outlook(
        "inactive", "status `leave`, which counts as inactive"
    )


def test_what_is_missing_to_create_somebody_is_named() -> None:
    found = _outlook(last_name=None, first_name="")
    assert found == Outlook("incomplete", "cannot be created without `first_name` and `last_name`")


def test_the_end_of_an_earlier_employment_does_not_count() -> None:
    found = _outlook(hire_date="2024-01-01", termination_date="2020-01-31")
    assert found.state == "active"
    assert "2020-01-31 is before the hire date" in found.why


def test_who_is_active_without_dates_is_plain() -> None:
    assert _outlook(hire_date="2020-01-01") == Outlook("active", "status `active`", is_plain=True)


def test_the_last_day_of_all_is_no_day_to_leave() -> None:
    assert _outlook(termination_date="9999-12-31").is_plain


_days = st.none() | st.integers(-40, 40).map(
    lambda days: (_NOW + timedelta(days=days)).date().isoformat()
)
_zones = st.sampled_from([None, "UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Nowhere"])


@given(
    hired=_days,
    left=_days,
    zone=_zones,
    status=st.sampled_from(["active", "leave", "onboarding", None]),
    days_before=st.none() | st.integers(0, 20),
    has_name=st.booleans(),
)
def test_the_state_is_what_an_import_decides(
    hired: str | None,
    left: str | None,
    zone: str | None,
    status: str | None,
    days_before: int | None,
    has_name: bool,
) -> None:
    rules = ImportRules(create_days_before=days_before)
    user = _user(
        unknown_status=None if status else NO_STATUS,
        status=status, hire_date=hired, termination_date=left, time_zone=zone,
        last_name="B" if has_name else None,
    )  # fmt: skip
    calendar = Calendar(_NOW, rules.time_zone)
    person = Person(1, "1", user.attributes, standing_of(user, rules, calendar), None)
    item = decide(person, None, None, policy(rules, calendar=calendar))
    decided = {
        ("create", None): "active",
        ("skipped", "inactive"): "inactive",
        ("skipped", "too_early"): "too_early",
        ("refused", "unknown_status"): "unknown",
        ("refused", "missing_attribute"): "incomplete",
    }
    assert outlook_of(user, rules, calendar).state == decided[item.action, item.reason]


@given(hired=_days, left=_days, zone=_zones, days_before=st.none() | st.integers(0, 20))
def test_the_import_turns_at_the_moment_that_is_said(
    hired: str | None, left: str | None, zone: str | None, days_before: int | None
) -> None:
    rules = ImportRules(time_zone="Europe/Berlin", create_days_before=days_before)
    user = _user(hire_date=hired, termination_date=left, time_zone=zone)
    said = outlook_of(user, rules, Calendar(_NOW, rules.time_zone))
    for turn in re.findall(r"will .*? from (\S+) 00:00 (\S+)", said.why):
        midnight = datetime.fromisoformat(turn[0]).replace(tzinfo=ZoneInfo(turn[1]))
        before, after = (
            outlook_of(user, rules, Calendar(midnight + timedelta(seconds=one), rules.time_zone))
            for one in (-1, 0)
        )
        assert (before.state, before.why) != (after.state, after.why)
