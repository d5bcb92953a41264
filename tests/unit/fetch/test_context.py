"""Calls before the lists, side-loaded entries, ends by status and changes since a moment."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from onroll.definition.connector import UpdatedSince
from onroll.errors import UsageError
from onroll.fetch.since import parameter_since

from .reading import definition, people, read

if TYPE_CHECKING:
    from .reading import Answer

_CONTEXT = {"me": {"endpoint": "/me", "resource_location": "companies[0]"}}


def _serve(request: httpx.Request) -> Answer:
    path = request.url.path.removeprefix("/v1")
    if path == "/me":
        return {"companies": [{"uuid": "c/1", "size": 2}]}
    assert request.url.raw_path.decode().startswith("/v1/companies/c%2F1/")
    return {"people": people("a", "b")}


def test_what_a_call_brings_stands_in_the_endpoint_and_is_asked_for_once() -> None:
    connector = definition(
        {
            "endpoint": "/companies/${context.me.uuid}/people",
            "details": {"job": {"endpoint": "/companies/${context.me.uuid}/jobs/${record.id}"}},
        },
        context=_CONTEXT,
    )
    result = read(connector, _serve)
    assert result.ids == ["a", "b"]
    assert [url.rsplit("/", 1)[-1] for url in result.urls].count("me") == 1


def test_a_call_may_need_what_an_earlier_one_brought() -> None:
    context = {**_CONTEXT, "office": {"endpoint": "/companies/${context.me.uuid}/office"}}
    connector = definition({"params": {"o": "${context.office.people[0].id}"}}, context=context)

    def serve(request: httpx.Request) -> Answer:
        return (
            {"people": people("p")} if request.url.path.endswith("/v1/people") else _serve(request)
        )

    assert read(connector, serve).urls[-1].endswith("/people?o=a")


@pytest.mark.parametrize(
    "answer", [{}, {"companies": []}, {"companies": [{"uuid": None}]}], ids=str
)
def test_a_call_that_brings_nothing_asks_for_no_list(answer: Any) -> None:
    connector = definition({"endpoint": "/c/${context.me.uuid}/people"}, context=_CONTEXT)
    result = read(connector, lambda _: answer)
    assert result.error is not None
    assert result.error.diagnostic.code == "context-not-found"
    assert len(result.urls) == 1
    assert not result.report.complete


def test_entries_beside_the_people_are_joined_page_by_page() -> None:
    lookups = {
        "department": {
            "resource_location": "$.linked.groups[?(@.type=='department')]",
            "key": "id",
            "match": "$.groups[*]",
        },
        "teams": {
            "resource_location": "linked.groups",
            "key": "id",
            "match": "$.groups[*]",
            "many": True,
        },
    }
    answer = {
        "people": [{"id": "a", "email": "a@x.test", "groups": [5, 7]}, *people("b")],
        "linked": {
            "groups": [
                {"id": "5", "type": "office", "name": "Bonn"},
                {"id": "7", "type": "department", "name": "Kitchen"},
            ]
        },
    }
    connector = definition(
        {},
        lookups=lookups,
        attributes={
            "id": "id",
            "email": "email",
            "username": "id",
            "department": "department.name",
            "groups": "$.teams[*].name",
        },
    )
    users: list[dict[str, Any]] = []
    result = read(connector, lambda _: answer, keep=users.append)
    assert users[0]["department"] == "Kitchen"
    assert users[0]["groups"] == ["Bonn", "Kitchen"]
    assert users[1]["department"] is None
    assert result.report.warnings == ()
    assert len(result.requests) == 1


def _until(status: int) -> Any:
    def serve(request: httpx.Request) -> Answer:
        number = int(request.url.params["page"])
        return {"people": people(number)} if number < 4 else httpx.Response(status)

    return serve


_PAGE = {"style": "page", "page_name": "page"}


def test_a_declared_status_past_the_last_page_is_the_end() -> None:
    connector = definition({"pagination": {**_PAGE, "end_statuses": [404]}})
    result = read(connector, _until(404))
    assert result.ids == ["1", "2", "3"]
    assert (result.report.complete, result.report.proof) == (True, "end_marker")


def test_another_status_is_no_end() -> None:
    connector = definition({"pagination": {**_PAGE, "end_statuses": [404]}})
    result = read(connector, _until(400))
    assert not result.report.complete
    assert result.error is not None


def test_a_declared_status_on_page_one_is_an_error() -> None:
    connector = definition({"pagination": {**_PAGE, "end_statuses": [404]}})
    result = read(connector, lambda _: httpx.Response(404))
    assert result.error is not None
    assert not result.report.complete


def test_a_declared_end_does_not_outweigh_a_total() -> None:
    connector = definition({"pagination": {**_PAGE, "end_statuses": [404]}, "total_count": "total"})

    def serve(request: httpx.Request) -> Answer:
        answer = _until(404)(request)
        return {**answer, "total": 9} if isinstance(answer, dict) else answer

    assert not read(connector, serve).report.complete


_MOMENT = datetime(2026, 11, 22, 0, 30, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        (UpdatedSince("since"), {"since": "2026-11-21T21:30:00Z"}),
        (UpdatedSince("since", overlap_minutes=0), {"since": "2026-11-21T22:30:00Z"}),
        (UpdatedSince("since", format="date"), {"since": "2026-11-21"}),
        (UpdatedSince("since", format="unix", overlap_minutes=0), {"since": 1795300200}),
        (UpdatedSince("since", format="unix_ms", overlap_minutes=0), {"since": 1795300200000}),
        (UpdatedSince("since", format="%d-%b-%Y"), {"since": "21-Nov-2026"}),
        (UpdatedSince("since", format="%s", overlap_minutes=0), {"since": "1795300200"}),
        (UpdatedSince("since", format="%%B %B"), {"since": "%B November"}),
        (
            UpdatedSince("filter", value='changed gt "${since}"'),
            {"filter": 'changed gt "2026-11-21T21:30:00Z"'},
        ),
    ],
    ids=str,
)
def test_a_moment_is_written_as_the_api_wants_it(
    written: UpdatedSince, sent: dict[str, Any]
) -> None:
    assert parameter_since(written, _MOMENT) == sent


def test_a_moment_before_all_others_is_written_too() -> None:
    moment = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    assert parameter_since(UpdatedSince("since"), moment) == {"since": "0001-01-01T00:00:00Z"}


def test_a_reading_of_changes_is_partial() -> None:
    connector = definition({"updated_since": {"name": "since", "format": "date"}})
    result = read(connector, lambda _: {"people": people("a")}, updated_since=_MOMENT)
    assert result.urls[0].endswith("?since=2026-11-21")
    assert (result.report.complete, result.report.partial) == (True, True)


def test_changes_cannot_be_asked_for_where_the_definition_does_not_say_how() -> None:
    with pytest.raises(UsageError, match="no-updated-since"):
        read(definition({}), lambda _: {"people": []}, updated_since=_MOMENT)


_LINKED = {"style": "next_link", "next": "next", "limit_name": "limit", "limit": 2}


def test_a_link_that_the_vendor_leaves_out_is_the_end_of_a_full_page_one() -> None:
    connector = definition({"pagination": {**_LINKED, "absent_is_end": True}})
    report = read(connector, lambda _: {"people": people("a", "b")}).report
    assert (report.complete, report.proof) == (True, "end_marker")


def test_a_link_of_another_name_speaks_against_an_end_that_is_declared_absent() -> None:
    connector = definition({"pagination": {**_LINKED, "absent_is_end": True}})
    answer = {"people": people("a", "b"), "nextLink": "https://api.example.test/v1/people?page=2"}
    report = read(connector, lambda _: answer).report
    assert not report.complete


@pytest.mark.parametrize("status", [400, 404])
def test_a_refusal_behind_pages_that_could_be_read_names_the_key_that_declares_it_an_end(
    status: int,
) -> None:
    result = read(definition({"pagination": _PAGE}), _until(status))
    assert result.error is not None
    assert f"`pagination: {{end_statuses: [{status}]}}`" in str(result.error)


def test_a_refusal_of_page_one_is_not_taken_for_an_undeclared_end() -> None:
    result = read(definition({"pagination": _PAGE}), lambda _: httpx.Response(404))
    assert result.error is not None
    assert "end_statuses" not in str(result.error)


def test_a_place_beside_the_people_that_is_not_there_is_named() -> None:
    connector = definition(
        {},
        lookups={"group": {"resource_location": "linked.group", "key": "id", "match": "g"}},
        attributes={"id": "id", "email": "email", "username": "id", "department": "group.name"},
    )
    answer = {"people": [{**people(1)[0], "g": 5}], "linked": {"groups": [{"id": 5}]}}
    result = read(connector, lambda _: answer)
    warning = "the lookup `group` finds nothing at `linked.group`, and records refer to it"
    assert result.report.warnings == (warning,)


def test_a_refused_page_behind_a_cursor_is_not_taken_for_an_undeclared_end() -> None:
    cursor = {"style": "cursor", "cursor_name": "c", "cursor": "next"}

    def serve(request: httpx.Request) -> Answer:
        is_first = "c" not in request.url.params
        return {"people": people(1), "next": "x"} if is_first else httpx.Response(404)

    result = read(definition({"pagination": cursor}), serve)
    assert result.error is not None
    assert "end_statuses" not in str(result.error)


def test_a_link_header_that_nobody_can_read_is_no_end() -> None:
    connector = definition({"pagination": {"style": "next_link", "next": {"header": "Link"}}})
    answer = httpx.Response(
        200, json={"people": people("a")}, headers={"Link": "https://x.test/?page=2; rel=next"}
    )
    report = read(connector, lambda _: answer).report
    assert not report.complete
