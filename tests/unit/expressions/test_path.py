"""Paths: three spellings, plain getters where that is enough, and three kinds of nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.expressions.path import Path, PathError, parse_path, written_keys
from onroll.model import ABSENT

PERSON = {
    "id": 7,
    "name": {"first": "Ilse", "last": None},
    "teams": [{"name": "HR"}, {"name": "IT"}],
    "tags": [],
    "office": {},
    "manager": None,
    "@odata.nextLink": "https://a",
    "a.b": {"c": [1]},
    "emails": [
        {"type": "home", "value": None},
        {"type": "work", "value": "ilse@acme.test"},
        {"type": "work", "value": "ik@acme.test"},
    ],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 7),
        ("name.first", "Ilse"),
        ("teams[0].name", "HR"),
        ("teams[-1].name", "IT"),
        (["@odata.nextLink"], "https://a"),
        (["a.b", "c", 0], 1),
        ("$.name.first", "Ilse"),
        ("$['@odata.nextLink']", "https://a"),
        ('$["a.b"].c[0]', 1),
        ("$.emails[?(@.type=='work')].value", "ilse@acme.test"),
        ("$.emails[?(@['type']=='work' && @.value)].value", "ilse@acme.test"),
        ("$.teams[*].name", "HR"),
        ("$..first", "Ilse"),
    ],
)
def test_a_path_finds_its_value(path: Any, value: Any) -> None:
    assert parse_path(path).first(PERSON) == value


@pytest.mark.parametrize("path", [".", "$"])
@pytest.mark.parametrize("document", [[1], {"a": 1}, None, "x"])
def test_the_root_is_the_whole_document(path: str, document: Any) -> None:
    assert parse_path(path).first(document) is document


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "name.middle",
        "id.x",
        "name.first.x",
        "teams[2]",
        "teams.name",
        "id[0]",
        "$.nothing",
        "$.nothing[?(@.a=='b')].c",
        ["a.b", "d"],
        ["a", "b"],
    ],
)
def test_a_key_that_is_missing_is_absent(path: Any) -> None:
    assert parse_path(path).first(PERSON) is ABSENT


@pytest.mark.parametrize(
    "path",
    [
        "name.last",
        "manager",
        "manager.email",
        "manager.office.name",
        "tags[0]",
        "tags[0].name",
        "office.name",
        "name.last.x",
        "$.manager.email",
        "$.office.name",
        "$.emails[?(@.type=='fax')].value",
        "$.tags[*].name",
    ],
)
def test_null_and_emptied_containers_on_the_way_are_null(path: str) -> None:
    assert parse_path(path).first(PERSON) is None


@pytest.mark.parametrize("path", ["tags", "office"])
def test_an_empty_container_at_the_end_stays_what_it_is(path: str) -> None:
    assert parse_path(path).first(PERSON) == PERSON[path]


def test_of_several_matches_the_first_that_is_not_null_counts() -> None:
    assert parse_path("$.emails[*].value").first(PERSON) == "ilse@acme.test"


def test_all_matches_come_in_order() -> None:
    found = parse_path("$.emails[*].value").all(PERSON)
    assert found == [None, "ilse@acme.test", "ik@acme.test"]


def test_all_of_a_plain_path_is_its_one_value() -> None:
    assert parse_path("teams").all(PERSON) == [PERSON["teams"]]


def test_all_of_what_is_missing_is_absent() -> None:
    assert parse_path("nothing").all(PERSON) is ABSENT


@pytest.mark.parametrize("document", [None, [], {}])
def test_below_nothing_lies_nothing(document: Any) -> None:
    assert parse_path("a.b").first(document) is None


def test_a_digit_is_a_key_and_a_bracket_an_item() -> None:
    assert parse_path("a.0").first({"a": {"0": "key"}}) == "key"


def test_an_item_number_does_not_find_a_key() -> None:
    assert parse_path("a[0]").first({"a": {"0": "key"}}) is ABSENT


@pytest.mark.parametrize(
    "path", ["a.b[0].c", "$.a.b[0].c", "$['a']['b'][0].c", "$.a['b'].[0].c", ["a", "b", 0, "c"]]
)
def test_a_path_that_only_walks_down_is_a_plain_getter(path: Any) -> None:
    assert parse_path(path).keys == ("a", "b", 0, "c")


@pytest.mark.parametrize("path", ["$.a[*]", "$..a", "$.a[?(@.b=='c')]", "$.a,b", "$.a[1:2]"])
def test_a_path_that_searches_keeps_jsonpath(path: str) -> None:
    assert parse_path(path).keys is None


@pytest.mark.parametrize(
    ("path", "message", "hint"),
    [
        (
            "",
            "a path is empty",
            ("name the keys on the way to the value, as in `data.people`; `.` is the root"),
        ),
        (
            "a b",
            "`a b` is not a plain path",
            ('a key with other characters is written as a list of literal keys: `["a b"]`'),
        ),
        (
            "@id",
            "`@id` is not a plain path",
            ('a key with other characters is written as a list of literal keys: `["@id"]`'),
        ),
        ("a/b", "`a/b` is not a plain path", "between keys stands a dot: `a.b`"),
        ("/a/b", "`/a/b` is not a plain path", "between keys stands a dot: `a.b`"),
        (
            "a..b",
            "`a..b` is not a plain path",
            ("between two dots stands a key, as in `data.people`; `.` alone is the root"),
        ),
        (
            "a[].b",
            "`a[].b` is not a plain path",
            ("a list needs no `[]`, and `[0]` is its first item: `a.b`"),
        ),
        (
            "a[*].b",
            "`a[*].b` is not a plain path",
            ("wildcards and filters are JSONPath, which starts with `$`: `$.a[*].b`"),
        ),
        (
            "u:2.0:User.a",
            "`u:2.0:User.a` is not a plain path",
            (
                "a plain path has letters, digits, "
                "`_` and `-`, dots between, and `[n]` for an item; other keys are written as "
                'a list: `["u:2.0:User.a"]` if this is one key'
            ),
        ),
        (
            "$.a[?(@.b =~ 'x')]",
            "regular expressions are not allowed inside a JSONPath",
            ("they may run forever on hostile data; compare with `==`, or map the value"),
        ),
        (
            "$.a[0].@id",
            "`$.a[0].@id` has an `@` outside of quotes and brackets",
            "quote a key with other characters, as in `$['@odata.nextLink']`",
        ),
        (
            "$.@odata.nextLink",
            "`$.@odata.nextLink` has an `@` outside of quotes and brackets",
            "quote a key with other characters, as in `$['@odata.nextLink']`",
        ),
        (
            "$.a[*]." + "a" * 500,
            "a JSONPath has more than 500 characters",
            ("name the keys on the way, as in `$.data.people`"),
        ),
        (
            [],
            "a path given as a list holds keys (text) and item numbers",
            'write for instance `["@odata.nextLink"]` or `["a.b", c, 0]`',
        ),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_wrong_path_says_how_it_is_written(path: Any, message: str, hint: str) -> None:
    with pytest.raises(PathError) as caught:
        parse_path(path)
    assert (str(caught.value), caught.value.hint) == (message, hint)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("$.a[", ": it ends too early"),
        ("$.a[?(@.b=='c']", ": `]` makes no sense at character 15"),
        ("$.größe", ": `ö` makes no sense there"),
        ("$.a['b]", ": a quote is not closed"),
    ],
)
def test_a_wrong_jsonpath_says_where_it_breaks_off(path: str, reason: str) -> None:
    with pytest.raises(PathError) as caught:
        parse_path(path)
    assert str(caught.value) == f"`{path}` is not a JSONPath{reason}"


def test_paths_written_alike_are_equal() -> None:
    assert parse_path("$.a[*]") == parse_path("$.a[*]")


@pytest.mark.parametrize(
    "path",
    [
        "$.name * 300000000",
        "$.a[?(@.b * 3 == 6)]",
        "$.a.`len`",
        "$.a.`parent`",
        "$.a[/b]",
        "$.a where b",
        "$[*].$[*].$[*]",
        "$['a','a']",
        "$.a[0,-1]",
        "$.a[::0]",
        "$.a[?($..b)]",
    ],
)
def test_a_path_whose_cost_has_no_bound_is_refused(path: str) -> None:
    with pytest.raises(PathError, match="any amount of time or memory"):
        parse_path(path)


@pytest.mark.parametrize("path", ["$..a..b", "$..a[?(@..b)]"])
def test_a_path_searches_a_document_only_once(path: str) -> None:
    with pytest.raises(PathError, match=r"more than one `\.\.`"):
        parse_path(path)


@pytest.mark.parametrize(
    "path",
    ["$.emails[?(@.type=='work' && @.value)].type", "$.emails[?(@.type=='x' || !@.y)].type",
     "$.emails[?(@.id!=$.id)].type", "$.teams[0,1].name", "$.name['first','last']", "$.teams.*",
     "$..emails[*].type"],
)  # fmt: skip
def test_a_path_that_only_searches_is_allowed(path: str) -> None:
    assert parse_path(path).first(PERSON)


def test_a_path_with_too_many_steps_for_the_stack_finds_nothing_rather_than_an_empty_list() -> None:
    def too_deep(_document: Any) -> list[Any]:
        raise RecursionError

    assert Path("$[*]", _find=too_deep).all([1]) is ABSENT


def test_an_item_number_may_be_written_as_json_writes_numbers() -> None:
    assert parse_path(["a", 0.0]).first({"a": ["x"]}) == "x"
    with pytest.raises(PathError):
        parse_path(["a", 0.5])


@given(
    st.lists(st.text(min_size=1, max_size=8) | st.integers(0, 99), min_size=1, max_size=5).filter(
        lambda keys: isinstance(keys[0], str)
    )
)
def test_keys_that_are_written_read_back_as_they_were(keys: list[str | int]) -> None:
    assert parse_path(written_keys(keys)).keys == tuple(keys)
