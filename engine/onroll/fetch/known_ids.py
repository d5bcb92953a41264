"""Know ids again in at most 24 bytes each: a hash table of 8-byte keyed hashes.

A Python set would take about 100 bytes an id. Two different ids with the same hash would look
like one listed twice, which errs toward an incomplete listing; with 64 bits the odds for a
million people are one in forty million.
"""

from __future__ import annotations

import os
from array import array
from typing import Final

__all__ = ["KnownIds"]

_SMALLEST: Final = 1 << 10


class KnownIds:
    """A set of texts that can only grow. Open addressing, at most two thirds full."""

    def __init__(self) -> None:
        # Keyed, so that nobody can prepare ids that collide.
        self._key = os.urandom(16)
        self._size = 0
        self._mask = _SMALLEST - 1
        self._slots = array("Q", (0,)) * _SMALLEST

    def __len__(self) -> int:
        return self._size

    def add(self, text: str) -> bool:
        """Add an id; return whether it is new."""
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
