"""Which places of a record a definition reads: the rest need not be decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.expressions.path import parse_path
from onroll.fetch.join import record_references
from onroll.mapping.leaves import readers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.connector import ConnectorDefinition
    from onroll.expressions.path import Path
    from onroll.outline import Keys

__all__ = ["places_of_records"]


def places_of_records(definition: ConnectorDefinition) -> tuple[Keys, ...] | None:
    """Return the places; None when a page is needed whole, since entries lie beside its people."""
    if any(lookup.listing is None for lookup in definition.lookups):
        return None
    return tuple(dict.fromkeys(path.place for path in _paths(definition)))


def _paths(definition: ConnectorDefinition) -> Iterator[Path]:
    yield from (path for _, path in readers_of(definition.attributes))
    yield from (one.path for one in definition.exclude if one.path is not None)
    yield from (lookup.match for lookup in definition.lookups)
    for detail in definition.details:
        yield from (parse_path(one.name) for one in record_references(detail.request))
