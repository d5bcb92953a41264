"""Dates shifted and written as text."""

from typing import Any

import pytest

from onroll.plugins.registry import installed

from .reading import refusal, run


@pytest.mark.parametrize(
    ("argument", "given", "gives"),
    [
        ({"days": 1}, "2021-02-28", "2021-03-01"),
        ({"days": -1}, "2024-03-01", "2024-02-29"),
        ({"weeks": 2}, "2021-03-01", "2021-03-15"),
        ({"months": 1}, "2021-01-31", "2021-02-28"),
        ({"months": -3}, "2021-01-31", "2020-10-31"),
        ({"months": 11}, "2021-01-31", "2021-12-31"),
        ({"years": 1}, "2024-02-29", "2025-02-28"),
        ({"years": 1, "months": 1, "weeks": 1, "days": 1}, "2021-01-31", "2022-03-08"),
        ({"days": 1}, "2021-02-28T08:00:00Z", "2021-03-01T08:00:00Z"),
        ({"days": 1}, "", None),
        ({"days": 1}, ["2021-02-28", None], ["2021-03-01", None]),
    ],
)
def test_a_date_is_shifted_by_months_first_and_then_by_days(
    argument: Any, given: Any, gives: Any
) -> None:
    assert run("shift", given, argument) == gives


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ({"days": 1}, "01.03.2021"),
        ({"days": 1}, "2021-02-30"),
        ({"days": 1}, "2021-03-011"),
        ({"days": 1}, "9999-12-31"),
        ({"years": -9999}, "2020-05-05"),
        ({"years": 9999}, "2020-05-05"),
    ],
)
def test_what_is_no_date_or_has_no_such_day_is_refused(argument: Any, value: Any) -> None:
    assert refusal("shift", value, argument) == "not-a-date"


@pytest.mark.parametrize(
    ("pattern", "given", "gives"),
    [
        ("%d.%m.%Y", "2021-03-01", "01.03.2021"),
        ("%m/%d/%y", "2021-03-01", "03/01/21"),
        ("%A, %a, %B, %b", "2021-03-01", "Monday, Mon, March, Mar"),
        ("%G-W%V, %j", "2021-01-03", "2020-W53, 003"),
        ("100%% %Y", "2021-03-01", "100% 2021"),
        ("%H:%M:%S", "2021-02-11T08:49:03Z", "08:49:03"),
        ("%H:%M", "2021-02-11", "00:00"),
        ("%Y", "0099-01-01", "0099"),
        ("%Y", "", None),
    ],
)
def test_a_date_is_written_as_a_pattern_says(pattern: str, given: str, gives: Any) -> None:
    assert run("format_date", given, pattern) == gives


@pytest.mark.parametrize("value", ["01.03.2021", "2021-02-30", "20210301", "2021W101"])
def test_other_notations_than_iso_are_refused(value: str) -> None:
    assert refusal("format_date", value, "%Y") == "not-a-date"


@pytest.mark.parametrize("pattern", ["%x", "%-d", "100%"])
def test_a_directive_that_is_not_known_is_refused_when_the_definition_is_read(
    pattern: str,
) -> None:
    with pytest.raises(ValueError, match="is not a directive"):
        installed().transforms["format_date"].kind.build(pattern)
