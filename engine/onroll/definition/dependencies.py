"""Which attributes an attribute is made of: those that its template, name or condition names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.expressions.reference import references_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.definition.source import KeyPath
    from onroll.model import Json

__all__ = ["circular", "closure", "composed_in", "in_order", "parts_of"]


def in_order(attributes: Mapping[str, Json]) -> list[str]:
    """Return the attributes so that each comes after those that it is made of.

    Those that are made of themselves are left out; see `circular`.
    """
    needs = {name: set(_needs(value)) & set(attributes) for name, value in attributes.items()}
    settled: dict[str, None] = {}
    while ready := [name for name in needs if name not in settled and needs[name] <= set(settled)]:
        settled.update(dict.fromkeys(ready))
    return list(settled)


def circular(attributes: Mapping[str, Json]) -> list[str]:
    """Return the attributes that are made of themselves, by whatever detour."""
    settled = set(in_order(attributes))
    return [
        name
        for name, value in attributes.items()
        if name not in settled
        and any(name in closure(other, attributes) for other in _needs(value))
    ]


def closure(name: str, attributes: Mapping[str, Json]) -> set[str]:
    """Return an attribute and all that it is made of."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in attributes and one not in found:
            found.add(one)
            waiting += _needs(attributes[one])
    return found


def parts_of(value: Json) -> Iterator[tuple[KeyPath, Json]]:
    """Yield the values of which a value takes the first, or all, and the way to each."""
    if not isinstance(value, dict):
        return
    for key in ("first", "all"):
        items = value.get(key)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            yield (key, index), item


def composed_in(value: Json, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Mapping[str, Json]]]:
    """Yield every `compose` of an attribute's value, and the way to it."""
    if not isinstance(value, dict):
        return
    if isinstance(value.get("compose"), dict):
        yield (*path, "compose"), value["compose"]
    for way, item in parts_of(value):
        yield from composed_in(item, (*path, *way))


def _needs(value: Json) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    yield from (one.name for one in references_in(value.get("template")) if not one.namespace)
    yield from _needs_of_name(value.get("compose"))
    condition = value.get("when")
    if isinstance(condition, dict) and isinstance(condition.get("attribute"), str):
        yield condition["attribute"]
    for _, item in parts_of(value):
        yield from _needs(item)


def _needs_of_name(composed: Json) -> Iterator[str]:
    if not isinstance(composed, dict):
        return
    for part in (composed.get("beginning"), composed.get("end")):
        if isinstance(part, dict) and isinstance(part.get("attribute"), str):
            yield part["attribute"]
    if "locale" not in composed:
        yield "locale"  # the person's own, where it is mapped
