"""`onroll new`: from what somebody has of an API to a definition that validates and works."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.service.socket_api import Asked, Said, SocketApi

from onroll.definition.load import load_definition

from .terminal import converse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .conftest import Outcome

    Onroll = Callable[..., Outcome]

KEY = "k3y-of-a-tenant-4711"
PEOPLE = [
    {
        "id": 100 + number,
        "givenName": first,
        "familyName": last,
        "workEmail": f"{first}.{last}@acme.example".lower(),
        "jobTitle": title,
        "department": {"name": department},
        "startDate": f"2021-0{number % 9 + 1}-01",
        "state": state,
    }
    for number, (first, last, title, department, state) in enumerate(
        [
            ("Ada", "Kern", "Engineer", "Research", "active"),
            ("Bo", "Lindt", "Engineer", "Research", "active"),
            ("Cleo", "Marsh", "Buyer", "Purchasing", "terminated"),
            ("Dana", "Novak", "Buyer", "Purchasing", "on_sabbatical"),
            ("Eli", "Ortiz", "Lead", "Research", "active"),
        ]
    )
]
OPENAPI = {
    "openapi": "3.0.3",
    "info": {"title": "Acme", "version": "1"},
    "servers": [{"url": "https://api.acme.example/v2"}],
    "paths": {
        path: {
            "get": {
                "operationId": operation,
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "properties": {
                                            "id": {"type": "integer"},
                                            "email": {"type": "string", "format": "email"},
                                            "name": {"type": "string"},
                                        },
                                    },
                                }
                            }
                        },
                    }
                },
            }
        }
        for path, operation in (("/teams", "listTeams"), ("/staff", "listStaff"))
    },
}
RECORDED = {"people": PEOPLE[:2], "total": 5}


def answer(asked: Asked) -> Any:
    """Page by `page` and `per_page`, for whoever has the key."""
    if {name.lower(): one for name, one in asked.headers.items()}.get("x-api-key") != KEY:
        return Said(401, {"message": "no key"})
    if asked.path != "/api/v2/staff":
        return Said(404, {"message": "nothing here"})
    size = min(asked.number("per_page", 2), 2)
    start = (asked.number("page", 1) - 1) * size
    return {"people": PEOPLE[start : start + size], "page": asked.number("page", 1), "total": 5}


@pytest.fixture(scope="module")
def api() -> Iterator[SocketApi]:
    with SocketApi(answer) as running:
        yield running


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    file = tmp_path / "page-1.json"
    file.write_text(json.dumps(RECORDED), encoding="utf-8")
    return file


def test_a_live_address_gives_a_connector_that_reads_everybody(
    onroll: Onroll, api: SocketApi, tmp_path: Path
) -> None:
    drafted = onroll(
        "new", "acme", "--url", f"{api.url}/api/v2/staff", "--header", f"X-Api-Key:{KEY}"
    )
    assert (drafted.code, "it works, 5 people in all" in drafted.out) == (0, True)
    fetched = onroll("fetch", "acme", "--base-url", f"{api.url}/api/v2", "--set", f"api_key={KEY}")
    assert fetched.code == 0
    assert [user["id"] for user in fetched.users] == ["100", "101", "102", "103", "104"]
    assert fetched.users[0]["department"] == "Research"


def test_no_secret_is_written_or_said(onroll: Onroll, api: SocketApi, tmp_path: Path) -> None:
    line = f"curl '{api.url}/api/v2/staff?page=1&per_page=2' -H 'X-Api-Key: {KEY}'"
    drafted = onroll("new", "acme", "--curl", line)
    file = tmp_path / "connectors" / "acme" / "connector.yaml"
    assert drafted.code == 0
    for text in (drafted.out, drafted.err, file.read_text(encoding="utf-8")):
        assert KEY not in text


def test_a_recorded_answer_is_enough(onroll: Onroll, recorded: Path, tmp_path: Path) -> None:
    drafted = onroll("new", "acme", "--response", str(recorded))
    assert drafted.code == 0
    definition = load_definition(tmp_path / "connectors" / "acme" / "connector.yaml")
    assert str(definition.list_users.resource_location) == "people"
    assert str(definition.list_users.total_count) == "`total`"
    assert definition.attributes["email"] == "workEmail"
    assert onroll("validate", "acme").code == 0


def test_what_is_not_known_is_marked_in_the_file(
    onroll: Onroll, recorded: Path, tmp_path: Path
) -> None:
    onroll("new", "acme", "--response", str(recorded))
    text = (tmp_path / "connectors" / "acme" / "connector.yaml").read_text(encoding="utf-8")
    assert "base_url: https://api.example.com  # CHECK: nobody said where the API is" in text


def test_nobody_is_named_in_the_file(onroll: Onroll, recorded: Path, tmp_path: Path) -> None:
    onroll("new", "acme", "--response", str(recorded))
    text = (tmp_path / "connectors" / "acme" / "connector.yaml").read_text(encoding="utf-8")
    assert not [name for name in ("Ada", "Kern", "Lindt", "acme.example") if name in text]


def test_nothing_is_overwritten(onroll: Onroll, recorded: Path, tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text("mine", encoding="utf-8")
    drafted = onroll("new", "./acme.yaml", "--response", str(recorded))
    assert (drafted.code, file.read_text(encoding="utf-8")) == (2, "mine")
    assert "is there already" in drafted.err


def test_a_file_gives_its_connector_a_name_that_is_allowed(
    onroll: Onroll, recorded: Path, tmp_path: Path
) -> None:
    assert onroll("new", "./Acme_HR.yaml", "--response", str(recorded)).code == 0
    assert load_definition(tmp_path / "Acme_HR.yaml").name == "acme-hr"


def test_the_name_of_a_shipped_connector_is_refused(onroll: Onroll, recorded: Path) -> None:
    drafted = onroll("new", "personio", "--response", str(recorded))
    assert (drafted.code, "is a shipped connector" in drafted.err) == (2, True)


def test_a_schema_for_editors_is_written_beside_and_named(
    onroll: Onroll, recorded: Path, tmp_path: Path
) -> None:
    onroll("new", "acme", "--response", str(recorded))
    schema = tmp_path / "connectors" / "connector.schema.json"
    assert json.loads(schema.read_text(encoding="utf-8"))["title"]
    text = (tmp_path / "connectors" / "acme" / "connector.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../connector.schema.json\n")


def test_a_schema_that_is_a_link_to_nowhere_is_left_alone(
    onroll: Onroll, recorded: Path, tmp_path: Path
) -> None:
    (tmp_path / "connectors").mkdir()
    link = tmp_path / "connectors" / "connector.schema.json"
    link.symlink_to(tmp_path / "nowhere.json")
    outcome = onroll("new", "acme", "--response", str(recorded), "--yes")
    assert outcome.code == 0, outcome.err
    assert not (tmp_path / "nowhere.json").exists()


def test_a_schema_that_is_there_is_left_alone(
    onroll: Onroll, recorded: Path, tmp_path: Path
) -> None:
    schema = tmp_path / "connectors" / "connector.schema.json"
    schema.parent.mkdir()
    schema.write_text("{}", encoding="utf-8")
    onroll("new", "acme", "--response", str(recorded))
    assert schema.read_text(encoding="utf-8") == "{}"


def test_json_has_every_guess_with_its_evidence(onroll: Onroll, recorded: Path) -> None:
    drafted = onroll("new", "acme", "--response", str(recorded), "--json")
    guesses = {one["key"]: one for one in drafted.json["guesses"]}
    assert guesses["resource_location"]["value"] == "people"
    assert guesses["base_url"]["sure"] is False
    assert all(one["evidence"] for one in guesses.values())


def test_without_anything_to_look_at_it_says_what_to_give(onroll: Onroll) -> None:
    drafted = onroll("new", "acme")
    assert (drafted.code, "`--response`" in drafted.err) == (2, True)


def test_offline_nothing_is_sent(onroll: Onroll, tmp_path: Path) -> None:
    drafted = onroll("new", "acme", "--url", "https://api.example.test/people", "--offline")
    assert (drafted.code, "no answer to look at" in drafted.err) == (2, True)


def test_a_refusal_shows_the_providers_answer(onroll: Onroll, api: SocketApi) -> None:
    drafted = onroll(
        "new", "acme", "--url", f"{api.url}/api/v2/staff", "--header", "X-Api-Key: wrong-key-22"
    )
    assert drafted.code == 4
    assert "no key" in drafted.err
    assert "wrong-key-22" not in drafted.err


def test_what_is_no_get_is_not_sent_unasked(onroll: Onroll, api: SocketApi) -> None:
    line = f"curl -X POST {api.url}/api/v2/staff -d '{{}}' -H 'X-Api-Key: {KEY}'"
    drafted = onroll("new", "acme", "--curl", line)
    assert (drafted.code, "was not sent" in drafted.err) == (2, True)


def test_a_placeholder_is_asked_for_by_name(onroll: Onroll, api: SocketApi) -> None:
    line = f"curl '{api.url}/api/v2/staff' -H 'X-Api-Key: <YOUR_API_KEY>'"
    missing = onroll("new", "acme", "--curl", line)
    assert (missing.code, "`--set api_key=…`" in missing.err) == (3, True)
    assert onroll("new", "acme", "--curl", line, "--set", f"api_key={KEY}").code == 0


def test_a_list_without_people_is_refused(onroll: Onroll, tmp_path: Path) -> None:
    file = tmp_path / "nobody.json"
    file.write_text('{"people": [], "total": 0}', encoding="utf-8")
    drafted = onroll("new", "acme", "--response", str(file))
    assert (drafted.code, "`people` is empty" in drafted.err) == (2, True)
    assert not (tmp_path / "connectors").exists()


@pytest.mark.parametrize(
    ("name", "right"), [("My Redmine", "my-redmine"), ("Größe", "grosse"), ("Acme_HR", "acme-hr")]
)
def test_a_name_that_cannot_be_one_is_refused_with_the_right_one(
    onroll: Onroll, recorded: Path, name: str, right: str
) -> None:
    drafted = onroll("new", name, "--response", str(recorded))
    assert (drafted.code, f"`onroll new {right} …`" in drafted.err) == (2, True)


@pytest.mark.parametrize(
    "wanted", ["GET /staff", "get /staff", "/staff", "listStaff", "GET /staff: listStaff"]
)
def test_an_operation_is_found_by_any_of_its_names(
    onroll: Onroll, tmp_path: Path, wanted: str
) -> None:
    file = tmp_path / "api.json"
    file.write_text(json.dumps(OPENAPI), encoding="utf-8")
    drafted = onroll("new", "acme", "--openapi", str(file), "--operation", wanted)
    assert drafted.code == 0, drafted.err
    definition = load_definition(tmp_path / "connectors" / "acme" / "connector.yaml")
    assert definition.list_users.request.endpoint == "/staff"


def test_a_private_host_is_told_to_be_allowed(onroll: Onroll, api: SocketApi) -> None:
    drafted = onroll(
        *("new", "acme", "--url", f"{api.url}/api/v2/staff", "--header", f"X-Api-Key:{KEY}")
    )
    assert "  export ONROLL_ALLOW_PRIVATE_NETWORK=1\n" in drafted.out


def test_an_html_page_is_told_as_one(onroll: Onroll, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text("<!doctype html><html><body>Sign in</body></html>", encoding="utf-8")
    drafted = onroll("new", "acme", "--response", str(file))
    assert (drafted.code, "it is an HTML page" in drafted.err) == (2, True)


def test_an_answer_without_a_list_is_said_so(onroll: Onroll, tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_text('{"version": "1", "ok": true}', encoding="utf-8")
    drafted = onroll("new", "acme", "--response", str(file))
    assert (drafted.code, "no list of objects" in drafted.err) == (2, True)
    assert "`version`" in drafted.err


def test_a_refused_key_can_be_mended_on_the_terminal(tmp_path: Path, api: SocketApi) -> None:
    code, shown = converse(
        ["new", "acme", "--url", f"{api.url}/api/v2/staff", "--header", "X-Api-Key: wrong"],
        {
            "Try with other credentials": "yes",
            "How does it authenticate": "api_key",
            "Its `name`": "X-Api-Key",
            "Api key": KEY,
        },
        folder=tmp_path,
    )
    assert code == 0, shown
    assert "no key" in shown  # the provider's own words
    assert "it works, 5 people in all" in shown


def test_the_name_is_asked_for_on_a_terminal(tmp_path: Path, recorded: Path) -> None:
    code, shown = converse(
        ["new", "--response", str(recorded)],
        {"What shall the connector be called": "acme"},
        folder=tmp_path,
    )
    assert code == 0, shown
    assert (tmp_path / "connectors" / "acme" / "connector.yaml").exists()


def test_on_a_terminal_only_what_cannot_be_known_is_asked(tmp_path: Path, recorded: Path) -> None:
    file = tmp_path / "five.json"
    file.write_text(json.dumps({"people": PEOPLE, "total": 5}), encoding="utf-8")
    code, shown = converse(
        ["new", "acme", "--response", str(file)],
        {
            "The address of this list": "https://api.acme.example/v2/staff",
            "How does it authenticate": "bearer",
            "on_sabbatical": "leave",
        },
        folder=tmp_path,
    )
    assert code == 0, shown
    definition = load_definition(tmp_path / "connectors" / "acme" / "connector.yaml")
    assert definition.base_url == "https://api.acme.example/v2"
    assert definition.auth["method"] == "bearer"
    assert definition.attributes["status"]["map"]["on_sabbatical"] == "leave"


def test_a_secret_that_the_answer_has_for_a_key_is_not_written(
    onroll: Onroll, tmp_path: Path
) -> None:
    file = tmp_path / "echo.json"
    file.write_text(json.dumps({KEY: PEOPLE}), encoding="utf-8")
    line = f"curl https://api.acme.example/staff -H 'X-Api-Key: {KEY}'"
    outcome = onroll("new", "acme", "--curl", line, "--response", str(file), "--yes")
    assert outcome.code == 6
    assert "secret-left" in outcome.err
    assert KEY not in outcome.err + outcome.out
    assert not (tmp_path / "connectors").exists()
