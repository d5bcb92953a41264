"""The leaves of sample records: each place that holds a value, with its values in all of them.

A list of objects is looked into by its first item and by what tells its items apart: a type
(`[?(@.type=='work')]`) or a mark (`[?(@.primary==true)]`).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from onroll.drafting.words import words_of
from onroll.expressions.path import written_keys
from onroll.model import ABSENT, Absent, Json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Every", "Leaf", "Picked", "Step", "is_labeled", "leaves_of", "shown", "written"]

#: Deeper lies nothing about the person, and a hostile record must not cost more than a large one.
_DEEPEST: Final = 9
_MOST_LEAVES: Final = 3000
_MOST_KEYS: Final = 400
_MOST_TYPES: Final = 25
_LONGEST_TYPE: Final = 60
#: Keys that tell the items of a list apart.
_TYPE_WORDS: Final = frozenset({"type", "kind", "usage", "use", "purpose", "category"})
#: Keys that do so where the item also has a value.
_LABEL_WORDS: Final = frozenset({"label", "name", "key", "code", "field", "id", "title", "slug"})
_VALUE_KEYS: Final = frozenset({"value", "values", "text", "content"})
_MARKS: Final = frozenset(
    {"primary", "isprimary", "primaryindicator", "primaryflag", "current", "iscurrent", "isdefault"}
)


@dataclass(frozen=True, slots=True)
class Picked:
    """A step into a list: the items whose `keys` hold `value`."""

    keys: tuple[str, ...]
    value: str | bool


@dataclass(frozen=True, slots=True)
class Every:
    """A step into a list: all of its items."""


Step: TypeAlias = str | int | Picked | Every


@dataclass(frozen=True, slots=True)
class Leaf:
    """A place that holds scalars, or lists of them: `values` has one for each record."""

    steps: tuple[Step, ...]
    values: tuple[Json | Absent, ...] = field(repr=False)
    #: Whether a list on the way has more than one item, so that its first is a choice.
    is_choice: bool = False

    @property
    def filled(self) -> tuple[Json, ...]:
        """The values that are more than absent, null or empty."""
        return tuple(value for value in self.values if _is_filled(value))

    @property
    def path(self) -> str | list[str | int]:
        """The path as a definition would have it."""
        return written(self.steps)

    @property
    def shown(self) -> str:
        """The path as a sentence would have it."""
        return shown(self.path)


def shown(path: Json) -> str:
    """Write a path into a sentence."""
    return f"`{path if isinstance(path, str) else json.dumps(path, ensure_ascii=False)}`"


def is_labeled(step: Step) -> bool:
    """Whether a step takes the value of a name, as in `[?(@.name=='Shoe size')]`."""
    return isinstance(step, Picked) and _is_label_key(words_of(step.keys[-1]))


def _is_label_key(words: tuple[str, ...]) -> bool:
    return bool(words) and words[-1] not in _TYPE_WORDS and set(words) <= _LABEL_WORDS


def leaves_of(records: Sequence[Json]) -> list[Leaf]:
    """Return the leaves of all records, in the order first met."""
    found: list[Leaf] = []
    for leaf in _below((), tuple(records), is_choice=False):
        found.append(leaf)
        if len(found) >= _MOST_LEAVES:
            break
    return found


def written(steps: tuple[Step, ...]) -> str | list[str | int]:
    """Write steps as a definition would: a plain path, a list of keys, or a JSONPath."""
    plain = [step for step in steps if isinstance(step, str | int)]
    if len(plain) < len(steps):
        return "$" + "".join(_jsonpath_step(step) for step in steps)
    return written_keys(plain)


def _jsonpath_step(step: Step) -> str:
    if isinstance(step, Every):
        return "[*]"
    if isinstance(step, int):
        return f"[{step}]"
    if isinstance(step, Picked):
        value = json.dumps(step.value) if isinstance(step.value, bool) else f"'{step.value}'"
        return f"[?(@{''.join(_jsonpath_step(key) for key in step.keys)}=={value})]"
    return f".{step}" if re.fullmatch(r"[A-Za-z_]\w*", step, re.ASCII) else f"['{step}']"


def _below(
    steps: tuple[Step, ...], column: tuple[Json | Absent, ...], *, is_choice: bool
) -> Iterator[Leaf]:
    objects = [value for value in column if isinstance(value, dict) and value]
    lists = [value for value in column if isinstance(value, list) and value]
    if not objects and not lists:
        # Of an empty list or object nobody knows what it would hold.
        if steps and not any(isinstance(value, dict | list) for value in column):
            yield Leaf(steps, column, is_choice)
        return
    if any(_is_filled(value) and not isinstance(value, dict | list) for value in column):
        scalars = tuple(None if isinstance(one, dict | list) else one for one in column)
        # Beside lists, `false` is how some write that there is none.
        if not all(one is False or not _is_filled(one) for one in scalars):
            yield Leaf(steps, scalars, is_choice)
    if len(steps) >= _DEEPEST:
        return
    if objects:
        yield from _in_objects(steps, column, objects, is_choice=is_choice)
    if lists:
        yield from _in_lists(steps, column, lists, is_choice=is_choice)


def _in_objects(
    steps: tuple[Step, ...],
    column: tuple[Json | Absent, ...],
    objects: list[dict[str, Json]],
    *,
    is_choice: bool,
) -> Iterator[Leaf]:
    keys = dict.fromkeys(key for one in objects for key in one if _is_quotable(key))
    if len(keys) > _MOST_KEYS:
        return  # keyed by something of each person's own
    if {"label", "value"} <= keys.keys():
        keys = {"value": None}  # the rest says of each person what the field is called
    last = steps[-1] if steps else None
    for key in keys:
        if isinstance(last, Picked) and last.keys[0] == key:
            continue  # it is the same in all of these items
        inner = tuple(_item(value, key) for value in column)
        yield from _below((*steps, key), inner, is_choice=is_choice)


def _item(value: Json | Absent, key: str) -> Json | Absent:
    if isinstance(value, dict) and value:
        return value.get(key, ABSENT)
    return None if value is None or value in ([], {}) else ABSENT


def _in_lists(
    steps: tuple[Step, ...],
    column: tuple[Json | Absent, ...],
    lists: list[list[Json]],
    *,
    is_choice: bool,
) -> Iterator[Leaf]:
    items = [item for one in lists for item in one]
    if all(_is_pair(one) for one in lists):
        for at in (0, 1):
            inner = tuple(v[at] if isinstance(v, list) and v else _empty(v) for v in column)
            yield Leaf((*steps, at), inner, is_choice)
        return
    if not any(isinstance(item, dict | list) for item in items):
        yield Leaf(steps, tuple(v if isinstance(v, list) else _empty(v) for v in column), is_choice)
    for picked in _pickers(lists):
        inner = tuple(_pick(value, picked) for value in column)
        yield from _below((*steps, picked), inner, is_choice=is_choice)
    several = is_choice or any(len(one) > 1 for one in lists)
    firsts = tuple(v[0] if isinstance(v, list) and v else _empty(v) for v in column)
    yield from _below((*steps, 0), firsts, is_choice=several)


def _is_pair(value: list[Json]) -> bool:
    """Whether a list is a reference: the number of a thing, and its name."""
    return (
        len(value) == 2
        and isinstance(value[0], int)
        and not isinstance(value[0], bool)
        and isinstance(value[1], str)
    )


def _empty(value: Json | Absent) -> Json | Absent:
    return ABSENT if isinstance(value, Absent) else None


def _pickers(lists: list[list[Json]]) -> list[Picked]:
    """Return what tells the items of lists apart: marks first, then types."""
    items = [item for one in lists for item in one if isinstance(item, dict)]
    marks: dict[Picked, None] = {}
    types: Counter[Picked] = Counter()
    for item in items:
        has_value = any(key.lower() in _VALUE_KEYS for key in item)
        for key, value in item.items():
            words = words_of(key)
            if value is True and "".join(words) in _MARKS:
                marks[Picked((key,), value=True)] = None
            elif (words and words[-1] in _TYPE_WORDS) or (has_value and _is_label_key(words)):
                _count(types, (key,), value)
            elif words and isinstance(value, dict) and _TYPE_WORDS & set(words):
                inner = next((one for one, text in value.items() if isinstance(text, str)), None)
                if inner is not None:
                    _count(types, (key, inner), value[inner])
    by_keys = Counter(picked.keys for picked in types)
    return [*marks, *(one for one in types if by_keys[one.keys] <= _MOST_TYPES)]


def _count(types: Counter[Picked], keys: tuple[str, ...], value: Json) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TYPE:
        return
    if _is_quotable(value) and words_of(value):
        types[Picked(keys, value)] += 1


def _is_quotable(text: str) -> bool:
    """Whether text can stand between quotes in a JSONPath as it is."""
    return text.isprintable() and not set("'\"\\") & set(text)


def _pick(value: Json | Absent, picked: Picked) -> Json | Absent:
    if not isinstance(value, list):
        return _empty(value)
    return next((item for item in value if _is_picked(item, picked)), None)


def _is_picked(item: Json, picked: Picked) -> bool:
    for key in picked.keys:
        item = item.get(key) if isinstance(item, dict) else None
    return bool(item == picked.value and type(item) is type(picked.value))


def _is_filled(value: Json | Absent) -> bool:
    if isinstance(value, str):
        return value.strip() != ""
    return not (value is None or isinstance(value, Absent) or value in ([], {}))
