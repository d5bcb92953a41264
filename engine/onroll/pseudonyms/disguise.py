"""A recording's bodies with everything replaced that may be somebody's, and the account of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from onroll.pseudonyms.addresses import Route, foreign_pieces
from onroll.pseudonyms.bodies import Body, Leaf, leaves_of, rebuilt
from onroll.pseudonyms.fields import PERSONAL
from onroll.pseudonyms.leaks import Replaced
from onroll.pseudonyms.pseudonyms import Pseudonyms, words_in
from onroll.pseudonyms.rules import Rules, written
from onroll.pseudonyms.substitutes import Substitutes
from onroll.pseudonyms.survey import KEPT, Fate, Survey

if TYPE_CHECKING:
    from onroll.model import Json
    from onroll.pseudonyms.rules import FieldPath

__all__ = ["Change", "Disguise"]

_MOST_EXAMPLES: Final = 1
#: A link of a header, and what is said of it (RFC 8288).
_LINK: Final = re.compile(r"<([^<>]*)>([^<]*)")
_REL: Final = re.compile(r"rel\s*=\s*(?:\"[a-z ]*\"|[a-z]+)", re.IGNORECASE)


@dataclass(slots=True)
class Change:
    """What becomes of the values at one place. `examples` are fakes, never what was there."""

    path: str
    fate: Fate
    count: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def is_kept(self) -> bool:
        """Whether the values stay as the source gave them."""
        return self.fate in KEPT and self.fate != "restated"


class Disguise:
    """Replaces values in bodies that were surveyed together. `key` is only given by tests.

    `restated` are the ways to counts that are of the recording already, and no longer the source's.
    """

    def __init__(
        self,
        bodies: list[Body],
        rules: Rules,
        *,
        keep: frozenset[str] = frozenset(),
        route: Route | None = None,
        restated: frozenset[FieldPath] = frozenset(),
        key: bytes | None = None,
    ) -> None:
        self._keep = keep
        self._route = route or Route()
        self._survey = Survey(bodies, rules, keep, self._route.words, restated)
        substitutes = Substitutes(key, self._survey.words | rules.words | rules.compared)
        # What a department's transform looks for may be somebody's name.
        kept_words = (rules.words - set(self._survey.name_words)) | rules.name_words
        self._pseudonyms = Pseudonyms(
            substitutes,
            route=self._route,
            kept_words=kept_words,
            date_formats=rules.date_formats,
        )
        # Names first, so that a word that is also a place's looks like a name everywhere.
        for word in self._survey.name_words:
            if word not in kept_words:
                substitutes.word(word)
        self._changes: dict[tuple[str, Fate], Change] = {}
        self._replaced = Replaced()
        self._personal = Replaced(self._survey.name_words)

    @property
    def unknown_keep(self) -> frozenset[str]:
        """Ways that were to be kept and that no answer has. True once all bodies are done."""
        return self._keep - self._survey.used_keep

    @property
    def changes(self) -> list[Change]:
        """What became of the values at each place, in the order first met."""
        return list(self._changes.values())

    def is_left_in(self, text: str) -> bool:
        """Whether what is about to be written holds a text that was replaced.

        In a word of the API's, as a status, only what is somebody's counts.
        """
        if self._survey.is_public(text):
            return False
        known = self._personal if self._survey.is_kept_text(text) else self._replaced
        return any(known.is_in(piece) for piece in foreign_pieces(text, self._route))

    def header(self, name: str, value: str) -> str:
        """Replace what a header says: a cursor, or a link, cut to its address and `rel`."""
        if self._survey.is_compared(value):
            return value
        links = _LINK.findall(value) if name.lower() == "link" else []
        if not links:
            return self._text(value)
        return ", ".join(
            f"<{self._text(url)}>" + "".join(f"; {rel}" for rel in _REL.findall(rest))
            for url, rest in links
        )

    def _text(self, text: str) -> str:
        found = self._pseudonyms.text(text)
        if found != text:
            self._replaced.note(text)
        return found

    def body(self, body: Body) -> Json:
        """Return a body with its values replaced."""
        for leaf in leaves_of(body):
            self._account(leaf)
        return rebuilt(body, self._value, self._key)

    def _account(self, leaf: Leaf) -> None:
        fate = self._survey.fate(leaf)
        if fate is None:
            return
        # A key of an object may be somebody's address, and is shown to whoever looks on.
        path = written(tuple(self._key(one) for one in leaf.path))
        change = self._changes.setdefault((path, fate), Change(path, fate))
        change.count += 1
        if not change.is_kept and len(change.examples) < _MOST_EXAMPLES:
            change.examples.append(str(self._value(leaf)))

    def _key(self, key: str) -> str:
        return self._text(key) if self._survey.is_data_key(key) else key

    def _value(self, leaf: Leaf) -> Json:
        fate = self._survey.fate(leaf)
        value = leaf.value
        if fate is None or fate in KEPT:
            return value
        if not isinstance(value, str):
            known = self._pseudonyms
            return known.instant(value) if fate == "date" else known.number(value)
        if fate == "phone" and not words_in(value):
            found = self._pseudonyms.phone(value)
        else:
            found = self._pseudonyms.text(value, is_neutral=fate == "words", is_date=fate == "date")
        if found != value:
            self._replaced.note(value)
            if fate in PERSONAL:
                self._personal.note(value)
        return found
