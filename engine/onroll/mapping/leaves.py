"""The scalars of a provider's record: the way to each, and which attributes read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.expressions.path import written_keys
from onroll.expressions.reference import as_text
from onroll.mapping.values import paths_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.expressions.path import Path
    from onroll.model import Json
    from onroll.outline import Keys

__all__ = ["leaves", "path_text", "readers_of", "reads"]


def leaves(
    value: Json, keys: Keys = (), *, has_every_item: bool = False
) -> Iterator[tuple[Keys, Json]]:
    """Yield the way to each scalar; of a list its first item stands for all, unless all shall."""
    if isinstance(value, dict) and value and len(keys) < 12:
        for key, item in value.items():
            yield from leaves(item, (*keys, key), has_every_item=has_every_item)
    elif isinstance(value, list) and value and len(keys) < 12:
        for number, item in enumerate(value if has_every_item else value[:1]):
            yield from leaves(item, (*keys, number), has_every_item=has_every_item)
    else:
        yield keys, value


def path_text(keys: Keys) -> str:
    """Write a path as a definition would have it, as text."""
    return as_text(written_keys(keys))


def readers_of(attributes: Mapping[str, Json]) -> Iterator[tuple[str, Path]]:
    """Yield each path that a mapping reads, with the attribute that it is read for."""
    for name, written in attributes.items():
        if name == "custom" and isinstance(written, dict):
            for custom, value in written.items():
                for path in paths_of(value):
                    yield f"custom.{custom}", path
        else:
            for path in paths_of(written):
                yield name, path


def reads(path: Path, raw: Keys) -> bool:
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
