"""Where the records lie: nothing found there is an error, and an empty list is not."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .reading import OFFSET, Result, definition, people, read

_NO_CONTENT = httpx.Response(204)


def _read(location: Any, answer: Any, **extra: Any) -> Result:
    return read(definition({"resource_location": location, **extra}), lambda _: answer)


def _message(result: Result) -> str:
    assert result.error is not None
    assert not result.report.complete
    return " ".join(str(result.error).split())


@pytest.mark.parametrize(
    ("location", "answer"),
    [
        (".", people("a", "b")),
        ("data", {"data": people("a", "b")}),
        ("data.resources.users", {"data": {"resources": {"users": people("a", "b")}}}),
        ("[0].users", [{"users": people("a", "b")}]),
        (["odd.key", "x@y"], {"odd.key": {"x@y": people("a", "b")}}),
        ("$.data[*].person", {"data": [{"person": one} for one in people("a", "b")]}),
        ("$.data[?(@.email)]", {"data": people("a", "b")}),
        ("$.groups[*].members[*]", {"groups": [{"members": [one]} for one in people("a", "b")]}),
        ("$.groups[0].members", {"groups": [{"members": people("a", "b")}]}),
    ],
)
def test_records_are_found(location: Any, answer: Any) -> None:
    result = _read(location, answer)
    assert result.ids == ["a", "b"]
    assert result.report.complete


@pytest.mark.parametrize(
    ("location", "answer"),
    [
        (".", []),
        ("data", {"data": []}),
        ("$.data[*].person", {"data": []}),
        ("$.data[?(@.id=='x')]", {"data": people("a")}),
        ("$.groups[*].members[*]", {"groups": [{"members": []}, {"members": []}]}),
        ("$.groups[*].members[*]", {"groups": []}),
    ],
)
def test_an_empty_list_at_the_right_place_is_nobody(location: Any, answer: Any) -> None:
    result = _read(location, answer)
    assert (result.ids, result.report.complete) == ([], True)


def test_nothing_at_the_location_says_what_is_there_instead() -> None:
    answer = {"data": {"people": people("a", "b"), "teams": []}, "meta": {}}
    message = _message(_read("data.users", answer))
    assert "page 1 has nothing at `data.users`" in message
    assert "has the keys `data` and `meta`; `data` has `people` and `teams`" in message
    assert "`data.people` is a list of 2 objects: try `resource_location: data.people`" in message


def test_no_person_is_in_the_message() -> None:
    assert "example.test" not in _message(_read("users", {"people": people("ada", "bob")}))


@pytest.mark.parametrize(
    "location", ["$.data[*].persn", "$.dat[*].person", "$.data[*].person.x", "$.data[*].x[*]"]
)
def test_a_jsonpath_that_finds_nothing_among_people_is_an_error(location: str) -> None:
    answer = {"data": [{"person": one} for one in people("a", "b")]}
    assert "resource-location-not-found" in _message(_read(location, answer))


@pytest.mark.parametrize(
    ("value", "kind"),
    [("x", "text"), (1, "a number"), (True, "true or false"), ({"a": 1}, "an object")],
)
def test_something_else_than_a_list_is_named(value: object, kind: str) -> None:
    assert f"page 1 has {kind} at `people`, not a list" in _message(
        _read("people", {"people": value})
    )


def test_null_is_nothing() -> None:
    assert "page 1 has nothing at `people`" in _message(_read("people", {"people": None}))


def test_a_list_that_may_be_absent_is_nobody() -> None:
    result = _read("people", {"total": 0}, may_be_absent=True)
    assert (result.ids, result.report.complete) == ([], True)


def test_a_mistyped_list_that_may_be_absent_is_found_out_by_the_people_elsewhere() -> None:
    message = _message(_read("persons", {"people": people("a")}, may_be_absent=True))
    assert "try `resource_location: people`" in message


def test_lists_of_something_else_do_not_count_as_people() -> None:
    answer = {"links": [{"rel": "self", "href": "/x"}], "schemas": ["urn:x"]}
    assert _read("people", answer, may_be_absent=True).report.complete


def test_a_204_is_an_empty_page() -> None:
    def serve(request: Any) -> Any:
        start = int(request.url.params["offset"])
        return {"people": people("a", "b")} if start == 0 else _NO_CONTENT

    result = read(definition({"pagination": OFFSET}), serve)
    assert (result.ids, result.report.proof) == (["a", "b"], "empty_page")


def test_a_204_needs_no_success_in_a_body() -> None:
    def serve(request: Any) -> Any:
        start = int(request.url.params["offset"])
        return {"ok": True, "people": people("a", "b")} if start == 0 else _NO_CONTENT

    connector = definition({"pagination": OFFSET}, success={"body": "ok", "equals": True})
    assert read(connector, serve).report.complete


@pytest.mark.parametrize("record", [None, "ada", 1, [], [{"id": "a"}], {}])
def test_a_record_of_another_shape_is_refused_and_counted(record: object) -> None:
    report = _read("people", {"people": [record]}).report
    assert (report.received, report.refused, report.complete) == (1, 1, False)


@pytest.mark.parametrize("identifier", [None, "", "  ", True, {"value": 1}, [], ["a", "b"]])
def test_an_id_that_identifies_nobody_is_none(identifier: object) -> None:
    result = _read("people", {"people": [{"id": identifier}]})
    assert result.ids == []
    assert result.report.reasons == ("page 1 has 1 record without an id",)


def test_a_huge_id_stays_exact() -> None:
    assert _read("people", {"people": people(10**30 + 1)}).ids == [str(10**30 + 1)]


def test_one_element_where_a_list_was_expected_is_named_for_the_xml_decoder() -> None:
    answer = httpx.Response(200, text="<people><person><id>1</id></person></people>")
    result = _read("people.person", answer, decoder={"format": "xml"})
    assert "`decoder: {format: xml, lists: [person]}`" in _message(result)
