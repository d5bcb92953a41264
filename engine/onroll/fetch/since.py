"""Ask only for people who changed since a moment: the parameter that says so.

updated_since: {name: updated_since}                          2026-11-21T23:00:00Z
updated_since: {name: modifiedtime, format: "%d-%b-%Y"}       21-Nov-2026
updated_since: {name: filter, value: 'meta.lastModified gt "${since}"'}
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from onroll.expressions.reference import resolve

if TYPE_CHECKING:
    from onroll.definition.connector import UpdatedSince
    from onroll.model import Json

__all__ = ["parameter_since"]

#: English whatever the machine speaks: APIs do not know its language.
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def parameter_since(written: UpdatedSince, moment: datetime) -> dict[str, Json]:
    """Return the parameter for an aware moment, set back by the overlap. Times are UTC."""
    try:
        since = moment.astimezone(UTC) - timedelta(minutes=written.overlap_minutes)
    except OverflowError:
        since = datetime.min.replace(tzinfo=UTC)  # since ever
    text = _formatted(since, written.format)
    return {written.name: resolve(written.value, lambda _reference: text)}


def _formatted(moment: datetime, form: str) -> str | int:
    match form:
        case "iso":
            # Not by `strftime`, which writes the year 1 with one digit.
            return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
        case "date":
            return moment.date().isoformat()
        case "unix":
            return int(moment.timestamp())
        case "unix_ms":
            return int(moment.timestamp()) * 1000
        case _:
            return moment.strftime(_in_english(form, moment))


def _in_english(form: str, moment: datetime) -> str:
    month, day = _MONTHS[moment.month - 1], _DAYS[moment.weekday()]
    # `%s` would be read in the machine's own time zone.
    seconds = str(int(moment.timestamp()))
    names = {"%B": month, "%b": month[:3], "%A": day, "%a": day[:3], "%s": seconds}
    return re.sub("%.", lambda found: names.get(found[0], found[0]), form)
