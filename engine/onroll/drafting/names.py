"""How well the name of a leaf fits the phrases of an attribute."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from onroll.drafting.leaves import Leaf, Picked
from onroll.drafting.vocabulary import (
    ASPECTS,
    BLOCKED,
    ENTITIES,
    FORMS,
    GENERIC,
    OTHERS,
    PERSONAL,
    PRIVATE,
    WORK,
    WRAPPERS,
)
from onroll.drafting.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Trail", "fit", "trail_of"]

#: What it costs to pass over a key: one that says little, another thing's, an unknown one.
_OVER_PERSONAL: Final = 1
_OVER_ASPECT: Final = 2
_OVER_ENTITY: Final = 25
_OVER_UNKNOWN: Final = 35
_OVER_BLOCKED: Final = 100
_PER_WORD: Final = 3
_LAST_RANK: Final = 20
#: `type.type` is another thing than `type.name`.
_COSTLY_FORM: Final = 8
#: A list of these holds other people than the record is about.
_PEOPLE: Final = frozenset({"member", "user", "employee", "people", "worker", "staff", "person"})
_BETWEEN_KEYS: Final = re.compile(r"[./]")
#: Short codes of a list's types: work, home, and the mobiles of both.
_TYPE_CODES: Final = {
    "w": ("work",), "w1": ("work",), "wm": ("work", "mobile"),
    "h": ("home",), "h1": ("home",), "hm": ("home", "mobile"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trail:
    """The words on the way to a leaf, key by key."""

    keys: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """All words in order."""
        return tuple(word for key in self.keys for word in key)

    @property
    def is_work(self) -> bool:
        """Whether it says that this is the person's at work."""
        return bool(WORK & set(self.words)) and not self.is_private

    @property
    def is_private(self) -> bool:
        """Whether it says that this is the person's own: at home, or a second one."""
        last = set(self.keys[-1]) if self.keys else set()
        if PRIVATE & last:
            return True
        # Of `personal.workEmail` the key itself counts; a first `personal` is a part of the record.
        keys = self.keys[1:] if self.keys[:1] == (("personal",),) else self.keys
        return any(PRIVATE & set(key) for key in keys) and not WORK & last


def trail_of(leaf: Leaf) -> Trail:
    """Return the words on the way to a leaf."""
    keys: list[tuple[str, ...]] = []
    for step, below in zip_longest(leaf.steps, leaf.steps[1:]):
        if isinstance(step, Picked) and isinstance(step.value, str):
            keys.append(_TYPE_CODES.get(step.value.lower()) or words_of(step.value))
        elif step == 1 and keys and keys[-1][-1:] == ("id",):
            keys[-1] = (*keys[-1][:-1], "name")  # the second of a pair of id and name
        elif isinstance(step, str):
            # Of a name such as `urn:…:User` the last part says what it is.
            name = step.rpartition(":")[2] or step
            keys += [words_of(part) for part in _BETWEEN_KEYS.split(name)]
            if below is not None and not isinstance(below, str) and _PEOPLE & set(keys[-1]):
                keys[-1] = (*keys[-1], OTHERS)
    return Trail(tuple(key for key in keys if key))


def fit(trail: Trail, phrases: tuple[str, ...]) -> int:
    """Return how well a trail is named by one of the phrases: 0 (not at all) to 100."""
    best = 0
    cost = 0
    is_inside = False
    for dropped, key in enumerate(trail.keys):
        rest = _told(word for one in trail.keys[dropped:] for word in one)
        best = max(best, _fit_words(rest, phrases, is_inside) - cost)
        cost += _cost_of(key)
        is_inside = is_inside or not set(key) <= PERSONAL
    return best


def _cost_of(key: tuple[str, ...]) -> int:
    words = set(key)
    if words & BLOCKED:
        return _OVER_BLOCKED
    if words <= PERSONAL:
        return _OVER_PERSONAL
    if words <= PERSONAL | ASPECTS | WORK | PRIVATE:
        return _OVER_ASPECT
    return _OVER_ENTITY if words & ENTITIES else _OVER_UNKNOWN


@lru_cache(maxsize=1 << 15)
def _fit_words(words: tuple[str, ...], phrases: tuple[str, ...], is_inside: bool) -> int:  # noqa: FBT001  (the cache takes positions)
    """Fit the words as they are, without first words that say little, without a form's name."""
    ranks = _ranks(phrases)
    best = 0
    for front in range(len(words)):
        cost = _PER_WORD * front
        for back in range(len(words), front, -1):
            phrase = "".join(words[front:back])
            if phrase in ranks and not (is_inside and phrase in GENERIC):
                best = max(best, 100 - min(ranks[phrase], _LAST_RANK) - cost)
                if back == len(words):
                    return best
            form = words[back - 1]
            if form not in FORMS:
                break
            # The last word says in which form the value stands.
            cost += FORMS[form] + 1 if back == len(words) else 1
        if words[front] not in PERSONAL | ASPECTS | WORK:
            break
        is_inside = is_inside or words[front] not in PERSONAL
    return best


@lru_cache(maxsize=256)
def _ranks(phrases: tuple[str, ...]) -> dict[str, int]:
    return {phrase: rank for rank, phrase in reversed(list(enumerate(phrases)))}


def _told(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words without those that only wrap, and each repeated one once."""
    found: list[str] = []
    every = tuple(words)
    for word in every:
        is_again = bool(found) and found[-1] == word and FORMS.get(word, 0) < _COSTLY_FORM
        if word not in WRAPPERS and not is_again:
            found.append(word)
    return tuple(found) or every
