"""Walk the bundles that editors read, key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from onroll.definition.bundle import bundle, connections_bundle
from onroll.plugins.host import create_host
from onroll.plugins.registry import build_registry

if TYPE_CHECKING:
    from collections.abc import Iterator

REGISTRY: Final = build_registry(create_host(with_installed=False))
BUNDLES: Final = {"definition": bundle(REGISTRY), "onroll.yaml": connections_bundle(REGISTRY)}

#: What stands below these is data or a condition, and no key that a person would write.
_NO_SCHEMA: Final = {"const", "default", "dependentSchemas", "enum", "examples", "if", "required"}


class Key(NamedTuple):
    """A key of a bundle, and its rule with what its references add."""

    where: str
    rule: dict[str, Any]

    def __str__(self) -> str:
        return self.where


def keys(which: str) -> list[Key]:
    whole = BUNDLES[which]
    return list(_below(whole, whole, ""))


def resolved(whole: dict[str, Any], rule: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in rule:
        return rule
    target: Any = whole
    for step in str(rule["$ref"]).removeprefix("#/").split("/"):
        target = target[step]
    return {**resolved(whole, target), **rule}


def _below(whole: dict[str, Any], node: Any, where: str) -> Iterator[Key]:
    if isinstance(node, list):
        for item in node:
            yield from _below(whole, item, where)
    for name, rule in node.items() if isinstance(node, dict) else ():
        if name == "properties":
            yield from (Key(f"{where}.{key}", resolved(whole, one)) for key, one in rule.items())
        if name not in _NO_SCHEMA:
            for at, one in _steps(node, name, where):
                yield from _below(whole, one, at)


def _steps(node: dict[str, Any], name: str, where: str) -> Iterator[tuple[str, Any]]:
    """Yield the schemas below a keyword, each with the words for where it stands."""
    rule = node[name]
    if name in ("properties", "$defs"):
        for key, one in rule.items():
            yield (f"{where}.{key}" if name == "properties" else f"<{key}>"), one
    elif name == "then":
        kind = next(iter(node["if"]["properties"].values()))["const"]
        yield f"{where}[{kind}]", rule
    else:
        yield where, rule
