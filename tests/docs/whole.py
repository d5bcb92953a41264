"""Make a whole definition of a part that a page shows."""

from __future__ import annotations

from typing import Any

from onroll.expressions.reference import references_in

_WHOLE: dict[str, Any] = {
    "format": 1,
    "name": "base",
    "base_url": "https://api.example.com",
    "auth": {"method": "none"},
    "list_users": {"endpoint": "/people", "resource_location": "data"},
    "attributes": {"id": "id", "email": "email", "username": "email"},
}


def completed(part: dict[str, Any]) -> dict[str, Any]:
    """Return a definition with the part laid over it, and the settings that it refers to."""
    merged = {**_WHOLE, **part}
    for key in ("list_users", "attributes"):
        merged[key] = {**_WHOLE[key], **part.get(key, {})}
    used = {one.name for one in references_in(merged) if one.namespace == "settings"}
    return {**merged, "settings": {**dict.fromkeys(used), **merged.get("settings", {})}}
