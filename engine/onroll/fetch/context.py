"""What a call that comes before the lists brings: `${context.name.path}` in their requests.

context:
  me: {endpoint: /v1/me, resource_location: "roles.payroll_admin.companies[0]"}
list_users:
  endpoint: /v1/companies/${context.me.uuid}/employees
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from onroll.diagnostics import Diagnostic, quoted_list
from onroll.errors import ResponseError
from onroll.expressions.path import parse_path
from onroll.fetch.plan import build_request
from onroll.model import Absent, Json

if TYPE_CHECKING:
    from onroll.definition.connector import ConnectorDefinition, Detail
    from onroll.expressions.reference import Reference, Scope
    from onroll.fetch.source import Source
    from onroll.plugins.registry import Registry

__all__ = ["Context"]


class Context:
    """Makes each call once, when what it brings is first needed. Safe to share between threads."""

    def __init__(
        self, definition: ConnectorDefinition, scope: Scope, source: Source, registry: Registry
    ) -> None:
        self._definition = definition
        self._outer = scope
        self._source = source
        self._registry = registry
        self._calls = {one.name: one for one in definition.context}
        self._known: dict[str, Json] = {}
        # One call may need what an earlier one brought.
        self._lock = threading.RLock()

    def scope(self, reference: Reference) -> Json | Absent:
        """Resolve a reference. Raises `SourceError` when a call fails or brings nothing there."""
        if reference.namespace != "context":
            return self._outer(reference)
        name, _, path = reference.name.partition(".")
        call = self._calls[name]
        brought = self._brought(call)
        found = parse_path(path).first(brought) if path else brought
        if found is None or found == "" or isinstance(found, Absent):
            # A request without it would be answered, about somebody else.
            raise self._nothing_at(call, f"`{path}` of `context.{name}`", brought)
        return found

    def _brought(self, call: Detail) -> Json:
        with self._lock:
            if call.name not in self._known:
                self._known[call.name] = self._ask(call)
            return self._known[call.name]

    def _ask(self, call: Detail) -> Json:
        addresses = self._source.addresses
        ask = build_request(self._definition, call.request, self.scope, addresses, self._registry)
        answer = self._source.ask(ask.request, call.success, ask.decode)
        found = call.resource_location.first(answer.body)
        if found is None or isinstance(found, Absent):
            error = self._nothing_at(call, f"`{call.resource_location}`", answer.body)
            error.exchange = self._source.shown(ask.request, answer.response)
            raise error
        return found

    def _nothing_at(self, call: Detail, what: str, body: Json) -> ResponseError:
        is_object = isinstance(body, dict) and body
        there = f"are the keys {quoted_list(list(body))}" if is_object else "is nothing"
        return ResponseError(
            Diagnostic(
                "context-not-found",
                f"the call `context.{call.name}` brought nothing at {what}",
                self._definition.source.place(("context", call.name), of_key=True),
                expected=f"a value; there {there}",
                hint="a right may be missing, or the path is another",
            )
        )
