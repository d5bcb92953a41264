"""The default that a schema names is the one that the code has."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onroll.builtin import shipped_schema
from onroll.definition.connector import Setting, UpdatedSince
from onroll.definition.import_block import parse_import
from onroll.definition.import_rules import ImportRules
from onroll.definition.load import compile_definition
from onroll.definition.schema import SECTIONS
from onroll.definition.source import read_yaml
from onroll.definition.summary_rules import Smtp, SummaryRules
from onroll.model import Headers, Limits, Response
from onroll.protocols import UnreadableBody

from .schemas import BUNDLES, REGISTRY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.connector import ConnectorDefinition


def _dataclass_defaults(kind: type) -> dict[str, Any]:
    found = {}
    for one in dataclasses.fields(kind):
        if one.default is not dataclasses.MISSING:
            found[one.name] = one.default
    return found


def _listed(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset | tuple | list) else value


@pytest.mark.parametrize(
    ("schema", "at", "kind"),
    [
        ("envelope", ("properties", "limits"), Limits),
        ("envelope", ("$defs", "updated_since"), UpdatedSince),
        ("envelope", ("$defs", "setting"), Setting),
        ("connections", ("$defs", "import"), ImportRules),
        ("connections", ("$defs", "smtp"), Smtp),
        ("connections", ("$defs", "summary"), SummaryRules),
    ],
)
def test_a_default_is_that_of_the_value_it_becomes(
    schema: str, at: tuple[str, ...], kind: type
) -> None:
    node: Any = shipped_schema(schema)
    for step in at:
        node = node[step]
    in_code = _dataclass_defaults(kind)
    for name, rule in node["properties"].items():
        # The port goes by `security`, and a setting is needed unless it has a default.
        if in_code.get(name) is None or name in ("port", "description", "enum"):
            continue
        assert _listed(rule.get("default")) == _listed(in_code[name]), name


def test_an_import_block_with_its_defaults_is_an_empty_one() -> None:
    written = {
        name: rule["default"]
        for name, rule in shipped_schema("connections")["$defs"]["import"]["properties"].items()
        if "default" in rule
    }
    assert len(written) > 5
    assert _without_text(parse_import(written)) == _without_text(parse_import({}))


def _without_text(rules: ImportRules) -> ImportRules:
    return dataclasses.replace(rules, written={})


_KINDS = [
    (section, name, one.kind)
    for section in ("auth", "decoder", "pagination")
    for name, one in getattr(REGISTRY, section).items()
]


@pytest.mark.parametrize(("section", "name", "kind"), _KINDS, ids=lambda one: str(one)[:30])
def test_a_default_of_a_kind_is_what_its_code_takes(section: str, name: str, kind: Any) -> None:
    """The code's own defaults are seen in its text: `config.get("start", 1)`."""
    schema = BUNDLES["definition"]["$defs"][section]["allOf"]
    own = next(one["then"] for one in schema if _name_of(one, section) == name)["properties"]
    for key, default in _defaults_in(sys.modules[kind.build.__module__]):
        if key in own and key not in _NOT_FIXED:
            assert own[key].get("default") == default, f"{name}: {key}"


@pytest.mark.parametrize(("section", "name", "kind"), _KINDS, ids=lambda one: str(one)[:30])
def test_a_default_that_is_written_out_changes_nothing(section: str, name: str, kind: Any) -> None:
    rules = {
        key: rule["default"] for key, rule in kind.schema["properties"].items() if "default" in rule
    }
    for example in kind.examples:
        built = _built(section, kind, example.config)
        for key, default in rules.items():
            if key in example.config or _is_elsewhere(kind, key, example.config):
                continue
            assert _built(section, kind, {**example.config, key: default}) == built, key


#: What is taken for these goes by the style of paging, or by the answer.
_NOT_FIXED = {"charset", "resend_params"}


