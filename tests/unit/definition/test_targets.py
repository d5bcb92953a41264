"""The `targets` of a connection file, and how their references are read."""

from pathlib import Path
from typing import Any

import pytest

from onroll.definition.targets import read_target
from onroll.errors import SettingsError, UsageError

from .files import load

SCIM: dict[str, Any] = {
    "kind": "scim",
    "base_url": "https://${env:HOST}/scim/v2",
    "auth": {"method": "bearer", "token": "${file:token}"},
}


def test_without_targets_there_is_the_embedded_directory(tmp_path: Path) -> None:
    target = load(tmp_path).target("directory")
    assert (target.name, target.kind, target.config) == ("directory", "directory", {})


def test_a_target_has_its_kind_and_the_keys_beside_it(tmp_path: Path) -> None:
    target = load(tmp_path, top={"targets": {"corp": SCIM}}).target("corp")
    assert (target.kind, sorted(target.config)) == ("scim", ["auth", "base_url"])


def test_a_target_says_where_it_stands(tmp_path: Path) -> None:
    target = load(tmp_path, top={"targets": {"corp": SCIM}}).target("corp")
    assert target.place.line == 1


def test_with_targets_there_is_no_directory_unless_it_is_declared(tmp_path: Path) -> None:
    file = load(tmp_path, top={"targets": {"corp": SCIM}})
    with pytest.raises(UsageError) as caught:
        file.target("directory")
    assert caught.value.diagnostic.code == "unknown-target"


def test_the_nearest_target_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean `directory`"):
        load(tmp_path).target("directry")


def test_an_import_names_a_declared_target(tmp_path: Path) -> None:
    file = load(tmp_path, top={"targets": {"corp": SCIM}}, **{"import": {"target": "corp"}})
    assert file.connections["berlin"].import_rules.target == "corp"


def test_references_of_a_target_are_read_and_are_to_be_hidden(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cr3t\n", encoding="utf-8")
    target = load(tmp_path, top={"targets": {"corp": SCIM}}).target("corp")
    config, hidden = read_target(target, {"HOST": "scim.acme.test"})
    assert config == {
        "base_url": "https://scim.acme.test/scim/v2",
        "auth": {"method": "bearer", "token": "s3cr3t"},
    }
    assert sorted(hidden) == ["s3cr3t", "scim.acme.test"]


def test_everything_that_a_target_lacks_is_named(tmp_path: Path) -> None:
    target = load(tmp_path, top={"targets": {"corp": SCIM}}).target("corp")
    with pytest.raises(SettingsError) as caught:
        read_target(target, {})
    host, token = [one.message for one in caught.value.diagnostics]
    assert host == (
        "`base_url` of the target `corp` comes from the environment variable HOST, which is not set"
    )
    assert token == (
        f"`auth.token` of the target `corp` comes from {tmp_path / 'token'}, "
        "which cannot be read: No such file or directory"
    )


def test_a_target_shows_none_of_its_keys(tmp_path: Path) -> None:
    written = {**SCIM, "auth": {"method": "bearer", "token": "s3cr3t"}}
    assert "s3cr3t" not in repr(load(tmp_path, top={"targets": {"corp": written}}).target("corp"))
