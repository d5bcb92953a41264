"""Lookups: entries of another list, or of the page itself, found by a key in the record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from onroll.expressions.reference import as_text
from onroll.model import ABSENT, Absent, Json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.definition.connector import ListDefinition, Lookup
    from onroll.fetch.join import Verdict
    from onroll.fetch.listing import Listing

__all__ = ["Lookups", "ReadList"]

_Table: TypeAlias = "Mapping[str, Json]"

#: Opens a reading of a lookup's list, given how its entries are known by their keys.
ReadList: TypeAlias = Callable[
    ["ListDefinition", Callable[[Sequence[Json]], "list[str | None]"]], "Listing"
]


class Lookups:
    """The tables of a definition's lookups. Those of a list of their own are read on first use."""

    def __init__(self, lookups: Sequence[Lookup], read: ReadList) -> None:
        self._lookups = lookups
        self._read = read
        self._tables: dict[str, _Table] = {}
        self._is_missing: dict[str, bool] = {}

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to attach."""
        return bool(self._lookups)

    def turn_page(self, answer: Json) -> None:
        """Take the entries that a page of the list of users lays beside its people."""
        for lookup in self._lookups:
            if lookup.listing is None:
                found = lookup.resource_location.all(answer)
                self._is_missing[lookup.name] = isinstance(found, Absent)
                self._tables[lookup.name] = _side_loaded(lookup, found)

    def attach(self, record: Mapping[str, Json], verdict: Verdict) -> Json:
        """Return the record with what each lookup holds for it, in order, so that they chain."""
        joined: dict[str, Any] = dict(record)
        for lookup in self._lookups:
            found = self._look_up(lookup, joined, verdict)
            if not isinstance(found, Absent):
                joined[lookup.name] = found
        return joined

    def _look_up(
        self, lookup: Lookup, record: Mapping[str, Json], verdict: Verdict
    ) -> Json | Absent:
        wanted = _keys(lookup, record)
        if not wanted:
            return None
        table = self._table(lookup, verdict)
        entries = [table[key] for key in wanted if key in table]
        if len(entries) < len(wanted) if lookup.many else not entries:
            self._note_missing(lookup, verdict)
        if lookup.many:
            return entries
        return entries[0] if entries else ABSENT

    def _note_missing(self, lookup: Lookup, verdict: Verdict) -> None:
        if self._is_missing.get(lookup.name):
            verdict.warn(
                f"the lookup `{lookup.name}` finds nothing at `{lookup.resource_location}`, and "
                "records refer to it"
            )
        elif not lookup.optional:
            verdict.warn(f"the lookup `{lookup.name}` lacks some keys that records refer to")

    def _table(self, lookup: Lookup, verdict: Verdict) -> _Table:
        if lookup.name not in self._tables:
            self._tables[lookup.name] = self._read_table(lookup, verdict)
        return self._tables[lookup.name]

    def _read_table(self, lookup: Lookup, verdict: Verdict) -> _Table:
        assert lookup.listing is not None
        listing = self._read(
            lookup.listing, lambda entries: [_key_of(lookup, entry) for entry in entries]
        )
        table: dict[str, Json] = {}
        for batch in listing:
            pairs = zip(batch.ids, batch.records, strict=True)
            table.update((key, entry) for key, entry in pairs if key is not None)
        if not listing.report().complete:
            # A name that is missing from half a lookup would look like one that does not exist.
            why = "; ".join(listing.evidence.reasons) or "its end was not declared"
            verdict.object_to(f"the lookup `{lookup.name}` is not complete: {why}")
        return table


def _side_loaded(lookup: Lookup, found: list[Json] | Absent) -> _Table:
    matches = [] if isinstance(found, Absent) else found
    entries = matches[0] if len(matches) == 1 and isinstance(matches[0], list) else matches
    keyed = ((_key_of(lookup, entry), entry) for entry in entries)
    return {key: entry for key, entry in keyed if key is not None}


def _key_of(lookup: Lookup, entry: Json) -> str | None:
    found = lookup.key.first(entry)
    return None if found is None or isinstance(found, Absent) else _key(found)


def _keys(lookup: Lookup, record: Mapping[str, Json]) -> list[str]:
    """Return the keys that a record names, each once: of a list its items."""
    found = lookup.match.all(record)
    matches = [] if isinstance(found, Absent) else found
    items = (item for match in matches for item in (match if isinstance(match, list) else [match]))
    return list(dict.fromkeys(_key(one) for one in items if one is not None and one != ""))


def _key(value: Json) -> str:
    """Write a key so that 12, 12.0 and "12" meet: APIs write the same id in all these ways."""
    return as_text(value).strip()
