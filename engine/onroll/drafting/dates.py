"""How dates and instants are written: which `from` reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onroll.model import Json

__all__ = ["DateForm", "date_form", "is_date", "is_instant", "is_no_date"]

#: Each way to write a day, as a pattern of text and as `from` has it. A value is of the first
#: that fits; the two orders of `1/2/2024` are told apart by days above 12.
_FORMS: Final = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"\d{4}-\d\d-\d\d(?!\d).*", "iso"),
        (r"/Date\(-?\d{1,16}(?:[-+]\d{4})?\)/", "odata"),
        (r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", "%Y%m%d"),
        (r"-?\d{8,10}(?:\.\d+)?", "unix"),
        (r"-?\d{11,13}", "unix_ms"),
        (r"\d{4}/\d\d?/\d\d?", "%Y/%m/%d"),
        (r"\d\d?\.\d\d?\.\d{4}", "%d.%m.%Y"),
        (r"\d\d?-[A-Za-z]{3}-\d{4}", "%d-%b-%Y"),
        (r"\d\d? [A-Za-z]{3,9} \d{4}", "%d %B %Y"),
        (r"[A-Za-z]{3,9} \d\d?, \d{4}", "%B %d, %Y"),
        (r"\d\d?/\d\d?/\d{4}", "%d/%m/%Y"),
        (r"\d\d?-\d\d?-\d{4}", "%d-%m-%Y"),
    )
)
_AMERICAN: Final = {"%d/%m/%Y": "%m/%d/%Y", "%d-%m-%Y": "%m-%d-%Y"}
_TIMES: Final = ((r" \d\d?:\d\d:\d\d", " %H:%M:%S"), (r" \d\d?:\d\d", " %H:%M"))
_NO_DAY: Final = re.compile(r"(?:0001-01-01.*|[0/.\-: T]*)")
_LATEST_YEAR: Final = 2200


@dataclass(frozen=True, slots=True)
class DateForm:
    """What reads dates: `source` for `from`, whether the values decide it, and the other one."""

    source: str
    is_sure: bool = True
    other: str | None = None

    def transform(self, name: str) -> list[Json]:
        """Return the `transform` of a definition: `date` or `datetime`."""
        return [name] if self.source == "iso" else [{name: {"from": self.source}}]


def is_date(value: Json) -> bool:
    """Whether a value is written as a date, or as vendors write that there is none."""
    text = _text(value)
    return _NO_DAY.fullmatch(text) is not None or _form_of(text) is not None


def is_no_date(value: Json) -> bool:
    """Whether a value is what vendors write where there is no date: zeros, the first day."""
    return value is not None and _NO_DAY.fullmatch(_text(value)) is not None


def is_instant(value: Json) -> bool:
    """Whether a value is a date that also tells the time so that it can be read.

    `2024-10-02 7:00 AM` is a date, and of its time nothing is known.
    """
    text = _text(value)
    if _NO_DAY.fullmatch(text) is not None or _form_of(text) != "iso":
        return is_date(value)
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def date_form(values: Sequence[Json]) -> DateForm | None:
    """Return how values are written; None when they are written in several ways, or are no dates.

    `1/2/2024` alone may be either day: then it is not sure, and `other` is the other order.
    """
    texts = [_text(value) for value in values if value is not None]
    texts = [text for text in texts if not _NO_DAY.fullmatch(text)]
    forms = {_form_of(text) for text in texts}
    if len(forms) != 1 or None in forms:
        return None
    (form,) = forms
    assert form is not None
    day = form.partition(" %H")[0]
    american = _AMERICAN.get(day)
    if american is None:
        return DateForm(form)
    other = american + form[len(day) :]
    fits = [all(_parses(text, one) for text in texts) for one in (form, other)]
    if all(fits):
        return DateForm(form, is_sure=False, other=other)
    return DateForm(form if fits[0] else other) if any(fits) else None


def _form_of(text: str) -> str | None:
    for pattern, form in _FORMS:
        if pattern.fullmatch(text):
            return form if form != "unix" or abs(float(text)) >= 10**8 else None
        if "%" in form:
            for clock, directive in _TIMES:
                if re.fullmatch(pattern.pattern + clock, text):
                    return form + directive
    return None


def _parses(text: str, form: str) -> bool:
    try:
        return datetime.strptime(text, form).year < _LATEST_YEAR  # noqa: DTZ007  (only a test)
    except ValueError:
        return False


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value.strip()
    return "?" if isinstance(value, bool | list | dict) or value is None else str(value)
