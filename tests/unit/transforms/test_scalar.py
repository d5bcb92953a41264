"""Transforms to numbers and booleans."""

from typing import Any

import pytest

from .reading import refusal, run


@pytest.mark.parametrize(
    ("given", "gives"),
    [("40", 40), ("37.5", 37.5), (" -3 ", -3), ("+7", 7), ("007", 7), (40, 40), (37.5, 37.5)],
)
def test_a_number_is_read(given: Any, gives: float) -> None:
    read = run("number", given)
    assert (read, type(read)) == (gives, type(gives))


@pytest.mark.parametrize(
    "value", ["forty", "37,5", "1e3", "nan", "inf", "1_000", "--1", "1.", True, {}, "9" * 31]
)
def test_what_is_no_number_is_refused(value: Any) -> None:
    assert refusal("number", value) == "not-a-number"


@pytest.mark.parametrize("given", ["true", "Yes", " Y ", "1", "ON", "t", 1, 1.0, True])
def test_what_means_yes_is_true(given: Any) -> None:
    assert run("boolean", given) is True


@pytest.mark.parametrize("given", ["false", "No", "n", "0", "off", "F", 0, 0.0, False])
def test_what_means_no_is_false(given: Any) -> None:
    assert run("boolean", given) is False


@pytest.mark.parametrize("value", ["maybe", "10", 2, 0.5, {}, [[]]])
def test_what_means_neither_is_refused(value: Any) -> None:
    assert refusal("boolean", value) == "not-a-boolean"


@pytest.mark.parametrize("name", ["number", "boolean"])
def test_empty_text_is_null_and_no_mistake(name: str) -> None:
    assert run(name, "  ") is None


def test_a_list_is_read_item_by_item() -> None:
    assert run("number", ["1", None, "2.5"]) == [1, None, 2.5]
    assert run("boolean", ["yes", None, "no"]) == [True, None, False]
