"""Where the records of a body lie, so that some can be left out and each be told by its paths."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onroll.expressions.reference import as_text
from onroll.fetch.shape import unwrapped
from onroll.pseudonyms.bodies import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from onroll.definition.connector import Shape
    from onroll.expressions.path import Path
    from onroll.model import Absent, Json
    from onroll.pseudonyms.rules import FieldPath

__all__ = ["Places", "merged_layouts", "places_of", "thinned"]


@dataclass(frozen=True, slots=True)
class Places:
    """The parts of one body that hold records, by their identity.

    Of `lists` the items are records, of `keyed` the values; `single` are records that stand
    alone among others. `layout` names their paths.
    """

    lists: frozenset[int] = frozenset()
    keyed: Mapping[int, str] = field(default_factory=dict)
    single: frozenset[int] = frozenset()
    layout: Layout = field(default_factory=Layout)


def places_of(
    body: Json, location: Path, shape: Shape | None = None, prefix: FieldPath = ()
) -> Places:
    """Find the records of a body. `prefix` stands before the paths inside of each."""
    if shape is not None:
        return _shaped(body, location.first(body), shape, prefix)
    found = location.first(body) if location.keys is not None else location.all(body)
    if location.keys is None and isinstance(found, list):
        is_one_list = len(found) == 1 and isinstance(found[0], list)
        if not is_one_list:
            single = frozenset(id(one) for one in found if isinstance(one, dict))
            return Places(single=single, layout=Layout(objects=dict.fromkeys(single, prefix)))
        found = found[0]
    if isinstance(found, list):
        return Places(lists=frozenset({id(found)}), layout=Layout(lists={id(found): prefix}))
    if isinstance(found, dict):
        # What a detail or a call of `context` brings: one object.
        return Places(layout=Layout(objects={id(found): prefix}))
    return Places()


def _shaped(body: Json, found: Json | Absent, shape: Shape, prefix: FieldPath) -> Places:
    if shape.style == "keyed":
        groups = found if isinstance(found, list) else [found]
        objects = {id(one): shape.key for one in groups if isinstance(one, dict)}
        lists = frozenset({id(found)}) if isinstance(found, list) else frozenset()
        key_path = (*prefix, shape.key)
        layout = Layout(
            keyed=dict.fromkeys(objects, (key_path, prefix)),
            lists={
                id(value): prefix
                for one in groups
                if isinstance(one, dict)
                for value in one.values()
                if isinstance(value, list)
            },
        )
        # A list of groups is cut by its groups, one group by its keys.
        return Places(lists=lists, keyed={} if lists else objects, layout=layout)
    if not isinstance(found, list):
        return Places()
    if shape.style == "values":
        layout = Layout(lists={id(found): (*prefix, shape.key)})
        return Places(lists=frozenset({id(found)}), layout=layout)
    columns = shape.columns.first(body) if shape.columns is not None else None
    names = tuple(
        as_text(shape.column_name.first(one)) if shape.column_name is not None else ""
        for one in (columns if isinstance(columns, list) else [])
    )
    layout = Layout(rows={id(found): (prefix, names)}, columns=frozenset({id(columns)}))
    return Places(lists=frozenset({id(found)}), layout=layout)


def thinned(body: Json, places: Places, is_kept: Callable[[Json], bool]) -> Json:
    """Return a body with those records only for which `is_kept`, which is asked in order."""

    def thin(value: Json) -> Json:
        if isinstance(value, list):
            if id(value) in places.lists:
                return [item for item in value if is_kept(item)]
            return [thin(item) for item in value if id(item) not in places.single or is_kept(item)]
        if not isinstance(value, dict):
            return value
        if id(value) in places.keyed:
            key = places.keyed[id(value)]
            return {name: one for name, one in value.items() if is_kept(_keyed(key, name, one))}
        return {name: thin(item) for name, item in value.items()}

    return thin(body)


def _keyed(key: str, name: str, value: Json) -> Json:
    inner = unwrapped(value)
    return {**inner, key: name} if isinstance(inner, dict) else inner


def merged_layouts(layouts: list[Layout]) -> Layout:
    """Return one layout of several of the same body; what is named first counts."""
    lists: dict[int, FieldPath] = {}
    objects: dict[int, FieldPath] = {}
    keyed: dict[int, tuple[FieldPath, FieldPath]] = {}
    rows: dict[int, tuple[FieldPath, tuple[str, ...]]] = {}
    columns: frozenset[int] = frozenset()
    for one in reversed(layouts):
        lists.update(one.lists)
        objects.update(one.objects)
        keyed.update(one.keyed)
        rows.update(one.rows)
        columns |= one.columns
    return Layout(lists, objects, keyed, rows, columns)
