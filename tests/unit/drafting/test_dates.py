"""How dates are written, told from values."""

from datetime import datetime
from typing import Any

import pytest

from onroll.drafting.dates import date_form, is_date, is_instant
from onroll.plugins.registry import installed

FORMS: dict[str, list[Any]] = {
    "iso": ["2021-03-01", "2019-10-15T00:00:00+02:00", None, "0000-00-00"],
    "unix": [1614556800, "1571090400", 0],
    "unix_ms": [1614556800000, "1571090400000"],
    "odata": ["/Date(1614556800000)/", "/Date(1571090400000+0200)/"],
    "%Y%m%d": ["20210301", "20191015"],
    "%Y/%m/%d": ["2021/03/01"],
    "%d.%m.%Y": ["01.03.2021", "15.10.2019"],
    "%d-%b-%Y": ["01-Mar-2021"],
    "%d-%b-%Y %H:%M:%S": ["01-Mar-2021 08:30:00"],
    "%d %B %Y": ["1 March 2021"],
    "%B %d, %Y": ["March 1, 2021"],
    "%d/%m/%Y": ["01/03/2021", "15/10/2019"],
    "%m/%d/%Y": ["03/01/2021", "10/15/2019"],
}


@pytest.mark.parametrize("source", FORMS)
def test_the_values_say_how_they_are_written(source: str) -> None:
    form = date_form(FORMS[source])
    assert form is not None
    assert (form.source, form.is_sure) == (source, True)


@pytest.mark.parametrize("source", FORMS)
def test_what_is_found_reads_the_values(source: str) -> None:
    form = date_form(FORMS[source])
    assert form is not None
    (written,) = form.transform("date")
    argument = written["date"] if isinstance(written, dict) else None
    read = installed().transforms["date"].kind.build(argument)
    days = [read(value) for value in FORMS[source] if value is not None]
    assert days[0] == "2021-03-01"
    assert all(day is None or datetime.fromisoformat(day) for day in days)


def test_a_day_and_a_month_below_13_are_not_told_apart() -> None:
    form = date_form(["01/03/2021", "02/04/2020"])
    assert form is not None
    assert (form.source, form.is_sure, form.other) == ("%d/%m/%Y", False, "%m/%d/%Y")


@pytest.mark.parametrize(
    "values", [["2021-03-01", "01.03.2021"], ["soon"], ["15/10/2019", "10/15/2019"], [], [None]]
)
def test_dates_of_two_kinds_and_no_dates_have_no_form(values: list[Any]) -> None:
    assert date_form(values) is None


@pytest.mark.parametrize("value", [True, [], {}, "active", 12, "12"])
def test_what_is_no_date_is_none(value: Any) -> None:
    assert not is_date(value)


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ("2024-10-02 07:00:00", True), ("2024-10-02T07:00:00.1330000Z", True),
        ("2024-10-02", True), (1614556800000, True), ("0000-00-00", True),
        ("2024-10-02 7:00 AM", False), ("2024-10-02, in the morning", False),
    ],
)  # fmt: skip
def test_an_instant_is_a_date_whose_time_can_be_read(value: Any, is_one: bool) -> None:
    assert is_instant(value) is is_one
