"""Telephone numbers in E.164."""

from typing import Any

import pytest

from onroll.plugins.registry import installed

from .reading import refusal, run

GERMANY = {"region": "DE"}


@pytest.mark.parametrize(
    ("argument", "given", "gives"),
    [
        (None, "+49 (0)30 123 45 67", "+49301234567"),
        (None, "0049 30 1234567", "+49301234567"),
        (None, "+44 20 7946 0958", "+442079460958"),
        (GERMANY, "030 / 123 45 67", "+49301234567"),
        (GERMANY, "0170-1234567", "+491701234567"),
        (GERMANY, "+44 20 7946 0958", "+442079460958"),
        (GERMANY, "0049 30 1234567", "+49301234567"),
        ({"region": "US"}, "(212) 555-0123", "+12125550123"),
        # An extension has no place in E.164.
        (None, "+49 30 1234567 ext. 12", "+49301234567"),
    ],
)
def test_a_number_is_written_in_e164(argument: Any, given: str, gives: str) -> None:
    assert run("phone", given, argument) == gives


@pytest.mark.parametrize(
    ("argument", "given"),
    [
        (None, "030 1234567"),
        (None, "00 1"),
        (GERMANY, "12"),
        (GERMANY, "see reception"),
        (GERMANY, "030 1234567 / 0170 1234567"),
        (GERMANY, "9" * 300),
        (GERMANY, ""),
    ],
)
def test_what_is_no_number_is_null(argument: Any, given: str) -> None:
    """A national number without a region may be anybody's."""
    assert run("phone", given, argument) is None


def test_what_is_no_number_may_be_kept_or_refused() -> None:
    assert run("phone", "see reception", {"otherwise": "keep"}) == "see reception"
    assert refusal("phone", "see reception", {"otherwise": "refuse"}) == "not-a-phone-number"
    assert run("phone", "", {"otherwise": "refuse"}) is None


def test_a_list_is_read_number_by_number() -> None:
    assert run("phone", ["+49 30 1234567", None, "no"]) == ["+49301234567", None, None]


def test_a_country_that_there_is_not_is_refused_when_the_definition_is_read() -> None:
    with pytest.raises(ValueError, match="not a country's code"):
        installed().transforms["phone"].kind.build({"region": "XX"})
