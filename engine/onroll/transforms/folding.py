"""Fold letters to ASCII: decomposition for accents, a table for letters that do not decompose.

`ü` becomes `u`, or `ue` in German; `đ`, `ø`, `ł`, `ß`, `þ` and their like have no decomposition
and are looked up. What has no counterpart (other scripts) is dropped.
"""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["LOCALES", "fold"]

_LETTERS: Final = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O",
        "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L",
        "ħ": "h", "Ħ": "H", "ı": "i", "ŧ": "t", "Ŧ": "T", "ŋ": "ng", "Ŋ": "Ng", "ĸ": "k",
        "ſ": "s", "ə": "e", "Ə": "E", "ƒ": "f", "’": "'", "‘": "'", "ʻ": "'", "ʼ": "'",
        "–": "-", "—": "-", "‐": "-", "‑": "-",
    }
)  # fmt: skip
_UMLAUTS: Final[dict[str, str]] = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
_NORDIC: Final = {"å": "aa", "Å": "Aa", "ø": "oe", "Ø": "Oe", "æ": "ae", "Æ": "Ae"}

#: Languages that write some letters out in their own way.
LOCALES: Final = {"de": _UMLAUTS, "da": _NORDIC, "nb": _NORDIC, "nn": _NORDIC, "no": _NORDIC}


def fold(text: str, locale: str | None = None) -> str:
    """Return text in ASCII, written as the language of `locale` (BCP 47) would."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    is_upper = composed.isupper()
    language = (locale or "").replace("_", "-").split("-")[0].lower()
    if language in LOCALES:
        composed = composed.translate(
            {ord(letter): written for letter, written in LOCALES[language].items()}
        )
    decomposed = unicodedata.normalize("NFKD", composed.translate(_LETTERS))
    folded = decomposed.encode("ascii", "ignore").decode()
    return folded.upper() if is_upper else folded
