"""Stand-ins for words, numbers and tokens: the same for the same, of its shape, and never shared.

Which one is drawn follows from a key that is made for one recording and kept nowhere, so that
nobody can compute it again, or try names until one fits. Two different values never get the same
stand-in, and none gets a word that occurs in the answers.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
from typing import TYPE_CHECKING, Final

from onroll.pseudonyms.pools import ACCENTS, CONSONANTS, NEUTRAL, SCRIPTS, VOWELS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

__all__ = ["Substitutes"]

#: Where few values of a shape exist, all may be taken: then what must not be is given up, first
#: that it is no word of the answers, then that it is another value.
_POLITE_TRIES: Final = 400
#: What is longer says nothing more about its shape, as a photo in base64.
_LONGEST_TOKEN: Final = 200
_KEPT_OF_TOKEN: Final = 64
_KEY_BYTES: Final = 32


class Substitutes:
    """The stand-ins of one recording. `avoid` holds words, folded, that none may be."""

    def __init__(self, key: bytes | None = None, avoid: Collection[str] = ()) -> None:
        self._key = secrets.token_bytes(_KEY_BYTES) if key is None else key
        self._avoid = frozenset(avoid)
        self._known: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()

    def word(self, word: str, *, is_neutral: bool = False) -> str:
        """Return the stand-in of a word of letters, with its case.

        With `is_neutral` a word that has none yet gets a plain noun, else one made of syllables.
        """
        folded = word.casefold()
        # A neutral word is taken as long as there is one; then one is made.
        draws = [self._neutral, self._made] if is_neutral else [self._made]
        found = self._known.get(("word", folded))
        for draw in draws:
            if found is None:
                found = self._drawn("word", folded, draw, is_last=draw is draws[-1])
        assert found is not None
        return _with_case_of(word, found)

    def digits(self, digits: str) -> str:
        """Return the stand-in of a number in digits: as many, and as many zeros before it.

        0 and 1 stand for themselves: they are mostly a yes or a no.
        """
        if not digits.isascii():
            return self.token(digits)
        zeros = len(digits) - len(digits.lstrip("0"))
        if digits[zeros:] in ("", "1"):
            return digits
        found = self._drawn("digits", digits, lambda text, draw: _number(text, zeros, draw))
        assert found is not None
        return found

    def token(self, token: str) -> str:
        """Return the stand-in of an opaque token: each letter and digit for one of its kind."""
        cut = token if len(token) <= _LONGEST_TOKEN else token[:_KEPT_OF_TOKEN]
        found = self._drawn("token", token, lambda _, draw: _scrambled(cut, draw))
        assert found is not None
        return found

    def hexadecimal(self, text: str) -> str:
        """Return the stand-in of hexadecimal digits, as in a UUID; what is between them stays."""
        found = self._drawn("hex", text.lower(), _hexadecimal)
        assert found is not None
        return found.upper() if text.isupper() else found

    def number_below(self, bound: int, purpose: str) -> int:
        """Return a number that is this recording's own, from 0 to `bound` - 1."""
        return int.from_bytes(self._digest("number", purpose, 0)[:8]) % bound

    def _drawn(
        self,
        kind: str,
        text: str,
        draw: Callable[[str, _Draw], str],
        *,
        is_last: bool = True,
    ) -> str | None:
        known = self._known.get((kind, text))
        if known is not None:
            return known
        attempt = 0
        while True:
            if attempt == _POLITE_TRIES and not is_last:
                return None
            stream = _Draw(lambda block: self._digest(kind, text, block))
            stream.skip(attempt)
            found = draw(text, stream)
            if attempt >= 2 * _POLITE_TRIES:
                found += draw(text, stream)  # all of this shape are taken
            is_free = f"{kind} {found}" not in self._taken
            is_other = attempt >= _POLITE_TRIES or (
                found != text and found.casefold() not in self._avoid
            )
            if is_free and is_other:
                break
            attempt += 1
        self._taken.add(f"{kind} {found}")
        self._known[kind, text] = found
        return found

    def _neutral(self, _: str, draw: _Draw) -> str:
        return draw.one_of(NEUTRAL)

    def _made(self, folded: str, draw: _Draw) -> str:
        letters = next(
            (letters for first, last, letters in SCRIPTS if first <= folded[:1] <= last), None
        )
        length = _length_like(len(folded), draw)
        if letters is not None or length < 3:
            pool = letters or string.ascii_lowercase
            return "".join(draw.one_of(pool) for _ in range(length))
        pools = (CONSONANTS, VOWELS) if draw.below(4) else (VOWELS, CONSONANTS)
        made = "".join(draw.one_of(pools[place % 2]) for place in range(length))
        if folded.isascii():
            return made
        vowel = next(letter for letter in made if letter in ACCENTS)
        return made.replace(vowel, ACCENTS[vowel], 1)

    def _digest(self, kind: str, text: str, block: int) -> bytes:
        message = f"{kind}\0{block}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, message, hashlib.sha256)


class _Draw:
    """Numbers out of a stream of keyed bytes."""

    def __init__(self, block: Callable[[int], bytes]) -> None:
        self._block = block
        self._next_block = 0
        self._left = b""

    def skip(self, attempts: int) -> None:
        """Begin elsewhere, for another attempt."""
        self._next_block = attempts << 20
        self._left = b""

    def below(self, bound: int) -> int:
        """Return a number from 0 to `bound` - 1."""
        if len(self._left) < 4:
            self._left = self._block(self._next_block)
            self._next_block += 1
        taken, self._left = self._left[:4], self._left[4:]
        return int.from_bytes(taken) % bound

    def one_of(self, pool: str | tuple[str, ...]) -> str:
        """Return one of a pool."""
        return pool[self.below(len(pool))]


def _length_like(length: int, draw: _Draw) -> int:
    """Return a length of the same class: how long a name is tells something about whose it is."""
    for first, last in ((3, 4), (5, 7), (8, 11)):
        if first <= length <= last:
            return first + draw.below(last - first + 1)
    return min(length, 14)


def _number(digits: str, zeros: int, draw: _Draw) -> str:
    rest = len(digits) - zeros - 1
    # One digit stays one that is neither a yes nor a no.
    first = draw.one_of("23456789" if rest == 0 else "123456789")
    return "0" * zeros + first + "".join(draw.one_of(string.digits) for _ in range(rest))


def _scrambled(text: str, draw: _Draw) -> str:
    return "".join(_letter_like(letter, draw) for letter in text)


def _letter_like(letter: str, draw: _Draw) -> str:
    if letter.isdecimal():
        return draw.one_of(string.digits)
    if letter.isalpha():
        return draw.one_of(string.ascii_uppercase if letter.isupper() else string.ascii_lowercase)
    return letter


def _hexadecimal(text: str, draw: _Draw) -> str:
    return "".join(
        draw.one_of("0123456789abcdef") if letter in string.hexdigits else letter for letter in text
    )


def _with_case_of(word: str, made: str) -> str:
    if word.isupper() and len(word) > 1:
        return made.upper()
    return made[:1].upper() + made[1:] if word[:1].isupper() else made
