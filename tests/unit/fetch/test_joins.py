"""Details and lookups: attached by name, chained, and never another person's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from .reading import CURSOR, OFFSET, definition, people, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .reading import Result

_ATTRIBUTES = {"id": "id", "email": "email", "username": "id"}


def _serve(routes: Mapping[str, Any]) -> Callable[[httpx.Request], Any]:
    """Answer by path; a function is called with the request, what is unknown is a 404."""

    def serve(request: httpx.Request) -> Any:
        answer = routes.get(request.url.raw_path.decode().split("?")[0].removeprefix("/v1"))
        if callable(answer):
            return answer(request)
        return httpx.Response(404, json={}) if answer is None else answer

    return serve


def _read(
    routes: Mapping[str, Any],
    *,
    details: dict[str, Any] | None = None,
    lookups: dict[str, Any] | None = None,
    pagination: dict[str, Any] | None = None,
    **attributes: Any,
) -> tuple[Result, list[dict[str, Any]]]:
    """Read, and return the users' attributes too."""
    connector = definition(
        {"details": details or {}, "pagination": pagination or {"style": "none"}},
        lookups=lookups or {},
        attributes={**_ATTRIBUTES, **attributes},
    )
    users: list[dict[str, Any]] = []
    result = read(connector, _serve(routes), keep=users.append)
    return result, users


_JOB = {"endpoint": "/people/${record.id}/job", "resource_location": "job"}
_DEPARTMENT = {
    "endpoint": "/departments",
    "resource_location": "items",
    "key": "id",
    "match": "department_id",
    "pagination": {"style": "none"},
}


def _staff(*departments: Any) -> dict[str, Any]:
    """Give a list of people, each in the department of this id."""
    records = people(*range(1, len(departments) + 1))
    return {
        "people": [
            {**one, **({} if department is ... else {"department_id": department})}
            for one, department in zip(records, departments, strict=True)
        ]
    }


def _departments(**names: str) -> dict[str, Any]:
    return {"items": [{"id": key, "name": name} for key, name in names.items()]}


# --- details ------------------------------------------------------------------------------------


def test_a_detail_is_part_of_the_record() -> None:
    routes = {"/people": {"people": people("a")}, "/people/a/job": {"job": {"title": "Cook"}}}
    result, users = _read(routes, details={"job": _JOB}, job_title="job.title")
    assert users[0]["job_title"] == "Cook"
    assert result.report.complete


def test_the_path_of_a_detail_is_encoded() -> None:
    routes = {
        "/people": {"people": people("a/b?c#d e")},
        "/people/a%2Fb%3Fc%23d%20e/job": {"job": {"title": "Cook"}},
    }
    _, users = _read(routes, details={"job": _JOB}, job_title="job.title")
    assert users[0]["job_title"] == "Cook"


@pytest.mark.parametrize("identifier", ["..", "."])
def test_a_record_cannot_climb_out_of_the_path_of_a_detail(identifier: str) -> None:
    routes = {
        "/people": {"people": people(identifier)},
        "/job": {"job": {"title": "Not his"}},
        "/people/job": {"job": {"title": "Not his"}},
    }
    result, _ = _read(routes, details={"job": _JOB}, job_title="job.title")
    assert result.report.refused == 1


def test_a_detail_that_fails_refuses_that_person_who_is_still_counted() -> None:
    routes = {"/people": {"people": people("a", "b")}, "/people/b/job": {"job": {}}}
    result, users = _read(routes, details={"job": _JOB})
    assert [one["id"] for one in users] == ["b"]
    report = result.report
    assert (report.complete, report.distinct, report.refused) == (True, 2, 1)
    [refusal] = report.refusals
    assert (refusal.id, refusal.record) == ("a", 1)
    assert refusal.reasons[0].attribute == "job"
    assert refusal.reasons[0].message.startswith("the detail `job` failed: ")


def test_details_that_the_credentials_may_not_read_at_all_end_the_reading() -> None:
    routes = {"/people": {"people": people(*range(9))}, "/job": httpx.Response(403, json={})}
    result, _ = _read(routes, details={"job": {"endpoint": "/job"}})
    assert result.error is not None
    assert result.error.diagnostic.code == "forbidden"
    assert not result.report.complete


