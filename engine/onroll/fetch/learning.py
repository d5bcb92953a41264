"""Learn from pages that were decoded whole what of the next ones has to be decoded. Pure.

Nearly all of a record is mapped by nobody, and to decode it takes most of the time of reading it.
Only the places that somebody reads are wanted. What is left out must not show in what is there:
an object of which nothing is wanted would look like an empty one, and the two are not the same
(see `expressions.path.walk`). So each object keeps a key that all its like had so far.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from onroll.outline import Keys, Outline, has_field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onroll.model import Json

__all__ = ["Learned"]

#: What lies further down is wanted with all that is beside it.
_DEEPEST: Final = 20
#: A server may put any number of keys into an object.
_MOST_WITNESSES: Final = 50


class Learned:
    """The wanted places of an answer, and what was seen there."""

    def __init__(self, places: Iterable[Keys]) -> None:
        self._root = _Place()
        for keys in places:
            self._root.want(keys)

    def see(self, body: Json) -> None:
        """Take in a body that was decoded whole."""
        self._root.see(body)

    def outline(self) -> Outline:
        """Return what to decode of bodies like those that were seen."""
        return self._root.outline()


class _Place:
    def __init__(self) -> None:
        self._is_whole = False
        self._is_nested = False
        self._members: dict[str, _Place] = {}
        self._items: _Place | None = None
        #: Keys that each object here had, the wanted ones first, and whether what they hold was
        #: always plain.
        self._always: dict[str, bool] | None = None

    def want(self, keys: Keys) -> None:
        place = self
        for key in keys[:_DEEPEST]:
            if isinstance(key, int):
                place._items = place._items or _Place()
                place = place._items
            elif has_field(key):
                place = place._members.setdefault(key, _Place())
            else:
                break
        place._is_whole = True

    def see(self, value: Json) -> None:
        if isinstance(value, dict):
            self._see_object(value)
        elif isinstance(value, list):
            if self._items is None or self._is_whole:
                self._is_nested |= any(isinstance(item, dict | list) for item in value)
            else:
                for item in value:
                    self._items.see(item)

    def _see_object(self, value: dict[str, Json]) -> None:
        if self._is_whole:
            self._is_nested = True
            return
        if self._always is None:
            wanted = (key for key in self._members if key in value)
            others = islice(filter(has_field, value), _MOST_WITNESSES)
            self._always = dict.fromkeys((*wanted, *others), True)
        self._always = {
            key: is_plain and not isinstance(value[key], dict | list)
            for key, is_plain in self._always.items()
            if key in value
        }
        for key, place in self._members.items():
            if key in value:
                place.see(value[key])

    def outline(self) -> Outline:
        if self._is_whole:
            return Outline(is_whole=True, is_nested=self._is_nested)
        items = None if self._items is None else self._items.outline()
        if self._always is None:
            return Outline(is_nested=self._is_nested, items=items)
        members = {key: place.outline() for key, place in self._members.items()}
        may_be = (key for key, is_plain in self._always.items() if is_plain or key in members)
        witness = next(may_be, None)
        if witness is None:
            return Outline(is_whole=True, is_nested=True)
        members.setdefault(witness, Outline(is_whole=True))
        return Outline(is_nested=self._is_nested, members=members, witness=witness, items=items)
