"""Transforms of time: date (a local date, never through UTC) and datetime (an instant, in UTC).

A hire date written `2021-03-01T00:00:00+01:00` is the first of March; by way of UTC it would be
the last of February. So `date` from ISO 8601 takes the first ten characters.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from onroll.plugins import hookimpl
from onroll.protocols import TransformExample, TransformKind, Unreadable
from onroll.transforms.shape import each

if TYPE_CHECKING:
    from onroll.model import Json
    from onroll.protocols import Transform

_ODATA: Final = re.compile(r"/Date\((-?\d{1,16})(?:([-+])(\d\d)(\d\d))?\)/")
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
_SOURCES: Final = {
    "from": {
        "type": "string",
        "minLength": 1,
        "description": "iso, unix (seconds), unix_ms, odata (`/Date(ms)/`), or a pattern such as "
        "`%d-%b-%Y`.",
        "examples": ["iso", "unix", "unix_ms", "odata", "%d-%b-%Y"],
    }
}
_ARGUMENT: Final = {"type": "object", "properties": _SOURCES, "additionalProperties": False}


def _source(argument: Json) -> str:
    source: str = (argument or {}).get("from", "iso")
    if "%" in source:
        _refuse_unknown_directive(source)
    elif source not in ("iso", "unix", "unix_ms", "odata"):
        raise ValueError(
            f"`{source}` is not a way to read a date: "
            "expected `iso`, `unix`, `unix_ms`, `odata` or a pattern with `%`"
        )
    return source


def _refuse_unknown_directive(pattern: str) -> None:
    """Raise `ValueError` with what is wrong with a pattern itself, before any value is read."""
    try:
        datetime.strptime("", pattern)  # noqa: DTZ007  (nothing is read)
    except re.error:
        # `strptime` makes a regular expression with a named group per directive.
        raise ValueError(f"`{pattern}` is not a pattern: a directive stands in it twice") from None
    except ValueError as error:
        if "does not match" not in str(error):
            raise ValueError(f"`{pattern}` is not a pattern: {error}") from None


def _date(argument: Json) -> Transform:
    source = _source(argument)
    if source == "iso":
        return each(_iso_date)

    def change(value: Json) -> Json:
        text = _text(value)
        if _is_no_day(text):
            return None
        try:
            return _instant(text, source).date().isoformat()
        except (ValueError, OverflowError, OSError):
            raise Unreadable("not-a-date", _expected("a date", source)) from None

    return each(change)


def _iso_date(value: Json) -> Json:
    try:
        # Of the eleventh character it counts only that it is no digit.
        return _local_date(_text(value)[:11])
    except ValueError:
        raise Unreadable("not-a-date", _expected("a date", "iso")) from None


#: People start on the same few thousand days.
@lru_cache(maxsize=1 << 14)
def _local_date(text: str) -> str | None:
    if _is_no_day(text):
        return None
    if not _ISO_DATE.match(text):
        raise ValueError
    return date.fromisoformat(text[:10]).isoformat()


def _is_no_day(text: str) -> bool:
    """Whether a vendor writes null like this."""
    return text == "" or text.startswith("0000-00-00")


def _datetime(argument: Json) -> Transform:
    source = _source(argument)
    if source == "iso":
        return each(_iso_instant)

    def change(value: Json) -> Json:
        text = _text(value)
        if _is_no_day(text):
            return None
        try:
            return _written(_instant(text, source))
        except (ValueError, OverflowError, OSError):
            raise Unreadable("not-an-instant", _expected("an instant", source)) from None

    return each(change)


def _iso_instant(value: Json) -> Json:
    text = _text(value)
    try:
        return _in_utc(text)
    except (ValueError, OverflowError):
        if _is_no_day(text):
            return None
        raise Unreadable("not-an-instant", _expected("an instant", "iso")) from None


def _in_utc(text: str) -> str:
    """Return an ISO 8601 instant in UTC. Raises `ValueError` and `OverflowError`."""
    if len(text) == 25 and text[19] in "+-":
        # As nearly all APIs write it, `2021-02-11T09:49:03+01:00`, for half of the time.
        local = datetime.fromisoformat(text[:19])
        if local.tzinfo is None and not local.microsecond:
            return (local - _offset(text[19:])).isoformat() + "Z"
    return _written(datetime.fromisoformat(text))


@lru_cache(maxsize=128)
def _offset(text: str) -> timedelta:
    offset = time.fromisoformat(f"00:00{text}").utcoffset()
    assert offset is not None
    return offset


def _written(instant: datetime) -> str:
    aware = instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _text(value: Json) -> str:
    """Return text or a number as text; anything else, and absurdly long numbers, as no date."""
    if isinstance(value, str):
        return value.strip()
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number and abs(value) < 1e17 else "?"


def _instant(text: str, source: str) -> datetime:
    if source == "odata":
        return _odata_instant(text)
    if source in ("unix", "unix_ms"):
        return datetime.fromtimestamp(float(text) / (1000 if source == "unix_ms" else 1), UTC)
    return datetime.strptime(text, source)  # noqa: DTZ007  (a pattern may name no zone)


def _odata_instant(text: str) -> datetime:
    """Read `/Date(ms)/`, or `/Date(ms+0100)/`: the instant, on the clock of that offset."""
    match = _ODATA.fullmatch(text)
    if match is None:
        raise ValueError
    milliseconds, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    zone = timezone(-offset if sign == "-" else offset)
    return datetime.fromtimestamp(int(milliseconds) / 1000, zone)


def _expected(what: str, source: str) -> str:
    example = {
        "iso": "2021-03-01",
        "unix": "1614556800",
        "unix_ms": "1614556800000",
        "odata": "/Date(1614556800000)/",
    }.get(source, source)
    return f"expected {what} such as {example}"


@hookimpl
def onroll_transforms() -> list[TransformKind]:
    """Offer the transforms of time."""
    return [
        TransformKind(
            name="date",
            summary="A local date, YYYY-MM-DD; `{from: iso|unix|unix_ms|odata|pattern}`",
            argument=_ARGUMENT,
            build=_date,
            examples=(
                TransformExample(None, "2021-03-01T00:00:00+01:00", "2021-03-01"),
                TransformExample({"from": "odata"}, "/Date(1416960000000)/", "2014-11-26"),
                TransformExample({"from": "%d-%b-%Y"}, "01-Mar-2021", "2021-03-01"),
                TransformExample({"from": "unix_ms"}, 1614556800000, "2021-03-01"),
                TransformExample(None, "0000-00-00", None),
            ),
        ),
        TransformKind(
            name="datetime",
            summary="An instant in UTC; `{from: iso|unix|unix_ms|odata|pattern}`",
            argument=_ARGUMENT,
            build=_datetime,
            examples=(
                TransformExample(None, "2021-02-11T09:49:03+01:00", "2021-02-11T08:49:03Z"),
                TransformExample({"from": "unix"}, "1614556800", "2021-03-01T00:00:00Z"),
            ),
        ),
    ]
