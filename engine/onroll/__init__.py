"""onroll reads the people of any company out of any HR API by a YAML definition.

import onroll

connector = onroll.load("personio")
users = connector.users({"client_id": "…", "client_secret": "…"})
for user in users:
    print(user.id, user.attributes.get("email"))
assert users.report.complete, users.report.reasons
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onroll.version import __version__

if TYPE_CHECKING:
    from onroll.errors import (
        AuthenticationError,
        DefinitionError,
        OnrollError,
        ResponseError,
        SettingsError,
        SourceError,
        TransportError,
        UsageError,
    )
    from onroll.model import ListingReport, User
    from onroll.service.connector import Connector, Users, load
    from onroll.service.opening import Options

__all__ = [
    "AuthenticationError",
    "Connector",
    "DefinitionError",
    "ListingReport",
    "OnrollError",
    "Options",
    "ResponseError",
    "SettingsError",
    "SourceError",
    "TransportError",
    "UsageError",
    "User",
    "Users",
    "__version__",
    "load",
]

#: Where each public name lives. They are imported on first use: `onroll --version` needs none.
_HOMES = {
    **dict.fromkeys(("Connector", "Users", "load"), "onroll.service.connector"),
    **dict.fromkeys(("ListingReport", "User"), "onroll.model"),
    "Options": "onroll.service.opening",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'onroll' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  (only when a name is first used)

    return getattr(import_module(_HOMES.get(name, "onroll.errors")), name)
