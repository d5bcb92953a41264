"""The JSON Schemas of the definition language: the envelope, each plug-in's own, and the bundle.

Checking takes two steps, the envelope first and then the schema of the plug-in that a section
names. There is no `oneOf` over plug-ins: its message would name no key. The bundle that
editors read says the same in `if`/`then`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from onroll.builtin import shipped_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.plugins.registry import Registry

__all__ = ["SECTIONS", "bundle", "envelope", "plugin_schema"]

_COMMON: Final = "urn:onroll:common"

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


def bundle(registry: Registry) -> dict[str, Any]:
    """Return one standard JSON Schema that knows every installed plug-in, for editors."""
    schema = dict(envelope())
    definitions = {**shipped_schema("common")["$defs"], **schema["$defs"]}
    for section in ("auth", "decoder", "pagination"):
        kinds = dict(_kinds(registry, section))
        definitions[section] = _section(definitions[section], section, kinds)
    definitions["transforms"] = _transforms(definitions["transforms"], registry)
    schema["$defs"] = definitions
    del schema["$id"]  # an URN that no editor can fetch
    standard = _standard(schema)
    assert isinstance(standard, dict)
    return standard


def _kinds(registry: Registry, section: str) -> Iterator[tuple[str, tuple[str, Mapping[str, Any]]]]:
    for name, registered in getattr(registry, section).items():
        yield name, (registered.kind.summary, registered.kind.schema)


def _section(
    base: dict[str, Any], section: str, kinds: Mapping[str, tuple[str, Mapping[str, Any]]]
) -> dict[str, Any]:
    key = SECTIONS[section]
    rules = [
        {
            "if": {"properties": {key: {"const": name}}, "required": [key]},
            "then": plugin_schema(section, name, schema),
        }
        for name, (_, schema) in kinds.items()
    ]
    named = {
        **base["properties"][key],
        "enum": list(kinds),
        "markdownEnumDescriptions": [summary for summary, _ in kinds.values()],
    }
    return {**base, "properties": {key: named}, "allOf": rules}


def _transforms(base: dict[str, Any], registry: Registry) -> dict[str, Any]:
    bare = [name for name, one in registry.transforms.items() if not one.kind.is_argument_needed]
    with_argument = {
        name: {"description": one.kind.summary, **one.kind.argument}
        for name, one in registry.transforms.items()
        if one.kind.argument is not None
    }
    item = {
        "anyOf": [
            {"enum": bare},
            {
                "type": "object",
                "properties": with_argument,
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ]
    }
    return {**base, "items": item}


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
        elif key == "x-exactly-one":
            done["anyOf"] = [{"required": [name]} for name in value]
        elif key == "format" and value == "path":
            continue
        elif not key.startswith("x-"):
            done[key] = _standard(value)
    return done
