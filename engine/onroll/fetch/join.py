"""Attach to each record what its details answer and what its lookups hold, under their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from msgspec import to_builtins

from onroll.errors import AuthenticationError, ResponseError, TransportError
from onroll.expressions.path import parse_path
from onroll.expressions.reference import references_in
from onroll.fetch.plan import build_request
from onroll.model import Absent, Json, Reason
from onroll.outline import Members

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onroll.definition.connector import ConnectorDefinition, Detail, RequestTemplate
    from onroll.errors import SourceError
    from onroll.expressions.reference import Reference, Scope
    from onroll.fetch.lookups import Lookups
    from onroll.fetch.pool import Pool
    from onroll.fetch.source import Source
    from onroll.plugins.registry import Registry

__all__ = ["Joined", "Joiner", "Verdict", "record_references"]

#: A record with everything attached, and why that failed for this person.
Joined: TypeAlias = tuple[Json, Reason | None]

#: Details in a row that failed by the network, or by a right: then it is not about a person.
_FAILED_IN_A_ROW: Final = 5


class Verdict(Protocol):
    """The reading that records come from, as far as joins speak for or against it."""

    def object_to(self, reason: str) -> None:
        """Hold a reason against completeness."""
        ...

    def warn(self, warning: str) -> None:
        """Note something that proves nothing."""
        ...


class Joiner:
    """Details are asked for a few people at once, and their failures are those people's alone."""

    def __init__(
        self,
        definition: ConnectorDefinition,
        scope: Scope,
        source: Source,
        registry: Registry,
        lookups: Lookups,
        pool: Pool,
    ) -> None:
        self._details = definition.details
        self._definition = definition
        self._scope = scope
        self._source = source
        self._registry = registry
        self._lookups = lookups
        self._pool = pool
        self._failed_in_a_row = 0
        self._has_seen_details = False

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to attach."""
        return bool(self._details) or self._lookups.is_needed

    def join(self, records: Sequence[Json], answer: Json, verdict: Verdict) -> Iterator[Joined]:
        """Yield each record of a page with everything attached, in their order.

        `answer` is the page's own body. Raises `SourceError` when the credentials or the network
        fail altogether, or a lookup cannot be read.
        """
        self._lookups.turn_page(answer)
        if any(isinstance(one, Members) for one in records):
            records = to_builtins(records)
        for record, failure in self._with_details(records):
            if isinstance(failure, _Doubtful):
                self._doubt(failure)
                yield record, failure.reason
            elif failure is not None or not isinstance(record, dict):
                yield record, failure
            else:
                self._failed_in_a_row = 0
                self._has_seen_details = True
                yield self._lookups.attach(record, verdict), None

    def _doubt(self, failure: _Doubtful) -> None:
        """Raise what looks like one person's failure and happens to one after the other.

        A 403 does not once anybody's detail was seen: some people may be hidden, and many in a row.
        """
        self._failed_in_a_row += 1
        is_normal = self._has_seen_details and isinstance(failure.error, AuthenticationError)
        if self._failed_in_a_row >= _FAILED_IN_A_ROW and not is_normal:
            raise failure.error

    def _with_details(
        self, records: Sequence[Json]
    ) -> Iterator[tuple[Json, Reason | _Doubtful | None]]:
        if not self._details:
            return ((record, None) for record in records)
        return self._pool.in_order(self._with_every_detail, records)

    def _with_every_detail(self, record: Json) -> tuple[Json, Reason | _Doubtful | None]:
        if not isinstance(record, dict):
            return record, None
        joined: dict[str, Any] = dict(record)
        for detail in self._details:
            try:
                found = self._detail(detail, joined)
            except ResponseError as error:
                return joined, _reason(detail, error)
            except (TransportError, AuthenticationError) as error:
                if isinstance(error, AuthenticationError) and error.status != 403:
                    raise  # nobody is signed in any more
                return joined, _Doubtful(_reason(detail, error), error)
            if not isinstance(found, Absent):
                joined[detail.name] = found
        return joined, None

    def _detail(self, detail: Detail, record: Mapping[str, Json]) -> Json | Absent:
        def scope(reference: Reference) -> Json | Absent:
            if reference.namespace == "record":
                return _value_at(record, reference.name)
            return self._scope(reference)

        if not all(_is_there(one, record) for one in record_references(detail.request)):
            # A request with that part left out would be answered, about somebody else.
            return None
        addresses = self._source.addresses
        ask = build_request(self._definition, detail.request, scope, addresses, self._registry)
        try:
            answer = self._source.ask(ask.request, detail.success, ask.decode)
        except ResponseError as error:
            if detail.may_be_absent and error.status == 404:
                return None
            raise
        return detail.resource_location.first(answer.body)


@dataclass(frozen=True, slots=True)
class _Doubtful:
    """A failure of one person's detail that may turn out to be everybody's."""

    reason: Reason
    error: SourceError


def _reason(detail: Detail, error: SourceError) -> Reason:
    message = f"the detail `{detail.name}` failed: {error.diagnostic.message}"
    return Reason(detail.name, error.diagnostic.code, message)


def _value_at(record: Mapping[str, Json], name: str) -> Json | Absent:
    return parse_path(name).first(record)


def record_references(template: RequestTemplate) -> Iterator[Reference]:
    """Yield the references of a request to the record that it is sent for."""
    parts = (template.endpoint, template.params, template.headers, template.json, template.form)
    for part in parts:
        written = dict(part) if isinstance(part, Mapping) else part
        yield from (one for one in references_in(written) if one.namespace == "record")


def _is_there(reference: Reference, record: Mapping[str, Json]) -> bool:
    found = _value_at(record, reference.name)
    return not isinstance(found, Absent) and found not in (None, "")
