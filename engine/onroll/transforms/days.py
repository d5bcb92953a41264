"""Transforms of dates as `date` and `datetime` give them: shift and format_date."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from onroll.plugins import hookimpl
from onroll.protocols import TransformExample, TransformKind, Unreadable
from onroll.transforms.shape import on_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.model import Json
    from onroll.protocols import Transform

_DIRECTIVE: Final = re.compile(r"%(.?)", re.DOTALL)
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: Not `strftime`, whose names follow the locale of whoever runs the program.
_WRITTEN: Final[dict[str, Callable[[datetime], str]]] = {
    "Y": lambda at: f"{at.year:04}",
    "y": lambda at: f"{at.year % 100:02}",
    "m": lambda at: f"{at.month:02}",
    "d": lambda at: f"{at.day:02}",
    "B": lambda at: _MONTHS[at.month - 1],
    "b": lambda at: _MONTHS[at.month - 1][:3],
    "A": lambda at: _WEEKDAYS[at.weekday()],
    "a": lambda at: _WEEKDAYS[at.weekday()][:3],
    "j": lambda at: f"{at.timetuple().tm_yday:03}",
    "G": lambda at: f"{at.isocalendar().year:04}",
    "V": lambda at: f"{at.isocalendar().week:02}",
    "H": lambda at: f"{at.hour:02}",
    "M": lambda at: f"{at.minute:02}",
    "S": lambda at: f"{at.second:02}",
    "%": lambda _: "%",
}


def _shift(argument: Json) -> Transform:
    months = 12 * int(argument.get("years", 0)) + int(argument.get("months", 0))
    days = 7 * int(argument.get("weeks", 0)) + int(argument.get("days", 0))

    def change(text: str) -> Json:
        if text == "":
            return None
        try:
            day = date.fromisoformat(text[:10]) if len(text) == 10 or text[10:11] == "T" else None
            shifted = None if day is None else _later(day, months) + timedelta(days=days)
        except (ValueError, OverflowError):
            shifted = None
        if shifted is None:
            raise Unreadable("not-a-date", f"`shift` {_EXPECTED}")
        return shifted.isoformat() + text[10:]

    return on_text(change)


_EXPECTED: Final = "takes a date such as 2021-03-01: put `date` or `datetime` in front of it"


def _later(day: date, months: int) -> date:
    """Return the same day of another month, or the last that this has."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _format_date(written: Json) -> Transform:
    """Build the transform. Raises `ValueError` for a directive that is not known."""
    unknown = [one for one in _DIRECTIVE.findall(written) if one not in _WRITTEN]
    if unknown:
        known = " ".join(f"%{name}" for name in _WRITTEN)
        raise ValueError(f"`%{unknown[0]}` is not a directive: expected {known}")

    def change(text: str) -> Json:
        if text == "":
            return None
        try:
            # Python reads more spellings of ISO 8601 than ours, such as week dates.
            at = datetime.fromisoformat(text) if text[4:5] == "-" else None
        except ValueError:
            at = None
        if at is None:
            raise Unreadable("not-a-date", f"`format_date` {_EXPECTED}")
        return _DIRECTIVE.sub(lambda one: _WRITTEN[one[1]](at), written)

    return on_text(change)


def _count_of(unit: str) -> Json:
    return {
        "type": "integer",
        "minimum": -10_000,
        "maximum": 10_000,
        "description": f"How many {unit} later; earlier when negative.",
    }


@hookimpl
def onroll_transforms() -> list[TransformKind]:
    """Offer the transforms of dates."""
    return [
        TransformKind(
            name="shift",
            summary="A date some days or months later, or earlier: `{days: -1}`; of a month that "
            "is too short its last day",
            argument={
                "type": "object",
                "properties": {
                    unit: _count_of(unit) for unit in ("years", "months", "weeks", "days")
                },
                "minProperties": 1,
                "additionalProperties": False,
            },
            build=_shift,
            is_argument_needed=True,
            examples=(
                TransformExample({"days": -1}, "2021-03-01", "2021-02-28"),
                TransformExample({"months": 1}, "2021-01-31", "2021-02-28"),
                TransformExample({"weeks": 2}, "2021-02-11T08:49:03Z", "2021-02-25T08:49:03Z"),
            ),
        ),
        TransformKind(
            name="format_date",
            summary='A date as text: `"%d.%m.%Y"`; names of months and days are English',
            argument={
                "type": "string",
                "minLength": 1,
                "maxLength": 100,
                "description": "`%Y` year, `%m` month, `%d` day, `%b` and `%B` the month's name, "
                "`%a` and `%A` the day's, `%j` day of the year, `%G-W%V` year and week, `%H`, "
                "`%M`, `%S` of an instant.",
            },
            build=_format_date,
            is_argument_needed=True,
            examples=(
                TransformExample("%d.%m.%Y", "2021-03-01", "01.03.2021"),
                TransformExample("%B %Y", "2021-03-01", "March 2021"),
                TransformExample("%Y-%m-%d %H:%M", "2021-02-11T08:49:03Z", "2021-02-11 08:49"),
            ),
        ),
    ]
