"""What a definition says of the values in its answers: whose they are, and which it looks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from onroll.expressions.path import Path, PathError, parse_path
from onroll.expressions.reference import as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from onroll.definition.connector import ConnectorDefinition
    from onroll.model import Json

__all__ = ["ITEM", "FieldPath", "Rules", "field_path", "rules_of", "written"]

#: A way into a record: keys, and `ITEM` for whichever item of a list.
FieldPath = tuple[str, ...]
ITEM: Final = "[]"

#: Attributes whose values are somebody's words.
_OF_PEOPLE: Final = frozenset(
    {"first_name", "middle_name", "last_name", "display_name", "preferred_name", "username",
     "email", "alternate_email", "manager_email"}
)  # fmt: skip
_STEP: Final = re.compile(r"\[\s*'([^']*)'\s*\]|\[\s*\"([^\"]*)\"\s*\]|(\[[^\]]*\])|([^.\[\]]+)")
_LITERAL: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"|[=!<>]\s*(-?\d+(?:\.\d+)?)")
#: Not words: what `[A-Za-z]` and `\w` of a pattern are made of.
_PATTERN_MARKS: Final = re.compile(r"\[[^\]]*\]|\\[A-Za-z]|\(\?P?<[^>]*>")
_SOUGHT_WORD: Final = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Rules:
    """`attributes` are ours by the way to them. `compared` are the values that it looks for.

    `maps` are the values that it maps, by the way to them, and `sought` those that it looks for
    in any other manner. `words` stand in its transforms, `name_words` in those of people's names
    and addresses. `keys` are all that its paths name, `counts` the ways to totals. All text is
    folded but the keys. `date_formats` are those of `strptime` in which it reads dates.
    """

    attributes: Mapping[FieldPath, frozenset[str]] = field(default_factory=dict)
    compared: frozenset[str] = frozenset()
    maps: Mapping[FieldPath, frozenset[str]] = field(default_factory=dict)
    sought: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    name_words: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    counts: frozenset[FieldPath] = frozenset()
    date_formats: tuple[str, ...] = ()

    def attributes_of(self, path: FieldPath) -> frozenset[str]:
        """Return our attributes that are read from there, or from an object around it."""
        return _nearest(self.attributes, path)

    def is_compared(self, path: FieldPath, folded: str, *, is_personal: bool) -> bool:
        """Whether it looks for a value. Somebody called `Active` is no status of that name."""
        if not is_personal:
            return folded in self.compared
        return folded in self.sought or folded in _nearest(self.maps, path)


def _nearest(known: Mapping[FieldPath, frozenset[str]], path: FieldPath) -> frozenset[str]:
    found = (known.get(path[:end], frozenset()) for end in range(len(path), 0, -1))
    return next((one for one in found if one), frozenset())


def field_path(path: Path) -> FieldPath:
    """Return the way that a path of a definition takes; a filter stands for whichever item."""
    if path.keys is not None:
        return tuple(key if isinstance(key, str) else ITEM for key in path.keys)
    steps = _STEP.findall(path.text.removeprefix("$"))
    return tuple(quoted or double or bare or ITEM for quoted, double, _, bare in steps)


def written(path: FieldPath) -> str:
    """Write a way as a definition would, with `[]` for the items of a list."""
    text = ""
    for key in path:
        is_item = key == ITEM
        gap = "" if is_item or not text else " " if text.endswith(":") else "."
        text += gap + key
    return text or "."


def rules_of(definition: ConnectorDefinition) -> Rules:
    """Read them out of a definition."""
    data = definition.source.data
    read = {
        name: one
        for name, one in data.items()
        if name in ("attributes", "context", "list_users", "lookups", "pagination", "success")
    }
    read["attributes"] = definition.attributes
    attributes: dict[FieldPath, frozenset[str]] = {}
    maps: dict[FieldPath, frozenset[str]] = {}
    for name, way, mapped in _read_by(definition.attributes):
        attributes[way] = attributes.get(way, frozenset()) | {name}
        maps[way] = maps.get(way, frozenset()) | mapped
    of_people = {name: one for name, one in definition.attributes.items() if name in _OF_PEOPLE}
    transforms = list(_transforms(read))
    return Rules(
        attributes=attributes,
        compared=_folded(_compared(read)),
        maps=maps,
        sought=_folded(_compared(read, with_maps=False)),
        words=_words(transforms),
        name_words=_words(_transforms(of_people)),
        keys=frozenset(_keys(read)),
        counts=frozenset(_counts(read)),
        date_formats=tuple(dict.fromkeys(one for one in transforms if "%d" in one or "%j" in one)),
    )


def _folded(values: Iterable[Json]) -> frozenset[str]:
    return frozenset(as_text(one).strip().casefold() for one in values)


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(
        word.casefold()
        for one in texts
        for word in _SOUGHT_WORD.findall(_PATTERN_MARKS.sub(" ", one))
    )


def _read_by(attributes: Mapping[str, Json]) -> Iterator[tuple[str, FieldPath, frozenset[str]]]:
    """Yield each attribute, a way to it, and the values that are mapped there."""
    for name, value in attributes.items():
        if name == "custom" and isinstance(value, dict):
            for key, inner in value.items():
                yield from ((f"custom.{key}", *found) for found in _ways(inner))
        else:
            yield from ((name, *found) for found in _ways(value))


def _ways(
    value: Json, mapped: frozenset[str] = frozenset()
) -> Iterator[tuple[FieldPath, frozenset[str]]]:
    """Yield what a value is read from; what it only depends on (`when`) is not."""
    if isinstance(value, str | list):
        yield from ((way, mapped) for way in _way(value))
    elif isinstance(value, dict):
        mapped |= _folded(value["map"]) if isinstance(value.get("map"), dict) else frozenset()
        if "path" in value:
            yield from ((way, mapped) for way in _way(value["path"]))
        for item in value.get("first", ()):
            yield from _ways(item, mapped)


def _way(path: Any) -> Iterator[FieldPath]:
    try:
        yield field_path(parse_path(path))
    except PathError:
        return


def _counts(value: Json) -> Iterator[FieldPath]:
    """Yield the ways from an answer to the totals that prove its end."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in ("total_count", "total_pages"):
                yield from _counts(item)
            elif not isinstance(item, dict):
                yield from _way(item)
            elif "body" in item:
                yield from _way(item["body"])
    elif isinstance(value, list):
        for item in value:
            yield from _counts(item)


