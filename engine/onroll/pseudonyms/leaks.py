"""The last look at what is about to be written: no text that was replaced may be in it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Replaced"]

#: Shorter texts are in too many words to mean anybody.
_FEWEST_LETTERS: Final = 4
_WORD: Final = re.compile(r"[^\W_]+")


class Replaced:
    """Texts that were replaced, found again as whole words in another text."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._by_first: dict[str, set[tuple[str, ...]]] = {}
        for text in texts:
            self.note(text)

    def note(self, text: str) -> None:
        """Know a text that was replaced."""
        if sum(one.isalpha() for one in text) < _FEWEST_LETTERS:
            return
        words = tuple(_words(text))
        if words:
            self._by_first.setdefault(words[0], set()).add(words)

    def is_in(self, text: str) -> bool:
        """Whether one of them stands in a text, whatever case and marks it is written with."""
        words = _words(text)
        return any(
            tuple(words[start : start + len(known)]) == known
            for start, word in enumerate(words)
            for known in self._by_first.get(word, ())
        )


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())
