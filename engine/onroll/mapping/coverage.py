"""What a sample of records holds: the provider's own schema, and how well each attribute fills."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onroll.mapping.leaves import leaves, path_text, readers_of, reads
from onroll.mapping.values import is_filled
from onroll.model import ATTRIBUTES, Json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onroll.mapping.mapped import Mapped
    from onroll.outline import Keys

__all__ = [
    "Coverage",
    "RawField",
    "attribute_coverage",
    "raw_schema",
    "shown_attributes",
    "unmapped",
]

_EXAMPLES = 3


@dataclass(slots=True)
class Coverage:
    """How often an attribute is filled, empty (null, empty text) or absent, and with what."""

    filled: int = 0
    empty: int = 0
    absent: int = 0
    types: Counter[str] = field(default_factory=Counter)
    examples: list[Json] = field(default_factory=list)
    unmatched: Counter[str] = field(default_factory=Counter)

    def note(self, value: Json) -> None:
        """Count one value that is there."""
        if not is_filled(value):
            self.empty += 1
            return
        self.filled += 1
        self.types[type_name(value)] += 1
        if value not in self.examples and len(self.examples) < _EXAMPLES:
            self.examples.append(value)


@dataclass(slots=True)
class RawField:
    """One path in the provider's records: types, how often it is filled, and who uses it."""

    path: str
    keys: Keys = ()
    filled: int = 0
    types: Counter[str] = field(default_factory=Counter)
    example: Json = None
    used_by: list[str] = field(default_factory=list)


def shown_attributes(attributes: Mapping[str, Json]) -> list[str]:
    """Return the names of what is mapped, in our order, custom ones last as `custom.x`."""
    names = [name for name in ATTRIBUTES if name in attributes and name != "custom"]
    return names + [f"custom.{name}" for name in attributes.get("custom") or ()]


def attribute_coverage(
    attributes: Mapping[str, Json], results: Sequence[Mapped]
) -> dict[str, Coverage]:
    """Return the coverage of each mapped attribute, over the records that gave a user."""
    coverage = {name: Coverage() for name in shown_attributes(attributes)}
    for result in results:
        if result.user is None:
            continue
        custom = result.user.attributes.get("custom", {})
        for name, one in coverage.items():
            key = name.removeprefix("custom.")
            values = custom if name != key else result.user.attributes
            if name in result.unmatched:
                one.unmatched[result.unmatched[name]] += 1
            if key in values:
                one.note(values[key])
            else:
                one.absent += 1
    return coverage


def type_name(value: Json) -> str:
    """Return a value's JSON type: text, number, boolean, list, object, null."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "list" if isinstance(value, list) else "object"


def raw_schema(records: Sequence[Json], attributes: Mapping[str, Json]) -> list[RawField]:
    """Return the provider's own schema: every path to a scalar, in the order first met."""
    fields: dict[str, RawField] = {}
    for record in records:
        for keys, value in leaves(record):
            path = path_text(keys)
            one = fields.setdefault(path, RawField(path, keys))
            one.types[type_name(value)] += 1
            if is_filled(value):
                one.filled += 1
                one.example = value if one.example is None else one.example
    readers = list(readers_of(attributes))
    for one in fields.values():
        one.used_by = [name for name, path in readers if reads(path, one.keys)]
    return list(fields.values())


def unmapped(schema: Sequence[RawField]) -> list[str]:
    """Return the raw paths that no attribute uses."""
    return [one.path for one in schema if not one.used_by]
