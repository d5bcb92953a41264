"""Go through a decoded body value by value, each with the path by which a definition names it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from onroll.pseudonyms.rules import ITEM, FieldPath

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from onroll.model import Json

__all__ = ["Body", "Layout", "Leaf", "leaves_of", "objects_of", "rebuilt"]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where records lie in one body, by the identity of its parts, and the paths inside of them.

    The items of `lists` are records or values. `objects` are records themselves. The keys of
    `keyed` are values, which have the first path; what stands below them has the second. The
    items of `rows` are lists, whose items have names. `columns` say how columns are called.
    """

    lists: Mapping[int, FieldPath] = field(default_factory=dict)
    objects: Mapping[int, FieldPath] = field(default_factory=dict)
    keyed: Mapping[int, tuple[FieldPath, FieldPath]] = field(default_factory=dict)
    rows: Mapping[int, tuple[FieldPath, tuple[str, ...]]] = field(default_factory=dict)
    columns: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Body:
    """A decoded body, and which list's, detail's or lookup's it is."""

    name: str
    value: Json = field(repr=False)
    layout: Layout = field(repr=False, default_factory=Layout)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a body, or a key that is one. `is_around`: it lies beside the records."""

    path: FieldPath
    value: Json = field(repr=False)
    is_around: bool = False
    is_column: bool = False
    is_key: bool = False


def rebuilt(body: Body, value_of: Callable[[Leaf], Json], key_of: Callable[[str], str]) -> Json:
    """Return a body with each value and key replaced, but for the keys that are values."""
    walk = _Walk(body.layout, value_of, key_of)
    return walk.through(body.value, Leaf((f"{body.name}:",), None, is_around=True))


def leaves_of(body: Body) -> list[Leaf]:
    """Return every value that is no list and no object, and every key that is a value."""
    found: list[Leaf] = []

    def note(leaf: Leaf) -> Json:
        found.append(leaf)
        return leaf.value

    rebuilt(body, note, lambda key: key)
    return found


def objects_of(body: Body) -> list[tuple[FieldPath, tuple[str, ...]]]:
    """Return the way to every object whose keys are no values by its layout, and its keys."""
    found: list[tuple[FieldPath, tuple[str, ...]]] = []
    walk = _Walk(
        body.layout,
        lambda leaf: leaf.value,
        lambda key: key,
        lambda path, keys: found.append((path, keys)),
    )
    walk.through(body.value, Leaf((f"{body.name}:",), None, is_around=True))
    return found


class _Walk:
    def __init__(
        self,
        layout: Layout,
        value_of: Callable[[Leaf], Json],
        key_of: Callable[[str], str],
        note_object: Callable[[FieldPath, tuple[str, ...]], None] | None = None,
    ) -> None:
        self._layout = layout
        self._value_of = value_of
        self._key_of = key_of
        self._note_object = note_object

    def through(self, value: Json, at: Leaf) -> Json:
        """Return a value rebuilt; `at` says where it stands."""
        if isinstance(value, dict):
            return self._through_object(value, at)
        if isinstance(value, list):
            return self._through_list(value, at)
        return self._value_of(replace(at, value=value))

    def _through_object(self, value: dict[str, Json], at: Leaf) -> Json:
        layout = self._layout
        if id(value) in layout.keyed:
            key_path, inner = layout.keyed[id(value)]
            return {
                str(self._value_of(Leaf(key_path, key, is_key=True))): self.through(
                    item, Leaf(inner, None)
                )
                for key, item in value.items()
            }
        if id(value) in layout.objects:
            at = Leaf(layout.objects[id(value)], None)
        if self._note_object is not None:
            self._note_object(at.path, tuple(value))
        return {
            self._key_of(key): self.through(item, replace(at, path=(*at.path, key)))
            for key, item in value.items()
        }

    def _through_list(self, value: list[Json], at: Leaf) -> Json:
        layout = self._layout
        if id(value) in layout.rows:
            return [self._row(row, *layout.rows[id(value)]) for row in value]
        if id(value) in layout.lists:
            inner = Leaf(layout.lists[id(value)], None)
        else:
            is_column = at.is_column or id(value) in layout.columns
            inner = replace(at, path=(*at.path, ITEM), is_column=is_column)
        return [self.through(item, inner) for item in value]

    def _row(self, row: Json, prefix: FieldPath, names: tuple[str, ...]) -> Json:
        pairs = zip(row if isinstance(row, list) else [], names, strict=False)
        return [self.through(item, Leaf((*prefix, name), None)) for item, name in pairs]
