"""What a sample of records holds: the provider's own schema, and how well each attribute fills."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onroll.expressions.reference import as_text
from onroll.mapping.values import is_filled, paths_of
from onroll.model import ATTRIBUTES, Json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from onroll.expressions.path import Path
    from onroll.mapping.mapper import Mapped

__all__ = ["Coverage", "RawField", "attribute_coverage", "raw_schema", "unmapped"]

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
    keys: tuple[str | int, ...] = ()
    filled: int = 0
    types: Counter[str] = field(default_factory=Counter)
    example: Json = None
    used_by: list[str] = field(default_factory=list)


def attribute_coverage(
    attributes: Mapping[str, Json], results: Sequence[Mapped]
) -> dict[str, Coverage]:
    """Return the coverage of each mapped attribute, over the records that gave a user."""
    names = [name for name in ATTRIBUTES if name in attributes and name != "custom"]
    names += [f"custom.{name}" for name in attributes.get("custom") or ()]
    coverage = {name: Coverage() for name in names}
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
        for keys, value in _leaves(record):
            path = _written(keys)
            one = fields.setdefault(path, RawField(path, keys))
            one.types[type_name(value)] += 1
            if is_filled(value):
                one.filled += 1
                one.example = value if one.example is None else one.example
    users = list(_users_of(attributes))
    for one in fields.values():
        one.used_by = [name for name, path in users if _covers(path, one.keys)]
    return list(fields.values())


def unmapped(schema: Sequence[RawField]) -> list[str]:
    """Return the raw paths that no attribute uses."""
    return [one.path for one in schema if not one.used_by]


def _leaves(
    value: Json, keys: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Json]]:
    """Yield the way to each scalar; of a list its first item stands for all."""
    if isinstance(value, dict) and value and len(keys) < 12:
        for key, item in value.items():
            yield from _leaves(item, (*keys, key))
    elif isinstance(value, list) and value and len(keys) < 12:
        yield from _leaves(value[0], (*keys, 0))
    else:
        yield keys, value


def _written(keys: tuple[str | int, ...]) -> str:
    """Write a path as a definition would have it."""
    is_plain = all(
        isinstance(key, int) or (key.isascii() and key.replace("_", "").replace("-", "").isalnum())
        for key in keys
    )
    if not is_plain:
        return as_text(list(keys))
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text or "."


def _users_of(attributes: Mapping[str, Json]) -> Iterator[tuple[str, Path]]:
    for name, written in attributes.items():
        if name == "custom" and isinstance(written, dict):
            for custom, value in written.items():
                for path in paths_of(value):
                    yield f"custom.{custom}", path
        else:
            for path in paths_of(written):
                yield name, path


def _covers(path: Path, raw: tuple[str | int, ...]) -> bool:
    """Whether an attribute's path reads a raw path: the same place, or one above it.

    Of a JSONPath with filters, what stands before the first filter is what it looks into.
    A list's first item stands for all, so item numbers do not count.
    """
    keys = path.prefix if path.keys is None else path.keys
    if path.keys is None and not keys:
        return False
    return len(keys) <= len(raw) and all(
        one == other or (isinstance(one, int) and isinstance(other, int))
        for one, other in zip(keys, raw, strict=False)
    )
