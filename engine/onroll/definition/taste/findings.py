"""All findings about a file, in its order, without those that its author has allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from onroll.definition.requests import as_object
from onroll.definition.taste.allowance import without_allowed
from onroll.definition.taste.connections import connection_findings
from onroll.definition.taste.identity import identity_findings, modeline_findings
from onroll.definition.taste.mapping import mapping_findings
from onroll.definition.taste.requests import request_findings
from onroll.definition.taste.secrets import literal_secrets
from onroll.definition.taste.settings import setting_findings
from onroll.definition.validate import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from onroll.definition.connector import ConnectorDefinition
    from onroll.definition.source import Source
    from onroll.diagnostics import Diagnostic

__all__ = ["about_connections", "about_definition"]

#: Sections that are prose or come with people's data, which has checks of its own.
_WITHOUT_SECRETS: Final = (
    "attributes", "description", "documentation", "examples", "format", "name", "settings",
    "title", "verified",
)  # fmt: skip
_HINT: Final = (
    "declare a setting with `secret: true` and write `${settings.name}`; change the secret, as "
    "whoever saw the file knows it"
)


def about_definition(
    definition: ConnectorDefinition,
    auth_keys: Mapping[str, Any],
    folder: str | None,
    today: date,
    further: Iterable[Diagnostic] = (),
) -> list[Diagnostic]:
    """Return the findings about a definition. `auth_keys` are the schemas of its method's keys.

    `folder` names the connector if it is not None; `further` are findings of the caller's.
    """
    source = definition.source
    found = [
        *modeline_findings(source, "onroll schema > connector.schema.json"),
        *identity_findings(definition, folder, today),
        *setting_findings(definition),
        *_secrets(source, auth_keys),
        *request_findings(definition),
        *mapping_findings(definition),
        *further,
    ]
    return in_order(without_allowed(source, found))


def about_connections(source: Source) -> list[Diagnostic]:
    """Return the findings about a connection file."""
    return in_order(without_allowed(source, connection_findings(source)))


def _secrets(source: Source, auth_keys: Mapping[str, Any]) -> Iterator[Diagnostic]:
    for key in source.data:
        if key not in _WITHOUT_SECRETS:
            known = auth_keys if key == "auth" else {}
            yield from literal_secrets(source, (key,), known, _HINT)
    for name in as_object(source.data.get("settings")):
        yield from literal_secrets(source, ("settings", name, "default"), {}, _HINT)
