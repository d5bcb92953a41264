"""Dates and instants, in the ways in which APIs write them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onroll.plugins.registry import installed
from onroll.protocols import Unreadable

from .reading import refusal, run

UNIX = {"from": "unix"}
UNIX_MS = {"from": "unix_ms"}
ODATA = {"from": "odata"}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2021-03-01", "2021-03-01"),
        ("2021-03-01T00:00:00+01:00", "2021-03-01"),
        ("2021-03-01T00:00:00+0100", "2021-03-01"),
        ("2021-03-01T00:00:00+14:00", "2021-03-01"),
        ("2021-03-01T23:59:59-12:00", "2021-03-01"),
        ("2021-03-01T00:00:00Z", "2021-03-01"),
        ("2021-03-01 00:00:00.000", "2021-03-01"),
        ("2021-03-01-08:00", "2021-03-01"),
        ("1835-01-01T00:00:00+00:53", "1835-01-01"),
        ("2024-02-29", "2024-02-29"),
        ("2000-02-29T00:00:00", "2000-02-29"),
        ("  2021-03-01 ", "2021-03-01"),
        ("9999-12-31", "9999-12-31"),
        ("0001-01-02T00:00:00", "0001-01-02"),
    ],
)
def test_a_date_is_the_day_that_is_written_whatever_the_offset(written: str, day: str) -> None:
    assert run("date", written) == day


NO_DAYS = ["", "  ", "0000-00-00", "0000-00-00T00:00:00Z", "0001-01-01", "0001-01-01T00:00:00Z"]


@pytest.mark.parametrize("written", NO_DAYS)
@pytest.mark.parametrize("argument", [None, UNIX, {"from": "%d.%m.%Y"}, {"from": ["iso", "odata"]}])
@pytest.mark.parametrize("name", ["date", "datetime"])
def test_no_date_at_all_is_null(name: str, argument: Any, written: str) -> None:
    assert run(name, written, argument) is None


@pytest.mark.parametrize(
    ("argument", "written"),
    [
        ({"from": "%d.%m.%Y"}, "00.00.0000"),
        ({"from": "%m/%d/%Y"}, "00/00/0000 00:00"),
        ({"from": "%Y%m%d"}, "00000000"),
        ({"from": "%d.%m.%Y"}, "01.01.0001"),
        (ODATA, "/Date(-62135596800000)/"),
        (ODATA, "/Date(-62135596800000+0000)/"),
    ],
)
@pytest.mark.parametrize("name", ["date", "datetime"])
def test_no_date_in_another_notation_is_null(name: str, argument: Any, written: str) -> None:
    assert run(name, written, argument) is None


@pytest.mark.parametrize(("argument", "written"), [(UNIX, 0), (UNIX, "0"), (UNIX_MS, "000")])
def test_the_first_second_of_the_epoch_is_a_day(argument: Any, written: Any) -> None:
    assert run("date", written, argument) == "1970-01-01"


@pytest.mark.parametrize("written", ["11.02.2021", " 11.02.2021 "])
def test_a_day_in_another_way_is_refused_with_that_way(written: str) -> None:
    with pytest.raises(Unreadable, match=r'from: "%d\.%m\.%Y"'):
        run("date", written, None)


NO_END = 253402300799


@pytest.mark.parametrize(
    ("argument", "value", "hint"),
    [
        # Seconds taken for milliseconds would be January 1970.
        (UNIX_MS, 1614556800, "{from: unix}"),
        (UNIX_MS, "1614556800", "{from: unix}"),
        (UNIX_MS, -315619200, "{from: unix}"),
        (UNIX_MS, 4102444800, "{from: unix}"),
        # Milliseconds taken for seconds would be the year 53131, or 6973.
        (UNIX, 1614556800000, "{from: unix_ms}"),
        (UNIX, 157766400000, "{from: unix_ms}"),
        ({"from": "filetime"}, 1614556800000, "{from: unix_ms}"),
        (UNIX, 132590304000000000, "{from: filetime}"),
    ],
)
@pytest.mark.parametrize("name", ["date", "datetime"])
def test_a_count_in_another_unit_is_refused_with_that_unit(
    name: str, argument: Any, value: Any, hint: str
) -> None:
    with pytest.raises(Unreadable, match=hint):
        run(name, value, argument)


@pytest.mark.parametrize(
    ("argument", "value", "day"),
    [
        (UNIX, -2208988800, "1900-01-01"),
        (UNIX, 7289654399, "2200-12-31"),
        (UNIX, NO_END, "9999-12-31"),
        (UNIX_MS, NO_END * 1000, "9999-12-31"),
        (UNIX_MS, 86400000, "1970-01-02"),
        (UNIX_MS, 10**10, "1970-04-26"),
        ({"from": "filetime"}, "129699324000000000", "2012-01-01"),
        ({"from": "filetime"}, 129699324000000000, "2012-01-01"),
        ({"from": "filetime"}, 0, None),
        ({"from": "filetime"}, "9223372036854775807", None),
    ],
)
def test_a_count_is_a_day_of_people_or_the_end_of_time(
    argument: Any, value: Any, day: str | None
) -> None:
    assert run("date", value, argument) == day


@pytest.mark.parametrize("value", [-2208988801, 7289654400])
def test_a_count_far_from_people_s_days_is_refused(value: int) -> None:
    assert refusal("date", value, UNIX) == "not-a-date"
    assert refusal("date", value * 1000, UNIX_MS) == "not-a-date"


MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]


@pytest.mark.parametrize("number", range(1, 13))
def test_names_of_months_are_english_long_or_short_in_any_case(number: int) -> None:
    name = MONTHS[number - 1]
    for written in (name, name[:3], name.upper(), name[:3].lower()):
        for pattern, text in (("%d-%b-%Y", "07-{}-2021"), ("%d%B%Y", "7{}2021")):
            assert run("date", text.format(written), {"from": pattern}) == f"2021-{number:02}-07"


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("%B %d, %Y", "March 1, 2021"),
        ("%a, %d %b %Y %H:%M:%S %z", "Mon, 01 Mar 2021 00:00:00 +0100"),
        ("%A %d %B %Y", "monday 1 march 2021"),
        ("%d %b %Y", "01 Mar 2021"),
    ],
)
def test_names_stand_anywhere(pattern: str, written: str) -> None:
    assert run("date", written, {"from": pattern}) == "2021-03-01"


@pytest.mark.parametrize("written", ["01-Mrz-2021", "01-03-2021", "01-Marchy-2021"])
def test_another_name_than_that_of_a_month_is_refused(written: str) -> None:
    assert refusal("date", written, {"from": "%d-%b-%Y"}) == "not-a-date"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2021-03-01T23:00:00-12:00", "2021-03-01"),
        ("01-Mar-2021", "2021-03-01"),
        ("/Date(1614553200000+0100)/", "2021-03-01"),
    ],
)
def test_of_several_notations_the_first_that_fits_counts(written: str, day: str) -> None:
    assert run("date", written, {"from": ["iso", "%d-%b-%Y", "odata"]}) == day


def test_notations_are_tried_in_their_order() -> None:
    assert run("date", "02/03/2021", {"from": ["%d/%m/%Y", "%m/%d/%Y"]}) == "2021-03-02"
    assert run("date", "02/03/2021", {"from": ["%m/%d/%Y", "%d/%m/%Y"]}) == "2021-02-03"


def test_what_fits_none_of_several_notations_is_refused() -> None:
    argument = {"from": ["iso", "%d-%b-%Y"]}
    assert refusal("date", "soon", argument) == "not-a-date"
    assert refusal("datetime", "soon", argument) == "not-an-instant"


def test_one_wrong_notation_among_several_is_refused_when_the_definition_is_read() -> None:
    with pytest.raises(ValueError, match="`epoch` is not a way to read a date"):
        installed().transforms["date"].kind.build({"from": ["iso", "epoch"]})


@pytest.mark.parametrize(
    "value",
    ["2023-02-29", "2021-13-01", "2021-3-1", "01.03.2021", "2021-03-011", "soon", "20210301", True],
)
def test_what_is_no_day_is_refused(value: Any) -> None:
    assert refusal("date", value) == "not-a-date"


@pytest.mark.parametrize("value", [1614556800, 1.5, {"date": "2021-03-01"}, [["2021-03-01"]]])
def test_another_kind_of_value_is_refused_as_a_date(value: Any) -> None:
    assert refusal("date", value) == "not-a-date"
    assert refusal("datetime", value) == "not-an-instant"


@pytest.mark.parametrize(
    ("argument", "written", "day"),
    [
        (UNIX, 1614556800, "2021-03-01"),
        (UNIX, "1614556800", "2021-03-01"),
        (UNIX, 1614643199.9, "2021-03-01"),
        (UNIX, 0, "1970-01-01"),
        (UNIX, -86400, "1969-12-31"),
        (UNIX_MS, 1614556800000, "2021-03-01"),
        (UNIX_MS, "1614556800000", "2021-03-01"),
        (ODATA, "/Date(1416960000000)/", "2014-11-26"),
        (ODATA, "/Date(-2208988800000)/", "1900-01-01"),
        (ODATA, "/Date(1614556800000+0000)/", "2021-03-01"),
        # Midnight of the first of March in Berlin, which is February in UTC.
        (ODATA, "/Date(1614553200000+0100)/", "2021-03-01"),
        (ODATA, "/Date(1614574800000-0500)/", "2021-03-01"),
        ({"from": "%d-%b-%Y"}, "01-Mar-2021", "2021-03-01"),
        ({"from": "%d.%m.%Y"}, "1.3.2021", "2021-03-01"),
        ({"from": "%m/%d/%Y %H:%M"}, "03/01/2021 23:30", "2021-03-01"),
        ({"from": "iso"}, "2021-03-01", "2021-03-01"),
        ({}, "2021-03-01", "2021-03-01"),
    ],
)
def test_a_date_is_read_from_another_notation(argument: Any, written: Any, day: str) -> None:
    assert run("date", written, argument) == day


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        (UNIX, "soon"),
        (UNIX, 1e15),
        (UNIX, 10**400),
        (UNIX, "9" * 5000),
        (UNIX, "nan"),
        (UNIX, "inf"),
        (UNIX, True),
        (UNIX_MS, 10**17),
        (ODATA, "2021-03-01"),
        (ODATA, "/Date(x)/"),
        (ODATA, "/Date(9999999999999999)/"),
        (ODATA, "/Date(0+9999)/"),
        ({"from": "%d-%b-%Y"}, "2021-03-01"),
        ({"from": "%d-%b-%Y"}, "31-Feb-2021"),
    ],
)
def test_what_is_out_of_range_or_not_so_written_is_refused(argument: Any, value: Any) -> None:
    assert refusal("date", value, argument) == "not-a-date"
    assert refusal("datetime", value, argument) == "not-an-instant"


@pytest.mark.parametrize(
    ("argument", "written", "instant"),
    [
        (None, "2021-02-11T09:49:03+01:00", "2021-02-11T08:49:03Z"),
        (None, "2021-02-11T09:49:03+0100", "2021-02-11T08:49:03Z"),
        (None, "2021-02-11T09:49:03Z", "2021-02-11T09:49:03Z"),
        (None, "2021-02-11T09:49:03.1234567Z", "2021-02-11T09:49:03Z"),
        (None, "2021-02-11 09:49:03", "2021-02-11T09:49:03Z"),
        (None, "2021-02-11", "2021-02-11T00:00:00Z"),
        (None, "1835-01-01T00:00:00+00:53:28", "1834-12-31T23:06:32Z"),
        (None, "2020-02-29T23:30:00-01:00", "2020-03-01T00:30:00Z"),
        (UNIX, "1614556800", "2021-03-01T00:00:00Z"),
        (UNIX_MS, 1614556800999, "2021-03-01T00:00:00Z"),
        (ODATA, "/Date(1614553200000+0100)/", "2021-02-28T23:00:00Z"),
        ({"from": "%d-%b-%Y %H:%M %z"}, "01-Mar-2021 01:00 +0100", "2021-03-01T00:00:00Z"),
    ],
)
def test_an_instant_is_written_in_utc(argument: Any, written: Any, instant: str) -> None:
    assert run("datetime", written, argument) == instant


@pytest.mark.parametrize(
    "value",
    ["9999-12-31T23:59:59-01:00", "2021-02-30T00:00:00Z", "12:30"],
)
def test_an_instant_that_utc_cannot_hold_is_refused(value: str) -> None:
    assert refusal("datetime", value) == "not-an-instant"


@pytest.mark.parametrize("name", ["date", "datetime"])
def test_a_list_is_read_item_by_item(name: str) -> None:
    read = run(name, ["2021-03-01", None])
    assert (read[0][:10], read[1]) == ("2021-03-01", None)


@pytest.mark.parametrize("name", ["date", "datetime"])
@pytest.mark.parametrize("source", ["ISO", "epoch", "%q", "%", "%d-%"])
def test_an_unknown_notation_is_refused_when_the_definition_is_read(name: str, source: str) -> None:
    with pytest.raises(ValueError, match=f"`{source}` is not a "):
        installed().transforms[name].kind.build({"from": source})


@pytest.mark.parametrize("name", ["date", "datetime"])
def test_a_pattern_with_a_directive_twice_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="a directive stands in it twice"):
        installed().transforms[name].kind.build({"from": "%d %d"})


#: Nearly ISO 8601: right ones, and ones with a character too many, too few or wrong.
_NEARLY_ISO = st.one_of(
    st.datetimes(timezones=st.timezones()).map(datetime.isoformat),
    st.datetimes(timezones=st.timezones()).map(lambda at: at.replace(microsecond=0).isoformat()),
    st.datetimes().map(str),
    st.from_regex(r"\d{4}-?[01]\d-?[0-3]\d[T ]?[\d:.+-]{0,15}", fullmatch=True),
    st.from_regex(r"20\d\d-[01]\d-[0-2]\dT[012]\d:\d\d:\d\d[+-]\d\d[:.]\d\d", fullmatch=True),
    st.text("0123456789-+:TZ. ", max_size=26),
)


def _in_utc(text: str) -> str | None:
    """The instant by the standard library's word, None when it is none."""
    if text.startswith("0001-01-01"):
        return None
    try:
        found = datetime.fromisoformat(text)
        aware = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    except (ValueError, OverflowError):
        return None


