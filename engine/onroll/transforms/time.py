"""Transforms of time: date (a local date, never through UTC) and datetime (an instant, in UTC).

A hire date written `2021-03-01T00:00:00+01:00` is the first of March; by way of UTC it would be
the last of February. So `date` from ISO 8601 takes the first ten characters.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from onroll.plugins import hookimpl
from onroll.protocols import TransformExample, TransformKind, Unreadable
from onroll.transforms.epoch import COUNTS, ODATA
from onroll.transforms.shape import each

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from onroll.model import Json
    from onroll.protocols import Transform

    #: Reads text; raises `ValueError`, `OverflowError` or `OSError` for what is not so written.
    _Way: TypeAlias = Callable[[str], datetime]

#: What .NET has for no date at all.
_FIRST_DAY: Final = "0001-01-01"
_EXAMPLES: Final = {
    "iso": "2021-03-01",
    "unix": "1614556800",
    "unix_ms": "1614556800000",
    "odata": "/Date(1614556800000)/",
    "filetime": "132590304000000000",
}
#: What `from` would be for a refused text, and what such texts look like.
_FORMS: Final = tuple(
    (form, re.compile(pattern))
    for form, pattern in (
        ("unix", r"-?\d{9,10}"),
        ("unix_ms", r"-?\d{12,13}"),
        ("filetime", r"1[0-9]{17}"),
        ("odata", ODATA.pattern),
        ("%Y%m%d", r"(?:19|20)\d{6}"),
        ("%d-%b-%Y", r"\d\d?-[A-Za-z]{3}-\d{4}"),
        ("%d.%m.%Y", r"\d\d?\.\d\d?\.\d{4}"),
        ("%Y/%m/%d", r"\d{4}/\d\d?/\d\d?"),
    )
)
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
_SOURCES: Final = {
    "from": {
        "type": ["string", "array"],
        "minLength": 1,
        "items": {"type": "string", "minLength": 1},
        "minItems": 1,
        "description": "iso, unix (seconds), unix_ms, odata (`/Date(ms)/`), filetime (Active "
        "Directory's), or a pattern such as `%d-%b-%Y`, whose names of months and days are "
        "English; or a list, tried in order.",
        "examples": [*("iso", *COUNTS, "%d-%b-%Y"), ["iso", "%d-%b-%Y"]],
    }
}
_ARGUMENT: Final = {"type": "object", "properties": _SOURCES, "additionalProperties": False}


def _ways(argument: Json, iso: _Way) -> list[tuple[str, _Way]]:
    """Return how a value may be written, and how that is read: the first that fits counts."""
    named = (argument or {}).get("from", "iso")
    sources: list[str] = [named] if isinstance(named, str) else named
    return [(source, iso if source == "iso" else _way(source)) for source in sources]


def _way(source: str) -> _Way:
    if "%" in source:
        from onroll.transforms.pattern import english_pattern  # noqa: PLC0415  (rarely used)

        return english_pattern(source)
    if source in COUNTS:
        return COUNTS[source]
    raise ValueError(
        f"`{source}` is not a way to read a date: "
        f"expected `iso`, {', '.join(f'`{name}`' for name in COUNTS)} or a pattern with `%`"
    )


def _date(argument: Json) -> Transform:
    ways = _ways(argument, _iso_day)
    if [source for source, _ in ways] == ["iso"]:
        return _iso_date

    def change(value: Json) -> Json:
        text = _text(value)
        if _is_no_day(text):
            return None
        found = _read(text, ways)
        if found is None:
            raise Unreadable("not-a-date", _expected("a date", ways, text))
        return None if _is_first_day(found) else found.date().isoformat()

    return each(change)


def _read(text: str, ways: list[tuple[str, _Way]]) -> datetime | None:
    for _, way in ways:
        try:
            return way(text)
        except (ValueError, OverflowError, OSError):
            continue
    return None


def _iso_day(text: str) -> datetime:
    """Read the day that is written, whatever the offset. Raises `ValueError`."""
    return datetime.fromisoformat(_local_date(text[:11]) or _FIRST_DAY)


def _iso_date(value: Json) -> Json:
    if type(value) is not str:
        return _iso_dates(value)
    text = value.strip()
    try:
        # Of the eleventh character it counts only that it is no digit.
        return _local_date(text[:11])
    except ValueError:
        raise Unreadable("not-a-date", _expected("a date", _ISO_ONLY, text)) from None


#: Of what is no text itself: a number is taken as its text, and a list item by item.
_iso_dates: Final = each(lambda value: _iso_date(_text(value)))


#: People start on the same few thousand days.
@lru_cache(maxsize=1 << 14)
def _local_date(text: str) -> str | None:
    if _is_no_day(text):
        return None
    if not _ISO_DATE.match(text):
        raise ValueError
    return date.fromisoformat(text[:10]).isoformat()


def _is_no_day(text: str) -> bool:
    """Whether a vendor writes null like this: nothing, zeros, or the first day that there is."""
    if text.startswith(_FIRST_DAY):
        return True
    return text == "" or (len(text) >= 8 and not text[:10].strip("0/.-"))


def _is_first_day(instant: datetime) -> bool:
    return (instant.year, instant.month, instant.day) == (1, 1, 1)


def _datetime(argument: Json) -> Transform:
    ways = _ways(argument, datetime.fromisoformat)
    if [source for source, _ in ways] == ["iso"]:
        return each(_iso_instant)

    def change(value: Json) -> Json:
        text = _text(value)
        if _is_no_day(text):
            return None
        found = _read(text, ways)
        try:
            if found is not None:
                return None if _is_first_day(found) else _written(found)
        except OverflowError:
            pass  # no such instant in UTC
        raise Unreadable("not-an-instant", _expected("an instant", ways, text))

    return each(change)


def _iso_instant(value: Json) -> Json:
    text = _text(value)
    try:
        return None if text.startswith(_FIRST_DAY) else _in_utc(text)
    except (ValueError, OverflowError):
        if _is_no_day(text):
            return None
        raise Unreadable("not-an-instant", _expected("an instant", _ISO_ONLY, text)) from None


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
    return str(value) if is_number and abs(value) < 1e19 else "?"


_ISO_ONLY: Final[list[tuple[str, _Way]]] = [("iso", _iso_day)]


def _expected(what: str, ways: list[tuple[str, _Way]], text: str) -> str:
    """Say how it should be written, and what may read it as it is: never the value."""
    sources = [source for source, _ in ways]
    name = "date" if what == "a date" else "datetime"
    shown = [_example(source, name) for source in sources]
    said = f"expected {what} such as {' or '.join(shown)}"
    form = next((form for form, pattern in _FORMS if pattern.fullmatch(text)), None)
    if form is None or form in sources:
        return said
    written = f'"{form}"' if "%" in form else form
    return f"{said}; `transform: [{{{name}: {{from: {written}}}}}]` may read it"


def _example(source: str, name: str) -> str:
    if source == "iso" and name == "datetime":
        return "2021-03-01T08:00:00Z"
    return _EXAMPLES.get(source) or f"{datetime(2021, 3, 1, 8, tzinfo=UTC):{source}} (`{source}`)"


@hookimpl
def onroll_transforms() -> list[TransformKind]:
    """Offer the transforms of time."""
    return [
        TransformKind(
            name="date",
            summary="A local date, YYYY-MM-DD; `{from: iso|unix|unix_ms|odata|filetime|pattern}`, "
            "or a list of them",
            argument=_ARGUMENT,
            build=_date,
            examples=(
                TransformExample(None, "2021-03-01T00:00:00+01:00", "2021-03-01"),
                TransformExample({"from": "odata"}, "/Date(1416960000000)/", "2014-11-26"),
                TransformExample({"from": "%d-%b-%Y"}, "01-Mar-2021", "2021-03-01"),
                TransformExample({"from": "unix_ms"}, 1614556800000, "2021-03-01"),
                TransformExample({"from": "filetime"}, 132590304000000000, "2021-03-01"),
                TransformExample({"from": ["iso", "%d-%b-%Y"]}, "01-Mar-2021", "2021-03-01"),
                TransformExample(None, "0000-00-00", None),
                TransformExample(None, "0001-01-01T00:00:00", None),
            ),
        ),
        TransformKind(
            name="datetime",
            summary="An instant in UTC; `{from: iso|unix|unix_ms|odata|filetime|pattern}`, or a "
            "list of them",
            argument=_ARGUMENT,
            build=_datetime,
            examples=(
                TransformExample(None, "2021-02-11T09:49:03+01:00", "2021-02-11T08:49:03Z"),
                TransformExample({"from": "unix"}, "1614556800", "2021-03-01T00:00:00Z"),
            ),
        ),
    ]
