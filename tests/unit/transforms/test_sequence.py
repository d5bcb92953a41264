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


def test_split_refuses_an_object() -> None:
    assert refusal("split", {"a": "b c"}, {"on": " "}) == "not-text"


@pytest.mark.parametrize(
    ("argument", "given", "gives"),
    [
        (None, ["a", "b"], "a, b"),
        (" / ", ["a", None, "", "b"], "a / b"),
        ("", ["a", 1, True], "a1true"),
        (None, [], ""),
        (None, "text", "text"),
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
