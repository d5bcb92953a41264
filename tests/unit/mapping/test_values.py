"""How a value is made: path, value, template, first, when, transform, map, default."""

from typing import Any

import pytest

from onroll.model import ABSENT

from .people import attribute, mapper, value

WORK = "$.emails[?(@.type=='work')].value"


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"a": {"b": "x"}}, "x"),
        ({"a": {"b": ""}}, ""),
        ({"a": {"b": None}}, None),
        ({"a": {"c": "x"}}, ABSENT),
        ({}, ABSENT),
        ({"a": None}, None),
        ({"a": []}, None),
        ({"a": {}}, None),
        ({"a": "text"}, ABSENT),
        ({"a": [{"b": "x"}]}, ABSENT),
        ({"a": {"b": 0}}, 0),
        ({"a": {"b": False}}, False),
        ({"a": {"b": []}}, []),
        ({"a": {"b": {"c": 1}}}, {"c": 1}),
    ],
)
def test_a_path_keeps_absent_null_and_empty_apart(record: Any, found: Any) -> None:
    assert value("a.b", record) == found


@pytest.mark.parametrize(
    ("emails", "found"),
    [
        ([{"type": "home", "value": "h"}, {"type": "work", "value": "w"}], "w"),
        ([{"type": "work", "value": None}, {"type": "work", "value": "w"}], "w"),
        ([{"type": "work", "value": "v"}, {"type": "work", "value": "w"}], "v"),
        ([{"type": "work", "value": None}], None),
        ([{"type": "home", "value": "h"}], None),
        ([], None),
        (None, None),
    ],
)
def test_of_several_matches_the_first_that_is_not_null_counts(emails: Any, found: Any) -> None:
    assert value(WORK, {"emails": emails}) == found


def test_a_filter_over_nothing_is_absent() -> None:
    assert value(WORK, {}) is ABSENT


def test_text_is_trimmed() -> None:
    assert value("a", {"a": " Ada \n"}) == "Ada"
    assert value("a", {"a": [" x ", 1]}) == ["x", 1]


def test_a_key_list_reaches_any_key() -> None:
    record = {"urn:x:2.0:User": {"a.b": "c"}}
    assert value(["urn:x:2.0:User", "a.b"], record) == "c"


@pytest.mark.parametrize("constant", ["x", 7, True, None, ["a"], {"a": {"b": 1}}])
def test_a_constant_keeps_its_type(constant: Any) -> None:
    assert value({"value": constant}, {}) == constant


def test_a_constant_may_be_a_setting_and_is_absent_where_it_is_unset() -> None:
    written = {"x": {"value": "${settings.company}"}}
    for given, found in (("Acme", {"custom": {"x": "Acme"}}), (None, {})):
        user = mapper(settings={"company": given}, custom=written).map({"id": "1"}).user
        assert user is not None
        assert {name: one for name, one in user.attributes.items() if name == "custom"} == found


FULL_NAME = {"template": "${first_name} ${last_name}"}


def full_name(record: dict[str, Any]) -> Any:
    user = mapper(first_name="f", last_name="l", display_name=FULL_NAME).map({"id": "1", **record})
    assert user.user is not None
    return user.user.attributes.get("display_name", ABSENT)


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"f": "Ada", "l": "Lovelace"}, "Ada Lovelace"),
        ({"f": "Ada"}, ABSENT),
        ({"f": "Ada", "l": None}, None),
        ({"f": "Ada", "l": ""}, None),
        ({"f": None}, None),
        ({"f": 1, "l": True}, "1 true"),
    ],
)
def test_a_template_needs_all_its_parts(record: Any, found: Any) -> None:
    assert full_name(record) == found


