"""What a preview says of a sample: the provider's fields, and how well ours are filled."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from onroll.mapping.coverage import Coverage, attribute_coverage, raw_schema, unmapped

from .people import NEEDED, mapper


def coverage(records: Sequence[Any], **attributes: Any) -> Mapping[str, Coverage]:
    built = mapper(**attributes)
    written = {**NEEDED, **attributes}
    return attribute_coverage(written, [built.map({"id": 1, **record}) for record in records])


def used_by(record: Any, **attributes: Any) -> dict[str, list[str]]:
    return {one.path: one.used_by for one in raw_schema([record], {"id": "id", **attributes})}


def test_filled_empty_and_absent_are_counted_apart() -> None:
    records = [{"t": "x"}, {"t": ""}, {"t": None}, {}, {"t": "y"}]
    one = coverage(records, team="t")["team"]
    assert (one.filled, one.empty, one.absent) == (2, 2, 1)


def test_types_are_those_of_the_user() -> None:
    records = [{"x": 1}, {"x": "a"}, {"x": True}, {"x": [1]}, {"x": {"a": 1}}, {"x": 1.5}]
    one = coverage(records, custom={"x": "x"})["custom.x"]
    assert one.types == {"number": 2, "text": 1, "boolean": 1, "list": 1, "object": 1}


def test_three_different_examples_are_kept() -> None:
    records = [{"t": text} for text in ("a", "a", "b", "c", "d")]
    assert coverage(records, team="t")["team"].examples == ["a", "b", "c"]


def test_what_maps_do_not_name_is_counted_by_its_text() -> None:
    team = {"path": "t", "map": {"x": "X"}}
    one = coverage([{"t": "y"}, {"t": "y"}, {"t": "x"}, {"t": "z"}], team=team)["team"]
    assert one.unmatched == {"y": 2, "z": 1}
    assert (one.filled, one.absent) == (1, 3)


def test_a_custom_attribute_with_the_name_of_ours_is_counted_apart() -> None:
    found = coverage(
        [{"t": "y", "c": 1}],
        team={"path": "t", "map": {"x": "X"}},
        custom={"team": "c"},
    )
    assert (found["team"].unmatched, found["team"].filled) == ({"y": 1}, 0)
    assert (found["custom.team"].unmatched, found["custom.team"].filled) == ({}, 1)


def test_records_that_gave_nobody_are_not_counted() -> None:
    one = coverage([{"t": "x"}, {"t": "y", "d": "soon"}], team="t", hire_date="d")["team"]
    assert one.filled == 1


def test_attributes_come_in_our_order_and_custom_ones_last() -> None:
    found = coverage([{}], custom={"b": "b", "a": "a"}, team="t", first_name="f")
    assert list(found) == [
        "id", "username", "email", "first_name", "team", "custom.b", "custom.a",
    ]  # fmt: skip


def test_the_provider_s_schema_has_each_path_to_a_scalar() -> None:
    records = [
        {"id": 1, "name": {"first": "Ada", "last": None}, "tags": ["x"], "none": []},
        {"id": "2", "name": {"first": ""}, "tags": [], "none": {}, "late": True},
    ]
    found = raw_schema(records, {})
    assert [(one.path, dict(one.types), one.filled, one.example) for one in found] == [
        ("id", {"number": 1, "text": 1}, 2, 1),
        ("name.first", {"text": 2}, 1, "Ada"),
        ("name.last", {"null": 1}, 0, None),
        ("tags[0]", {"text": 1}, 1, "x"),
        ("none", {"list": 1, "object": 1}, 0, None),
        ("tags", {"list": 1}, 0, None),
        ("late", {"boolean": 1}, 1, True),
    ]


def test_paths_are_written_as_a_definition_has_them() -> None:
    record = {"@odata.id": 1, "a": {"b.c": {"d": 1}}, "x-y": {"z_1": 1}, "größe": 1, "": 1}
    assert [one.path for one in raw_schema([record], {})] == [
        '["@odata.id"]', '["a", "b.c", "d"]', "x-y.z_1", '["größe"]', '[""]',
    ]  # fmt: skip


def test_the_paths_that_the_schema_writes_can_be_mapped_as_they_are() -> None:
    record = {"@odata.id": "1", "a": {"b.c": [{"d": "2"}]}}
    assert used_by(record, team=["@odata.id"], division=["a", "b.c", 0, "d"]) == {
        '["@odata.id"]': ["team"],
        '["a", "b.c", 0, "d"]': ["division"],
    }


@pytest.mark.parametrize(
    "written",
    [
        "a.b",
        "a",
        ["a", "b"],
        "$.a.b",
        "$['a'].b",
        "$.a[?(@.k=='x')]",
        {"path": "a.b", "transform": ["trim"]},
        {"first": ["other", {"path": "a.b"}]},
        {"value": 1, "when": {"path": "a.b", "equals": "x"}},
    ],
)
def test_a_path_is_used_by_what_reads_it_or_what_is_above_it(written: Any) -> None:
    assert used_by({"a": {"b": 1}, "ab": 1}, team=written) == {"a.b": ["team"], "ab": []}


@pytest.mark.parametrize("written", ["a.c", "a.b.c", "$..b", "b", ["a.b"], {"value": "a.b"}])
def test_a_path_is_not_used_by_what_reads_elsewhere(written: Any) -> None:
    assert used_by({"a": {"b": 1}}, team=written) == {"a.b": []}


@pytest.mark.parametrize(
    "written",
    ["$.emails[?(@.type=='work')].value", "$.emails[*].value", "emails[1].value", "emails[-1]"],
)
def test_a_list_is_used_by_what_looks_into_any_of_its_items(written: str) -> None:
    assert used_by({"emails": [{"value": "x"}]}, email=written) == {"emails[0].value": ["email"]}


def test_a_filter_below_a_key_with_a_dot_is_recognized() -> None:
    found = used_by({"a.b": [{"t": 1, "v": 2}]}, team="$['a.b'][?(@.t==1)].v")
    assert found == {'["a.b", 0, "t"]': ["team"], '["a.b", 0, "v"]': ["team"]}


def test_a_path_may_be_used_by_several_and_by_custom_attributes() -> None:
    found = used_by({"a": 1}, team="a", custom={"x": "a", "y": {"path": "a"}})
    assert found == {"a": ["team", "custom.x", "custom.y"]}


def test_what_nobody_uses_is_unmapped() -> None:
    schema = raw_schema([{"id": 1, "a": 1, "b": {"c": 1}}], {"id": "id", "team": "b"})
    assert unmapped(schema) == ["a"]


def test_an_attribute_that_is_left_to_the_connection_uses_nothing() -> None:
    assert used_by({"a": 1}, email=None) == {"a": []}