def _compared(value: Json, *, with_maps: bool = True) -> Iterator[Json]:
    """Yield what values are compared with, in maps, conditions and filters, and constants."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "map" and isinstance(item, dict):
                yield from item if with_maps else ()
            elif key in ("equals", "value", "default") and not isinstance(item, dict | list):
                yield item
            elif key == "in" and isinstance(item, list):
                yield from item
            else:
                yield from _compared(item, with_maps=with_maps)
    elif isinstance(value, list):
        for item in value:
            yield from _compared(item, with_maps=with_maps)
    elif isinstance(value, str) and value.startswith("$") and not value.startswith("${"):
        for single, double, number in _LITERAL.findall(value):
            yield single or double or number


def _transforms(value: Json) -> Iterator[str]:
    """Yield the texts that transforms are given: formats, patterns, what they replace."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "transform" and isinstance(item, list):
                yield from (
                    text
                    for one in item
                    if isinstance(one, dict)
                    for argument in one.values()
                    for text in _texts(argument)
                )
            else:
                yield from _transforms(item)
    elif isinstance(value, list):
        for item in value:
            yield from _transforms(item)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _keys(value: Json) -> Iterator[str]:
    """Yield every name in the texts of a definition: more than its paths, and never less."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _keys(item)
    elif isinstance(value, list):
        # A list of texts may be one path, whose keys are literal.
        yield from (item for item in value if isinstance(item, str))
        for item in value:
            yield from _keys(item)
    elif isinstance(value, str):
        for quoted, double, _, bare in _STEP.findall(value.removeprefix("$")):
            yield quoted or double or bare