def _name_of(rule: dict[str, Any], section: str) -> Any:
    return rule["if"]["properties"][SECTIONS[section]]["const"]


def _defaults_in(module: Any) -> Iterator[tuple[str, Any]]:
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="config"), attr="get"),
                args=[ast.Constant(value=str(key)), ast.Constant(value=default)],
            ):
                yield key, default


def _is_elsewhere(kind: Any, key: str, config: Any) -> bool:
    """Whether a key does not go with what is configured, as `in` beside `keys`."""
    needs = kind.schema.get("dependentRequired", {}).get(key, ())
    return any(one not in config for one in needs) or (key == "in" and "keys" in config)


def _built(section: str, kind: Any, config: Any) -> Any:
    if section == "decoder":
        decode = kind.build(config)
        return decode if not callable(decode) else _decoded(kind, decode)
    if section == "auth":
        return kind.build(config, lambda url: f"https://api.example.test{url}")
    return kind.build(config)


def _decoded(kind: Any, decode: Any) -> Any:
    found = []
    for one in kind.examples:
        response = Response(200, Headers({"content-type": one.content_type}), one.body, "")
        try:
            found.append(decode(response))
        except UnreadableBody as error:
            found.append(error.code)
    return found


_MINIMAL: dict[str, Any] = {
    "format": 1,
    "name": "acme",
    "base_url": "https://api.example.test",
    "settings": {"site": {}},
    "context": {"account": {"endpoint": "/me"}},
    "list_users": {
        "endpoint": "/people",
        "resource_location": "data",
        "shape": {"style": "keyed"},
        "details": {"job": {"endpoint": "/job"}},
        "updated_since": {"name": "since"},
        "filters": {"office": {}},
    },
    "lookups": {"team": {"endpoint": "/t", "resource_location": "t", "key": "id", "match": "id"}},
    "attributes": {"id": "id", "email": "email", "username": "email"},
    "examples": [{"responses": {"list_users": {"body": "a.json"}}, "users": "u.json"}],
}


_LIST = ("properties", "list_users")
_FILTERS = ("list_users", "filters")


@pytest.mark.parametrize(
    ("rule", "at"),
    [
        (("$defs", "setting"), ("settings", "site")),
        (("$defs", "call"), ("context", "account")),
        (("$defs", "shape"), ("list_users", "shape")),
        (("$defs", "detail"), ("list_users", "details", "job")),
        (("$defs", "updated_since"), ("list_users", "updated_since")),
        (("$defs", "lookup"), ("lookups", "team")),
        (("$defs", "recorded"), ("examples", 0, "responses", "list_users")),
        (_LIST, ("list_users",)),
        ((*_LIST, "properties", "filters", "additionalProperties"), (*_FILTERS, "office")),
    ],
)
def test_a_default_in_a_definition_that_is_written_out_changes_nothing(
    rule: tuple[str, ...], at: tuple[str | int, ...]
) -> None:
    node: Any = shipped_schema("envelope")
    for step in rule:
        node = node[step]
    defaults = {key: one["default"] for key, one in node["properties"].items() if "default" in one}
    assert defaults
    for key, value in defaults.items():
        if key == "column_name":
            continue  # goes with another style of shape
        assert _loaded(_with(_MINIMAL, (*at, key), value)) == _loaded(_MINIMAL), key


def _with(value: Any, at: tuple[str | int, ...], new: Any) -> Any:
    if not at:
        return new
    key, *rest = at
    if isinstance(value, list):
        return [_with(one, tuple(rest), new) if i == key else one for i, one in enumerate(value)]
    return {**value, key: _with(value.get(key, {}), tuple(rest), new)}


def _loaded(written: dict[str, Any]) -> ConnectorDefinition:
    source = read_yaml(json.dumps(written), "acme.yaml")
    whole = compile_definition(source, Path("/folder"), REGISTRY)
    return dataclasses.replace(whole, source=read_yaml("{}", "acme.yaml"))
