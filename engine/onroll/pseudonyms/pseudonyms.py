"""Replace what may be somebody's in a text, piece by piece, and each piece the same everywhere.

A text is taken apart into addresses, dates, numbers, tokens and words. What is between them
stays, and that is its shape: `Kern, Ada (E-1004)` becomes `Lomb, Ivo (T-7391)`. As each word has
one stand-in wherever it stands, a full name is made of the fakes of its parts, and an e-mail
address of the fakes of a name.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import cycle
from typing import TYPE_CHECKING, Final

from onroll.pseudonyms.addresses import EMAIL, RELATIVE, URL, WHOLE_URL, Hosts, Route, fake_url
from onroll.pseudonyms.calendar import DATE, shifted_date, shifted_formatted, shifted_instant
from onroll.pseudonyms.iban import IBAN, is_iban, with_check_digits

if TYPE_CHECKING:
    from collections.abc import Collection

    from onroll.pseudonyms.substitutes import Substitutes

__all__ = ["Pseudonyms", "words_in"]

_UUID: Final = re.compile(
    r"(?<![0-9a-zA-Z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-zA-Z])"
)
_MICROSOFT_DATE: Final = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")
#: Seconds or milliseconds since 1970, of this century.
_INSTANT: Final = re.compile(r"\d{10}|\d{13}")
#: Letters and digits mixed, and long: a cursor or a hash, in which no word is to be found.
_TOKEN: Final = re.compile(
    r"(?<![A-Za-z0-9])(?=[\w+/=-]{0,99}\d)(?=[\w+/=-]{0,99}[A-Za-z])[A-Za-z0-9+/_-]{16,}={0,2}(?![A-Za-z0-9])"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_PIECES: Final = re.compile(
    "|".join(
        f"(?P<{name}>{pattern.pattern})"
        for name, pattern in (
            ("url", URL),
            ("email", EMAIL),
            ("uuid", _UUID),
            ("microsoft", _MICROSOFT_DATE),
            ("date", DATE),
            ("iban", IBAN),
            ("token", _TOKEN),
            ("word", _WORD),
            ("digits", re.compile(r"\d+")),
        )
    )
)
#: Dates are moved by at least this many days, to either side, and by less than the other.
_LEAST_DAYS: Final = 100
_MOST_DAYS: Final = 700


class Pseudonyms:
    """The stand-ins of one recording's texts and numbers.

    `kept_words`, folded, stay where they are met: the definition looks for them. `date_formats`
    are those of `strptime` in which it reads dates.
    """

    def __init__(
        self,
        substitutes: Substitutes,
        *,
        route: Route | None = None,
        kept_words: Collection[str] = (),
        date_formats: tuple[str, ...] = (),
    ) -> None:
        self._substitutes = substitutes
        self._hosts = Hosts(substitutes)
        self._route = route or Route()
        self._kept_words = frozenset(kept_words)
        self._formats = date_formats
        self._known: dict[str, str] = {}
        days = _LEAST_DAYS + substitutes.number_below(_MOST_DAYS - _LEAST_DAYS, "days")
        self.days = days if substitutes.number_below(2, "side") else -days

    def text(self, text: str, *, is_neutral: bool = False, is_date: bool = False) -> str:
        """Return the stand-in of a text. The first answer for a text is the answer for good.

        `is_neutral`: its words become plain nouns. `is_date`: it is read as a date if it can be.
        """
        if text in self._known:
            return self._known[text]
        normal = unicodedata.normalize("NFC", text)
        moved = self._moved(normal.strip()) if is_date else None
        if moved is not None:
            found = normal.replace(normal.strip(), moved)
        elif WHOLE_URL.fullmatch(normal) or (
            RELATIVE.fullmatch(normal) and not _MICROSOFT_DATE.fullmatch(normal)
        ):
            found = fake_url(normal, self._route, self._hosts, self.text)
        else:
            found = _PIECES.sub(lambda match: self._piece(match, is_neutral=is_neutral), normal)
        self._known[text] = found
        return found

    def phone(self, text: str) -> str:
        """Return the stand-in of a phone number: the country and the marks stay."""
        if text in self._known:
            return self._known[text]
        head = re.match(r"\s*(?:\+|00)\d{2}", text)
        start = 0 if head is None else head.end()
        bare = re.sub(r"\D", "", text[start:])
        # What is too long for a token comes back cut, and then goes round.
        digits = cycle(self._substitutes.token(f"tel{bare}")[3:])
        found = text[:start] + re.sub(r"\d", lambda _: next(digits), text[start:])
        self._known[text] = found
        return found

    def number(self, number: float) -> float:
        """Return the stand-in of a number: as many digits before and behind the point."""
        written, e, exponent = repr(number).partition("e")
        replaced = re.sub(r"\d+", lambda match: self._substitutes.digits(match.group()), written)
        return int(replaced) if isinstance(number, int) else float(replaced + e + exponent)

    def instant(self, number: float) -> float:
        """Return a moment in seconds or milliseconds since 1970, moved as dates are.

        Where the definition reads a number by a format, as 20261231, it is moved by that.
        """
        text = str(number)
        formatted = (shifted_formatted(text, self.days, one) for one in self._formats)
        found = next((one for one in formatted if one is not None), None)
        return shifted_instant(number, self.days) if found is None else int(found)

    def _moved(self, text: str) -> str | None:
        """Return a text that is a date, or a moment in digits, moved."""
        found = shifted_date(text, self.days, self._formats)
        if found is None and _INSTANT.fullmatch(text):
            return str(int(shifted_instant(int(text), self.days)))
        return found

    def _piece(self, match: re.Match[str], *, is_neutral: bool) -> str:
        piece = match.group()
        match match.lastgroup:
            case "word":
                return self._word(piece, is_neutral=is_neutral)
            case "digits":
                return self._substitutes.digits(piece)
            case "email":
                local, _, domain = piece.rpartition("@")
                return f"{self.text(local)}@{self._hosts.mail(domain)}"
            case "url":
                return fake_url(piece, self._route, self._hosts, self.text)
            case "uuid":
                return self._substitutes.hexadecimal(piece)
            case "date":
                return shifted_date(piece, self.days, self._formats) or self._pieces_of(piece)
            case "iban":
                return self._iban(piece) if is_iban(piece) else self._pieces_of(piece)
            case "microsoft":
                return self._microsoft(match)
            case _:
                return self._substitutes.token(piece)

    def _pieces_of(self, piece: str) -> str:
        """Replace what only looked like something by its words and numbers."""
        return re.sub(
            r"[^\W\d_]+|\d+",
            lambda one: (
                self._substitutes.digits(one.group())
                if one.group().isdecimal()
                else self._word(one.group(), is_neutral=False)
            ),
            piece,
        )

    def _word(self, word: str, *, is_neutral: bool) -> str:
        if word.casefold() in self._kept_words:
            return word
        return self._substitutes.word(word, is_neutral=is_neutral)

    def _microsoft(self, match: re.Match[str]) -> str:
        found = _MICROSOFT_DATE.fullmatch(match.group())
        assert found is not None
        moved = int(shifted_instant(int(found[1]), self.days))
        return f"/Date({moved}{found[2] or ''})/"

    def _iban(self, iban: str) -> str:
        bare = iban.replace(" ", "")
        made = with_check_digits(bare[:2] + "00" + self._substitutes.token(bare[4:]))
        letters = iter(made)
        return "".join(one if one == " " else next(letters) for one in iban)


def words_in(text: str) -> list[str]:
    """Return the words of a text, folded, as they are replaced."""
    return [word.casefold() for word in _WORD.findall(unicodedata.normalize("NFC", text))]
