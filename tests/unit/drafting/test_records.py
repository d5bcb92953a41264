"""The list of people among all that an answer holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onroll.drafting.evidence import Answer
from onroll.drafting.records import FoundRecords, find_records
from onroll.expressions.path import parse_path
from onroll.fetch.shape import records_of as shaped

from .calls import called, parsed, people

if TYPE_CHECKING:
    from onroll.model import Json

TEAMS = [{"id": n, "name": name} for n, name in enumerate(("Engines", "Wheels", "Doors"))]
ERRORS = [{"code": 17, "message": "no right to see salaries"}]


def first(body: Json) -> FoundRecords:
    return find_records(Answer(body))[0]


@pytest.mark.parametrize(
    ("body", "location"),
    [
        (people(), "."),
        ({"data": people()}, "data"),
        ({"data": {"data": people()}}, "data.data"),
        ({"response": {"result": {"employees": people()}}}, "response.result.employees"),
        ({"@odata.value": people()}, ["@odata.value"]),
        ({"d": {"hr.people": people()}}, ["d", "hr.people"]),
        ([{"employees": people()}], "[0].employees"),
        ({"data": people(), "included": TEAMS}, "data"),
        ({"linked": {"groups": TEAMS * 9, "teams": TEAMS}, "profiles": people(1)}, "profiles"),
        ({"errors": ERRORS, "warnings": ERRORS * 3, "items": people(1)}, "items"),
        ({"links": [{"rel": "next", "href": "/x"}] * 9, "content": people()}, "content"),
        ({"fields": [{"id": "a", "name": "A"}] * 9, "employees": people()}, "employees"),
        ({"teams": TEAMS, "users": people()}, "users"),
        ({"people": people(1)}, "people"),
        ({"data": {"users": {"edges": [{"node": one} for one in people()]}}}, "data.users.edges"),
        ({"ok": True, "user_count": 2, "rows": people()}, "rows"),
        ({"data": [{**one, "groups": TEAMS} for one in people(1)]}, "data"),
        ([{**people()[0], "groups": people(5)}], "."),
    ],
)
def test_the_list_of_people_is_found_wherever_it_lies(body: Json, location: Json) -> None:
    found = first(body)
    assert found.location.value == location
    assert found.location.is_sure
    assert list(found.records) == parse_path(location).first(body)


def test_objects_below_ids_are_records_of_a_keyed_shape() -> None:
    body = {str(n): {"email": f"p{n}@example.test", "name": "Ada"} for n in (17, 18)}
    found = first(body)
    assert found.shape is not None
    listing = parsed(called(body), resource_location=".", shape=dict(found.shape.value))
    assert listing.shape is not None
    assert found.location.value == "."
    assert shaped(listing.shape, body, body) == list(found.records)


def test_objects_with_one_key_like_an_id_are_records_of_a_keyed_shape() -> None:
    body = {"response": {"result": [{"41701": [people()[0]]}, {"41702": [people()[1]]}]}}
    found = first(body)
    assert found.location.value == "response.result"
    assert found.shape is not None
    assert found.shape.value["style"] == "keyed"
    assert found.records[0]["email"] == "p1@example.test"


def test_the_key_of_a_keyed_record_hides_nothing_of_the_record() -> None:
    body = {"41701": {"id": "E1", "email": "a@example.test"}, "41702": {"id": "E2", "email": "b@x"}}
    found = first(body)
    assert found.shape is not None
    assert found.shape.value["key"] != "id"
    assert [one["id"] for one in found.records] == ["E1", "E2"]


def test_no_key_of_a_keyed_object_is_told() -> None:
    body = {"people": {f"p{n}@example.test": {"first_name": "Ada", "team": "x"} for n in (1, 2)}}
    found = first(body)
    said = found.location.evidence + (found.shape.evidence if found.shape else "")
    assert "@" not in said


@pytest.mark.parametrize(
    ("columns", "column_name"),
    [
        (["id", "work_email", "first_name"], None),
        ([{"id": "id"}, {"id": "work_email"}, {"id": "first_name"}], "id"),
        ([{"name": "id", "t": 1}, {"name": "work_email", "t": 1}, {"name": "x", "t": 1}], "name"),
    ],
)
def test_rows_are_read_with_their_columns(columns: Json, column_name: str | None) -> None:
    body = {"columns": columns, "rows": [["007", "ada@example.test", "Ada"], ["008", "b@x.test"]]}
    found = first(body)
    assert found.location.value == "rows"
    assert found.shape is not None
    assert found.shape.value.get("column_name") == column_name
    listing = parsed(called(body), resource_location="rows", shape=dict(found.shape.value))
    assert listing.shape is not None
    assert shaped(listing.shape, body["rows"], body) == list(found.records)


def test_plain_ids_are_a_list_of_values_that_is_to_be_checked() -> None:
    found = first({"ids": ["p1", "p2"]})
    assert found.shape is not None
    assert found.shape.value == {"style": "values", "key": "id"}
    assert found.records == ({"id": "p1"}, {"id": "p2"})


def test_plain_values_never_win_over_records() -> None:
    assert first({"data": [{"code": 1}], "scopes": ["a", "b", "c"]}).location.value == "data"


def test_an_empty_list_is_chosen_by_its_name_and_is_to_be_checked() -> None:
    found = first({"errors": [], "employees": [], "links": []})
    assert found.location.value == "employees"
    assert not found.location.is_sure


def test_two_lists_that_look_alike_are_to_be_checked_and_both_named() -> None:
    found = find_records(Answer({"alpha": people(3), "beta": people(4)}))
    assert not found[0].location.is_sure
    assert {one.location.value for one in found} == {"alpha", "beta"}
    assert str(found[1].location.value) in found[0].location.evidence


def test_an_answer_without_a_list_gives_nothing() -> None:
    assert find_records(Answer({"id": 1, "email": "a@example.test"})) == []
    assert find_records(Answer(None)) == []


def test_the_evidence_counts_records_and_names_keys_but_no_values() -> None:
    evidence = first({"data": people(3)}).location.evidence
    assert "a list of 3 objects" in evidence
    assert "`email`" in evidence
    assert "example.test" not in evidence


def test_a_deep_answer_costs_no_more_than_a_flat_one() -> None:
    body: Json = people()
    for _ in range(3000):
        body = {"data": body}
    assert find_records(Answer(body)) == []


@pytest.mark.parametrize(
    "users",
    [
        {"ada": {"id": "ada", "email": "ada@example.test", "displayname": "Ada Kern"},
         "linh": {"id": "linh", "email": "linh@example.test", "groups": []}},
        {name: {"email": f"{name}@example.test", "first_name": name, "last_name": "Kern"}
         for name in ("ada", "linh", "tom")},
    ],
)  # fmt: skip
def test_an_object_of_people_by_their_logins_is_their_list(users: Json) -> None:
    found = first({"data": {"users": users}})
    assert found.location.value == "data.users"
    assert found.shape is not None
    assert found.shape.value["style"] == "keyed"
    assert len(found.records) == len(users)


def test_an_object_of_several_things_is_no_list() -> None:
    aside = {"team": {"id": 1, "name": "Wheels"}, "office": {"id": 2, "city": "Bern"}}
    assert first({"users": people(), "about": aside}).location.value == "users"
    assert [one for one in find_records(Answer({"about": aside})) if one.shape] == []
