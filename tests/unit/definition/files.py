"""Write a connection file beside a connector, and load it."""

import json
from pathlib import Path
from typing import Any

from onroll.definition.connections import ConnectionFile, load_connections
from onroll.definition.connector import ConnectorDefinition

CONNECTOR: dict[str, Any] = {
    "format": 1,
    "name": "acme",
    "base_url": "https://api.acme.test",
    "settings": {"token": {"secret": True}, "site": {"required": False}},
    "list_users": {"endpoint": "/users", "resource_location": "data"},
    "attributes": {
        "id": "id",
        "email": "email",
        "username": "login",
        "first_name": "first",
        "team": {"path": "team", "clear": True},
        "roles": "roles",
        "custom": {"size": {"path": "size", "clear": True}, "site": "site"},
    },
}


def load(folder: Path, *, connector: Any = None, top: Any = None, **connection: Any) -> Any:
    """Load a file with the connection `berlin`; `top` are further keys of the file."""
    written = {**CONNECTOR, **(connector or {})}
    (folder / "acme.yaml").write_text(json.dumps(written), encoding="utf-8")
    whole = {"connections": {"berlin": {"connector": "./acme.yaml", **connection}}}
    file = folder / "onroll.yaml"
    file.write_text(json.dumps({"format": 1, **(top or {}), **whole}), encoding="utf-8")
    return load_connections(file)


def definition_of(file: ConnectionFile) -> ConnectorDefinition:
    return file.definition_for(file.connections["berlin"])
