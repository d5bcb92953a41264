"""A compiled JSONPath finds what jsonpath-ng's `find` finds: the same values, in the same order."""

from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonpath_ng.ext import parse

from onroll.builtin import shipped
from onroll.decoders.selected import selected_json
from onroll.expressions.finding import compile_finding
from onroll.expressions.path import parse_path
from onroll.model import Headers, Response
from onroll.outline import Members, Outline

# Few names and values, so that paths and documents meet.
_NAMES = st.sampled_from(["a", "b"])
_NUMBERS = st.integers(-3, 3)
_TEXTS = st.sampled_from(["", "a", "b", "ab", "1", "true", "null", "A"])
_SCALARS = st.one_of(
    st.none(), st.booleans(), _NUMBERS, st.sampled_from([0.0, 1.0, 1.5, -1.5, 10**30]), _TEXTS
)
_DOCUMENTS = st.recursive(
    _SCALARS,
    lambda below: st.one_of(
        st.lists(below, max_size=4),
        st.dictionaries(_NAMES, below, max_size=3),
        st.lists(st.dictionaries(_NAMES, _SCALARS, max_size=3), max_size=4),
    ),
    max_leaves=20,
)
_ROWS = st.lists(
    st.dictionaries(_NAMES, st.one_of(_SCALARS, _SCALARS, _DOCUMENTS), min_size=1), min_size=1
)
_LITERALS = st.one_of(
    st.sampled_from(["true", "false", "null", "1.5", "-1.5", "1.0", "0.0"]),
    _NUMBERS.map(str),
    _TEXTS.map(lambda text: f"'{text}'"),
    _TEXTS.map(lambda text: f'"{text}"'),
)
_SIGNS = st.sampled_from(["==", "==", "!=", "=", "<", "<=", ">", ">="])
_BOUNDS = st.one_of(st.just(""), _NUMBERS.map(str))
_PLAIN_STEPS = st.one_of(
    _NAMES.map(".{}".format),
    _NAMES.map(".{}".format),
    _NAMES.map("['{}']".format),
    st.lists(_NAMES, min_size=2, max_size=2, unique=True).map(str),
    _NUMBERS.map("[{}]".format),
    st.lists(st.integers(0, 3), min_size=2, max_size=3, unique=True).map(str),
    st.just("[*]"),
    st.just(".*"),
    st.just(".`this`"),
    st.builds("[{}:{}]".format, _BOUNDS, _NUMBERS.map(str)),
    st.builds("[{}:{}:{}]".format, _BOUNDS, _BOUNDS, st.sampled_from(["1", "2", "-1", "-2"])),
)


def _filters(steps: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    targets = st.one_of(
        _NAMES.map("@.{}".format),
        _NAMES.map("@.*.{}".format),
        st.lists(steps, max_size=2).map(lambda some: "@" + "".join(some)),
        _NAMES,
    )
    tests = st.one_of(
        st.builds("{}{}{}".format, targets, _SIGNS, _LITERALS),
        st.builds("{}{}{}".format, targets, _SIGNS, _LITERALS),
        targets,
        targets.map("!{}".format),
    )
    signs = st.sampled_from([" && ", " || "])
    combined = st.recursive(
        tests,
        lambda below: st.one_of(
            st.builds("{}{}{}".format, below, signs, below), below.map("({})".format)
        ),
        max_leaves=4,
    )
    return st.one_of(combined.map("[?({})]".format), combined.map("[?{}]".format))


_FILTERS = _filters(st.one_of(_PLAIN_STEPS, _filters(_PLAIN_STEPS)))
_PATHS = st.lists(st.one_of(_PLAIN_STEPS, _FILTERS), min_size=1, max_size=4).map(
    lambda steps: "$" + "".join(steps)
)


def find(path: str, document: Any) -> list[Any]:
    compiled = compile_finding(parse(path))
    assert compiled is not None, path
    return compiled(document)


def find_slowly(path: str, document: Any) -> list[Any]:
    return [match.value for match in parse(path).find(document)]


def are_the_same(found: list[Any], others: list[Any]) -> bool:
    """Whether each is the very same object of the document: `1 == True` says nothing."""
    return list(map(id, found)) == list(map(id, others))


@settings(max_examples=300)
@given(_PATHS, _ROWS, _DOCUMENTS)
def test_a_compiled_path_finds_what_jsonpath_ng_finds(path: str, rows: Any, other: Any) -> None:
    assume(path.replace(".`this`", "") != "$")
    for document in (rows, rows[0], {"a": rows, "b": {"a": rows, "b": other}}, other):
        assert are_the_same(find(path, document), find_slowly(path, document))


@settings(max_examples=300)
@given(_SIGNS, _LITERALS, st.lists(st.one_of(_SCALARS, _DOCUMENTS)))
def test_a_filter_compares_any_value_with_any_literal_as_jsonpath_ng_does(
    sign: str, literal: str, values: list[Any]
) -> None:
    path = f"$[?(@{sign}{literal})]"
    assert are_the_same(find(path, values), find_slowly(path, values))
    path = f"$[?(@.a{sign}{literal})]"
    people = [*values, {}, *({"a": value} for value in values)]
    assert are_the_same(find(path, people), find_slowly(path, people))


PERSON = {
    "a": [{"b": 1, "c": "x"}, {"b": True}, {"b": "1", "d": {"e": 2}}, None, "text", {"b": None}],
    "o": {"x": {"b": 1}, "y": {"b": 2}},
}
FIRST, SECOND, THIRD, *_, LAST = PERSON["a"]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.a[?(@.b==1)]", [FIRST]),
        ("$.a[?(@.b==true)]", [SECOND]),
        ("$.a[?(@.b=='1')].d.e", [2]),
        ("$.a[?(@.b==null)]", [LAST]),
        ("$.a[?(@.b!=1)]", [SECOND, THIRD, None, "text", LAST]),
        ("$.a[?(@.b>=1)]", [FIRST]),
        ("$.a[?(@.b<=true)]", [SECOND]),
        ("$.a[?(@.b<'2')]", [THIRD]),
        ("$.a[?(@.b)]", [FIRST, SECOND, THIRD, LAST]),
        ("$.a[?(!@.b)]", [None, "text"]),
        ("$.a[?(@=='text')]", ["text"]),
        ("$.a[?(@.d.e==2)].b", ["1"]),
        ("$.a[?(@[*].e==2)].b", ["1"]),
        ("$.a[?(@.c=='x' || @.d && @.b=='1')].b", [1, "1"]),
        ("$.a[?(@.b==1)][0]", []),
        ("$.a[-1,0].b", [None, 1]),
        ("$.a[::-2].b", [None, True]),
        ("$.a[1:3].b", [True, "1"]),
        ("$.a[0]['c','b']", ["x", 1]),
        ("$.o[?(@.b==2)].b", [2]),
        ("$.o.*.b", [1, 2]),
        ("$[?(@.*.b==2)]", [PERSON["o"]]),
        ("$.a[4][*]", []),
    ],
)
def test_a_compiled_path_finds(path: str, found: list[Any]) -> None:
    assert are_the_same(find(path, PERSON), found)
    assert are_the_same(find_slowly(path, PERSON), found)


