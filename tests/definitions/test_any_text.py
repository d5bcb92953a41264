"""Whatever is thrown at the loader, it answers with a definition or with diagnostics."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onroll.builtin import shipped
from onroll.definition.connector import ConnectorDefinition
from onroll.definition.load import compile_definition, parse_definition
from onroll.definition.source import read_yaml
from onroll.diagnostics import render_json, render_problem
from onroll.errors import DefinitionError
from onroll.plugins.registry import installed

#: Every part of the language that a mistake may be in.
RICH: dict[str, Any] = yaml.safe_load("""
format: 1
name: acme
title: Acme
documentation: https://developer.acme.test/
verified: {by: unverified, date: "2025-01-27"}
settings:
  token: {title: Token, secret: true, pattern: "[a-z]+"}
  region: {enum: [eu, us], default: eu, required: false}
base_url: https://${settings.region}.acme.test/v1
auth:
  method: oauth2_client_credentials
  access_token_url: /token
  client_id: acme
  client_secret: "${settings.token}"
  scopes: [users.read]
headers: {X-App: onroll}
params: {expand: [a, 1]}
limits: {requests_per_minute: 60, concurrency: 3, retry_statuses: [403]}
success: {body: ok, equals: true, message: error.message}
pagination: {style: page, page_name: p, limit_name: n, limit: 3, more: {body: more, present: true}}
list_users:
  endpoint: /users
  method: POST
  json: {active: true, token: "${settings.token}"}
  resource_location: $.data[?(@.kind=='person')]
  total_count: {body: next, parameter: total}
  pagination: {style: next_link, next: {header: Link}}
  exclude: [{path: kind, in: [1, robot]}, {attribute: email, present: false}]
  filters: {inactive: {partial: false}}
  details: {contract: {endpoint: "/users/${record.id}", success: {header: X-Ok, equals: 1}}}
lookups:
  team:
    endpoint: /teams
    resource_location: .
    key: id
    match: team_id
    pagination: {style: cursor, cursor: next, cursor_name: after}
attributes:
  id: id
  email: [contact, 0, email]
  username: {template: "${first_name}.${last_name}", transform: [trim, lower]}
  first_name: {first: [a, {path: b, when: {path: c, equals: d}}], transform: [title]}
  team: {first: [{compose: {beginning: {attribute: last_name, take: first_letter}}}, team]}
  display_name:
    compose:
      beginning: {attribute: first_name}
      separator: "."
      end: {attribute: last_name, take: entire}
      domain: ${settings.region}.acme.test
      locale: de
  last_name: {path: name, transform: [{split: {"on": " ", take: last}}], default: "?", clear: true}
  hire_date: {path: hired, transform: [{date: {from: "%d.%m.%Y"}}]}
  status: {path: state, map: {A: active, "*": inactive}}
  custom: {shoe_size: shoes.size, site: {value: {name: HQ}}}
examples:
  - users: users.json
    responses:
      list_users: [a.json, {status: 200, headers: {a: b}, body: b.json}]
      contract: c.json
