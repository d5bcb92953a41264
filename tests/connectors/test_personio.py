"""The two connectors for Personio, against the sandbox that serves both versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

import onroll
from onroll.testing.sandbox import Sandbox

if TYPE_CHECKING:
    from onroll.model import ListingReport

_SETTINGS = {"client_id": "id-of-the-tests", "client_secret": "secret-of-the-tests"}
_PATHS = {"personio": "/v1", "personio-v2": ""}
_PEOPLE = 450

both = pytest.mark.parametrize("name", list(_PATHS))


@dataclass(frozen=True)
class Reading:
    """What one connector gave: users by id, the report, and how often it asked."""

    users: dict[str, dict[str, Any]]
    report: ListingReport
    requests: int
    count: int


def _read(name: str, *faults: str, users: int = _PEOPLE) -> Reading:
    with Sandbox(users=users, faults=faults) as sandbox:
        people = onroll.load(name).users(_SETTINGS, options=_options(sandbox, name))
        listed = [dict(user.attributes) for user in people]
        requests = len(list(sandbox.requests))
    return Reading({one["id"]: one for one in listed}, people.report, requests, len(listed))


def _options(sandbox: Sandbox, name: str) -> onroll.Options:
    return onroll.Options(base_url=sandbox.url + _PATHS[name], use_rate_limits=False)


@both
def test_all_people_are_read_once(name: str) -> None:
    reading = _read(name)

    assert reading.count == len(reading.users) == _PEOPLE


@both
def test_the_listing_is_complete_and_nobody_is_refused(name: str) -> None:
    report = _read(name).report

    assert (report.complete, report.distinct, report.refused) == (True, _PEOPLE, 0), report
    assert report.reasons == report.warnings == ()


def test_v1_proves_its_end_by_the_total() -> None:
    assert _read("personio").report.proof == "total"


def test_v2_proves_its_end_by_the_page_without_a_next_link() -> None:
    assert _read("personio-v2").report.proof == "end_marker"


def test_both_versions_give_the_same_people_but_for_the_manager_s_address() -> None:
    first = _read("personio").users
    for user in first.values():
        del user["manager_email"]

    assert _read("personio-v2").users == first


@both
def test_each_of_the_four_statuses_occurs(name: str) -> None:
    statuses = {user["status"] for user in _read(name).users.values()}

    assert statuses == {"onboarding", "active", "leave", "inactive"}


def test_v2_asks_once_for_each_person_and_once_for_each_list_of_names() -> None:
    # The token, two pages of 50, 100 employments, and five lists of names.
    assert _read("personio-v2", users=100).requests == 1 + 2 + 100 + 5


@both
def test_smaller_pages_than_asked_for_lose_nobody(name: str) -> None:
    reading = _read(name, "page-cap=20", users=90)

    assert len(reading.users) == 90
    assert reading.report.complete


@both
def test_an_unknown_status_is_reported_and_nobody_is_taken_for_active(name: str) -> None:
    reading = _read(name, "status-unknown", users=60)

    assert {key.lower() for key in reading.report.unknown_statuses} == {"sabbatical"}
    assert [user["status"] for user in reading.users.values()].count(None) == 1


def test_an_attribute_that_may_not_be_read_is_absent() -> None:
    users = _read("personio", "missing-attributes", users=20).users.values()

    assert not any("department" in user for user in users)


def test_nobody_is_active_where_the_status_may_not_be_read() -> None:
    reading = _read("personio", "missing-attributes", users=20)

    assert {user["status"] for user in reading.users.values()} == {None}
    assert reading.report.unknown_statuses == {"(none)": 20}


@both
def test_a_date_that_cannot_be_read_refuses_one_person_who_still_counts(name: str) -> None:
    report = _read(name, "bad-date", users=20).report

    assert (report.refused, report.distinct, report.complete) == (1, 20, True)
    assert [reason.attribute for reason in report.refusals[0].reasons] == ["hire_date"]


def test_tokens_that_are_good_for_one_request_are_followed() -> None:
    assert _read("personio", "rotate").report.complete


def test_an_error_with_the_status_200_is_an_error() -> None:
    with pytest.raises(onroll.SourceError):
        _read("personio", "success-false")


@both
def test_wrong_credentials_are_an_error_and_not_an_empty_company(name: str) -> None:
    with Sandbox(users=5) as sandbox:
        settings = {**_SETTINGS, "client_secret": "wrong"}
        people = onroll.load(name).users(settings, options=_options(sandbox, name))
        with pytest.raises(onroll.AuthenticationError):
            list(people)


@pytest.mark.parametrize("fault", ["relative-next", "foreign-next"])
def test_v2_takes_the_cursor_only_wherever_the_next_link_points(fault: str) -> None:
    reading = _read("personio-v2", fault, users=120)

    assert len(reading.users) == 120
    assert reading.report.complete


def test_v2_stops_where_the_next_link_names_its_own_page() -> None:
    with Sandbox(users=120, faults=("repeat-next",)) as sandbox:
        people = onroll.load("personio-v2").users(
            _SETTINGS, options=_options(sandbox, "personio-v2")
        )
        listed = list(people)

    assert len(listed) < 120
    assert not people.report.complete


@both
def test_a_company_without_people_is_complete(name: str) -> None:
    reading = _read(name, users=0)

    assert reading.users == {}
    assert reading.report.complete
