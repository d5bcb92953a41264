"""Records taken apart into places and their values."""

from typing import Any

import pytest

from onroll.drafting.leaves import leaves_of
from onroll.drafting.words import words_of
from onroll.expressions.path import parse_path
from onroll.model import ABSENT


def places(*records: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {str(leaf.path): leaf.values for leaf in leaves_of(records)}


def test_a_leaf_has_a_value_for_each_record() -> None:
    assert places({"a": {"b": 1}}, {"a": None}, {"c": None}) == {
        "a.b": (1, None, ABSENT),
        "c": (ABSENT, ABSENT, None),
    }


def test_odd_keys_are_written_as_a_list() -> None:
    assert list(places({"@x.y": {"b c": 1}})) == ["['@x.y', 'b c']"]


def test_a_list_is_told_apart_by_its_types_and_marks() -> None:
    found = places({"mail": [{"type": "work", "primary": True, "value": "a"}, {"type": "home"}]})
    assert found["$.mail[?(@.primary==true)].value"] == ("a",)
    assert found["$.mail[?(@.type=='work')].value"] == ("a",)
    assert found["mail[0].value"] == ("a",)


def test_a_name_beside_a_value_tells_items_apart_and_a_name_alone_does_not() -> None:
    found = places({"x": [{"name": "Size", "value": "M"}], "y": [{"name": "Ada"}]})
    assert "$.x[?(@.name=='Size')].value" in found
    assert [path for path in found if "Ada" in path] == []


def test_of_a_label_and_its_value_only_the_value_is_a_leaf() -> None:
    assert list(places({"dept": {"label": "Department", "value": "HR"}})) == ["dept.value"]


def test_a_list_that_is_always_empty_is_no_leaf() -> None:
    assert places({"phones": []}, {"phones": None}) == {}


@pytest.mark.parametrize("key", ["it's", 'a"b', "a\\b", "ü", "a.b", "$x", "", " "])
def test_every_path_can_be_read_again(key: str) -> None:
    record = {key: {"list": [{"type": "a", "value": 1, key: 2}], "one": 3}}
    for leaf in leaves_of([record]):
        found = parse_path(leaf.path).first(record)
        assert found == leaf.values[0]


def test_a_deep_record_costs_no_more_than_its_top() -> None:
    record: dict[str, Any] = {"a": 1}
    for _ in range(400):
        record = {"a": record}
    assert leaves_of([record]) == []


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("familyName1", ("family", "name", "1")), ("Email_werk", ("email", "werk")),
        ("XRefCode", ("x", "ref", "code")), ("cost-centers", ("cost", "center")),
        ("userID", ("user", "id")), ("addresses", ("address",)), ("prénom", ("prenom",)),
        ("STATUS", ("status",)), ("externalIds", ("external", "id")), ("companies", ("company",)),
    ],
)  # fmt: skip
def test_a_key_is_taken_apart_into_words(key: str, words: tuple[str, ...]) -> None:
    assert words_of(key) == words


def test_a_pair_of_a_number_and_a_name_is_two_leaves() -> None:
    found = places({"department_id": [7, "HR"], "x": [1, 2]}, {"department_id": False, "x": []})
    assert found["department_id[0]"] == (7, None)
    assert found["department_id[1]"] == ("HR", None)
    assert "department_id" not in found
    assert found["x"] == ([1, 2], [])
