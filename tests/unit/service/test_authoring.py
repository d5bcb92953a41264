"""Drafts in conversation: what the author answers is taken over, and what was known stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from onroll.definition.load import parse_definition
from onroll.errors import SettingsError, SourceError, UsageError
from onroll.service.authoring import Drafted, Question, Wishes, draft_connector
from onroll.service.materials import Shown

from .socket_api import Asked, Said, SocketApi

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

KEY = "right-key-0815"
PEOPLE = [
    {"id": 1, "email": "ada@acme.example", "name": "Ada Kern", "state": "here"},
    {"id": 2, "email": "bo@acme.example", "name": "Bo Lindt", "state": "afk"},
]


def answer(asked: Asked) -> Any:
    headers = {name.lower(): value for name, value in asked.headers.items()}
    if headers.get("x-key") != KEY or headers.get("x-tenant-mark") != "blue":
        return Said(401, {"message": "who are you"})
    return PEOPLE if asked.path == "/v1/companies/acme/people" else Said(404, {})


@pytest.fixture(scope="module")
def api() -> Iterator[SocketApi]:
    with SocketApi(answer) as running:
        yield running


def drafted(shown: Shown, answers: Mapping[str, str], **wishes: Any) -> Drafted:
    """Draft with an author who answers by a piece of the question."""

    def ask(question: Question) -> str:
        said = next((one for piece, one in answers.items() if piece in question.text), "")
        return next((one for one in question.choices if one.startswith(said) and said), said)

    return draft_connector("acme", shown, Wishes(**wishes), ask)


def curl(api: SocketApi) -> Shown:
    url = f"{api.url}/v1/companies/{{company}}/people"
    return Shown(curl=f"curl '{url}' -H 'X-Tenant-Mark: blue' -H 'Authorization: Bearer old-1'")


def test_other_credentials_keep_the_address_and_the_other_headers(api: SocketApi) -> None:
    answers = {
        "Try with other credentials": "yes",
        "How does it authenticate": "api_key",
        "Its `name`": "X-Key",
        "Api key": KEY,
    }
    found = drafted(curl(api), answers, values={"company": "acme"})
    definition = parse_definition(found.text)
    assert definition.auth == {
        "method": "api_key",
        "name": "X-Key",
        "value": "${settings.api_key}",
    }
    assert set(definition.settings) == {"company", "api_key"}
    assert definition.headers == {"X-Tenant-Mark": "blue"}


def test_a_refusal_ends_it_when_the_author_has_no_others(api: SocketApi) -> None:
    with pytest.raises(SourceError):
        drafted(curl(api), {}, values={"company": "acme"})


def test_a_placeholder_without_a_value_is_missing(api: SocketApi) -> None:
    with pytest.raises(SettingsError, match="company"):
        drafted(curl(api), {})


def test_a_value_for_no_placeholder_is_refused(api: SocketApi) -> None:
    with pytest.raises(UsageError, match="no placeholder called `firm`"):
        drafted(curl(api), {}, values={"company": "acme", "firm": "x"})


def test_an_attribute_is_taken_from_the_field_that_the_author_names(tmp_path: Path) -> None:
    file = tmp_path / "page.json"
    records = [{"@key": f"k-{number}", "note": "x", "first_name": "Ada"} for number in (1, 2)]
    file.write_text(json.dumps({"people": records}), encoding="utf-8")
    named = '["@key"]'
    found = drafted(Shown(responses=(file,)), {"is the `id`": named, "is the `email`": "note"})
    definition = parse_definition(found.text)
    assert definition.attributes["email"] == "note"
    assert definition.attributes["id"] in (["@key"], {"path": ["@key"]})


def test_what_a_status_counts_as_is_the_authors_word(tmp_path: Path) -> None:
    file = tmp_path / "page.json"
    file.write_text(json.dumps(PEOPLE), encoding="utf-8")
    found = drafted(
        Shown(responses=(file,)), {"status is 'here'": "active", "status is 'afk'": "leave"}
    )
    mapped = parse_definition(found.text).attributes["status"]["map"]
    assert {key: mapped[key] for key in ("here", "afk")} == {"here": "active", "afk": "leave"}


def test_the_list_is_the_one_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "page.json"
    file.write_text(json.dumps({"team": PEOPLE, "guests": PEOPLE}), encoding="utf-8")
    found = drafted(Shown(responses=(file,)), {}, records="guests")
    assert str(parse_definition(found.text).list_users.resource_location) == "guests"
    with pytest.raises(UsageError, match="no list of objects at `nobody`"):
        drafted(Shown(responses=(file,)), {}, records="nobody")
