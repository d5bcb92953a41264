"""Read instants that are counted: seconds or milliseconds since 1970, OData's, Windows' file time.

A count says nothing of its unit. Milliseconds read as seconds are some day in the year 50000, and
seconds read as milliseconds one in January 1970; so what nobody can mean is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["COUNTS", "ODATA"]

ODATA: Final = re.compile(r"/Date\((-?\d{1,16})(?:([-+])(\d\d)(\d\d))?\)/")

#: What people's dates lie between. The year 9999 stands for no end.
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2200
_NO_END: Final = 9999
#: As many milliseconds are a day between January and April 1970; as many seconds, one of 1973
#: to 2286.
_LIKE_SECONDS: Final = range(10**8, 10**10)

_WINDOWS_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
_FILE_TIME: Final = re.compile(r"\d{1,19}")
#: What Active Directory has for never.
_NEVER: Final = frozenset({0, (1 << 63) - 1})
#: What stands for no date at all; see `transforms.time`.
_NO_DAY: Final = datetime(1, 1, 1, tzinfo=UTC)


def _unix(text: str) -> datetime:
    return _plausible(datetime.fromtimestamp(float(text), UTC))


def _unix_ms(text: str) -> datetime:
    count = float(text)
    if abs(int(count)) in _LIKE_SECONDS:
        raise ValueError
    return _plausible(datetime.fromtimestamp(count / 1000, UTC))


def _plausible(instant: datetime) -> datetime:
    if _FIRST_YEAR <= instant.year <= _LAST_YEAR or instant.year == _NO_END:
        return instant
    raise ValueError


def _odata(text: str) -> datetime:
    """Read `/Date(ms)/`, or `/Date(ms+0100)/`: the instant, on the clock of that offset."""
    match = ODATA.fullmatch(text)
    if match is None:
        raise ValueError
    milliseconds, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    zone = timezone(-offset if sign == "-" else offset)
    return datetime.fromtimestamp(int(milliseconds) / 1000, zone)


def _filetime(text: str) -> datetime:
    """Read a count of tenths of microseconds since 1601, as Active Directory has them."""
    if not _FILE_TIME.fullmatch(text):
        raise ValueError
    count = int(text)
    if count in _NEVER:
        return _NO_DAY
    return _plausible(_WINDOWS_EPOCH + timedelta(microseconds=count // 10))


#: By name. They raise `ValueError`, `OverflowError` or `OSError` for what is not so written.
COUNTS: Final[dict[str, Callable[[str], datetime]]] = {
    "unix": _unix,
    "unix_ms": _unix_ms,
    "odata": _odata,
    "filetime": _filetime,
}
