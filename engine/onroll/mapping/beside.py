"""A record beside the user that it gives: each field with the attribute that reads it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onroll.expressions.reference import as_text
from onroll.mapping.coverage import shown_attributes
from onroll.mapping.leaves import leaves, path_text, readers_of, reads
from onroll.mapping.values import is_filled
from onroll.model import ABSENT, Absent, Json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.mapping.mapped import Mapped
    from onroll.outline import Keys

__all__ = ["Pair", "beside", "values_of"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A field of the record and what an attribute made of it; either may be missing.

    `others` is how many more fields the attribute reads. `refusal` says why there is no value.
    """

    path: str | None
    raw: Json | Absent = field(repr=False)
    attribute: str | None
    value: Json | Absent = field(repr=False)
    others: int = 0
    refusal: str | None = None


def beside(record: Json, mapped: Mapped, attributes: Mapping[str, Json]) -> list[Pair]:
    """Return the mapped attributes with their fields, and then the fields that nobody uses."""
    found = dict(leaves(record, has_every_item=True)) if record != {} else {}
    readers = list(readers_of(attributes))
    read: dict[str, list[Keys]] = {}
    unused = []
    for keys in found:
        names = [name for name, path in readers if reads(path, keys)]
        for name in dict.fromkeys(names):
            read.setdefault(name, []).append(keys)
        if not names:
            unused.append(keys)
    values = values_of(mapped)
    reasons = {one.attribute: one.message for one in mapped.reasons}
    pairs = []
    # A definition without a status gives one all the same, and a report may name no attribute.
    for name in dict.fromkeys([*shown_attributes(attributes), *values, *reasons]):
        value = values.get(name, ABSENT)
        places = read.get(name, [])
        place = min(places, key=lambda keys: _distance(found[keys], value), default=None)
        path = None if place is None else path_text(place)
        raw = ABSENT if place is None else found[place]
        others = max(0, len(places) - 1)
        pairs.append(Pair(path, raw, name, value, others, reasons.get(name)))
    return pairs + [Pair(path_text(keys), found[keys], None, ABSENT) for keys in unused]


def values_of(mapped: Mapped) -> dict[str, Json]:
    """Return a user's attributes by name, custom ones as `custom.x`; nothing of nobody."""
    if mapped.user is None:
        return {}
    values = dict(mapped.user.attributes)
    custom = values.pop("custom", None) or {}
    return values | {f"custom.{name}": value for name, value in custom.items()}


def _distance(raw: Json, value: Json | Absent) -> int:
    """Say how little a field looks like the one that a value was made of."""
    if not is_filled(raw):
        return 3
    if isinstance(value, Absent) or value is None:
        return 2
    ours, theirs = as_text(value).casefold(), as_text(raw).casefold()
    return 0 if ours == theirs else 1 if ours in theirs or theirs in ours else 2
