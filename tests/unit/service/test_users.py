"""The stream of users and its certificate: before, while, after, and when it is cut short."""

from __future__ import annotations

from itertools import islice
from typing import Any

import httpx
import pytest

import onroll
from onroll.service.written import report_json

from .servers import asking, company, connector, people


def _users(count: int = 5, **top: Any) -> onroll.Users:
    return connector(**top).users(options=asking(company(count)))


def test_nothing_is_asked_before_the_first_user() -> None:
    asked: list[httpx.Request] = []
    honest = company(5)

    def serve(request: httpx.Request) -> Any:
        asked.append(request)
        return honest(request)

    # One by one: page one that is long in coming, on a busy machine too, has others asked early.
    users = connector().users(options=asking(serve, concurrency=1))
    iterator = iter(users)
    assert asked == []
    next(iterator)
    assert len(asked) == 1


def test_before_the_reading_nothing_is_complete() -> None:
    report = _users().report
    assert (report.complete, report.reasons) == (False, ("nothing was read yet",))


def test_while_it_is_read_the_report_counts_and_claims_nothing() -> None:
    users = _users()
    assert [user.id for user in islice(users, 3)] == ["p1", "p2", "p3"]
    report = users.report
    assert (report.complete, report.proof) == (False, None)
    assert (report.received, report.total_count, report.pages) == (4, 5, 2)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_last_page_is_not_complete_before_its_last_user_is_taken(count: int) -> None:
    users = _users(count)
    for _ in islice(users, count):
        assert not users.report.complete
    assert list(users) == []
    assert users.report.complete


def test_one_answer_with_everybody_is_not_complete_after_the_first_user() -> None:
    users = connector({"pagination": {"style": "none"}, "total_count": "na"}).users(
        options=asking(lambda _: {"people": people("a", "b", "c")})
    )
    next(iter(users))
    assert not users.report.complete


def test_afterwards_the_report_is_the_certificate() -> None:
    users = _users()
    assert len(list(users)) == 5
    report = users.report
    assert (report.complete, report.proof, report.distinct) == (True, "total", 5)
    assert users.report.seconds == report.seconds


def test_a_reading_that_is_closed_early_says_so() -> None:
    users = _users()
    iterator = iter(users)
    next(iterator)
    iterator.close()  # type: ignore[attr-defined]
    assert users.report.reasons == ("the reading was stopped before the end",)
    assert not users.report.complete


def test_a_reading_that_is_closed_on_its_last_page_says_so_too() -> None:
    users = _users(1)
    iterator = iter(users)
    next(iterator)
    iterator.close()  # type: ignore[attr-defined]
    assert users.report.reasons == ("the reading was stopped before the end",)


def test_an_error_leaves_a_report_of_what_came_before() -> None:
    honest = company(5)

    def serve(request: httpx.Request) -> Any:
        return honest(request) if request.url.params["offset"] != "4" else httpx.Response(500)

    users = connector().users(options=asking(serve))
    with pytest.raises(onroll.ResponseError):
        list(users)
    report = users.report
    assert (report.complete, report.distinct) == (False, 4)
    assert report.reasons[0].startswith("a page could not be read: ")


def test_a_second_loop_goes_on_where_the_first_stopped() -> None:
    users = _users()
    first = [user.id for user in islice(users, 2)]
    assert first + [user.id for user in users] == ["p1", "p2", "p3", "p4", "p5"]


def test_two_readings_of_one_connector_know_nothing_of_each_other() -> None:
    acme = connector()
    for _ in range(2):
        users = acme.users(options=asking(company(5)))
        assert len(list(users)) == 5
        assert users.report.complete


def test_people_who_are_left_out_and_refused_are_counted() -> None:
    records = [*people("a", "b"), {"email": "x"}]
    acme = connector({"exclude": [{"path": "id", "equals": "b"}], "pagination": {"style": "none"}})
    users = acme.users(options=asking(lambda _: {"people": records, "total": 3}))
    assert [user.id for user in users] == ["a"]
    report = users.report
    assert (report.received, report.excluded, report.refused) == (3, 1, 1)


def test_a_hundred_refusals_are_kept_and_all_are_counted() -> None:
    attributes = {
        "id": "id",
        "email": "email",
        "username": "id",
        "hire_date": {"path": "id", "transform": ["date"]},
    }
    acme = connector({"pagination": {"style": "none"}}, attributes=attributes)
    names = [f"p{number}" for number in range(150)]
    users = acme.users(options=asking(lambda _: {"people": people(*names), "total": 150}))
    assert list(users) == []
    assert (users.report.refused, len(users.report.refusals)) == (150, 100)
    assert users.report.complete


def test_the_report_is_json_in_one_step() -> None:
    users = _users()
    list(users)
    written = report_json(users.report)
    assert written["complete"] is True
    assert list(written["refusals"]) == []
    assert list(written["reasons"]) == []


def test_settings_of_the_environment_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONROLL_ACME_KEY", "from-the-environment")
    acme = connector(settings={"key": {"title": "Key"}})
    with pytest.raises(onroll.SettingsError):
        acme.users()
