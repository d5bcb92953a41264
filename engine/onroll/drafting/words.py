"""The words in a key: `familyName1`, `Email_werk` and `cost-center` taken apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

__all__ = ["singular", "spelled", "words_of"]

_LONGEST_KEY: Final = 200
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def spelled(text: str) -> tuple[str, ...]:
    """Return what is written with blanks between: the way to write long lists of words."""
    return tuple(text.split())


@lru_cache(maxsize=1 << 13)
def words_of(key: str) -> tuple[str, ...]:
    """Return a key's words, in lower case and without accents."""
    text = unicodedata.normalize("NFKD", key[:_LONGEST_KEY].replace("ß", "ss"))
    plain = "".join(letter for letter in text if not unicodedata.combining(letter))
    return tuple(singular(word.lower()) for word in _WORD.findall(plain))


def singular(word: str) -> str:
    """Return an English plural's singular; `status`, `address` and `apellidos` stay."""
    if word.endswith(("sses", "uses")):
        return word[:-2]
    if word == "ids":
        return "id"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "os", "as")):
        return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word