def test_a_template_may_hold_settings_and_a_literal_reference() -> None:
    built = mapper(
        settings={"domain": "acme.test"},
        username={"template": "${id}@${settings.domain} $${id}"},
    )
    user = built.map({"id": 7}).user
    assert user is not None
    assert user.attributes["username"] == "7@acme.test ${id}"


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"a": "x", "b": "y"}, "x"),
        ({"a": "", "b": "y"}, "y"),
        ({"a": None, "b": "y"}, "y"),
        ({"b": "y"}, "y"),
        ({"a": 0, "b": "y"}, 0),
        ({"a": False, "b": "y"}, False),
        ({"a": "", "b": None}, ""),
        ({"a": None, "b": ""}, None),
        ({"b": ""}, ""),
        ({"b": None}, None),
        ({}, ABSENT),
    ],
)
def test_first_takes_the_first_that_is_filled_else_what_is_there(record: Any, found: Any) -> None:
    assert value({"first": ["a", "b"]}, record) == found


def test_each_of_first_may_have_its_own_condition() -> None:
    written = {
        "first": [
            {"path": "a", "when": {"path": "kind", "equals": "x"}},
            {"value": "other"},
        ]
    }
    assert value(written, {"a": "A", "kind": "x"}) == "A"
    assert value(written, {"a": "A", "kind": "y"}) == "other"


@pytest.mark.parametrize(
    ("condition", "record", "holds"),
    [
        ({"path": "k", "equals": "x"}, {"k": "x"}, True),
        ({"path": "k", "equals": "x"}, {"k": "X"}, False),
        ({"path": "k", "equals": True}, {"k": "true"}, False),
        ({"path": "k", "equals": 1}, {"k": True}, False),
        ({"path": "k", "equals": 1}, {"k": 1.0}, True),
        ({"path": "k", "equals": None}, {"k": None}, True),
        ({"path": "k", "equals": None}, {}, False),
        ({"path": "k", "in": ["x", "y"]}, {"k": "y"}, True),
        ({"path": "k", "in": ["x", "y"]}, {}, False),
        ({"path": "k"}, {"k": ""}, True),
        ({"path": "k", "present": True}, {"k": None}, False),
        ({"path": "k", "present": False}, {"k": None}, True),
        ({"path": "k", "present": False}, {}, True),
        ({"attribute": "id", "equals": "1"}, {}, True),
        ({"attribute": "email", "present": False}, {}, False),
    ],
)
def test_a_value_counts_only_when_its_condition_holds(
    condition: Any, record: Any, holds: bool
) -> None:
    assert value({"path": "a", "when": condition}, {"a": "x", **record}) == (
        "x" if holds else ABSENT
    )


def test_a_value_that_does_not_count_is_not_read() -> None:
    written = {"path": "a", "transform": ["number"], "when": {"path": "k"}}
    assert value(written, {"a": "no number"}) is ABSENT


@pytest.mark.parametrize(
    ("record", "found"),
    [({"a": "x"}, "x"), ({}, "d"), ({"a": None}, "d"), ({"a": ""}, "d"), ({"a": []}, "d"),
     ({"a": 0}, 0), ({"a": False}, False)],
)  # fmt: skip
def test_a_default_stands_in_for_what_is_not_filled(record: Any, found: Any) -> None:
    assert value({"path": "a", "default": "d"}, record) == found


def test_a_default_stands_in_where_a_condition_does_not_hold() -> None:
    assert value({"path": "a", "when": {"path": "k"}, "default": "d"}, {"a": "x"}) == "d"


def test_transforms_run_in_the_order_in_which_they_are_written() -> None:
    record = {"a": "Kern, Ilse"}
    split = {"split": {"on": ",", "take": "first"}}
    assert value({"path": "a", "transform": [split, "upper", {"prefix": "x"}]}, record) == "xKERN"
    assert value({"path": "a", "transform": [{"prefix": "x"}, "upper", split]}, record) == "XKERN"


@pytest.mark.parametrize("record", [{}, {"a": None}])
def test_absent_and_null_pass_transforms_and_maps_by(record: Any) -> None:
    written = {"path": "a", "transform": [{"prefix": "x"}], "map": {"*": "rest"}}
    assert value(written, record) == record.get("a", ABSENT)