@pytest.mark.parametrize(
    "path",
    ["$", "$.`this`", "$..a", "$.a[?(@..b)]", "$.a[?(@.b==@.c)]", "$.a[?(@.b==$.c)]",
     "$.a[?($.b)]", "$.a.`len`", "$.a[?(@.`len`==1)]", "$.a.`parent`", "$.a[?(@.b=~'x')]",
     "$.a[/b]", "$.a * 2", "$.a[?(@.b*2==4)]", "$.a where b", "$.a['*']", "$.a[:]", "$.a[::0]"],
)  # fmt: skip
def test_what_is_not_known_exactly_is_not_compiled(path: str) -> None:
    assert compile_finding(parse(path)) is None


def test_the_steps_that_lead_to_the_given_value_are_left_out() -> None:
    compiled = compile_finding(parse("$.o.x[*]"), depth=2)
    assert compiled is not None
    assert compiled({"b": 1}) == [1]
    assert compile_finding(parse("$.o.x"), depth=2) is None


def test_every_jsonpath_of_the_shipped_connectors_is_compiled() -> None:
    found = set()
    for file in shipped("connectors").glob("*/connector.yaml"):
        found.update(_jsonpaths(yaml.safe_load(file.read_text("utf-8"))))
    assert len(found) > 50
    assert [path for path in found if ".." not in path and not _is_plain_or_compiled(path)] == []


def _jsonpaths(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(_jsonpaths, value.values()))
    if isinstance(value, list):
        return set().union(*map(_jsonpaths, value))
    return {value} if isinstance(value, str) and value.startswith(("$.", "$[")) else set()


def _is_plain_or_compiled(path: str) -> bool:
    return parse_path(path).keys is not None or compile_finding(parse(path)) is not None


@given(
    st.sampled_from(
        ["$.a[*].b", "$.a.*", "$.a[0,1].b", "$.a[:2]", "$.a[?(@.b==1)].a", "$.a[?(!@.b || @.a<2)]",
         "$.a.b[?(@.a)]", "$.a[1].b[*]"]
    ),
    st.dictionaries(_NAMES, st.one_of(_DOCUMENTS, _ROWS)),
)  # fmt: skip
def test_a_path_reads_an_object_of_wanted_members_as_it_reads_the_whole(
    written: str, record: dict[str, Any]
) -> None:
    path = parse_path(written)
    body = msgspec.json.encode({"id": 1, **record})
    whole = Outline(is_whole=True, is_nested=True)
    wanted = Outline(members={"id": whole, "a": whole}, witness="id")
    part = selected_json(wanted)(Response(200, Headers(), body, "https://acme.test"))
    assert isinstance(part, Members)
    assert path.all(part) == path.all(msgspec.json.decode(body))
