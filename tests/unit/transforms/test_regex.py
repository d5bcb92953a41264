"""Regular expressions, which never run long."""

import re
from typing import Any

import pytest

from onroll.plugins.registry import installed

from .reading import refusal, run


def take(match: str, group: int | str = 0) -> dict[str, Any]:
    return {"match": match, "take": group}


def replace(match: str, by: str) -> dict[str, Any]:
    return {"match": match, "replace": by}


@pytest.mark.parametrize(
    ("argument", "given", "gives"),
    [
        (take(r"\d+"), "Room 417, floor 4", "417"),
        (take(r"^(\d{5}) (.+)$", 2), "10115 Berlin", "Berlin"),
        (take(r"(?P<city>\pL+)$", "city"), "10115 Köln", "Köln"),
        (take(r"(?<city>\pL+)$", "city"), "10115 Köln", "Köln"),
        (take("(?i)^dr"), "DR. Kern", "DR"),
        (take("^ *(.*)x", 1), " a x", "a"),
    ],
)
def test_take_gives_a_group_of_the_first_match_trimmed(
    argument: Any, given: str, gives: str
) -> None:
    assert run("regex", given, argument) == gives


def test_take_gives_null_where_nothing_matches_or_the_group_has_no_part() -> None:
    assert run("regex", "Berlin", take(r"\d+")) is None
    assert run("regex", "b", take("(a)|b", 1)) is None


@pytest.mark.parametrize(
    ("argument", "given", "gives"),
    [
        (replace("[^0-9+]", ""), "+49 (30) 12-34", "+49301234"),
        (replace(r"^(\S+), (\S+)$", "$2 $1"), "Kern, Ilse", "Ilse Kern"),
        (
            replace(r"^(?P<one>\S+), (?P<two>\S+)$", "$<two> $<one>"),
            "Kern, Ilse",
            "Ilse Kern",
        ),
        (replace("a(x)?", "<$1>"), "ab", "<>b"),
        (replace("ü", "$$1"), "Müller", "M$1ller"),
        (replace(r"\s+", " "), "  Ada \t King ", "Ada King"),
        (replace("x", "y"), "Ada", "Ada"),
    ],
)
def test_replace_puts_groups_in_for_every_match(argument: Any, given: str, gives: str) -> None:
    assert run("regex", given, argument) == gives


def test_numbers_and_lists_are_taken_as_text_and_one_by_one() -> None:
    assert run("regex", ["A-17", 42, None], take(r"\d+")) == ["17", "42", None]


def test_half_a_letter_of_json_is_no_error() -> None:
    assert run("regex", "a\ud800b", replace("b", "c")) == "a?c"


def test_a_text_beyond_all_bounds_is_refused() -> None:
    assert refusal("regex", "ab" * 10_000, take("b")) == "too-long"


@pytest.mark.parametrize("match", ["(a+)+$", "(a|a)*b", "(a*)*b", "(.*)*x"])
def test_a_pattern_that_elsewhere_runs_forever_ends_here(match: str) -> None:
    """In an engine that goes back the first of them takes 2 to the power of 9,999 steps."""
    assert run("regex", "a" * 9_999 + "!", take(match)) is None


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        (take("(?=a)b"), "look-ahead"),
        (take("(?<!a)b"), "look-behind"),
        (take(r"(a)\1"), "back-references"),
        (take("a++"), "atomic groups"),
        (take(r"a\Z"), "`\\z`"),
        (take("a{5000}"), "above 1000"),
        (take("((a{100}){100}){100}"), "invalid repetition size"),
        (take("(a"), "missing )"),
        (take("\ud800"), "not a regular expression"),
        (take("a", 1), "no group 1"),
        (take("(?P<b>a)", "c"), "no group `c`: `b`"),
        (replace("a", "$1"), "no group 1"),
        (replace("(a)", r"\1"), "`$1`"),
    ],
)
def test_what_is_not_possible_is_said_when_the_definition_is_read(argument: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        installed().transforms["regex"].kind.build(argument)
