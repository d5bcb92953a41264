"""`api_key`: a key, or several, in a header or a query parameter.

auth: {method: api_key, name: X-Redmine-API-Key, value: "${settings.api_key}"}

auth:
  method: api_key
  keys:
    - {name: x-api-key, value: "${settings.api_key}"}
    - {name: x-org-id, value: "${settings.organization}"}
    - {in: query, name: key, value: "${settings.other}"}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onroll.auth.credential import FixedCredential
from onroll.builtin import shipped_schema
from onroll.expressions.reference import as_text
from onroll.plugins import hookimpl
from onroll.protocols import Address, AuthExample, AuthKind, AuthMethod

if TYPE_CHECKING:
    from collections.abc import Mapping


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    keys = config.get("keys", [config])
    # A key whose optional setting is unset has lost its value, and is not sent.
    sent = [(key.get("in"), key["name"], as_text(key["value"])) for key in keys if "value" in key]
    return FixedCredential(
        headers={name: value for where, name, value in sent if where != "query"},
        params=tuple((name, value) for where, name, value in sent if where == "query"),
    )


@hookimpl
def onroll_auth_methods() -> list[AuthKind]:
    """Offer `api_key`."""
    return [
        AuthKind(
            name="api_key",
            summary="A key in a header or the query",
            schema=shipped_schema("auth/api_key"),
            build=_build,
            examples=(
                AuthExample(config={"name": "X-Api-Key", "value": "k-123"}, credential="k-123"),
                AuthExample(
                    config={"in": "query", "name": "key", "value": "k-124"}, credential="k-124"
                ),
                AuthExample(
                    config={
                        "keys": [
                            {"name": "x-api-key", "value": "k-125"},
                            {"name": "x-org-id", "value": "o-1"},
                        ]
                    },
                    credential="k-125",
                ),
            ),
        )
    ]
