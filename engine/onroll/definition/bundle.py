"""The schemas that editors read: everything in one file, with the keys of every plug-in.

A bundle accepts what the loader accepts, as far as JSON Schema can say it, and is not what the
loader checks with: it is written for completion and hover, and our own words are left out of it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from onroll.builtin import shipped_schema
from onroll.definition.schema import SECTIONS, envelope, plugin_schema
from onroll.model import NEEDED_ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.plugins.registry import Registry

__all__ = ["bundle", "connections_bundle"]

_COMMON: Final = "urn:onroll:common"

#: Words of keys that are not written as other words are.
_SPELLINGS: Final = {
    "auth": "authentication", "ca": "CA", "id": "ID", "ids": "IDs", "json": "JSON", "ms": "ms",
    "oauth2": "OAuth 2.0", "smtp": "SMTP", "tls": "TLS", "uri": "URI", "url": "URL",
}  # fmt: skip


def bundle(registry: Registry) -> dict[str, Any]:
    """Return one standard JSON Schema of a definition that knows every installed plug-in."""
    schema = envelope()
    own = dict(schema["$defs"])
    # The loader says this in words of its own, as it also reads files of connections.
    own["attributes"] = {**own["attributes"], "required": list(NEEDED_ATTRIBUTES)}
    return _whole(schema, {**_shared(registry), **own, **_sections(registry, own)})


def connections_bundle(registry: Registry) -> dict[str, Any]:
    """Return one standard JSON Schema of `onroll.yaml` that knows every kind of target."""
    schema = shipped_schema("connections")
    own = dict(schema["$defs"])
    auth = {"auth": envelope()["$defs"]["auth"]}
    kinds = {name: _with_auth(rule) for name, rule in _kinds(registry, "targets").items()}
    return _whole(
        schema,
        {
            **_shared(registry),
            **own,
            "auth": _section(auth["auth"], "auth", _kinds(registry, "auth")),
            "target": _section(own["target"], "targets", kinds),
        },
    )


def _whole(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    # Its own `$id` is an URN that no editor can fetch.
    kept = {key: value for key, value in schema.items() if key != "$id"}
    standard = _standard({**kept, "$defs": dict(definitions)})
    assert isinstance(standard, dict)
    return standard


def _shared(registry: Registry) -> dict[str, Any]:
    common = dict(shipped_schema("common")["$defs"])
    return {**common, "transforms": _transforms(common["transforms"], registry)}


def _sections(registry: Registry, own: Mapping[str, Any]) -> dict[str, Any]:
    return {
        section: _section(own[section], section, _kinds(registry, section))
        for section in ("auth", "decoder", "pagination")
    }


def _kinds(registry: Registry, section: str) -> dict[str, dict[str, Any]]:
    """Return the schema of each kind of a section; its title and description are never missing."""
    key = SECTIONS[section]
    found: dict[str, dict[str, Any]] = {}
    for name, registered in getattr(registry, section).items():
        schema = plugin_schema(section, name, registered.kind.schema)
        summary = registered.kind.summary
        said = {"title": schema.get("title", summary), "description": f"{summary}."}
        # What stands over the name of the kind explains the kind.
        named = {"const": name, "title": _title(key), "description": f"`{name}`: {summary}."}
        found[name] = {**schema, **said, "properties": {**schema["properties"], key: named}}
    return found


def _section(
    base: Mapping[str, Any], section: str, kinds: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    key = SECTIONS[section]
    named = {
        **base["properties"][key],
        "enum": list(kinds),
        "markdownEnumDescriptions": [schema["description"] for schema in kinds.values()],
    }
    rules = [
        {
            # Without its type the condition would hold for what is no object yet.
            "if": {"type": "object", "properties": {key: {"const": name}}, "required": [key]},
            "then": schema,
        }
        for name, schema in kinds.items()
    ]
    return {**base, "properties": {**base["properties"], key: named}, "allOf": rules}


def _with_auth(kind: dict[str, Any]) -> dict[str, Any]:
    """Let a target's `auth` have the methods and keys that a definition's has."""
    auth = kind["properties"].get("auth", {})
    if auth.get("type") != "object":
        return kind
    known = {**auth, "$ref": "#/$defs/auth"}
    return {**kind, "properties": {**kind["properties"], "auth": known}}


def _transforms(base: Mapping[str, Any], registry: Registry) -> dict[str, Any]:
    kinds = {name: one.kind for name, one in registry.transforms.items()}
    bare = {name: kind.summary for name, kind in kinds.items() if not kind.is_argument_needed}
    with_argument = {
        name: {"title": _title(name), "description": f"{kind.summary}.", **kind.argument}
        for name, kind in kinds.items()
        if kind.argument is not None
    }
    item = {
        "anyOf": [
            {
                "title": "Transform",
                "description": "A transform without an argument.",
                "enum": list(bare),
                "markdownEnumDescriptions": [f"{summary}." for summary in bare.values()],
            },
            {
                "title": "Transform with an argument",
                "description": "A transform, and its argument behind it.",
                "type": "object",
                "properties": with_argument,
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ]
    }
    return {**base, "items": item}


def _title(key: str) -> str:
    """Make a title of a key: `access_token_url` is the `Access token URL`."""
    words = [_SPELLINGS.get(word, word) for word in re.split("_+", key) if word]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def _standard(node: Any) -> Any:
    """Rewrite our own keywords into standard ones, and references to point inside the bundle."""
    if isinstance(node, list):
        return [_standard(item) for item in node]
    if not isinstance(node, dict):
        return node
    done: dict[str, Any] = {}
    for key, value in node.items():
        if key == "$ref":
            done[key] = str(value).replace(_COMMON, "")
        elif key == "properties":
            done[key] = {name: _titled(name, rule) for name, rule in value.items()}
        elif key == "x-pattern-means":
            done["patternErrorMessage"] = f"Expected {value}."
        elif not (key.startswith("x-") or (key == "format" and value == "path")):
            # Values of these are data, whatever keys they have.
            done[key] = (
                value if key in ("default", "examples", "const", "enum") else _standard(value)
            )
    return {**done, **_counted(node)}


def _titled(name: str, rule: Any) -> Any:
    if not isinstance(rule, dict):
        return rule
    done = {"title": _title(name), **_standard(rule)}
    if "default" in done and "description" in done:
        # Editors show the description over a key, and hardly any the default.
        done["description"] += f" Default: `{_shown(done['default'])}`."
    return done


def _shown(value: Any) -> str:
    is_plain = isinstance(value, str) and value and value.isprintable()
    return value if is_plain else json.dumps(value, ensure_ascii=False)


def _counted(node: Mapping[str, Any]) -> dict[str, Any]:
    """Say which keys exclude each other, and of which there must be one."""
    needed = node.get("x-exactly-one", ())
    said: dict[str, Any] = {}
    if needed:
        said["anyOf"] = [{"required": [name]} for name in needed]
    exclusive = [node[word] for word in ("x-exactly-one", "x-at-most-one") if word in node]
    without = {
        name: {"properties": {other: False for other in names if other != name}}
        for names in exclusive
        for name in names
    }
    return {**said, "dependentSchemas": without} if without else said
