"""Examples replayed offline: what they give, and each way in which they can be wrong."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from onroll.definition.load import parse_definition
from onroll.errors import DefinitionError
from onroll.service.replay import replay_examples

from .servers import OFFSET, people

if TYPE_CHECKING:
    from pathlib import Path

    from onroll.definition.connector import ConnectorDefinition
    from onroll.diagnostics import Diagnostic

_USERS = [
    {"id": one, "username": one, "email": f"{one}@example.test", "status": "active"}
    for one in ("a", "b", "c")
]
_PAGES: dict[str, Any] = {
    "one.json": {"people": people("a", "b"), "total": 3},
    "two.json": {"people": people("c"), "total": 3},
    "users.json": _USERS,
}


def _replay(
    folder: Path,
    example: dict[str, Any],
    files: dict[str, Any] | None = None,
    email: str | None = "email",
    **more: Any,
) -> list[Diagnostic]:
    return replay_examples(_written(folder, [example], files, email, **more))


def _written(
    folder: Path,
    examples: list[dict[str, Any]],
    files: dict[str, Any] | None = None,
    email: str | None = "email",
    **more: Any,
) -> ConnectorDefinition:
    for name, content in {**_PAGES, **(files or {})}.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text, encoding="utf-8")
    written = {
        "format": 1,
        "name": "acme",
        "base_url": "https://api.example.test/v1",
        "auth": {"method": "bearer", "token": "${settings.token}"},
        "settings": {"token": {"secret": True}},
        "list_users": {
            "endpoint": "/people",
            "resource_location": "people",
            "total_count": "total",
            "pagination": OFFSET,
            **more,
        },
        "attributes": {"id": "id", "email": email, "username": "id"},
        "examples": [{"users": "users.json", **one} for one in examples],
    }
    return parse_definition(json.dumps(written), folder=folder)


_BOTH = {"responses": {"list_users": ["one.json", "two.json"]}}


def test_an_example_that_gives_what_was_recorded_says_nothing(tmp_path: Path) -> None:
    assert _replay(tmp_path, _BOTH) == []


def test_a_recording_may_end_before_the_list_does(tmp_path: Path) -> None:
    example = {"responses": {"list_users": "one.json"}}
    assert _replay(tmp_path, example, {"users.json": _USERS[:2]}) == []


def test_a_recording_may_have_a_status_and_headers(tmp_path: Path) -> None:
    recorded = {"status": 200, "headers": {"X-Total": "2"}, "body": "one.json"}
    example = {"responses": {"list_users": [recorded, {"status": 204}]}}
    files = {"users.json": _USERS[:2]}
    assert _replay(tmp_path, example, files, total_count={"header": "X-Total"}) == []


def test_a_parameter_that_is_true_is_found_in_what_is_asked(tmp_path: Path) -> None:
    assert _replay(tmp_path, _BOTH, params={"deep": True}) == []


def test_what_a_definition_leaves_to_the_connection_is_null(tmp_path: Path) -> None:
    without = [{**one, "email": None} for one in _USERS]
    assert _replay(tmp_path, _BOTH, {"users.json": without}, email=None) == []


def test_a_value_that_differs_is_shown_with_what_was_recorded(tmp_path: Path) -> None:
    changed = [{**_USERS[0], "email": "other@example.test"}, *_USERS[1:]]
    [found] = _replay(tmp_path, _BOTH, {"users.json": changed})
    assert found.message == 'example 1, user 1: `email` is "a@example.test"'
    assert found.expected == '"other@example.test", as recorded'


def test_an_attribute_that_differs_for_many_is_said_once_and_where_it_is_mapped(
    tmp_path: Path,
) -> None:
    definition = _written(tmp_path, [_BOTH], email="mail")
    [found] = replay_examples(definition)
    assert found.message == "example 1: `email` differs for 3 of 3 users; for user 1 it is absent"
    assert found.expected == '"a@example.test", as recorded'
    assert found.place == definition.source.place(("attributes", "email"))


def test_an_attribute_that_is_missing_is_absent(tmp_path: Path) -> None:
    changed = [{**_USERS[0], "team": "x"}, *_USERS[1:]]
    [found] = _replay(tmp_path, _BOTH, {"users.json": changed})
    assert found.message == "example 1, user 1: `team` is absent"


def test_another_number_of_users_is_named(tmp_path: Path) -> None:
    [found] = _replay(tmp_path, _BOTH, {"users.json": _USERS[:2]})
    assert found.message == "example 1 gives 3 users, 2 were recorded"


def test_an_answer_that_cannot_be_used_fails_with_its_reason(tmp_path: Path) -> None:
    found = _replay(tmp_path, _BOTH, {"one.json": {"persons": []}})
    assert found[0].code == "example-failed"
    assert "page 1 has nothing at `people`" in found[0].message


@pytest.mark.parametrize("name", ["users.json", "one.json"])
def test_a_file_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    responses = {"list_users": "gone.json" if name == "one.json" else "one.json"}
    users = "gone.json" if name == "users.json" else "users.json"
    [found] = _replay(tmp_path, {"responses": responses, "users": users})
    assert found.code == "example-not-readable"
    assert "gone.json" in found.message


def test_users_that_are_no_json_are_named(tmp_path: Path) -> None:
    [found] = _replay(tmp_path, _BOTH, {"users.json": "{"})
    assert found.code == "example-not-json"


def test_users_that_are_no_list_are_named(tmp_path: Path) -> None:
    [found] = _replay(tmp_path, _BOTH, {"users.json": {}})
    assert found.message == "example 1: the file of users is not a list"


@pytest.mark.parametrize("users", ["[1]", '["s"]', "[null]"])
def test_users_that_are_no_objects_are_named(tmp_path: Path, users: str) -> None:
    [found] = _replay(tmp_path, _BOTH, {"users.json": users})
    assert found.message == "example 1: the file of users is not a list of objects"


def test_users_nested_too_deep_are_named(tmp_path: Path) -> None:
    [found] = _replay(tmp_path, _BOTH, {"users.json": "[" * 200_000})
    assert found.code == "example-not-json"


def test_a_recorded_header_that_cannot_be_sent_is_said(tmp_path: Path) -> None:
    recorded = {"headers": {"x": "é"}, "body": "one.json"}
    [found] = _replay(tmp_path, {"responses": {"list_users": recorded}})
    assert "a recorded header has a character" in found.message


def test_a_base_url_that_stand_ins_do_not_fit_is_said(tmp_path: Path) -> None:
    definition = {
        "format": 1,
        "name": "acme",
        "base_url": "http://127.0.0.1:${settings.port}",
        "settings": {"port": {}},
        "list_users": {"endpoint": "/people", "resource_location": "people"},
        "attributes": {"id": "id", "email": "email", "username": "id"},
        "examples": [{"users": "users.json", "responses": {"list_users": "one.json"}}],
    }
    for name in ("users.json", "one.json"):
        (tmp_path / name).write_text("[]")
    [found] = replay_examples(parse_definition(json.dumps(definition), folder=tmp_path))
    assert (found.code, "`base_url` is no URL" in found.message) == ("example-failed", True)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (429, {"Retry-After": "30"}),
        (200, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30"}),
    ],
)
def test_a_replay_never_waits(
    tmp_path: Path, status: int, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    first = {"status": status, "headers": headers, "body": "one.json"}
    start = time.monotonic()
    _replay(tmp_path, {"responses": {"list_users": [first, "two.json"]}})
    assert (waits, time.monotonic() - start < 10) == ([], True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs on this system")
def test_a_file_that_is_no_regular_one_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "endless.json")
    [found] = _replay(tmp_path, {"responses": {"list_users": "endless.json"}})
    assert (found.code, found.message.endswith("not a regular file")) == (
        "example-not-readable",
        True,
    )


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(16 * 1024 * 1024 + 1)
    [found] = _replay(tmp_path, {"responses": {"list_users": "large.json"}})
    assert found.message.endswith("it is larger than 16 MiB")


@pytest.mark.parametrize("name", ["../secret.json", "/dev/zero", "link.json", "a\0b", "circle"])
@pytest.mark.parametrize("place", ["users", "list", "body"])
def test_a_file_outside_of_the_folder_is_refused(tmp_path: Path, name: str, place: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret.json").write_text('[{"id": "hidden"}]')
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    (folder / "circle").symlink_to(folder / "circle")
    answers = {"list": [name], "body": {"body": name}}.get(place, "one.json")
    users = name if place == "users" else "users.json"
    try:
        found = _replay(folder, {"users": users, "responses": {"list_users": answers}})
    except DefinitionError as error:
        found = list(error.diagnostics)
    assert [one.code for one in found] == ["example-not-readable"]
    assert "hidden" not in str(found)