""")

ODD_VALUES: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, "", " ", "x", ".", "a..b", "$", "$.", "$.a[", "$..a",
    "$.a[?(@.b=~'x')]", "${", "${}", "$${", "${settings.token}", "${settings.}", "${record.id}",
    "${env:}", "${x}", "{{ x }}", "http://[", "http://[::1", "https://a:port", "http://127.0.0.1",
    "://", "(", "[a", "a\nb", "%", "%Q", "\x1b[31m", "é" * 200, "e\u0301", "1e5", "1" * 50,
    [], {}, [[]], ["a", None], [True], [1.5], {"a": 1}, {"": None}, {"equals": {}}, {"method": []},
    {"style": 1}, {"path": {}}, {"first": [[]]}, {"trim": None},
]  # fmt: skip
ODD_KEYS = ["x", "tokn", "", " ", "on", "a:b", "a=b", "compose", "<<", "ключ", "\x00", "path", "*"]
ODD_TEXTS = [
    "", '"', "'", "{", "}", "[", "]", ":", ": ", "\t", "\n", "- ", "*", "&", "!", "|", ">", "#",
    " #", "${", "\\", "%", "@", "`", "\x00", "\x85", "\u2028", "\ufeff", "é", "<<: ", "---\n",
    "...\n", "? ", "&a ", "*a ", "!!str ", ", ",
]  # fmt: skip

TRIES = settings(
    deadline=None,
    max_examples=250,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def try_to_load(written: str | bytes) -> ConnectorDefinition | None:
    """Load it, or check that it is refused in a way that every reader understands."""
    try:
        source = read_yaml(written, "connector.yaml")
        return compile_definition(source, Path(), installed())
    except DefinitionError as error:
        check_that_it_renders(error)
        return None


def check_that_it_renders(error: DefinitionError) -> None:
    assert error.diagnostics
    str(error).encode()
    json.dumps(render_json(error.diagnostics), allow_nan=False)
    for one in error.diagnostics:
        json.dumps(render_problem(one), allow_nan=False)
        assert one.text().startswith(("error[", "warning["))


def ways(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in items:
        found += ways(item, (*path, key))
    return found


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


@st.composite
def mutations(draw: st.DrawFn) -> Any:
    """Draw a right definition with a few nodes deleted, doubled, retyped or renamed."""
    value = copy.deepcopy(RICH)
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(ways(value)))
        parent, key = at(value, path[:-1]), path[-1]
        change = draw(st.sampled_from(["delete", "retype", "retype", "copy", "rename"]))
        if change == "delete":
            del parent[key]
        elif change == "retype":
            parent[key] = copy.deepcopy(draw(st.sampled_from(ODD_VALUES)))
        elif change == "copy":
            parent[key] = copy.deepcopy(at(value, draw(st.sampled_from(ways(value)))))
        elif isinstance(parent, dict):
            parent[draw(st.sampled_from(ODD_KEYS))] = parent.pop(key)
        else:
            parent.append(copy.deepcopy(draw(st.sampled_from(ODD_VALUES))))
        if not value:
            break
    return value


@st.composite
def damaged_texts(draw: st.DrawFn) -> str:
    """Draw a right definition's text with a few characters put in or taken out."""
    text = str(yaml.safe_dump(RICH, default_flow_style=draw(st.sampled_from([None, True, False]))))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 5))
        text = text[:start] + draw(st.sampled_from(ODD_TEXTS)) + text[end:]
    return text


anything = st.recursive(
    st.sampled_from(ODD_VALUES) | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*RICH, *ODD_KEYS]) | st.text(max_size=5), inner)
    ),
    max_leaves=12,
)


def test_the_definition_that_is_mutated_is_right() -> None:
    assert parse_definition(json.dumps(RICH)).name == "acme"


@pytest.mark.parametrize(
    "file",
    sorted(shipped("connectors").glob("*/connector.yaml")),
    ids=lambda file: file.parent.name,
)
def test_every_shipped_connector_loads(file: Path) -> None:
    assert try_to_load(file.read_bytes()) is not None


@TRIES
@given(st.binary(max_size=200))
def test_bytes_give_diagnostics(written: bytes) -> None:
    try_to_load(written)


@TRIES
@given(st.text(st.characters(codec=None), max_size=200))
def test_text_gives_diagnostics(written: str) -> None:
    try_to_load(written)


@TRIES
@given(st.lists(st.sampled_from([*ODD_TEXTS, *RICH, "  ", "a", "1"]), max_size=30).map("".join))
def test_pieces_of_yaml_give_diagnostics(written: str) -> None:
    try_to_load(written)


@TRIES
@given(anything)
def test_any_structure_gives_diagnostics(value: Any) -> None:
    try_to_load(yaml.safe_dump(value, allow_unicode=True))


@TRIES
@given(mutations())
def test_a_mutated_definition_loads_or_gives_diagnostics(value: Any) -> None:
    try_to_load(json.dumps(value))


@TRIES
@given(damaged_texts())
def test_a_damaged_text_loads_or_gives_diagnostics(written: str) -> None:
    try_to_load(written)
