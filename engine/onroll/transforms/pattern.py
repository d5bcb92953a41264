"""Patterns of dates, as `strptime` has them, but with English names in every locale."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["english_pattern"]

_MONTH: Final = re.compile(
    r"(?<![a-z])(?:(jan)(?:uary)?|(feb)(?:ruary)?|(mar)(?:ch)?|(apr)(?:il)?|(may)|(jun)e?|(jul)y?"
    r"|(aug)(?:ust)?|(sep)(?:t(?:ember)?)?|(oct)(?:ober)?|(nov)(?:ember)?|(dec)(?:ember)?)(?![a-z])",
    re.IGNORECASE,
)
_WEEKDAY: Final = re.compile(
    r"(?<![a-z])(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?(?![a-z])",
    re.IGNORECASE,
)
_DIRECTIVE: Final = re.compile(r"%(.)", re.DOTALL)
#: What stands in for a name, in the pattern and in the text. Whoever runs the program may have
#: set a locale, whose names are the only ones that `strptime` knows.
_STAND_INS: Final = {"b": "~%m~", "B": "~%m~", "a": "~", "A": "~"}


def english_pattern(written: str) -> Callable[[str], datetime]:
    """Return a reader of such dates, which raises `ValueError` for others.

    Raises `ValueError` with what is wrong with the pattern itself, before any text is read.
    """
    own = _DIRECTIVE.sub(lambda one: _STAND_INS.get(one.group(1), one.group()), written)
    _refuse_unknown_directive(own, written)
    directives = set(_DIRECTIVE.findall(written))
    has_month, has_weekday = bool(directives & {"b", "B"}), bool(directives & {"a", "A"})

    def read(text: str) -> datetime:
        if has_month:
            text = _MONTH.sub(lambda found: f"~{found.lastindex:02}~", text)
        if has_weekday:
            text = _WEEKDAY.sub("~", text)
        return datetime.strptime(text, own)  # noqa: DTZ007  (a pattern may name no zone)

    return read


def _refuse_unknown_directive(own: str, written: str) -> None:
    try:
        datetime.strptime("", own)  # noqa: DTZ007  (nothing is read)
    except re.error:
        # `strptime` makes a regular expression with a named group per directive.
        raise ValueError(f"`{written}` is not a pattern: a directive stands in it twice") from None
    except ValueError as error:
        if "does not match" not in str(error):
            raise ValueError(f"`{written}` is not a pattern: {error}") from None
