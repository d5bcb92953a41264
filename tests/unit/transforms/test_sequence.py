"""Transforms between text and lists."""

from typing import Any

import pytest

from .reading import refusal, run


@pytest.mark.parametrize(
    ("take", "gives"),
    [
        ("first", "Kern"),
        ("last", "Jr."),
        ("rest", "Ilse, Jr."),
        (0, "Kern"),
        (1, "Ilse"),
        (7, None),
    ],
)
def test_split_takes_one_part_trimmed(take: Any, gives: str | None) -> None:
    assert run("split", "Kern , Ilse, Jr.", {"on": ",", "take": take}) == gives


def test_split_without_take_gives_all_parts() -> None:
    assert run("split", "a; b;;c", {"on": ";"}) == ["a", "b", "", "c"]


def test_split_where_the_separator_is_missing_gives_the_whole_or_no_rest() -> None:
    assert run("split", "Ilse", {"on": ",", "take": "first"}) == "Ilse"
    assert run("split", "Ilse", {"on": ",", "take": "last"}) == "Ilse"
    assert run("split", "Ilse", {"on": ",", "take": "rest"}) is None


def test_split_of_a_list_splits_each_text() -> None:
    assert run("split", ["a b", "c d"], {"on": " ", "take": "last"}) == ["b", "d"]


def test_split_of_a_list_gives_all_parts_in_one_list() -> None:
    assert run("split", ["a, b", None, "c"], {"on": ","}) == ["a", "b", None, "c"]


@pytest.mark.parametrize(
    ("on", "take", "gives"),
    [
        (" ", None, ["Anna-Maria", "van", "Kern"]),
        (" ", 1, "van"),
        (" ", "last", "Kern"),
        (" ", "rest", "van\tKern"),
        ([" ", "-"], None, ["Anna", "Maria", "van", "Kern"]),
        ([" ", "-"], 1, "Maria"),
        (["+", "ia "], "first", "Anna-Mar"),
    ],
)
def test_any_number_of_blanks_or_of_several_separators_stands_between_two_words(
    on: Any, take: Any, gives: Any
) -> None:
    argument = {"on": on} if take is None else {"on": on, "take": take}
    assert run("split", " Anna-Maria  van\tKern ", argument) == gives


@pytest.mark.parametrize("sign", ["+", ".", "|"])
def test_a_separator_is_taken_as_it_is_written(sign: str) -> None:
    assert run("split", f"a{sign}{sign}b", {"on": sign}) == ["a", "", "b"]


def test_unique_keeps_the_first_of_what_is_the_same_in_json() -> None:
    assert run("unique", ["b", 1, True, "b", {"x": 1}, {"x": 1}, None, None]) == [
        *("b", 1, True, {"x": 1}, None)
    ]
    assert run("unique", "text") == "text"


@pytest.mark.parametrize(
    ("given", "gives"), [(["a", None, "a"], 2), ([], 0), ("text", 1), ({"a": 1, "b": 2}, 1)]
)
def test_count_counts_what_is_not_null(given: Any, gives: int) -> None:
    assert run("count", given) == gives


def test_split_refuses_an_object() -> None:
    assert refusal("split", {"a": "b c"}, {"on": " "}) == "not-text"


@pytest.mark.parametrize(
    ("argument", "given", "gives"),
    [
        (None, ["a", "b"], "a, b"),
        (" / ", ["a", None, "", "b"], "a / b"),
        ("", ["a", 1, True], "a1true"),
        (None, "text", "text"),
        (None, [], ""),
        (None, [None, ""], ""),
    ],
)
def test_join_puts_a_separator_between_what_is_filled(
    argument: Any, given: Any, gives: str
) -> None:
    assert run("join", given, argument) == gives


@pytest.mark.parametrize(
    ("name", "given", "gives"),
    [
        ("first", [None, "a", "b"], "a"),
        ("last", ["a", "b", None], "b"),
        ("first", [], None),
        ("last", [None], None),
        ("first", "text", "text"),
        ("first", [{"id": 1}, {"id": 2}], {"id": 1}),
    ],
)
def test_first_and_last_take_an_item_that_is_not_null(name: str, given: Any, gives: Any) -> None:
    assert run(name, given) == gives
