"""Whatever a connection file holds, it loads or gives diagnostics."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onroll.definition.connections import ConnectionFile, load_connections
from onroll.diagnostics import render_json
from onroll.errors import DefinitionError, OnrollError

#: Every part of the file that a mistake may be in.
RICH: dict[str, Any] = yaml.safe_load("""
format: 1
store: sqlite:///onroll.db
targets:
  directory: {kind: directory}
  corp: {kind: scim, base_url: https://scim.acme.test, auth: {method: bearer, token: "${env:T}"}}
summary:
  send: always
  from: onroll@acme.test
  to: [it@acme.test]
  results: link
  link: https://acme.test/{run}
  smtp: {host: smtp.acme.test, port: 587, security: tls, username: u, password: "${env:P}"}
connections:
  berlin:
    connector: personio
    settings: {client_id: "${env:ID}", client_secret: "${file:secret}"}
    filters: {office: [Berlin, 1]}
    attributes:
      username:
        compose: {beginning: {attribute: first_name}, domain: acme.test, on_conflict: append_id}
      employee_type: null
      custom: {shoe_size: shoes.size}
    import:
      target: corp
      create_as: staged
      inactive_statuses: [leave]
      allow_reactivation: true
      create_days_before: 14
      absent: suspend
      absent_after: 2
      time_zone: Europe/Berlin
      protected: {ids: [1, "2"], emails: [a@acme.test], groups: [admins]}
      groups: [{when: {attribute: custom.shoe_size, in: [1, 2]}, name: small}]
      limits: {suspensions: "max(5, 10%)", creations: 10, blanked: null}
""")

ODD_VALUES: list[Any] = [
    None, True, 0, -1, 1.5, 10**30, "", " ", "x", "${", "${x}", "${env:}", "${env:X}", "10%",
    "max(1, 2%)", "active", "custom.x", "a\nb", "://", "postgres://x", "é" * 200, "\x1b[31m",
    [], {}, [[]], [None], [{}], {"a": 1}, {"": None}, {"kind": 1}, {"kind": "scim"},
    {"when": {}}, {"when": {"attribute": []}, "name": 1},
]  # fmt: skip
ODD_KEYS = ["x", "", "tls", "delete", "kind", "on", "a:b", "ключ", "\x00", "path"]


def ways(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        pairs = list(value.items() if isinstance(value, dict) else enumerate(value))
    below = [way for key, item in pairs for way in ways(item, (*path, key))]
    return [path, *below] if path else below


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


@st.composite
def mutations(draw: st.DrawFn) -> Any:
    """Draw a right file with a few nodes deleted, retyped or renamed."""
    value = copy.deepcopy(RICH)
    for _ in range(draw(st.integers(1, 4))):
        if not value:
            break
        path = draw(st.sampled_from(ways(value)))
        parent, key = at(value, path[:-1]), path[-1]
        change = draw(st.sampled_from(["delete", "retype", "retype", "copy", "rename"]))
        if change == "delete":
            del parent[key]
        elif change == "copy":
            parent[key] = copy.deepcopy(at(value, draw(st.sampled_from(ways(value)))))
        elif change == "retype" or isinstance(parent, list):
            parent[key] = copy.deepcopy(draw(st.sampled_from(ODD_VALUES)))
        else:
            parent[draw(st.sampled_from(ODD_KEYS))] = parent.pop(key)
    return value


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def try_to_load(folder: Path, value: Any) -> ConnectionFile | None:
    file = folder / "onroll.yaml"
    file.write_text(json.dumps(value), encoding="utf-8")
    try:
        return load_connections(file)
    except DefinitionError as error:
        check_that_it_renders(error)
        return None


def check_that_it_renders(error: OnrollError) -> None:
    assert error.diagnostics
    str(error).encode()
    json.dumps(render_json(error.diagnostics), allow_nan=False)


def test_the_file_that_is_mutated_is_right(folder: Path) -> None:
    file = try_to_load(folder, RICH)
    assert file is not None
    assert file.definition_for(file.connections["berlin"]).name == "personio"


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(mutations())
def test_a_mutated_file_loads_or_gives_diagnostics(folder: Path, value: Any) -> None:
    file = try_to_load(folder, value)
    if file is None:
        return
    for connection in file.connections.values():
        try:
            file.definition_for(connection)
        except OnrollError as error:
            check_that_it_renders(error)
