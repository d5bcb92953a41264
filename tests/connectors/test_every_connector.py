"""What holds for every shipped connector, whichever there are."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from onroll.definition.load import load_definition
from onroll.definition.settings import environment_name
from onroll.service.replay import replay_examples

from .connectors import NAMES, definition_of, expected_users, folder_of, readme_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_RESERVED = re.compile(r"(.+\.)?(test|example|invalid|localhost|example\.(com|net|org))")

#: These delete who leaves, and have no status for it.
_KNOW_NOBODY_INACTIVE = frozenset({"n8n"})

every_connector = pytest.mark.parametrize("name", NAMES)


def test_the_four_first_connectors_are_shipped() -> None:
    assert {"personio", "personio-v2", "redmine", "scim"} <= set(NAMES)


@every_connector
def test_its_definition_is_valid_and_named_as_its_folder(name: str) -> None:
    assert definition_of(name).name == name


@every_connector
def test_it_has_a_title_a_description_and_the_page_that_it_follows(name: str) -> None:
    definition = definition_of(name)

    assert definition.title
    assert definition.description
    assert definition.documentation.startswith("https://")


@every_connector
def test_it_says_how_it_was_verified_and_when(name: str) -> None:
    verified = definition_of(name).source.data["verified"]

    assert verified["by"] != "unverified"
    assert verified["date"]


@every_connector
def test_its_examples_give_the_users_that_they_must(name: str) -> None:
    assert replay_examples(definition_of(name)) == []


@every_connector
def test_it_has_an_example_with_people_and_one_without(name: str) -> None:
    counts = [
        len(json.loads(example.users.read_text(encoding="utf-8")))
        for example in definition_of(name).examples
    ]

    assert min(counts) == 0
    assert max(counts) > 1


@every_connector
def test_each_file_of_its_examples_is_used(name: str) -> None:
    examples = definition_of(name).examples
    recorded = {
        one.body
        for example in examples
        for answers in example.responses.values()
        for one in answers
        if one.body.name
    }
    used = recorded | {example.users for example in examples}

    assert set((folder_of(name) / "examples").iterdir()) == used


@every_connector
def test_an_example_with_other_users_is_noticed(name: str, tmp_path: Path) -> None:
    definition = load_definition(_copied(name, tmp_path))
    users_file = definition.examples[0].users
    users = json.loads(users_file.read_text(encoding="utf-8"))
    users[0]["last_name"] += "?"
    users_file.write_text(json.dumps(users), encoding="utf-8")

    assert [one.code for one in replay_examples(definition)] == ["example-differs"]


@every_connector
def test_an_example_that_is_missing_is_noticed(name: str, tmp_path: Path) -> None:
    definition = load_definition(_copied(name, tmp_path))
    responses = definition.examples[0].responses
    # A list in parts has its answers under the names of the parts.
    answers = responses.get("list_users") or next(iter(responses.values()))
    answers[0].body.unlink()

    assert [one.code for one in replay_examples(definition)] == ["example-not-readable"]


@every_connector
def test_the_people_of_its_examples_live_at_reserved_domains(name: str) -> None:
    texts = [file.read_text(encoding="utf-8") for file in (folder_of(name) / "examples").iterdir()]
    domains = {match[1] for text in texts for match in _ADDRESS.finditer(text)}

    assert {domain for domain in domains if not _RESERVED.fullmatch(domain)} == set()


@every_connector
def test_it_maps_names_and_status(name: str) -> None:
    assert {"first_name", "last_name", "status"} <= set(definition_of(name).attributes)


@every_connector
def test_its_examples_have_someone_active_and_someone_inactive(name: str) -> None:
    statuses = {user["status"] for user in expected_users(name)}
    other = "onboarding" if name in _KNOW_NOBODY_INACTIVE else "inactive"

    assert {"active", other} <= statuses


@every_connector
def test_each_attribute_is_filled_for_someone_in_its_examples(name: str) -> None:
    users = expected_users(name)
    never = [
        attribute
        for attribute, value in definition_of(name).attributes.items()
        # Null leaves it to the connection.
        if value is not None and not any(user.get(attribute) for user in users)
    ]

    assert never == []


@every_connector
def test_no_example_lacks_an_id(name: str) -> None:
    assert all(user["id"] for user in expected_users(name))


@every_connector
def test_its_credentials_come_from_secret_settings(name: str) -> None:
    definition = definition_of(name)
    # Some APIs want the key in the body of each request.
    data = definition.source.data
    written = json.dumps([data.get("auth"), data["list_users"], data.get("headers")])
    used = set(re.findall(r"\$\{settings\.(\w+)\}", written))

    assert {one for one in used if definition.settings[one].secret}


@every_connector
def test_nothing_in_it_looks_like_a_secret(name: str) -> None:
    texts = [text for key, text in _texts(definition_of(name).source.data) if key != "method"]
    words = [word for text in texts for word in re.findall(r"[A-Za-z0-9+/_=-]{16,}", text)]

    assert [word for word in words if re.search(r"\d", word) and "/" not in word] == []


@every_connector
def test_its_readme_names_every_setting(name: str) -> None:
    readme = readme_of(name)

    assert [one for one in definition_of(name).settings if f"`{one}`" not in readme] == []


@every_connector
def test_its_readme_names_the_environment_variable_of_every_setting(name: str) -> None:
    readme = readme_of(name)
    variables = [environment_name(name, one) for one in definition_of(name).settings]

    assert [one for one in variables if one not in readme] == []


@every_connector
def test_its_readme_names_every_attribute_that_it_maps(name: str) -> None:
    readme = readme_of(name)

    assert [one for one in definition_of(name).attributes if f"`{one}`" not in readme] == []


@every_connector
@pytest.mark.parametrize("command", ["test", "preview", "fetch"])
def test_its_readme_shows_how_to_run_it(name: str, command: str) -> None:
    assert f"onroll {command} {name}\n" in readme_of(name).replace(" --report", "\n")


@every_connector
@pytest.mark.parametrize(
    "heading",
    ["What it needs", "How to run it", "What it gives", "How it was verified"],
)
def test_its_readme_has_the_sections_of_all(name: str, heading: str) -> None:
    assert f"\n## {heading}\n" in readme_of(name)


@every_connector
def test_its_readme_says_that_it_was_live_only_if_it_was(name: str) -> None:
    verified = readme_of(name).split("## How it was verified")[1]
    is_live = definition_of(name).verified["by"] == "live"

    assert ("Live on" in verified) is is_live
    assert ("was **not** tried" in verified) is not is_live


def _copied(name: str, folder: Path) -> Path:
    return shutil.copytree(folder_of(name), folder / name) / "connector.yaml"


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text of a definition with the key that it stands under."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, key)
    elif isinstance(value, str) and not value.startswith(("https://", "examples/", "urn:")):
        yield key, value
