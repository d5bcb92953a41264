"""The connection file: what it may hold, what it lays over, where its settings come from."""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from onroll.definition.connections import (
    Connection,
    ConnectionFile,
    load_connections,
)
from onroll.errors import DefinitionError, SettingsError, UsageError

CONNECTOR: dict[str, Any] = {
    "format": 1,
    "name": "acme",
    "base_url": "https://api.acme.test",
    "settings": {"token": {"secret": True}},
    "list_users": {"endpoint": "/users", "resource_location": "data"},
    "attributes": {
        "id": "id",
        "email": "email",
        "username": None,
        "team": "team",
        "custom": {"size": "size", "site": "site"},
    },
}

Load = Callable[..., ConnectionFile]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write a connection file beside a connector, and load it."""
    (tmp_path / "acme.yaml").write_text(json.dumps(CONNECTOR), encoding="utf-8")

    def write(text: str = "", **connection: Any) -> ConnectionFile:
        file = tmp_path / "onroll.yaml"
        whole = {"connections": {"berlin": {"connector": "./acme.yaml", **connection}}}
        file.write_text(text or json.dumps({"format": 1, **whole}), encoding="utf-8")
        return load_connections(file)

    return write


def attributes_of(file: ConnectionFile) -> dict[str, Any]:
    return dict(file.definition_for(file.connections["berlin"]).attributes)


def setting(load: Load, value: Any, environment: dict[str, str] | None = None) -> Any:
    connection: Connection = load(settings={"token": value}).connections["berlin"]
    return connection.read_setting("token", environment or {})


def messages(caught: pytest.ExceptionInfo[DefinitionError]) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in caught.value.diagnostics]


def test_a_file_without_connections_is_right(load: Load) -> None:
    assert load("format: 1\n").connections == {}


def test_a_connection_has_a_name_and_a_connector(load: Load) -> None:
    assert load().connections["berlin"].connector == "./acme.yaml"


def test_a_connector_lies_beside_the_connection_file(load: Load) -> None:
    file = load(attributes={"username": "login"})
    assert file.definition_for(file.connections["berlin"]).name == "acme"


def test_filters_are_kept_as_they_are_written(load: Load) -> None:
    file = load(filters={"office": "Berlin", "ids": [1, "2"], "active": True})
    expected = {"office": "Berlin", "ids": [1, "2"], "active": True}
    assert file.connections["berlin"].filters == expected


def test_an_overlay_maps_what_the_connector_leaves_open(load: Load) -> None:
    assert attributes_of(load(attributes={"username": "login"}))["username"] == "login"


def test_an_overlay_replaces_attribute_by_attribute(load: Load) -> None:
    found = attributes_of(load(attributes={"username": "login", "team": "group"}))
    assert (found["team"], found["email"]) == ("group", "email")


def test_null_removes_an_attribute(load: Load) -> None:
    assert "team" not in attributes_of(load(attributes={"username": "login", "team": None}))


def test_custom_attributes_are_laid_over_one_by_one(load: Load) -> None:
    custom = {"size": None, "floor": "floor"}
    found = attributes_of(load(attributes={"username": "login", "custom": custom}))
    assert found["custom"] == {"site": "site", "floor": "floor"}


def test_a_needed_attribute_that_stays_open_is_refused(load: Load) -> None:
    file = load()
    with pytest.raises(DefinitionError) as caught:
        file.definition_for(file.connections["berlin"])
    assert messages(caught) == [
        ("attribute-not-mapped", "the connection `berlin` leaves `username` unmapped")
    ]


def test_a_needed_attribute_cannot_be_removed(load: Load) -> None:
    file = load(attributes={"username": "login", "id": None})
    with pytest.raises(DefinitionError, match="leaves `id` unmapped"):
        file.definition_for(file.connections["berlin"])


def test_a_connector_that_is_not_there_is_said(load: Load) -> None:
    file = load("format: 1\nconnections: {berlin: {connector: ./other.yaml}}\n")
    with pytest.raises(UsageError, match="cannot be read"):
        file.definition_for(file.connections["berlin"])


def test_unknown_keys_are_refused_at_every_level_at_once(load: Load) -> None:
    text = """\
