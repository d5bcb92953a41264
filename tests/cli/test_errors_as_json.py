"""An error of a command with `--json`: one object on standard output, and the words as ever."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Outcome

    Onroll = Callable[..., Outcome]

_PERSONIO = (
    *("personio", "--base-url", "http://127.0.0.1:9"),
    *("--set", "client_id=a", "--set", "client_secret=s3cr3t-of-the-demo"),
)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("validate", "nosuch"), "unknown-connector"),
        (("lint", "nosuch"), "unknown-connector"),
        (("explain", "nosuch"), "unknown-connector"),
        (("preview", "nosuch"), "unknown-connector"),
        (("preview", "nosuch", "--watch"), "unknown-connector"),
        (("test", "nosuch"), "unknown-connector"),
        (("runs", "nosuch"), "unknown-run"),
        (("record", "personio", "--yes"), "missing-setting"),
        (("new", "acme", "--url", "nothing"), None),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else None,
)
def test_the_code_the_message_and_the_hint_are_there(
    onroll: Onroll, arguments: tuple[str, ...], code: str | None
) -> None:
    in_words = onroll(*arguments)
    as_json = onroll(*arguments, "--json")
    error = as_json.json["error"]
    assert as_json.code == in_words.code != 0
    assert set(error) == {"code", "message", "hint", "request", "response"}
    assert code in (None, error["code"])
    assert error["message"]
    assert error["message"] in as_json.err or arguments[0] == "test"


def test_it_is_one_line(onroll: Onroll) -> None:
    assert onroll("preview", "nosuch", "--watch", "--json").out.count("\n") == 1


def test_all_mistakes_are_there_with_their_places(onroll: Onroll) -> None:
    Path("a.yaml").write_text("format: 1\nname: a\nbase_ur: x\nlist_user: {}\n")
    found = onroll("explain", "./a.yaml", "--json").json["diagnostics"]
    assert {one["place"]["line"] for one in found} >= {3, 4}


@pytest.mark.parametrize("command", ["preview", "record"])
def test_what_was_asked_is_there(onroll: Onroll, command: str) -> None:
    agreed = ("--yes",) if command == "record" else ()
    outcome = onroll(command, *_PERSONIO, *agreed, "--json")
    assert outcome.code == 4
    error = outcome.json["error"]
    assert error["request"]["url"].startswith("http://127.0.0.1:9/")
    assert error["response"] is None
    assert "request:  POST" in outcome.err


def test_a_call_that_is_wrong_is_an_error_too(onroll: Onroll) -> None:
    outcome = onroll("preview", "personio", "--limit", "many", "--json")
    assert outcome.code == 2
    assert outcome.json["error"]["code"] == "wrong-option"
    assert "--limit" in outcome.json["error"]["message"]


def test_who_has_no_json_gives_none(onroll: Onroll) -> None:
    outcome = onroll("fetch", "personio", "--json")
    assert (outcome.code, outcome.out) == (2, "")


def test_an_import_gives_its_report_and_no_second_object(onroll: Onroll) -> None:
    outcome = onroll("import", "nosuch", "--dry-run", "--json")
    assert outcome.code == 2
    assert outcome.json["error"]["code"] == "unknown-connector"
    assert "called `nosuch`" in outcome.err


def test_a_test_keeps_its_form(onroll: Onroll) -> None:
    outcome = onroll("test", "./nosuch.yaml", "--json")
    assert outcome.code == 2
    assert outcome.json["ok"] is False
    assert outcome.json["checks"][0]["ok"] is False


def test_mistakes_of_a_file_are_an_answer_and_no_error(onroll: Onroll) -> None:
    Path("a.yaml").write_text("format: 1\nname: a\n")
    outcome = onroll("validate", "./a.yaml", "--json")
    assert outcome.code == 2
    assert [one["ok"] for one in outcome.json] == [False]
