"""Digests that tell whether something was edited: definition, connection, mapping, source.

None of them covers a secret's value: settings count only where they are no secrets.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from onroll.definition.dependencies import closure
from onroll.redaction import Secret

if TYPE_CHECKING:
    from onroll.definition.connections import Connection
    from onroll.definition.connector import ConnectorDefinition
    from onroll.definition.settings import Settings
    from onroll.definition.targets import TargetConfig
    from onroll.model import Json

__all__ = ["digest_of", "filters_digest", "fingerprint", "mapping_digests"]

#: What may be edited without changing what anybody gets.
_WORDS: Final = ("description", "documentation", "examples", "title", "verified")
_SHORT: Final = 16


def digest_of(
    definition: ConnectorDefinition, connection: Connection | None, target: TargetConfig
) -> str:
    """Return the SHA-256 of all that changes what a plan would be, as written.

    `definition` has the connection's overlay on it. A plan made under another digest is void. Of
    settings those count that are no secrets, and of a target all but its `auth`.
    """
    settings = connection.settings if connection is not None else {}
    open_settings = {
        name: value
        for name, value in settings.items()
        if name in definition.settings and not definition.settings[name].secret
    }
    keys = {name: value for name, value in target.config.items() if name != "auth"}
    written = {key: value for key, value in definition.source.data.items() if key not in _WORDS}
    return _sha256(
        {
            "definition": written,
            "attributes": definition.attributes,
            "lookups": [one.name for one in definition.lookups],
            "filters": connection.filters if connection is not None else {},
            "import": connection.import_rules.written if connection is not None else {},
            "settings": open_settings,
            "target": {"name": target.name, "kind": target.kind, **keys},
        }
    )


def fingerprint(base_url: str, settings: Settings) -> str:
    """Return the SHA-256 of which source it is: its effective base URL and its open settings."""
    open_ones = {
        name: value for name, value in settings.values.items() if not isinstance(value, Secret)
    }
    return _sha256({"base_url": base_url.rstrip("/"), "settings": open_ones})


def mapping_digests(definition: ConnectorDefinition) -> dict[str, str]:
    """Return a short digest of how each attribute is made; custom ones as `custom.NAME`.

    What an attribute is made of counts: an edited `first_name` is an edited composed name too.
    """
    attributes = {
        name: value
        for name, value in definition.attributes.items()
        if name != "custom" and value is not None
    }
    custom = definition.attributes.get("custom") or {}
    digests = {name: _of_mapping(name, attributes) for name in attributes}
    for name, value in custom.items():
        label = f"custom.{name}"
        digests[label] = _of_mapping(label, {**attributes, label: value})
    return digests


def filters_digest(definition: ConnectorDefinition, connection: Connection | None) -> str:
    """Return a short digest of what keeps people out: the filters, and what is excluded."""
    listing = definition.source.data["list_users"]
    filters = connection.filters if connection is not None else {}
    return _sha256({"filters": filters, "exclude": listing.get("exclude", [])})[:_SHORT]


def _of_mapping(name: str, attributes: dict[str, Json]) -> str:
    return _sha256({one: attributes[one] for one in closure(name, attributes)})[:_SHORT]


def _sha256(value: Json) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
