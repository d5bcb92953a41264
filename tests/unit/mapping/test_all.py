"""Values of which all are taken, and paths of which every match is."""

from typing import Any

import pytest

from onroll.definition.dependencies import circular, closure
from onroll.mapping.values import paths_of
from onroll.model import ABSENT

from .people import attribute, mapped, refused, value

PARTS = {"all": ["street", "city", {"value": "DE", "when": {"path": "city", "present": True}}]}


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"street": "Hof 1", "city": "Ulm"}, ["Hof 1", "Ulm", "DE"]),
        ({"street": "Hof 1", "city": None}, ["Hof 1"]),
        ({"street": "", "city": "Ulm"}, ["Ulm", "DE"]),
        ({"street": ["Hof 1", "Flur 2"]}, ["Hof 1", "Flur 2"]),
        ({"street": None}, None),
        ({"street": ""}, None),
        ({}, ABSENT),
    ],
)
def test_all_takes_what_is_filled_else_null_or_nothing(record: Any, found: Any) -> None:
    assert value(PARTS, record) == found


def test_join_makes_text_of_all_that_is_filled() -> None:
    written = {**PARTS, "transform": [{"join": ", "}]}
    assert attribute("location", written, {"street": "Hof 1", "city": "Ulm"}) == "Hof 1, Ulm, DE"
    assert attribute("location", written, {"street": "Hof 1"}) == "Hof 1"
    assert attribute("location", written, {}) is ABSENT


def test_all_without_join_is_no_text() -> None:
    result = mapped({"street": "Hof 1"}, location=PARTS)
    assert [one.code for one in result.reasons] == ["not-text"]
    assert "join" in result.reasons[0].message


def test_groups_come_from_several_places() -> None:
    written = {"all": ["department", "$.teams[*].name"], "transform": ["unique"]}
    record = {"department": "IT", "teams": [{"name": "Ops"}, {"name": "IT"}]}
    assert attribute("groups", written, record) == ["IT", "Ops"]


def test_all_takes_every_match_of_a_path_in_any_attribute() -> None:
    record = {"teams": [{"name": "Ops"}, {"name": "IT"}]}
    assert value({"all": ["$.teams[*].name"]}, record) == ["Ops", "IT"]


def test_of_all_what_a_map_does_not_name_is_left_out_unless_that_is_everything() -> None:
    written = {"all": [{"path": "a", "map": {"x": "X"}}, {"path": "b", "map": {"y": "Y"}}]}
    assert attribute("roles", written, {"a": "x", "b": "?"}) == ["X"]
    result = mapped({"a": "!", "b": "?"}, roles=written)
    assert result.unmatched == {"roles": "!"}


def test_of_all_a_name_that_cannot_be_composed_is_left_out_unless_that_is_everything() -> None:
    composed = {"compose": {"beginning": {"attribute": "first_name"}}}
    names = {"first_name": "first", "groups": {"all": [composed, "team"]}}
    user = mapped({"first": "伟", "team": "Ops"}, **names).user
    assert user is not None
    assert user.attributes["groups"] == ["Ops"]
    assert ("groups", "no-plain-letters") in refused({"first": "伟"}, **names)


def test_all_knows_what_it_is_made_of() -> None:
    made = {"display_name": {"all": [{"template": "${first_name}"}, "title"]}, "first_name": "f"}
    assert closure("display_name", made) == {"display_name", "first_name"}
    assert [str(path) for path in paths_of(made["display_name"])] == ["title"]
    own: dict[str, Any] = {"team": {"all": [{"template": "${team}"}]}}
    assert circular(own) == ["team"]


DEPARTMENTS = {"departments": [{"name": "IT"}, {"name": None}, {"name": "Ops"}]}
NAMES = "$.departments[*].name"


@pytest.mark.parametrize(
    ("transform", "found"),
    [
        ([{"join": " / "}], "IT / Ops"),
        (["first"], "IT"),
        (["last"], "Ops"),
        (["count"], 2),
        (["lower", {"join": "+"}], "it+ops"),
        ([{"split": {"on": "p", "take": "first"}}, "last"], "O"),
        # A transform of text alone still gets the first match.
        (["lower"], "it"),
    ],
)
def test_a_transform_of_lists_gets_every_match_of_a_path(transform: Any, found: Any) -> None:
    assert value({"path": NAMES, "transform": transform}, DEPARTMENTS) == found


def test_a_transform_of_lists_gets_every_match_of_paths_below_first() -> None:
    written = {"first": ["nowhere", NAMES], "transform": ["join"]}
    assert attribute("department", written, DEPARTMENTS) == "IT, Ops"


def test_of_no_match_at_all_nothing_is_joined() -> None:
    assert value({"path": NAMES, "transform": ["join"]}, {"departments": []}) == ""
    assert value({"path": NAMES, "transform": ["count"]}, {"departments": []}) == 0
    assert value({"path": NAMES, "transform": ["join"]}, {}) is ABSENT


def test_firsts_stand_in_each_other() -> None:
    written = {
        "first": [
            {"first": ["work.mobile", "work.phone"], "when": {"path": "kind", "equals": "staff"}},
            {"first": [{"path": "private", "transform": [{"cut": {"length": 4}}]}, "agency"]},
        ],
        "default": "none",
    }
    staff = {"kind": "staff", "work": {"mobile": None, "phone": "12"}, "private": "34567"}
    assert attribute("phone", written, staff) == "12"
    assert attribute("phone", written, {**staff, "kind": "temp"}) == "3456"
    assert attribute("phone", written, {**staff, "work": {}, "private": ""}) == "none"
    assert attribute("phone", written, {"agency": "78"}) == "78"
