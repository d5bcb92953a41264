"""The quick yes to what fits a schema: never given to what jsonschema finds wrong."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onroll.builtin import shipped, shipped_schema
from onroll.definition.fitting import surely_fits
from onroll.definition.misfits import misfits
from onroll.definition.schema import SECTIONS, envelope, plugin_schema
from onroll.definition.source import read_yaml
from onroll.errors import DefinitionError
from onroll.plugins.host import create_host
from onroll.plugins.registry import build_registry

if TYPE_CHECKING:
    from collections.abc import Iterator

WRONG = Path(__file__).parents[2] / "definitions" / "wrong"
SHIPPED = sorted(shipped("connectors").glob("*/connector.yaml"))
REGISTRY = build_registry(create_host(with_installed=False))


def schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema that definitions are checked with, and each of their parts."""
    for name in ("envelope", "common", "connections"):
        schema = shipped_schema(name)
        yield name, schema
        for part in schema["$defs"]:
            yield f"{name}/{part}", {"$defs": schema["$defs"], "$ref": f"#/$defs/{part}"}
    for section in SECTIONS:
        for name, registered in getattr(REGISTRY, section).items():
            yield f"{section}/{name}", plugin_schema(section, name, registered.kind.schema)
    for name, transform in REGISTRY.transforms.items():
        if transform.kind.argument is not None:
            yield f"transforms/{name}", dict(transform.kind.argument)


ALL = dict(schemas())

#: Schema, what fits it, and what does not.
KEYWORDS: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"type": "string"}, ["", "a"], [None, 1, ["a"]]),
    ({"type": "integer"}, [0, -3], ["1", True, 1.5, None]),
    ({"type": "number"}, [0, 1.5], ["1", True]),
    ({"type": ["boolean", "null"]}, [True, None], [0, "", []]),
    ({"type": "object"}, [{}], [[], None]),
    ({"type": "array"}, [[]], [{}, "a"]),
    ({"enum": ["a", 1, None]}, ["a", 1, None], ["b", True, 0, False, ""]),
    ({"const": 1}, [1], [True, "1", 2]),
    ({"const": False}, [False], [0, None]),
    ({"minLength": 1, "maxLength": 2}, ["a", "ab", 3], ["", "abc"]),
    ({"pattern": "^[a-z]+$"}, ["a", 7], ["A", "a\n", ""]),
    ({"minimum": 1, "maximum": 3}, [1, 2.5, 3, "x", True], [0, 3.1]),
    ({"exclusiveMinimum": 0}, [0.1, "x"], [0, -1]),
    ({"minItems": 1, "maxItems": 2}, [[1], [1, 2], "x"], [[], [1, 2, 3]]),
    ({"items": {"type": "string"}}, [[], ["a"], 5], [["a", 1]]),
    ({"uniqueItems": True}, [[], ["a", "b"], 5], [["a", "a"]]),
    ({"required": ["a"]}, [{"a": None}, []], [{}, {"b": 1}]),
    ({"properties": {"a": {"type": "null"}}}, [{}, {"a": None}, {"b": 1}, 3], [{"a": 1}]),
    ({"properties": {"a": True}, "additionalProperties": False}, [{"a": 1}, 3], [{"b": 1}]),
    ({"additionalProperties": {"type": "null"}}, [{"b": None}], [{"b": 1}]),
    ({"propertyNames": {"pattern": "^a"}}, [{"ab": 1}, 3], [{"b": 1}]),
    ({"minProperties": 1, "maxProperties": 1}, [{"a": 1}, 3], [{}, {"a": 1, "b": 2}]),
    ({"dependentRequired": {"a": ["b"]}}, [{"a": 1, "b": 2}, {"c": 1}, 3], [{"a": 1}]),
    ({"anyOf": [{"type": "null"}, {"const": 1}]}, [None, 1], [2]),
    ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, [1, 2], [0, 3]),
    ({"x-exactly-one": ["a", "b"]}, [{"a": 1}, 3], [{}, {"a": 1, "b": 2}]),
    ({"x-at-most-one": ["a", "b"]}, [{}, {"a": 1}, 3], [{"a": 1, "b": 2}]),
    ({"format": "path"}, ["a.b[0]", ["a", 0], 3], ["a[", "a b["]),
    ({"format": "regex"}, ["^a", 3], ["("]),
    ({"format": "color"}, ["any", 3], []),
    ({"$ref": "urn:onroll:common#/$defs/path"}, ["a.b"], [3]),
    ({"$defs": {"n": {"type": "null"}}, "items": {"$ref": "#/$defs/n"}}, [[None]], [[1]]),
]


@pytest.mark.parametrize(("schema", "right", "wrong"), KEYWORDS, ids=lambda one: str(one)[:40])
def test_each_keyword_says_what_jsonschema_says(
    schema: dict[str, Any], right: list[Any], wrong: list[Any]
) -> None:
    assert [value for value in right if not surely_fits(value, schema)] == []
    assert [value for value in right if any(misfits(value, schema))] == []
    assert [value for value in wrong if surely_fits(value, schema)] == []
    assert [value for value in wrong if not any(misfits(value, schema))] == []


@pytest.mark.parametrize(
    "schema",
    [
        {"contains": {"type": "null"}},
        {"patternProperties": {"a": True}},
        {"if": True, "then": True},
        {"$ref": "#/$defs/not-there"},
        {"$ref": "https://example.com/schema"},
        {"properties": {"a": {"$id": "urn:other", "type": "string"}}},
    ],
    ids=str,
)
def test_what_is_not_known_here_is_left_to_jsonschema(schema: dict[str, Any]) -> None:
    assert not surely_fits({"a": "x"}, schema)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
def test_every_shipped_definition_is_surely_right(file: Path) -> None:
    assert surely_fits(read_yaml(file.read_bytes(), file.name).data, envelope())


@pytest.mark.parametrize("file", sorted(WRONG.glob("*.yaml")), ids=lambda file: file.stem)
def test_no_wrong_definition_is_taken_for_right(file: Path) -> None:
    try:
        data = read_yaml(file.read_bytes(), file.name).data
    except DefinitionError:
        return  # there is nothing to check
    assert not (surely_fits(data, envelope()) and any(misfits(data, envelope())))


_WORDS = st.sampled_from(
    sorted({word for one in ALL.values() for word in one.get("properties", {})} | {"json", "a.b"})
)
_SCALARS = (
    st.none() | st.booleans() | st.integers(-2, 300) | st.floats(-2, 2) | _WORDS | st.text("a$\n[")
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from(sorted(ALL)), _VALUES)
@settings(max_examples=300, deadline=None)
def test_any_value_that_surely_fits_fits(name: str, value: Any) -> None:
    if surely_fits(value, ALL[name]):
        assert list(misfits(value, ALL[name])) == []


@given(
    st.sampled_from(SHIPPED),
    st.integers(0, 10_000),
    st.just("drop") | _VALUES,
)
@settings(max_examples=300, deadline=None)
def test_any_changed_definition_that_surely_fits_fits(file: Path, at: int, value: Any) -> None:
    data = copy.deepcopy(read_yaml(file.read_bytes(), file.name).data)
    spots = list(_spots(data))
    parent, key = spots[at % len(spots)]
    if value == "drop":
        del parent[key]
    else:
        parent[key] = value
    if surely_fits(data, envelope()):
        assert list(misfits(data, envelope())) == [], json.dumps(value)


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in keys if isinstance(value, dict | list) else ():
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _spots(value[key])
