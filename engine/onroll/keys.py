"""Keys by which names are the same: letters of either case, composed or not, spaces around."""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["LONGEST", "email_key", "identity_key", "is_storable"]

#: What the columns of a database hold, and more than any id or address has.
LONGEST: Final = 400


def identity_key(text: str) -> str:
    """Return what two spellings of one name have in common (Unicode's caseless match, D145)."""
    if text.isascii():  # nearly all are, and this is what the rest comes to for them
        return text.strip().lower()
    folded = unicodedata.normalize("NFD", text.strip()).casefold()
    return unicodedata.normalize("NFC", folded)


def email_key(address: str | None) -> str | None:
    """Return the key of an address; None where there is none, which equals nobody's."""
    return (identity_key(address) or None) if address is not None else None


def is_storable(text: str) -> bool:
    """Whether every database can keep a text by which somebody is known again."""
    return len(text) <= LONGEST and "\0" not in text
