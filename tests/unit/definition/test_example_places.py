"""Where the files of examples may lie, when the folder has links in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from onroll.definition.load import load_definition
from onroll.errors import DefinitionError

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    definition = {
        "format": 1,
        "name": "acme",
        "base_url": "https://api.example.test",
        "list_users": {"endpoint": "/people", "resource_location": "."},
        "attributes": {"id": "id", "email": "email", "username": "id"},
        "examples": [{"responses": {"list_users": name}, "users": "users.json"}],
    }
    (folder / "users.json").write_text("[]")
    file = folder / "connector.yaml"
    file.write_text(json.dumps(definition))
    return file


@pytest.mark.parametrize(
    "name",
    ["out/secret.json", "twice.json", "in/../out/secret.json", "out/../secret.json", "up.json",
     "in/up/../../secret.json"],
)  # fmt: skip
def test_a_link_that_leads_out_is_refused_wherever_it_stands(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for place in (outside, tmp_path):
        (place / "secret.json").write_text("[]")
    folder = tmp_path / "folder"
    file = written(folder, name)
    (folder / "in").mkdir()
    (folder / "in" / "up").symlink_to("..")
    (folder / "out").symlink_to(outside, target_is_directory=True)
    (folder / "twice.json").symlink_to("once.json")
    (folder / "once.json").symlink_to(outside / "secret.json")
    (folder / "up.json").symlink_to("../secret.json")
    with pytest.raises(DefinitionError) as caught:
        load_definition(file)
    assert caught.value.diagnostic.code == "example-not-readable"


def test_a_link_that_stays_inside_is_followed(tmp_path: Path) -> None:
    file = written(tmp_path / "folder", "link.json")
    (tmp_path / "folder" / "link.json").symlink_to("users.json")
    assert load_definition(file).examples


def test_a_folder_that_is_a_link_itself_is_as_good_as_any(tmp_path: Path) -> None:
    written(tmp_path / "folder", "users.json")
    (tmp_path / "link").symlink_to("folder", target_is_directory=True)
    assert load_definition(tmp_path / "link" / "connector.yaml").examples
