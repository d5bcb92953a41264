"""Schemas of an OpenAPI file: references followed, `allOf` and its kin laid over each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.model import Json

__all__ = ["Schema", "Specification", "as_list", "as_object"]

_LONGEST_CHAIN: Final = 30
_MOST_VARIANTS: Final = 12
_DEEPEST: Final = 12
#: What one specification may take, in schemas looked at.
_MOST_STEPS: Final = 400_000


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema with its parts laid over each other: what a value may be."""

    kind: str = ""
    format: str = ""
    properties: Mapping[str, Json] = field(default_factory=dict)
    items: Json = None
    values: tuple[Json, ...] = ()
    example: Json = None
    default: Json = None
    maximum: int | None = None
    description: str = ""
    additional: Json = None
    required: tuple[str, ...] = ()


@dataclass(slots=True)
class Specification:
    """An OpenAPI document, with its references followed."""

    document: Mapping[str, Json]
    outside: dict[str, None] = field(default_factory=dict)
    _flat: dict[int, tuple[Json, Schema]] = field(default_factory=dict)
    _steps: int = 0

    def resolved(self, node: Json) -> dict[str, Json]:
        """Follow `$ref`s to an object; an empty one for what is missing, circular or elsewhere."""
        for _ in range(_LONGEST_CHAIN):
            if not isinstance(node, dict):
                return {}
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return node
            if not reference.startswith("#"):
                self.outside[reference.partition("#")[0]] = None
                return {}
            beside = {key: it for key, it in node.items() if key in ("description", "example")}
            node = self._at(reference[1:])
            if beside and isinstance(node, dict) and "$ref" not in node:
                return {**node, **beside}
        return {}

    def _at(self, pointer: str) -> Json:
        """Return what a JSON pointer (RFC 6901) leads to."""
        value: Json = self.document
        for part in pointer.split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
                value = value[int(key)]
            elif isinstance(value, dict):
                value = value.get(key)
            else:
                return None
        return value

    def schema(self, node: Json) -> Schema:
        """Return what a schema says, over all its parts."""
        known = self._flat.get(id(node))
        if known is not None:
            return known[1]
        schema = self._laid(node, 0)
        # The node is kept too: while it is there, no other has its id.
        self._flat[id(node)] = (node, schema)
        return schema

    def _laid(self, node: Json, depth: int) -> Schema:
        self._steps += 1
        written = self.resolved(node)
        if not written or depth > _DEEPEST or self._steps > _MOST_STEPS:
            return Schema()
        parts = [self._laid(part, depth + 1) for part in self._parts(written)]
        own = _own(written)
        return _overlaid([*parts, own])

    def _parts(self, written: Mapping[str, Json]) -> Iterator[Json]:
        yield from as_list(written.get("allOf"))[:_MOST_VARIANTS]
        for key in ("oneOf", "anyOf"):
            variants = as_list(written.get(key))[:_MOST_VARIANTS]
            # The first stands last, so that it wins.
            yield from reversed([one for one in variants if as_object(one).get("type") != "null"])


def _own(written: Mapping[str, Json]) -> Schema:
    kind = written.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), "")
    properties = as_object(written.get("properties"))
    if not isinstance(kind, str) or not kind:
        kind = "object" if properties else "array" if "items" in written else ""
    values = as_list(written.get("enum"))
    if "const" in written:
        values = [written["const"]]
    examples = written.get("examples")
    example = written.get("example")
    if example is None and isinstance(examples, list) and examples:
        example = examples[0]
    return Schema(
        kind=kind,
        format=_text(written.get("format")),
        properties={
            key: it for key, it in properties.items() if not as_object(it).get("writeOnly")
        },
        items=written.get("items"),
        values=tuple(one for one in values if isinstance(one, str | int | float)),
        example=example,
        default=written.get("default"),
        maximum=_count(written.get("maximum")),
        description=_text(written.get("description")) or _text(written.get("title")),
        additional=written.get("additionalProperties"),
        required=tuple(one for one in as_list(written.get("required")) if isinstance(one, str)),
    )


def _overlaid(parts: list[Schema]) -> Schema:
    """Lay schemas over each other: of what several say, the last one's word counts."""
    if len(parts) == 1:
        return parts[0]
    properties: dict[str, Json] = {}
    values: dict[str, Json] = {}
    for part in parts:
        properties |= part.properties
        values |= {repr(one): one for one in part.values}
    return Schema(
        kind=_last(part.kind for part in parts) or "",
        format=_last(part.format for part in parts) or "",
        properties=properties,
        items=_last(part.items for part in parts),
        values=tuple(values.values()),
        example=_last(part.example for part in parts),
        default=_last(part.default for part in parts),
        maximum=_last(part.maximum for part in parts),
        description=_last(part.description for part in parts) or "",
        additional=_last(part.additional for part in parts),
        required=tuple(dict.fromkeys(name for part in parts for name in part.required)),
    )


def _last(values: Iterator[Json]) -> Json:
    found = None
    for value in values:
        found = found if value is None or value == "" else value
    return found


def as_object(value: Json) -> dict[str, Json]:
    """Return the value when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Json) -> list[Json]:
    """Return the value when it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def _count(value: Json) -> int | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and 0 < value < 1e9 else None


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