def test_people_whose_details_may_not_be_seen_are_refused_once_anybodys_was() -> None:
    routes = {"/people": {"people": people(*range(9))}, "/people/0/job": {"job": {}}}
    routes |= {f"/people/{one}/job": httpx.Response(403, json={}) for one in range(1, 9)}
    result, users = _read(routes, details={"job": _JOB})
    assert [one["id"] for one in users] == ["0"]
    assert (result.report.complete, result.report.refused) == (True, 8)


def test_one_detail_that_the_network_fails_refuses_that_person() -> None:
    routes = {"/people": {"people": people("a", "b")}, "/people/b/job": {"job": {}}}
    routes["/people/a/job"] = _unreachable
    result, users = _read(routes, details={"job": _JOB})
    assert [one["id"] for one in users] == ["b"]
    assert result.report.refusals[0].reasons[0].code == "unreachable"


def test_details_that_the_network_fails_one_after_the_other_end_the_reading() -> None:
    routes = {"/people": {"people": people(*range(9))}, "/job": _unreachable}
    result, _ = _read(routes, details={"job": {"endpoint": "/job"}})
    assert result.error is not None
    assert not result.report.complete


def test_a_detail_that_may_be_absent_is_null_where_the_api_answers_404() -> None:
    routes = {"/people": {"people": people("a", "b")}, "/people/b/job": {"job": {"title": "Cook"}}}
    detail = {**_JOB, "may_be_absent": True}
    result, users = _read(routes, details={"job": detail}, job_title="job.title")
    assert [one["job_title"] for one in users] == [None, "Cook"]
    assert result.report.refused == 0


def _unreachable(_: httpx.Request) -> httpx.Response:
    message = "the cable is cut"
    raise httpx.ConnectError(message)


def test_a_detail_whose_place_is_missing_is_absent() -> None:
    routes = {"/people": {"people": people("a")}, "/people/a/job": {"other": 1}}
    _, users = _read(routes, details={"job": _JOB}, job_title="job.title")
    assert "job_title" not in users[0]


@pytest.mark.parametrize("manager", [None, "", ...])
def test_a_detail_without_its_part_of_the_record_is_null_and_not_asked_for(manager: Any) -> None:
    record = people("a")[0] | ({} if manager is ... else {"manager": manager})
    routes = {"/people": {"people": [record]}, "": {"name": "Somebody"}, "/people/": {"name": "S"}}
    details = {"boss": {"endpoint": "/people/${record.manager}"}}
    result, users = _read(routes, details=details, manager_email="boss.name")
    assert users[0]["manager_email"] is None
    assert len(result.requests) == 1


def test_a_detail_by_a_parameter_is_not_asked_for_without_it() -> None:
    # Without its parameter the request would be answered about everybody.
    routes = {"/people": {"people": people("a")}, "/jobs": {"jobs": [{"title": "Not his"}]}}
    details = {
        "job": {
            "endpoint": "/jobs",
            "params": {"person": "${record.number}"},
            "resource_location": "jobs[0]",
        }
    }
    result, users = _read(routes, details=details, job_title="job.title")
    assert users[0]["job_title"] is None
    assert len(result.requests) == 1


def test_a_detail_may_need_the_one_before() -> None:
    routes = {
        "/people": {"people": people("a")},
        "/people/a/job": {"job": {"office": 7}},
        "/offices/7": {"city": "Bonn"},
    }
    details = {"job": _JOB, "office": {"endpoint": "/offices/${record.job.office}"}}
    _, users = _read(routes, details=details, location="office.city")
    assert users[0]["location"] == "Bonn"


def test_a_value_that_no_header_can_hold_refuses_that_person_only() -> None:
    routes = {"/people": {"people": people("zoë", "a")}, "/job": {"title": "Cook"}}
    details = {"job": {"endpoint": "/job", "headers": {"X-Person": "${record.id}"}}}
    result, users = _read(routes, details=details, job_title="job.title")
    assert [one["id"] for one in users] == ["a"]
    assert result.report.refused == 1


# --- lookups ------------------------------------------------------------------------------------


