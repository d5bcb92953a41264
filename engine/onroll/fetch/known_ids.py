"""Know very many ids again in at most 24 bytes each: a hash table of 8-byte keyed hashes.

A Python set would take about 100 bytes an id, and is several times as fast: the first hundred
thousand are in one. Two different ids with the same hash would look like one listed twice, which
errs toward an incomplete listing; with 64 bits the odds for a million people are one in forty
million.
"""

from __future__ import annotations

import os
from array import array
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["KnownIds", "KnownTexts"]

_SMALLEST: Final = 1 << 10
#: Up to so many, and so many characters, ids are kept as they are.
_FEW: Final = 1 << 17
_FEW_CHARACTERS: Final = 1 << 23


class KnownIds:
    """A set of ids that can only grow."""

    def __init__(self) -> None:
        self._few: set[str] | None = set()
        self._characters = 0
        self._many = KnownTexts()

    def __len__(self) -> int:
        return len(self._many if self._few is None else self._few)

    def add_all(self, texts: Sequence[str | None]) -> list[bool]:
        """Add ids; return which of them are new. None is nobody's, and never new."""
        few = self._few
        if few is None:
            add = self._many.add
            return [text is not None and add(text) for text in texts]
        named = [text for text in texts if text is not None]
        if len(set(named)) == len(texts) and few.isdisjoint(named):
            # As in nearly every page: then there is nothing to ask about each.
            few.update(named)
            self._characters += len("".join(named))
            is_new = [True] * len(texts)
        else:
            is_new = [self._is_new(text, few) for text in texts]
        if len(few) > _FEW or self._characters > _FEW_CHARACTERS:
            for text in few:
                self._many.add(text)
            self._few = None
        return is_new

    def _is_new(self, text: str | None, few: set[str]) -> bool:
        if text is None or text in few:
            return False
        few.add(text)
        self._characters += len(text)
        return True


class KnownTexts:
    """A set of texts, of any length, that can only grow. Open addressing, two thirds full."""

    def __init__(self) -> None:
        # Keyed, so that nobody can prepare ids that collide.
        self._key = os.urandom(16)
        self._size = 0
        self._mask = _SMALLEST - 1
        self._slots = array("Q", (0,)) * _SMALLEST

    def __len__(self) -> int:
        return self._size

    def add(self, text: str) -> bool:
        """Add a text; return whether it is new."""
        # Zero marks a free slot. Python's hash of text is keyed per process, and ours on top.
        value = hash((self._key, text)) & 0xFFFF_FFFF_FFFF_FFFF or 1
        slots, mask = self._slots, self._mask
        slot = value & mask
        while (there := slots[slot]) != 0:
            if there == value:
                return False
            slot = (slot + 1) & mask
        slots[slot] = value
        self._size += 1
        if self._size * 3 > mask * 2:
            self._grow()
        return True

    def _grow(self) -> None:
        old = self._slots
        self._mask = self._mask * 2 + 1
        # Repeated, not filled from bytes: those would be held beside the table while it grows.
        self._slots = slots = array("Q", (0,)) * (self._mask + 1)
        mask = self._mask
        for value in old:
            if value:
                slot = value & mask
                while slots[slot] != 0:
                    slot = (slot + 1) & mask
                slots[slot] = value
