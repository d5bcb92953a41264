"""The JSON Schemas that definitions are checked with: the envelope, and each plug-in's own.

Checking takes two steps, the envelope first and then the schema of the plug-in that a section
names. There is no `oneOf` over plug-ins: its message would name no key. What editors read is
made in `onroll.definition.bundle`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from onroll.builtin import shipped_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SECTIONS", "envelope", "plugin_schema"]

#: Sections whose further keys belong to a plug-in, and the key that names it.
SECTIONS: Final = {
    "auth": "method",
    "decoder": "format",
    "pagination": "style",
    "targets": "kind",
}


def envelope() -> dict[str, Any]:
    """Return the envelope schema: everything that is the same whatever plug-ins there are."""
    return shipped_schema("envelope")


def plugin_schema(section: str, name: str, own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the whole schema of a section that names one plug-in: its keys and the common ones."""
    key = SECTIONS[section]
    common = shipped_schema("pagination/common") if section == "pagination" else {}
    schema = {
        **{word: rule for word, rule in own.items() if word not in ("$schema", "$id")},
        "type": "object",
        "properties": {
            key: {"const": name},
            **own.get("properties", {}),
            **common.get("properties", {}),
        },
        "required": [key, *own.get("required", [])],
        "additionalProperties": False,
    }
    depends = {**common.get("dependentRequired", {}), **own.get("dependentRequired", {})}
    return {**schema, "dependentRequired": depends} if depends else schema