def _looked_up(*departments: Any, table: Any = None) -> tuple[Result, list[dict[str, Any]]]:
    table = _departments(d1="Kitchen", d2="Cellar") if table is None else table
    routes = {"/people": _staff(*departments), "/departments": table}
    lookups = {"department": _DEPARTMENT}
    return _read(routes, lookups=lookups, department="department.name")


def test_a_lookup_gives_the_entry_of_the_record_and_is_read_once() -> None:
    result, users = _looked_up("d1", "d2", "d1")
    assert [one["department"] for one in users] == ["Kitchen", "Cellar", "Kitchen"]
    assert len(result.requests) == 2


@pytest.mark.parametrize("ours", [7, "7", 7.0, " 7 "])
@pytest.mark.parametrize("theirs", [7, "7", 7.0])
def test_keys_meet_as_number_and_as_text(ours: Any, theirs: Any) -> None:
    _, users = _looked_up(ours, table={"items": [{"id": theirs, "name": "Kitchen"}]})
    assert users[0]["department"] == "Kitchen"


@pytest.mark.parametrize("department", [None, ...])
def test_a_record_without_a_key_gets_null(department: Any) -> None:
    result, users = _looked_up("d1", department)
    assert users[1]["department"] is None
    assert result.report.warnings == ()


def test_a_key_that_is_not_found_is_absent_and_reported() -> None:
    result, users = _looked_up("d9")
    assert "department" not in users[0]
    assert result.report.warnings == (
        "the lookup `department` lacks some keys that records refer to",
    )
    assert result.report.complete


def test_an_optional_lookup_may_lack_keys() -> None:
    routes = {"/people": _staff("d9"), "/departments": _departments(d1="Kitchen")}
    lookups = {"department": {**_DEPARTMENT, "optional": True}}
    result, users = _read(routes, lookups=lookups, department="department.name")
    assert "department" not in users[0]
    assert result.report.warnings == ()


def test_an_entry_without_a_key_makes_the_list_incomplete() -> None:
    result, users = _looked_up("d1", table={"items": [{"id": "d1", "name": "Kitchen"}, {}]})
    assert users[0]["department"] == "Kitchen"
    assert not result.report.complete


def test_an_incomplete_lookup_makes_the_list_incomplete() -> None:
    routes = {"/people": _staff("d1"), "/departments": {**_departments(d1="K", d2="C")}}
    routes["/departments"]["next_cursor"] = "x"
    lookup = {**_DEPARTMENT, "pagination": {**CURSOR, "cursor": "nxt"}}
    result, users = _read(routes, lookups={"department": lookup}, department="department.name")
    assert users[0]["department"] == "K"
    assert not result.report.complete
    assert result.report.reasons[0].startswith("the lookup `department` is not complete: ")


def test_a_lookup_that_cannot_be_read_ends_the_reading() -> None:
    result, users = _looked_up("d1", table=httpx.Response(500, json={}))
    assert users == []
    assert result.error is not None
    assert result.report.reasons[0].startswith("a detail or lookup could not be read: ")


def test_a_lookup_is_paged() -> None:
    def departments(request: httpx.Request) -> Any:
        start = int(request.url.params["offset"])
        return {"items": [{"id": n, "name": f"D{n}"} for n in range(start, min(start + 2, 5))]}

    routes = {"/people": _staff(4, 0), "/departments": departments}
    lookup = {**_DEPARTMENT, "pagination": OFFSET}
    result, users = _read(routes, lookups={"department": lookup}, department="department.name")
    assert [one["department"] for one in users] == ["D4", "D0"]
    assert result.report.complete


def test_lookups_chain_in_their_order_and_behind_details() -> None:
    routes = {
        "/people": {"people": people("a")},
        "/people/a/job": {"job": {"team": 3}},
        "/teams": {"items": [{"id": 3, "department": 8}]},
        "/departments": {"items": [{"id": 8, "name": "Kitchen"}]},
    }
    team = {**_DEPARTMENT, "endpoint": "/teams", "match": "job.team"}
    department = {**_DEPARTMENT, "match": "team.department"}
    _, users = _read(
        routes,
        details={"job": _JOB},
        lookups={"team": team, "department": department},
        department="department.name",
    )
    assert users[0]["department"] == "Kitchen"


def test_a_lookup_that_nobody_needs_is_not_read() -> None:
    result, _ = _looked_up(None, ...)
    assert len(result.requests) == 1
