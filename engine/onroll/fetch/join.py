"""Details and lookups: what one record needs from other answers, attached under its own name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from onroll.errors import ResponseError
from onroll.expressions.path import parse_path
from onroll.expressions.reference import as_text, references_in
from onroll.fetch.plan import build_request, plan_list
from onroll.model import ABSENT, Absent, Json, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onroll.definition.connector import ConnectorDefinition, Detail, Lookup, RequestTemplate
    from onroll.expressions.reference import Reference, Scope
    from onroll.fetch.certificate import Evidence
    from onroll.fetch.listing import Listing
    from onroll.fetch.plan import ListPlan
    from onroll.fetch.source import Source
    from onroll.plugins.registry import Registry

__all__ = ["Joiner"]


class Joiner:
    """Attaches to each record what its details answer and what its lookups hold."""

    def __init__(
        self,
        definition: ConnectorDefinition,
        scope: Scope,
        source: Source,
        registry: Registry,
        read: Callable[[ListPlan, Callable[[Json], str | None]], Listing],
    ) -> None:
        self._definition = definition
        self._scope = scope
        self._source = source
        self._registry = registry
        self._read = read
        self._tables: dict[str, dict[str, Json]] = {}

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to attach."""
        return bool(self._definition.details or self._definition.lookups)

    def join(self, record: Json, evidence: Evidence) -> tuple[Json, Reason | None]:
        """Return the record with everything attached, or why that failed for this person."""
        if not isinstance(record, dict):
            return record, None
        joined: dict[str, Any] = dict(record)
        for detail in self._definition.details:
            try:
                found = self._detail(detail, joined)
            except ResponseError as error:
                message = f"the detail `{detail.name}` failed: {error.diagnostic.message}"
                return joined, Reason(detail.name, error.diagnostic.code, message)
            if not isinstance(found, Absent):
                joined[detail.name] = found
        for lookup in self._definition.lookups:
            found = self._look_up(lookup, joined, evidence)
            if not isinstance(found, Absent):
                joined[lookup.name] = found
        return joined, None

    def _detail(self, detail: Detail, record: Mapping[str, Json]) -> Json | Absent:
        def scope(reference: Reference) -> Json | Absent:
            if reference.namespace == "record":
                return _value_at(record, reference.name)
            return self._scope(reference)

        if not all(_is_there(one, record) for one in _record_references(detail.request)):
            # A request with that part left out would be answered, about somebody else.
            return None
        request = build_request(self._definition, detail.request, scope, self._source.addresses)
        answer = self._source.ask(request, detail.success)
        return detail.resource_location.first(answer.body)

    def _look_up(
        self, lookup: Lookup, record: Mapping[str, Json], evidence: Evidence
    ) -> Json | Absent:
        wanted = lookup.match.first(record)
        if isinstance(wanted, Absent) or wanted is None:
            return None
        table = self._table(lookup, evidence)
        entry = table.get(_key(wanted), ABSENT)
        if isinstance(entry, Absent) and not lookup.optional:
            evidence.warn(f"the lookup `{lookup.name}` lacks some keys that records refer to")
        return entry

    def _table(self, lookup: Lookup, evidence: Evidence) -> Mapping[str, Json]:
        """Return a lookup's entries by key, read on first use."""
        if lookup.name in self._tables:
            return self._tables[lookup.name]
        addresses = self._source.addresses
        plan = plan_list(self._definition, lookup.listing, self._scope, addresses, self._registry)

        def key_of(entry: Json) -> str | None:
            found = lookup.key.first(entry)
            return None if found is None or isinstance(found, Absent) else _key(found)

        listing = self._read(plan, key_of)
        table: dict[str, Json] = {}
        for batch in listing:
            pairs = zip(batch.ids, batch.records, strict=True)
            table.update((key, entry) for key, entry in pairs if key is not None)
        if not listing.report().complete:
            # A name that is missing from half a lookup would look like one that does not exist.
            why = "; ".join(listing.evidence.reasons) or "its end was not declared"
            evidence.object_to(f"the lookup `{lookup.name}` is not complete: {why}")
        self._tables[lookup.name] = table
        return table


def _value_at(record: Mapping[str, Json], name: str) -> Json | Absent:
    return parse_path(name).first(record)


def _record_references(template: RequestTemplate) -> Iterator[Reference]:
    parts = (template.endpoint, template.params, template.headers, template.json, template.form)
    for part in parts:
        written = dict(part) if isinstance(part, Mapping) else part
        yield from (one for one in references_in(written) if one.namespace == "record")


def _is_there(reference: Reference, record: Mapping[str, Json]) -> bool:
    found = _value_at(record, reference.name)
    return not isinstance(found, Absent) and found not in (None, "")


def _key(value: Json) -> str:
    """Write a key so that 12, 12.0 and "12" meet: APIs write the same id in all these ways."""
    return as_text(value).strip()
