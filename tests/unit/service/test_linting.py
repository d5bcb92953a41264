import json
from datetime import date
from pathlib import Path

import pytest

from onroll.builtin import shipped
from onroll.errors import DefinitionError
from onroll.service.linting import lint_file

#: When the shipped connectors were looked at last: later, some of them will be old.
TODAY = date(2026, 12, 1)
CONNECTORS = sorted(shipped("connectors").glob("*/connector.yaml"))

ACME = """\
# yaml-language-server: $schema=connector.schema.json
format: 1
name: acme
title: Acme
documentation: https://developers.example.com/people
verified: {by: documentation, date: 2026-05-31}
base_url: https://people.example.com
list_users: {endpoint: /people, resource_location: ., pagination: {style: none}}
attributes:
  id: id
  email: email
  username: email
  status: {path: gone, map: {true: inactive, false: active}}
examples:
  - {responses: {list_users: page.json}, users: users.json}
"""


def connector(folder: Path, email: str, text: str = ACME) -> Path:
    file = folder / "acme" / "connector.yaml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    (file.parent / "page.json").write_text(
        json.dumps([{"id": 1, "email": email}], indent=1), encoding="utf-8"
    )
    (file.parent / "users.json").write_text("[]", encoding="utf-8")
    return file


@pytest.mark.parametrize("file", CONNECTORS, ids=lambda file: file.parent.name)
def test_a_shipped_connector_is_in_good_taste(file: Path) -> None:
    assert [one.text() for one in lint_file(file, TODAY)] == []


def test_an_example_with_made_up_people_is_fine(tmp_path: Path) -> None:
    assert lint_file(connector(tmp_path, "ada@example.com"), TODAY) == []


def test_a_number_of_somebody_whose_address_is_made_up_is_fine(tmp_path: Path) -> None:
    file = connector(tmp_path, "ada@example.com")
    (file.parent / "users.json").write_text('[{"phone": "+49 30 901820461"}]', encoding="utf-8")
    assert lint_file(file, TODAY) == []


def test_a_number_without_any_address_is_found(tmp_path: Path) -> None:
    [one] = lint_file(connector(tmp_path, "+49 30 901820461"), TODAY)
    assert "page.json, line 4, has a phone number" in one.message


def test_an_example_with_a_real_address_is_found_and_not_shown(tmp_path: Path) -> None:
    [one] = lint_file(connector(tmp_path, "ada@lovelace.org"), TODAY)
    assert one.code == "lint-real-people"
    assert "page.json, line 4, has an e-mail address" in one.message
    assert "lovelace" not in one.text()


def test_an_example_with_a_real_address_can_be_allowed(tmp_path: Path) -> None:
    text = ACME.replace("examples:\n", "examples:\n  # lint: allow real-people our own support\n")
    assert lint_file(connector(tmp_path, "support@acme.com", text), TODAY) == []


def test_a_file_of_an_example_that_is_missing_is_not_a_matter_of_taste(tmp_path: Path) -> None:
    file = connector(tmp_path, "ada@example.com")
    (file.parent / "page.json").unlink()
    assert lint_file(file, TODAY) == []


def test_the_folder_names_a_connector(tmp_path: Path) -> None:
    file = connector(tmp_path, "ada@example.com", ACME.replace("name: acme", "name: other"))
    assert [one.code for one in lint_file(file, TODAY)] == ["lint-name-differs"]


def test_a_file_of_another_name_is_not_named_by_its_folder(tmp_path: Path) -> None:
    file = connector(tmp_path, "ada@example.com", ACME.replace("name: acme", "name: other"))
    assert lint_file(file.rename(file.with_name("other.yaml")), TODAY) == []


def test_a_wrong_definition_is_refused(tmp_path: Path) -> None:
    file = connector(tmp_path, "ada@example.com", ACME.replace("format: 1", "format: 2"))
    with pytest.raises(DefinitionError):
        lint_file(file, TODAY)


def test_a_connection_file_is_known_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "onroll.yaml"
    file.write_text("format: 1\nconnections: {}\n", encoding="utf-8")
    assert [one.code for one in lint_file(file)] == ["lint-no-modeline"]
