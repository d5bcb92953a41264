"""Records in other shapes than a list of objects."""

from __future__ import annotations

from typing import Any

import pytest

from .reading import definition, people, read


def _read(answer: Any, shape: dict[str, Any], location: str = "people") -> Any:
    connector = definition({"resource_location": location, "shape": shape})
    return read(connector, lambda _: answer)


_KEYED = {"style": "keyed", "key": "id"}
_COLUMNS = {"style": "columns", "columns": "columns"}


@pytest.mark.parametrize(
    "found",
    [
        {"17": {"email": "a@x.test"}, "18": {"email": "b@x.test"}},
        [{"17": {"email": "a@x.test"}}, {"18": {"email": "b@x.test"}}],
        [{"17": [{"email": "a@x.test"}]}, {"18": [{"email": "b@x.test"}]}],
    ],
    ids=["object", "objects", "objects of lists"],
)
def test_records_that_stand_below_their_ids_are_found(found: Any) -> None:
    result = _read({"people": found}, _KEYED)
    assert result.ids == ["17", "18"]
    assert result.report.complete


def test_the_key_wins_over_a_field_of_its_name() -> None:
    assert _read({"people": {"17": {"id": "other"}}}, _KEYED).ids == ["17"]


def test_nobody_below_an_empty_object_is_an_empty_list() -> None:
    result = _read({"people": {}}, _KEYED)
    assert result.ids == []
    assert result.report.complete


def test_a_missing_place_is_an_error_for_every_shape() -> None:
    result = _read({"persons": {}}, _KEYED)
    assert result.error is not None
    assert result.error.diagnostic.code == "resource-location-not-found"


@pytest.mark.parametrize("found", [{"17": "Ada"}, ["17"], [[1]], "Ada", {"17": [{}, {}]}], ids=str)
def test_what_is_not_keyed_is_told(found: Any) -> None:
    result = _read({"people": found}, _KEYED)
    assert result.error is not None
    assert result.error.diagnostic.code == "wrong-shape"


@pytest.mark.parametrize("columns", [["id", "email"], [{"name": "id"}, {"name": "email"}]], ids=str)
def test_rows_get_their_columns_names(columns: Any) -> None:
    shape = _COLUMNS if isinstance(columns[0], str) else {**_COLUMNS, "column_name": "name"}
    result = _read({"columns": columns, "people": [["1", "a@x.test"], ["2"]]}, shape)
    assert result.ids == ["1", "2"]


@pytest.mark.parametrize(
    "answer",
    [
        {"people": [["1"]]},
        {"columns": ["id", "id"], "people": [["1", "2"]]},
        {"columns": ["id"], "people": [["1", "2"]]},
        {"columns": [None], "people": [["1"]]},
        {"columns": ["id"], "people": [{"id": "1"}]},
    ],
    ids=["no columns", "one name twice", "too many values", "no name", "no row"],
)
def test_rows_that_do_not_fit_their_columns_are_told(answer: Any) -> None:
    result = _read(answer, _COLUMNS)
    assert result.error is not None
    assert result.error.diagnostic.code == "wrong-shape"


def test_plain_ids_become_records() -> None:
    result = _read({"people": ["a", 7]}, {"style": "values", "key": "id"})
    assert result.ids == ["a", "7"]


def test_a_plain_list_of_objects_is_no_list_of_values() -> None:
    result = _read({"people": people("a")}, {"style": "values", "key": "id"})
    assert result.error is not None
    assert result.error.diagnostic.code == "wrong-shape"
