"""`test`: the check that fails is the one whose stage fails, and those behind it are skipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from onroll.diagnostics import Diagnostic
from onroll.service.checks import CHECKS, unusable

from .servers import LOGIN, asking, company, connector, people

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.service.checks import TestResult

_HTML = httpx.Response(200, content=b"<html>")


def _test(
    serve: Callable[[httpx.Request], Any], list_users: dict[str, Any] | None = None, **top: Any
) -> TestResult:
    return connector(list_users, auth=LOGIN, **top).test(options=asking(serve))


def _instead(path: str, answer: Any, *, offset: str | None = None) -> Callable[..., Any]:
    """Return an honest server that answers one path in its own way."""
    honest = company(5)

    def serve(request: httpx.Request) -> Any:
        is_it = request.url.path == f"/v1{path}"
        if not is_it or (offset is not None and request.url.params.get("offset") != offset):
            return honest(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return serve


def _marks(result: TestResult) -> dict[str, str]:
    return {
        one.name: "ok" if one.ok else "skipped" if one.skipped else "failed"
        for one in result.checks
    }


def test_all_checks_of_a_connector_that_works_are_ok() -> None:
    result = _test(company(5))
    assert result.ok
    assert result.total_count == 5
    assert {one.name: one.detail for one in result.checks} == {
        "definition": "format 1, from <text>",
        "settings": "0 settings",
        "reach": "https://api.example.test",
        "authenticate": "by login",
        "list": "GET https://api.example.test/v1/people",
        "records": "2 on page one",
        "total_count": "5 at `total`",
        "pagination": "page two follows, after 2 on page one",
        "attributes": "3 of 3 filled in a sample of 2",
    }


@dataclass(frozen=True)
class Case:
    name: str
    failed: str
    serve: Callable[[httpx.Request], Any]
    says: str
    list_users: dict[str, Any] | None = None

    def __str__(self) -> str:
        return self.name


_CASES = [
    Case("down", "reach", _instead("/auth", httpx.ConnectError("refused")), "cannot be reached"),
    Case("list down", "reach", _instead("/people", httpx.ReadTimeout("slow")), "did not answer"),
    Case("login 401", "authenticate", _instead("/auth", httpx.Response(401)), "answered 401"),
    Case("login HTML", "authenticate", _instead("/auth", _HTML), "without JSON"),
    Case(
        "login redirects",
        "authenticate",
        _instead("/auth", httpx.Response(302, headers={"Location": "/sign-in"})),
        "redirects (302)",
    ),
    Case("no token", "authenticate", _instead("/auth", {"data": 1}), "holds no token"),
    Case("list 401", "list", _instead("/people", httpx.Response(401)), "granted a moment ago"),
    Case("list 403", "list", _instead("/people", httpx.Response(403)), "answered 403"),
    Case("list 404", "list", _instead("/people", httpx.Response(404)), "answered 404"),
    Case("list 500", "list", _instead("/people", httpx.Response(500)), "answered 500"),
    Case("list HTML", "list", _instead("/people", _HTML), "HTML page"),
    Case("no records", "records", _instead("/people", {"data": []}), "nothing at `people`"),
    Case("not a list", "records", _instead("/people", {"people": {"a": 1}}), "an object"),
]


@pytest.mark.parametrize("case", _CASES, ids=str)
def test_the_failing_stage_is_the_failing_check(case: Case) -> None:
    result = _test(case.serve, case.list_users)
    assert not result.ok
    assert result.error is not None
    marks = _marks(result)
    at = CHECKS.index(case.failed)
    assert [marks[name] for name in CHECKS[:at]] == ["ok"] * at
    assert marks[case.failed] == "failed"
    assert {marks[name] for name in CHECKS[at + 1 :]} <= {"skipped"}
    assert case.says in next(one.detail for one in result.checks if one.name == case.failed)


def test_a_page_two_that_fails_is_a_failure_of_the_pagination() -> None:
    result = _test(_instead("/people", httpx.Response(500), offset="2"))
    marks = _marks(result)
    assert marks.pop("pagination") == "failed"
    assert set(marks.values()) == {"ok"}


def test_a_page_two_that_cannot_be_reached_does_not_make_page_one_unreachable() -> None:
    marks = _marks(_test(_instead("/people", httpx.ReadTimeout("slow"), offset="2")))
    assert (marks["reach"], marks["pagination"]) == ("ok", "failed")


def test_a_page_two_that_repeats_page_one_is_a_failure_of_the_pagination() -> None:
    same = {"people": people("p1", "p2"), "total": 5}
    result = _test(_instead("/people", same))
    assert _marks(result)["pagination"] == "failed"
    detail = next(one.detail for one in result.checks if one.name == "pagination")
    assert detail == "page two has the people of page one again"


def test_a_total_that_is_not_there_fails_and_the_rest_goes_on() -> None:
    result = _test(company(5), {"total_count": "totals"})
    marks = _marks(result)
    assert marks.pop("total_count") == "failed"
    assert set(marks.values()) == {"ok"}
    assert not result.ok


def test_a_definition_without_a_total_is_ok() -> None:
    result = _test(company(5), {"total_count": "na"})
    assert _marks(result)["total_count"] == "skipped"
    assert result.ok


def test_an_attribute_that_nobody_fills_fails_when_it_is_needed() -> None:
    attributes = {"id": "id", "email": "mail", "username": "id"}
    result = _test(company(5), attributes=attributes)
    assert _marks(result)["attributes"] == "failed"
    assert result.checks[-1].detail == "`email` filled for nobody of 2"


def test_people_who_are_refused_fail_with_their_reason() -> None:
    result = _test(_instead("/people", {"people": [{"email": "x"}], "total": 1}))
    assert _marks(result)["attributes"] == "failed"
    assert result.checks[-1].detail == "1 of 1 refused: id: the record has no id"


def test_an_unknown_status_fails_by_its_name() -> None:
    attributes = {
        "id": "id",
        "email": "email",
        "username": "id",
        "status": {"path": "id", "map": {"p1": "active"}},
    }
    result = _test(company(5), attributes=attributes)
    assert result.checks[-1].detail == "`status` does not know `p2`: add them to its `map`"


def test_a_lookup_that_fails_is_not_blamed_on_the_list() -> None:
    lookup = {"endpoint": "/teams", "resource_location": "items", "key": "id", "match": "id"}
    marks = _marks(_test(_instead("/teams", httpx.Response(404)), lookups={"team": lookup}))
    assert (marks["list"], marks["records"], marks["attributes"]) == ("ok", "ok", "failed")
    assert marks["pagination"] == "skipped"


def test_a_detail_that_needs_another_right_is_not_blamed_on_the_credentials() -> None:
    details = {"job": {"endpoint": "/people/${record.id}/job"}}
    honest = company(5)

    def serve(request: httpx.Request) -> Any:
        is_job = request.url.path.endswith("/job")
        return httpx.Response(403) if is_job else honest(request)

    marks = _marks(_test(serve, {"details": details}))
    assert (marks["authenticate"], marks["attributes"]) == ("ok", "failed")


def test_nobody_is_ok() -> None:
    result = _test(company(0))
    assert result.ok
    assert next(one.detail for one in result.checks if one.name == "records") == "an empty list"


def test_people_on_one_page_need_no_second() -> None:
    result = _test(company(1))
    detail = next(one.detail for one in result.checks if one.name == "pagination")
    assert detail == "page two is empty: page one holds all"


def test_a_sample_of_ten_is_mapped_and_no_more() -> None:
    asked: list[str] = []

    def serve(request: httpx.Request) -> Any:
        asked.append(request.url.path)
        if request.url.path.endswith("/job"):
            return {}
        return {"people": people(*range(100)), "total": 100} if request.url.params else {}

    connector({"details": {"job": {"endpoint": "/people/${record.id}/job"}}}).test(
        options=asking(serve)
    )
    assert sum(path.endswith("/job") for path in asked) == 10


def test_the_error_carries_the_answer_without_secrets() -> None:
    echo = httpx.Response(500, json={"you sent": "t0ken-of-today and s3cret-key"})
    result = _test(_instead("/people", echo))
    assert result.error is not None
    assert result.error.exchange is not None
    assert result.error.exchange.body == '{"you sent":"[hidden] and [hidden]"}'


def test_a_secret_at_the_cut_of_a_long_answer_is_not_shown_in_part() -> None:
    text = "x" * 19_990 + "s3cret-key" + "y" * 100
    result = _test(_instead("/people", httpx.Response(500, text=text)))
    assert result.error is not None
    assert result.error.exchange is not None
    assert "s3cr" not in (result.error.exchange.body or "")


@pytest.mark.parametrize("check", ["definition", "settings"])
def test_what_is_wrong_before_anything_is_sent_is_a_check_too(check: Any) -> None:
    result = unusable("acme", check, (Diagnostic("x", "this is wrong"),))
    marks = _marks(result)
    assert marks[check] == "failed"
    assert not result.ok
    assert result.checks[CHECKS.index(check)].detail == "this is wrong"
    assert set(list(marks.values())[CHECKS.index(check) + 1 :]) == {"skipped"}