format: 1
conections: {}
connections:
  berlin:
    connector: ./acme.yaml
    setings: {token: s3cr3t}
    attributes: {user_name: login, email: {path: mail, transforms: [lower]}}
"""
    with pytest.raises(DefinitionError) as caught:
        load(text)
    assert [one.hint for one in caught.value.diagnostics] == [
        "did you mean `connections`?",
        "did you mean `settings`?",
        "did you mean `username`?",
        "did you mean `transform`?",
    ]


def test_no_message_about_a_connection_shows_a_secret(load: Load) -> None:
    text = """\
format: 1
store: postgresql://onroll:s3cr3t@db/onroll
connections:
  berlin: {conector: acme, settings: {token: s3cr3t, key: [s3cr3t]}, tokn: s3cr3t}
targets: {directory: {token: s3cr3t}}
token: s3cr3t
"""
    with pytest.raises(DefinitionError) as caught:
        load(text)
    assert len(caught.value.diagnostics) >= 5
    assert "s3cr3t" not in str(caught.value)


def test_a_connector_is_needed(load: Load) -> None:
    with pytest.raises(DefinitionError) as caught:
        load("format: 1\nconnections: {berlin: {}}\n")
    assert messages(caught) == [("missing-key", "`connections.berlin` lacks `connector`")]


@pytest.mark.parametrize("name", ["Berlin", "berlin nord", "-berlin", "9berlin", "berlin--nord"])
def test_a_name_that_is_no_name_is_refused(load: Load, name: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(json.dumps({"format": 1, "connections": {name: {"connector": "./acme.yaml"}}}))
    assert caught.value.diagnostic.code == "wrong-name"


def test_names_that_would_share_variables_clash(load: Load) -> None:
    text = """\
format: 1
connections:
  acme-berlin: {connector: ./acme.yaml}
  acme_berlin: {connector: ./acme.yaml}
"""
    with pytest.raises(DefinitionError) as caught:
        load(text)
    assert caught.value.diagnostic.message == (
        "`acme_berlin` and `acme-berlin` would read the same environment variables "
        "(ONROLL_ACME_BERLIN_…)"
    )


@pytest.mark.parametrize("value", ["${settings.a}", "${token}", "x${record.id}", "${}"])
def test_a_reference_that_a_connection_does_not_know_is_refused(load: Load, value: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(settings={"token": value})
    assert caught.value.diagnostic.code == "unknown-reference"


@pytest.mark.parametrize("value", ["${settings.a}", ["x", "${token}"]])
def test_a_reference_in_a_filter_that_a_connection_does_not_know_is_refused(
    load: Load, value: Any
) -> None:
    with pytest.raises(DefinitionError) as caught:
        load(filters={"office": value})
    assert caught.value.diagnostic.code == "unknown-reference"


def test_filters_are_read_from_the_environment_and_files(load: Load, tmp_path: Path) -> None:
    (tmp_path / "id").write_text("7\n", encoding="utf-8")
    written = {"office": "o-${env:OFFICE}", "ids": [1, "${file:id}"], "active": True, "x": "$${y}"}
    connection = load(filters=written).connections["berlin"]
    expected = {"office": "o-Bonn", "ids": [1, "7"], "active": True, "x": "${y}"}
    assert connection.read_filters({"OFFICE": "Bonn"}) == expected


def test_every_filter_whose_reference_is_missing_is_named(load: Load) -> None:
    connection = load(filters={"a": "${env:A}", "b": ["${env:B}"]}).connections["berlin"]
    with pytest.raises(SettingsError) as caught:
        connection.read_filters({})
    assert [one.message for one in caught.value.diagnostics] == [
        "the filter `a` of `berlin` comes from the environment variable A, which is not set",
        "the filter `b` of `berlin` comes from the environment variable B, which is not set",
    ]


def test_a_reference_is_not_read_before_it_is_used(load: Load) -> None:
    assert load(settings={"token": "${env:NOT_SET}"}).connections["berlin"].name == "berlin"


def test_a_setting_is_what_is_written(load: Load) -> None:
    assert setting(load, "007") == "007"


@pytest.mark.parametrize("value", [12, 1.5, True])
def test_a_setting_keeps_its_type(load: Load, value: Any) -> None:
    assert setting(load, value) is value or setting(load, value) == value


def test_a_setting_comes_from_the_environment(load: Load) -> None:
    assert setting(load, "${env:ACME}", {"ACME": "from outside"}) == "from outside"


def test_a_setting_is_put_together_of_text_and_references(load: Load) -> None:
    environment = {"USER_NAME": "ilse", "HOST": "acme"}
    assert setting(load, "${env:USER_NAME}@${env:HOST}.test", environment) == "ilse@acme.test"


def test_a_variable_that_is_not_set_is_named(load: Load) -> None:
    with pytest.raises(SettingsError) as caught:
        setting(load, "${env:ACME}")
    assert caught.value.diagnostic.message == (
        "the setting `token` of `berlin` comes from the environment variable ACME, which is not set"
    )


def test_a_setting_comes_from_a_file_beside_the_connection_file(load: Load, tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text("from a file\r\n", encoding="utf-8")
    assert setting(load, "${file:token.txt}") == "from a file"


def test_a_setting_comes_from_a_file_anywhere(load: Load, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "token").write_text("x", encoding="utf-8")
    assert setting(load, f"${{file:{elsewhere / 'token'}}}") == "x"


def test_a_file_that_is_missing_is_named(load: Load, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        setting(load, "${file:token.txt}")
    assert caught.value.diagnostic.message == (
        f"the setting `token` of `berlin` comes from {tmp_path / 'token.txt'}, "
        "which cannot be read: No such file or directory"
    )


def test_a_file_that_is_not_text_is_said(load: Load, tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="cannot be read: not text"):
        setting(load, "${file:token.txt}")


@pytest.mark.skipif(find_spec("keyring") is not None, reason="the keyring's library is there")
def test_without_the_library_of_the_keyring_the_extra_is_named(load: Load) -> None:
    with pytest.raises(SettingsError) as caught:
        setting(load, "${keyring:onroll/acme}")
    assert caught.value.diagnostic.hint == "install it with `pip install 'onroll[keyring]'`"


def test_mistakes_of_shape_and_of_sense_are_named_together(load: Load) -> None:
    text = """\