def _read(name: str, text: str) -> Any:
    try:
        return run(name, text)
    except Unreadable:
        return None


@settings(deadline=None, max_examples=500)
@given(_NEARLY_ISO)
@example("2021-02-11T09:49:03+01:00")
@example("2021-02-11T09+01:00+02:00")
@example("2021-02-11T00:30:00+05:30")
@example("0001-01-01T00:00:00+01:00")
@example("9999-12-31T23:00:00-01:00")
@example("20210211T094903.12+01:00 ")
@example("2021-02-11T09:49:03-24:00")
@example("2021-02-11T09:49:03+0100:")
def test_an_instant_is_read_as_the_standard_library_reads_it(text: str) -> None:
    assert _read("datetime", text) == _in_utc(text.strip())


@settings(deadline=None, max_examples=500)
@given(_NEARLY_ISO)
@example("2021-03-011")
@example("2021-03-01")
@example("20210301")
def test_a_date_is_the_first_ten_characters(text: str) -> None:
    day = text.strip()[:10]
    try:
        expected = date.fromisoformat(day).isoformat() if day[4:5] == "-" == day[7:8] else None
    except ValueError:
        expected = None
    if text.strip()[10:11].isdigit() or day == "0001-01-01":
        expected = None
    assert _read("date", text) == expected


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("1614556800", "unix"),
        (1614556800000, "unix_ms"),
        ("/Date(1614556800000+0100)/", "odata"),
        ("20210314", '"%Y%m%d"'),
        ("14-Mar-2021", '"%d-%b-%Y"'),
        ("14.3.2021", '"%d.%m.%Y"'),
    ],
)
def test_a_date_in_a_known_notation_is_refused_with_the_transform_that_reads_it(
    written: Any, form: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        run("date", written)
    assert f"`transform: [{{date: {{from: {form}}}}}]`" in caught.value.message
    run("date", written, {"from": form.strip('"')})


@pytest.mark.parametrize("written", ["02/03/2021", "soon", "2021-02-30"])
def test_no_transform_is_named_for_what_may_be_read_in_two_ways_or_in_none(written: str) -> None:
    with pytest.raises(Unreadable) as caught:
        run("date", written)
    assert caught.value.message == "expected a date such as 2021-03-01"


def test_a_pattern_is_explained_by_a_date_written_so() -> None:
    with pytest.raises(Unreadable) as caught:
        run("date", "soon", {"from": "%d-%b-%Y"})
    assert caught.value.message == "expected a date such as 01-Mar-2021 (`%d-%b-%Y`)"
