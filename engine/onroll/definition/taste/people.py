"""Data in recorded answers that looks like somebody's own, and not made up for an example."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["is_made_up", "real_looking"]

_EMAIL = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})", re.IGNORECASE)
#: RFC 2606 and RFC 6761 keep these for examples and tests.
_RESERVED = re.compile(r"(^|\.)(example(\.(com|net|org|edu))?|test|invalid|localhost)$", re.I)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_PHONE = re.compile(r"(?<![\w+])\+[1-9](?:[ ()./-]{0,2}\d){8,14}(?!\w)")
#: Digits of numbers that are made up as a rule.
_MADE_UP: Final = ("555", "000", "12345", "98765")


def is_made_up(texts: Iterable[str]) -> bool:
    """Whether e-mail addresses show that the people of an example were made up.

    Their numbers then need no second look: those that `onroll record` makes look real.
    """
    found = [match for text in texts for match in _EMAIL.finditer(text)]
    return bool(found) and not any(map(_is_real_email, found))


def real_looking(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield what looks like real people's data: what it is, how often, and the first line (from 1).

    The text is that of a recorded answer in whatever format.
    """
    for what, pattern, is_real in _KINDS:
        found = [match for match in pattern.finditer(text) if is_real(match)]
        if found:
            yield what, len(found), text.count("\n", 0, found[0].start()) + 1


def _is_real_email(match: re.Match[str]) -> bool:
    return _RESERVED.search(match.group(1)) is None


def _is_real_iban(match: re.Match[str]) -> bool:
    """Whether the check digits of an IBAN are right (ISO 13616)."""
    text = match.group().replace(" ", "")
    if not 15 <= len(text) <= 34:
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def _is_real_phone(match: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", match.group())
    return not any(run in digits for run in _MADE_UP)


_KINDS: Final[tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], bool]], ...]] = (
    ("an e-mail address whose domain is not kept for examples", _EMAIL, _is_real_email),
    ("an IBAN with right check digits", _IBAN, _is_real_iban),
    ("a phone number that looks real", _PHONE, _is_real_phone),
)
