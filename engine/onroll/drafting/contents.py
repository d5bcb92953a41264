"""What values look like: an address, a phone number, words. Not what they are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from onroll.model import Json

__all__ = ["is_email", "is_key", "is_label", "is_phone", "share"]

_EMAIL: Final = re.compile(r"[^\s@,;<>]{1,64}@[^\s@,;<>.]+(?:\.[^\s@,;<>.]+)+")
_PHONE: Final = re.compile(r"\+?[\d\s()./-]{5,30}(?:\s?(?:x|ext\.?)\s?\d{1,6})?")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d.*|/Date\(.*")
_NUMBER: Final = re.compile(r"[-+]?[\d.,]+")
_LONGEST_LABEL: Final = 120
_LONGEST_KEY: Final = 100


def is_email(value: Json) -> bool:
    """Whether a value is an e-mail address."""
    return isinstance(value, str) and _EMAIL.fullmatch(value.strip()) is not None


def is_phone(value: Json) -> bool:
    """Whether a value can be a phone number: digits and what stands between them."""
    if isinstance(value, int) and not isinstance(value, bool):
        return 10**5 <= value < 10**15
    if not isinstance(value, str) or _MOMENT.fullmatch(value):
        return False
    return sum(map(str.isdigit, value)) >= 5 and _PHONE.fullmatch(value.strip()) is not None


def is_label(value: Json) -> bool:
    """Whether a value can be a name or title: some words, neither number nor date nor address."""
    if not isinstance(value, str) or not 0 < len(value.strip()) <= _LONGEST_LABEL:
        return False
    text = value.strip()
    if is_email(text) or "://" in text or _MOMENT.fullmatch(text):
        return False
    return _NUMBER.fullmatch(text) is None and any(map(str.isalpha, text))


def is_key(value: Json) -> bool:
    """Whether a value can be an id: a whole number, or text of one piece."""
    if isinstance(value, str):
        text = value.strip()
        is_address = text.startswith("/") or "://" in text
        return 0 < len(text) <= _LONGEST_KEY and not re.search(r"\s", text) and not is_address
    return isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)


def share(values: Sequence[Json], holds: Callable[[Json], bool]) -> float:
    """Return the part of the values for which something holds; 0 where there are none."""
    return sum(map(holds, values)) / len(values) if values else 0.0