def test_a_transform_that_gives_null_ends_the_chain() -> None:
    split = {"split": {"on": ",", "take": "rest"}}
    assert value({"path": "a", "transform": [split, "upper"]}, {"a": "Ilse"}) is None


MAP = {"Full Time ": "internal", "true": "yes", "12": "twelve", "X": None}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Full Time", "internal"),
        (" full time", "internal"),
        ("FULL TIME", "internal"),
        (True, "yes"),
        ("True", "yes"),
        (12, "twelve"),
        ("x", None),
    ],
)
def test_a_map_compares_text_trimmed_and_without_case(written: Any, found: Any) -> None:
    assert value({"path": "a", "map": MAP}, {"a": written}) == found


def test_a_map_folds_letters_that_have_no_simple_lower_case() -> None:
    assert value({"path": "a", "map": {"Straße": 1}}, {"a": "STRASSE"}) == 1


def test_a_star_takes_the_rest() -> None:
    assert value({"path": "a", "map": {"x": 1, "*": 2}}, {"a": "y"}) == 2
    assert value({"path": "a", "map": {"x": 1, "*": None}}, {"a": "y"}) is None


def test_what_a_map_does_not_name_is_absent() -> None:
    assert value({"path": "a", "map": {"x": 1}}, {"a": "y"}) is ABSENT


def test_a_default_does_not_hide_what_a_map_does_not_name() -> None:
    assert value({"path": "a", "map": {"x": 1}, "default": 2}, {"a": "y"}) is ABSENT


def test_a_map_comes_after_the_transforms() -> None:
    written = {"path": "a", "transform": [{"split": {"on": "-", "take": 0}}], "map": {"x": "found"}}
    assert value(written, {"a": "X-1"}) == "found"


def test_first_goes_on_after_what_a_map_does_not_name() -> None:
    written = {"first": [{"path": "a", "map": {"x": 1}}, "b"]}
    assert value(written, {"a": "y", "b": "B"}) == "B"


def test_clear_changes_nothing_in_what_is_read() -> None:
    assert value({"path": "a", "clear": True}, {"a": None}) is None
    assert value({"path": "a", "clear": True}, {}) is ABSENT


ROLES = "$.roles[*].name"


@pytest.mark.parametrize(
    ("written", "roles", "found"),
    [
        (ROLES, [{"name": "a"}, {"name": None}, {"name": " b "}], ["a", "b"]),
        (ROLES, [{"name": "a"}], ["a"]),
        (ROLES, [{"name": ["a", "b"]}], ["a", "b"]),
        (ROLES, [{"name": ["a", "b"]}, {"name": ["c"]}, {"name": "d"}], ["a", "b", "c", "d"]),
        (ROLES, [], []),
        (ROLES, None, []),
        ("roles", ["a", "", None, "b"], ["a", "b"]),
        ("roles", "a", ["a"]),
        ("roles", [7, True], ["7", "true"]),
        ("roles", None, None),
        ("roles", [], []),
        ({"path": "roles", "transform": ["upper"]}, ["a", "b"], ["A", "B"]),
        ({"path": "roles", "transform": [{"split": {"on": ","}}]}, "a, b", ["a", "b"]),
        ({"path": "roles", "map": {"x": "X", "*": "rest"}}, ["x", "y"], ["X", "rest"]),
        ({"path": "roles", "map": {"x": "X"}}, ["x", "y"], ["X"]),
        ({"path": "roles", "map": {"x": "X"}}, ["y"], ABSENT),
        ({"path": "roles", "map": {"x": "X"}}, [], []),
    ],
)
def test_an_attribute_that_is_a_list_takes_all_matches(
    written: Any, roles: Any, found: Any
) -> None:
    assert attribute("roles", written, {"roles": roles}) == found


def test_an_attribute_that_is_a_list_is_absent_where_nothing_is() -> None:
    assert attribute("roles", ROLES, {}) is ABSENT
    assert attribute("roles", "roles", {}) is ABSENT
