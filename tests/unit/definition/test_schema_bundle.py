"""The bundle is one standard JSON Schema, and agrees with what the loader says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from onroll.builtin import shipped, shipped_schema
from onroll.definition.bundle import bundle, connections_bundle
from onroll.definition.source import read_yaml
from onroll.plugins.host import create_host
from onroll.plugins.registry import build_registry

REGISTRY = build_registry(create_host(with_installed=False))
BUNDLE = bundle(REGISTRY)
CONNECTIONS = connections_bundle(REGISTRY)
BUNDLES = pytest.mark.parametrize("whole", [BUNDLE, CONNECTIONS], ids=["definition", "onroll.yaml"])
VALIDATOR = Draft202012Validator(BUNDLE)
CONNECTORS = sorted(shipped("connectors").glob("*/connector.yaml"))


def definition(**changes: Any) -> dict[str, Any]:
    right: dict[str, Any] = {
        "format": 1,
        "name": "acme",
        "base_url": "https://api.acme.test",
        "auth": {"method": "bearer", "token": "${settings.token}"},
        "settings": {"token": {"secret": True}},
        "list_users": {
            "endpoint": "/users",
            "resource_location": "data",
            "pagination": {"style": "page", "page_name": "page"},
        },
        "attributes": {"id": "id", "email": "email", "username": "email"},
    }
    return right | changes


def nodes(schema: Any, where: str = "#") -> Iterator[tuple[str, Any]]:
    yield where, schema
    items = schema.items() if isinstance(schema, dict) else enumerate(schema)
    for key, item in items:
        if isinstance(item, dict | list):
            yield from nodes(item, f"{where}/{key}")


@BUNDLES
def test_it_is_a_valid_schema_of_2020_12(whole: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(whole)


@BUNDLES
def test_it_names_its_dialect(whole: dict[str, Any]) -> None:
    assert whole["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", ["envelope", "common", "connections"])
def test_a_part_is_a_valid_schema_of_2020_12(name: str) -> None:
    Draft202012Validator.check_schema(shipped_schema(name))


@BUNDLES
def test_it_refers_to_what_it_holds_and_to_nothing_else(whole: dict[str, Any]) -> None:
    references = {
        str(node["$ref"]) for _, node in nodes(whole) if isinstance(node, dict) and "$ref" in node
    }
    assert references <= {f"#/$defs/{name}" for name in whole["$defs"]}


@BUNDLES
def test_it_holds_no_keyword_of_our_own(whole: dict[str, Any]) -> None:
    keys = {key for _, node in nodes(whole) if isinstance(node, dict) for key in node}
    assert [key for key in keys if key.startswith("x-")] == []


@pytest.mark.parametrize("file", CONNECTORS, ids=lambda file: file.parent.name)
def test_it_accepts_a_shipped_connector(file: Path) -> None:
    data = read_yaml(file.read_bytes(), file.name).data
    assert [error.message for error in VALIDATOR.iter_errors(data)] == []


def test_it_accepts_a_right_definition() -> None:
    assert VALIDATOR.is_valid(definition())


@pytest.mark.parametrize(
    "changes",
    [
        {"auth": {"method": "bearer", "token": "x", "tokn": "y"}},
        {"auth": {"method": "basic", "token": "x"}},
        {"auth": {"method": "unheard-of"}},
        {"auth": {}},
        {"pagination": {"style": "offset"}},
        {"pagination": {"style": "page", "page_name": "p", "offset_name": "o"}},
        {"pagination": {"style": "page", "page_name": "p", "limit_name": "l"}},
        {"attributes": {"id": {"path": "a", "transform": ["unheard_of"]}}},
        {"attributes": {"id": {"path": "a", "transform": [{"split": {}}]}}},
        {"attributes": {"id": {"path": "a", "transform": ["split"]}}},
        {"attributes": {"shoe_size": "shoe"}},
        {"format": 2},
        {"tokn": "x"},
        {"success": {"equals": True}},
        {"success": {"body": "a", "header": "B"}},
        {"success": {"body": "a", "equals": 1, "present": True}},
        {"attributes": {"id": {"path": "a", "value": 1}, "email": "e", "username": "e"}},
        {"attributes": {"id": "id", "email": "email"}},
    ],
)
def test_it_refuses_what_the_loader_refuses(changes: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(definition(**changes))


@pytest.mark.parametrize("section", ["auth", "pagination", "transforms"])
def test_it_completes_the_names_of_the_plug_ins(section: str) -> None:
    names = set(getattr(REGISTRY, section))
    listed: set[str] = set()
    for _, node in nodes(BUNDLE["$defs"][section]):
        if isinstance(node, dict):
            listed |= {one for one in node.get("enum", ()) if isinstance(one, str)}
            listed |= set(node.get("properties", ())) if section == "transforms" else set()
    assert names <= listed
