"""Learn from pages that were decoded whole what of the next ones has to be decoded. Pure.

Nearly all of a record is mapped by nobody, and to decode it takes most of the time of reading it.
Only the places that somebody reads are wanted. What is left out must not show in what is there:
an object of which nothing is wanted would look like an empty one, and the two are not the same
(see `expressions.path.walk`). So each object keeps a key that all its like had so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.outline import Keys, Outline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onroll.model import Json

__all__ = ["Learned"]


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
        #: The keys that each object here had, and whether their values were always plain.
        self._always: dict[str, bool] | None = None

    def want(self, keys: Keys) -> None:
        if not keys:
            self._is_whole = True
        elif isinstance(keys[0], str):
            self._members.setdefault(keys[0], _Place()).want(keys[1:])
        else:
            self._items = self._items or _Place()
            self._items.want(keys[1:])

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
        before = self._always
        self._always = {
            key: not isinstance(item, dict | list) and (before is None or before[key])
            for key, item in value.items()
            if before is None or key in before
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
        wanted = next((key for key in members if key in self._always), None)
        plain = next((key for key, is_plain in self._always.items() if is_plain), None)
        witness = wanted if wanted is not None else plain
        if witness is None:
            return Outline(is_whole=True, is_nested=True)
        members.setdefault(witness, Outline(is_whole=True))
        return Outline(is_nested=self._is_nested, members=members, witness=witness, items=items)