format: 2
connections:
  berlin: {connector: ./acme.yaml, settings: {token: "${settings.a}"}, attributes: [x]}
  munich: {connector: ./acme.yaml, attributes: {email: {path: mail, transform: [lowr]}}}
  zurich: x
"""
    with pytest.raises(DefinitionError) as caught:
        load(text)
    codes = [one.code for one in caught.value.diagnostics]
    assert codes == [
        "wrong-value",
        "unknown-reference",
        "wrong-type",
        "unknown-plugin",
        "wrong-type",
    ]


def test_no_print_of_a_connection_shows_its_settings(load: Load) -> None:
    assert "s3cr3t" not in repr(load(settings={"token": "s3cr3t"}))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load_connections(tmp_path / "onroll.yaml")
    assert caught.value.diagnostic.code == "file-not-readable"


@pytest.mark.parametrize(
    ("overlay", "code"),
    [
        ('{team: {template: "${roles}"}, roles: {template: "${team}"}}', "circular-attributes"),
        ('{display_name: {template: "${nickname}"}}', "unknown-reference"),
        ('{company: {value: "${settings.nope}"}}', "unknown-reference"),
        ("{team: {path: x, when: {attribute: nope}}}", "unknown-attribute"),
        ("{status: {path: x, map: {active: actve}}}", "wrong-value"),
    ],
)  # fmt: skip
def test_an_overlay_keeps_the_rules_of_a_mapping(tmp_path: Path, overlay: str, code: str) -> None:
    file = tmp_path / "onroll.yaml"
    file.write_text(
        f"format: 1\nconnections:\n  berlin:\n    connector: personio\n    attributes: {overlay}\n"
    )
    connections = load_connections(file)
    with pytest.raises(DefinitionError) as raised:
        connections.definition_for(connections.connections["berlin"])
    assert code in {one.code for one in raised.value.diagnostics}
    assert all(
        str(one.place).endswith(f":{one.place.line}:{one.place.column}")
        for one in raised.value.diagnostics
        if one.place
    )
