"""What a source says of a person's access, and when a day has ended where they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.definition.import_rules import ImportRules
from onroll.model import User
from onroll.sync.standing import Calendar, is_too_early, standing_of

_RULES = ImportRules()
_ZONES = ["UTC", "Pacific/Auckland", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata"]

#: Of ten years, to the second.
_moments = st.integers(1_577_836_800, 1_893_456_000).map(
    lambda one: datetime.fromtimestamp(one, UTC)
)


def _standing(now: datetime, rules: ImportRules = _RULES, **attributes: Any) -> str:
    user = User({"id": "1", "status": "active", **attributes})
    return standing_of(user, rules, Calendar(now, rules.time_zone))


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        ("active", "active"),
        ("onboarding", "active"),
        ("leave", "inactive"),
        ("inactive", "inactive"),
        (None, "unknown"),
    ],
)
def test_the_status_says_how_a_person_stands(status: str | None, standing: str) -> None:
    assert _standing(datetime(2025, 3, 3, tzinfo=UTC), status=status) == standing


def test_the_connection_says_which_statuses_are_inactive() -> None:
    rules = ImportRules(inactive_statuses=frozenset({"onboarding"}))
    now = datetime(2025, 3, 3, tzinfo=UTC)
    assert _standing(now, rules, status="onboarding") == "inactive"
    assert _standing(now, rules, status="leave") == "active"


@given(now=_moments, zone=st.sampled_from(_ZONES))
def test_access_ends_with_the_last_day_where_the_person_is(now: datetime, zone: str) -> None:
    today = now.astimezone(ZoneInfo(zone)).date()
    yesterday = today - timedelta(days=1)
    for last_day, standing in ((today, "active"), (yesterday, "inactive")):
        said = _standing(now, termination_date=last_day.isoformat(), time_zone=zone)
        assert said == standing


def test_a_last_day_in_auckland_is_over_before_it_is_in_los_angeles() -> None:
    now = datetime(2025, 3, 3, 12, tzinfo=UTC)
    for zone, standing in (("Pacific/Auckland", "inactive"), ("America/Los_Angeles", "active")):
        assert _standing(now, termination_date="2025-03-03", time_zone=zone) == standing


@pytest.mark.parametrize("zone", [None, "Mars/Olympus", "", "Europe", "../etc/passwd", "\0", 7])
def test_without_a_zone_that_is_known_the_connections_counts(zone: Any) -> None:
    rules = ImportRules(time_zone="Pacific/Auckland")
    now = datetime(2025, 3, 3, 12, tzinfo=UTC)
    assert _standing(now, rules, termination_date="2025-03-03", time_zone=zone) == "inactive"


def test_who_has_left_is_inactive_whatever_the_status_says() -> None:
    now = datetime(2025, 3, 3, tzinfo=UTC)
    for status in ("active", "onboarding", None):
        assert _standing(now, termination_date="2025-03-01", status=status) == "inactive"


def test_a_last_day_before_the_first_is_of_an_earlier_employment() -> None:
    now = datetime(2025, 3, 3, tzinfo=UTC)
    assert _standing(now, termination_date="2024-12-31", hire_date="2025-01-01") == "active"


def test_who_stays_a_single_day_has_left_the_day_after() -> None:
    now = datetime(2025, 3, 3, tzinfo=UTC)
    assert _standing(now, termination_date="2025-03-02", hire_date="2025-03-02") == "inactive"


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_last_day_ends_nothing(empty: str | None) -> None:
    assert _standing(datetime(2025, 3, 3, tzinfo=UTC), termination_date=empty) == "active"


@given(now=_moments, zone=st.sampled_from(_ZONES), days=st.integers(0, 60))
def test_an_account_is_made_so_many_days_before_the_first(
    now: datetime, zone: str, days: int
) -> None:
    rules = ImportRules(create_days_before=days)
    calendar = Calendar(now)
    last_that_is_near = date.fromisoformat(calendar.today(zone)) + timedelta(days=days)
    for hired, is_early in ((last_that_is_near, False), (last_that_is_near + _DAY, True)):
        attributes = {"hire_date": hired.isoformat(), "time_zone": zone}
        assert is_too_early(attributes, rules, calendar) is is_early


_DAY = timedelta(days=1)


def test_without_a_number_of_days_nobody_is_too_early() -> None:
    calendar = Calendar(datetime(2025, 3, 3, tzinfo=UTC))
    assert not is_too_early({"hire_date": "2999-01-01"}, ImportRules(), calendar)
    assert not is_too_early({}, ImportRules(create_days_before=0), calendar)


def test_a_day_is_looked_up_once_for_each_zone() -> None:
    calendar = Calendar(datetime(2025, 3, 3, 12, tzinfo=UTC), "Pacific/Auckland")
    days = [calendar.today(zone) for zone in (None, "UTC", None, "UTC", "Pacific/Auckland")]
    assert days == ["2025-03-04", "2025-03-03", "2025-03-04", "2025-03-03", "2025-03-04"]
