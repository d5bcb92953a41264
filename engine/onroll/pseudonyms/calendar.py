"""Dates moved by one number of days, so that the time between two of them stays what it was."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

__all__ = ["DATE", "shifted_date", "shifted_formatted", "shifted_instant"]

#: A date inside longer text. What stands behind it, as a time of day, stays as it is.
DATE: Final = re.compile(
    r"(?<!\d)(?:\d{4}-\d{2}-\d{2}|\d{4}/\d{2}/\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}"
    r"|\d{1,2}[- ][A-Z][a-z]{2}[- ]\d{4})(?!\d)"
    r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_FORMATS: Final = (
    "%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d-%b-%Y", "%d %b %Y",
)  # fmt: skip
#: What stands for "ever" and "never": moved, it would be a date.
_NO_DATES: Final = frozenset({(1, 1, 1), (1899, 12, 30), (1900, 1, 1), (1970, 1, 1)})
_LAST_YEAR: Final = 2500
_DAY_SECONDS: Final = 86_400
#: More than this is no number of seconds, but of milliseconds.
_MILLISECONDS_FROM: Final = 100_000_000_000


def shifted_date(text: str, days: int, formats: tuple[str, ...] = ()) -> str | None:
    """Return text that begins with a date, moved; None when it does not.

    `formats` are tried first, in which whoever reads it expects the date.
    """
    head = re.match(r"[^T]*?(?=[T ]\d{2}:\d{2}|$)", text)
    body = text if head is None else head.group()
    for form in formats:
        moved = shifted_formatted(text, days, form)
        if moved is not None:
            return moved
    tried = (shifted_formatted(body, days, form) for form in (*formats, *_FORMATS))
    moved = next((one for one in tried if one is not None), None)
    return None if moved is None else moved + text[len(body) :]


def shifted_formatted(text: str, days: int, form: str) -> str | None:
    """Return a date or a moment in a format of `strptime`, moved; None when it is in another."""
    try:
        # A zone is written back as it was read.
        found = datetime.strptime(text, form)  # noqa: DTZ007  (see above)
        if (found.year, found.month, found.day) in _NO_DATES or found.year > _LAST_YEAR:
            return text
        moved = found + timedelta(days=days)
        written = moved.strftime(form)
    except (ValueError, OverflowError):
        return None
    # `strftime` writes the year 476 as it is on some systems, and days with their zero.
    return _without_zeros(written) if _is_bare(text, found.date(), form) else written


def _is_bare(text: str, found: date, form: str) -> bool:
    """Whether days or months below ten are written without a zero."""
    return len(text) < len(found.strftime(form))


def _without_zeros(written: str) -> str:
    return re.sub(r"(?<!\d)0(?=\d)", "", written)


def shifted_instant(number: float, days: int) -> float:
    """Return a moment in seconds or milliseconds since 1970, moved."""
    unit = 1000 if abs(number) >= _MILLISECONDS_FROM else 1
    return number + days * _DAY_SECONDS * unit
