"""The lists that an answer holds, in each layout that a definition can read as records."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from onroll.drafting.leaves import shown, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.model import Json
    from onroll.outline import Keys

__all__ = ["Layout", "layouts"]

_DEEPEST: Final = 5
_MOST_KEYS: Final = 60
_MOST_LAYOUTS: Final = 200
#: So many items show what a list holds.
_SAMPLE: Final = 50
_COLUMN_NAMES: Final = ("id", "key", "name", "field", "fieldName", "label", "title")
#: A key that nobody chose as a word: a number, or with a digit behind letters, or an address.
_LIKE_AN_ID: Final = re.compile(r"\d+|.*\d.*\d.*|.*@.*")


@dataclass(frozen=True, slots=True)
class Layout:
    """A list at `keys`, and the records that it gives. `shape` as a definition writes it."""

    keys: Keys
    records: tuple[Json, ...] = field(repr=False)
    shape: Mapping[str, Any] | None = None
    reason: str = ""


def layouts(body: Json) -> list[Layout]:
    """Return every list in a body that could be one of records, empty ones too."""
    found: list[Layout] = []
    for one in _below(body, (), body):
        found.append(one)
        if len(found) >= _MOST_LAYOUTS:
            break
    return found


def _below(value: Json, keys: Keys, body: Json) -> Iterator[Layout]:
    if len(keys) > _DEEPEST:
        return
    if isinstance(value, list):
        yield from _of_list(value, keys, body)
        if len(value) == 1 and isinstance(value[0], dict):
            yield from _below(value[0], (*keys, 0), body)
    elif isinstance(value, dict):
        yield from _of_object(value, keys)
        if len(value) <= _MOST_KEYS:
            for key, inner in value.items():
                yield from _below(inner, (*keys, key), body)


def _of_list(items: list[Json], keys: Keys, body: Json) -> Iterator[Layout]:
    sample = items[:_SAMPLE]
    if all(isinstance(item, dict) for item in sample):
        groups = _singletons(sample)
        if groups:
            records, key = _keyed([pair for item in items for pair in item.items()])
            reason = "each object has one key, which differs from object to object"
            yield Layout(keys, records, {"style": "keyed", "key": key}, reason)
        else:
            yield Layout(keys, tuple(items))
    elif all(isinstance(item, list) for item in sample):
        yield from _of_rows(items, keys, body)
    elif all(isinstance(item, str | int) and not isinstance(item, bool) for item in sample):
        records = tuple({"id": item} for item in items)
        shape = {"style": "values", "key": "id"}
        yield Layout(keys, records, shape, "a list of plain values")


def _singletons(items: list[Json]) -> bool:
    """Whether each item is an object with one key, like an id, and a record below it."""
    if not items or not all(len(item) == 1 for item in items):
        return False
    keys = [next(iter(item)) for item in items]
    return (
        all(_record_below(next(iter(item.values()))) is not None for item in items)
        and len(set(keys)) == len(keys)
        and all(_LIKE_AN_ID.fullmatch(key) for key in keys)
    )


def _of_object(value: Mapping[str, Json], keys: Keys) -> Iterator[Layout]:
    pairs = list(value.items())
    inner = [_record_below(below) for _, below in pairs[:_SAMPLE]]
    if not pairs or any(one is None for one in inner):
        return
    like_ids = sum(_LIKE_AN_ID.fullmatch(key) is not None for key, _ in pairs)
    if not _are_alike([one for one in inner if one is not None]):
        return
    records, key = _keyed(pairs)
    reason = f"an object of {len(pairs)} objects whose keys look like ids"
    if like_ids * 2 < len(pairs):
        again = _repeated(pairs)
        if again is None and not _are_same([one for one in inner if one is not None]):
            return
        what = "have the same keys" if again is None else f"repeat their key as `{again}`"
        reason = f"an object of {len(pairs)} objects that {what}"
    yield Layout(keys, records, {"style": "keyed", "key": key}, reason)


def _repeated(pairs: list[tuple[str, Json]]) -> str | None:
    """Return the name under which several records hold the key that they stand at."""
    below = [(key, _record_below(value) or {}) for key, value in pairs]
    names = below[0][1] if len(below) > 1 else {}
    return next((name for name in names if all(one.get(name) == key for key, one in below)), None)


def _record_below(value: Json) -> Mapping[str, Json] | None:
    inner = value[0] if isinstance(value, list) and len(value) == 1 else value
    return inner if isinstance(inner, dict) and inner else None


def _keyed(pairs: list[tuple[str, Json]]) -> tuple[tuple[Json, ...], str]:
    """Return the records with their keys in them, and the name that these have there."""
    below = [(key, _record_below(value)) for key, value in pairs]
    name = _free(tuple(one for _, one in below if one is not None))
    return tuple({**one, name: key} for key, one in below if one is not None), name


def _free(records: tuple[Json, ...]) -> str:
    """Return a name for the key that does not hide one of the record's own."""
    names = ("id", "record_id", "key")
    own = {key for one in records[:_SAMPLE] for key in one}
    return next((name for name in names if name not in own), "record_key")


def _are_alike(records: list[Mapping[str, Json]]) -> bool:
    common = set.intersection(*(set(one) for one in records))
    return len(common) * 2 >= max(len(one) for one in records)


def _are_same(records: list[Mapping[str, Json]]) -> bool:
    """Whether several records have just the same keys, as rows of a table do."""
    names = {frozenset(one) for one in records}
    return len(records) > 2 and len(names) == 1 and len(names.pop()) > 2


def _of_rows(rows: list[Json], keys: Keys, body: Json) -> Iterator[Layout]:
    width = max((len(row) for row in rows), default=0)
    for at, columns in _lists(body, ()):
        if at == keys or not width or len(columns) < width or len(columns) > width * 4:
            continue
        for name in (None, *_COLUMN_NAMES):
            names = [one.get(name) if isinstance(one, dict) else one for one in columns]
            if name is None and any(not isinstance(one, str) for one in columns):
                continue
            if not all(isinstance(one, str | int) for one in names):
                continue
            if len(set(names)) < len(names):
                continue
            records = tuple(dict(zip_longest(map(str, names), row)) for row in rows)
            shape = {"style": "columns", "columns": written(at)}
            shape |= {} if name is None else {"column_name": name}
            yield Layout(keys, records, shape, f"rows whose columns are named at {_at(at)}")
            return


def _at(keys: Keys) -> str:
    return shown(written(keys))


def _lists(value: Json, keys: Keys) -> Iterator[tuple[Keys, list[Json]]]:
    if isinstance(value, list):
        if value and len(keys) <= _DEEPEST:
            yield keys, value
    elif isinstance(value, dict) and len(value) <= _MOST_KEYS and len(keys) < _DEEPEST:
        for key, inner in value.items():
            yield from _lists(inner, (*keys, key))
