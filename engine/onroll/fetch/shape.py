"""Records that are laid out otherwise than as a list of objects.

    {"17": {"name": "Ada"}}                 shape: {style: keyed, key: id}
    [{"17": [{"name": "Ada"}]}]             shape: {style: keyed, key: id}
    {"columns": ["id", "name"], "rows": [[17, "Ada"]]}
                                            shape: {style: columns, columns: columns}
    ["17", "18"]                            shape: {style: values, key: id}

All of them give `{"id": "17", "name": "Ada"}` (the last one its id alone).
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from onroll.expressions.reference import as_text
from onroll.model import Absent, Json

if TYPE_CHECKING:
    from onroll.definition.connector import Shape

__all__ = ["Misshapen", "records_of", "unwrapped"]


class Misshapen(ValueError):
    """What was found does not have the shape that the definition says; the text says why."""


def records_of(shape: Shape, found: Json, body: Json) -> list[Json]:
    """Return the records of what lies at the resource location. Raises `Misshapen`."""
    if shape.style == "keyed":
        return _keyed(found, shape.key)
    if not isinstance(found, list):
        raise Misshapen("it is no list")
    if shape.style == "values":
        return [_valued(item, shape.key) for item in found]
    names = _column_names(shape, body)
    return [_row(item, names) for item in found]


def _keyed(found: Json, key: str) -> list[Json]:
    groups = found if isinstance(found, list) else [found]
    records: list[Json] = []
    for group in groups:
        if not isinstance(group, dict):
            raise Misshapen("it is no object, and no list of objects, whose keys are ids")
        for name, value in group.items():
            inner = unwrapped(value)
            if not isinstance(inner, dict):
                raise Misshapen("what stands below a key is no record")
            records.append({**inner, key: name})
    return records


def unwrapped(value: Json) -> Json:
    """Return what lies alone in a list, as each record of Zoho People does."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _valued(item: Json, key: str) -> Json:
    if isinstance(item, dict | list) or item is None:
        raise Misshapen("an item of it is no plain value")
    return {key: item}


def _column_names(shape: Shape, body: Json) -> list[str]:
    columns = shape.columns.first(body) if shape.columns is not None else None
    if not isinstance(columns, list):
        raise Misshapen(f"there is no list of columns at `{shape.columns}`")
    assert shape.column_name is not None
    names: list[str] = []
    for column in columns:
        name = shape.column_name.first(column)
        if name is None or isinstance(name, Absent | dict | list):
            raise Misshapen(f"a column has no name at `{shape.column_name}`")
        names.append(as_text(name))
    if len(set(names)) < len(names):
        raise Misshapen("two columns have one name")
    return names


def _row(item: Json, names: list[str]) -> Json:
    if not isinstance(item, list):
        raise Misshapen("a row of it is no list")
    if len(item) > len(names):
        raise Misshapen(f"a row has {len(item)} values for {len(names)} columns")
    # Some APIs leave out the nulls at the end.
    return dict(zip_longest(names, item))
