"""`onroll record` writes what was asked, and `onroll validate` says when it is asked otherwise."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.service.socket_api import Asked, Said, SocketApi

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Outcome

    Onroll = Callable[..., Outcome]

_DEFINITION = """\
format: 1
name: acme
base_url: https://api.acme.test
settings: {company: {}, key: {secret: true}}
list_users:
  endpoint: /${settings.company}/users.json
  params: {status: "*", key: "${settings.key}"}
  resource_location: users
  total_count: total_count
  pagination: {style: offset, limit_name: limit, limit: 100, offset_name: offset}
attributes:
  id: id
  email: mail
  username: login
  status: {path: state, map: {"1": active, "3": inactive}}
"""
_LOGINS = ("admin", "linh", "mina", "omar", "ada", "bo", "cleo")
_USERS = [
    {
        "id": 4000 + number,
        "login": login,
        "admin": login == "admin",
        "mail": f"{login}@acme.de",
        "state": 3 if login == "cleo" else 1,
    }
    for number, login in enumerate(_LOGINS)
]


def _answer(asked: Asked) -> Any:
    start = asked.number("offset")
    is_known = asked.params["key"] == "s3cr3t-of-the-demo" and "/grace-corp/" in asked.path
    body = {"users": _USERS[start:], "total_count": len(_USERS), "offset": start}
    return Said(200 if is_known else 401, body)


def _record(onroll: Onroll, folder: Path, *more: str) -> Outcome:
    (folder / "acme.yaml").write_text(_DEFINITION, encoding="utf-8")
    settings = ("--set", "company=grace-corp", "--set", "key=s3cr3t-of-the-demo")
    with SocketApi(_answer) as api:
        url = api.url
        outcome = onroll(
            *("record", "./acme.yaml", "--base-url", url, *settings),
            *("--records", "3", "--yes", *more),
        )
    assert outcome.code == 0, outcome.err
    return outcome


def _changed(onroll: Onroll, folder: Path, old: str, new: str, *more: str) -> Outcome:
    text = (folder / "acme.yaml").read_text("utf-8")
    assert old in text
    (folder / "acme.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return onroll("validate", "./acme.yaml", *more)


def test_each_answer_has_its_request_with_references_for_settings(
    onroll: Onroll, tmp_path: Path
) -> None:
    _record(onroll, tmp_path)
    text = (tmp_path / "acme.yaml").read_text("utf-8")
    asked = "GET /${settings.company}/users.json?status=*&key=${settings.key}&limit=100&offset="
    assert f'{{asked: "{asked}0", body: examples/recorded/list-users-1.json}}' in text
    assert f'{{asked: "{asked}3", body: examples/recorded/list-users-2.json}}' in text
    assert "grace-corp" not in text
    assert "s3cr3t" not in text
    validated = onroll("validate", "./acme.yaml")
    assert (validated.code, validated.out) == (0, "./acme.yaml: ok, 1 example replayed\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("/users.json", "/people.json", "the path is `/${settings.company}/people.json`"),
        ("offset_name: offset", "offset_name: page", "`page` is new (`0`)"),
        ("limit_name: limit", "limit_name: foo", "`foo` is new (`100`)"),
        ('status: "*"', 'status: "33"', "`status` is `33` instead of `*`"),
        ("style: offset", "style: none} #", "`limit` is missing (`100`)"),
        ("${settings.key}", "s0me-other-key", "`key` is `…` instead of `${settings.key}`"),
        ('"*"', '"${settings.company}"', "`status` is `${settings.company}` instead of `…`"),
    ],
)
def test_a_request_that_is_broken_later_is_seen(
    onroll: Onroll, tmp_path: Path, old: str, new: str, said: str
) -> None:
    _record(onroll, tmp_path)
    outcome = _changed(onroll, tmp_path, old, new)
    assert outcome.code == 2
    assert "error[example-asks-otherwise]" in outcome.err
    assert said in outcome.err
    assert "s0me-other-key" not in outcome.err


def test_a_total_that_is_not_there_is_a_warning_and_no_failure(
    onroll: Onroll, tmp_path: Path
) -> None:
    _record(onroll, tmp_path)
    outcome = _changed(onroll, tmp_path, "total_count: total_count", "total_count: nosuch")
    assert outcome.code == 0
    assert outcome.out == "./acme.yaml: ok, 1 example replayed, 1 warning\n"
    assert "warning[example-warning]: example 1: total_count: nothing is there" in outcome.err
    [told] = onroll("validate", "./acme.yaml", "--json").json
    assert told["ok"] is True
    assert [one["severity"] for one in told["diagnostics"]] == ["warning"]


def test_a_field_that_is_called_as_somebody_logs_in_keeps_its_name(
    onroll: Onroll, tmp_path: Path
) -> None:
    _record(onroll, tmp_path)
    page = json.loads((tmp_path / "examples/recorded/list-users-1.json").read_text("utf-8"))
    assert [one["admin"] for one in page["users"]] == [True, False, False]
    assert page["users"][0]["login"] != "admin"


def test_somebody_of_another_status_is_among_the_few(onroll: Onroll, tmp_path: Path) -> None:
    _record(onroll, tmp_path)
    users = json.loads((tmp_path / "examples/recorded/users.json").read_text("utf-8"))
    assert [one["status"] for one in users] == ["active", "active", "inactive"]


def test_a_total_that_is_rewritten_is_not_called_kept(onroll: Onroll, tmp_path: Path) -> None:
    outcome = _record(onroll, tmp_path)
    [line] = [one for one in outcome.err.splitlines() if "total_count" in one]
    assert "number recorded" in line
    assert line.rstrip().endswith("3")


def test_a_total_that_is_rewritten_is_not_kept_in_json_either(
    onroll: Onroll, tmp_path: Path
) -> None:
    told = {one["path"]: one for one in _record(onroll, tmp_path, "--json").json["paths"]}
    total = told["list_users: total_count"]
    assert (total["becomes"], total["is_kept"]) == ("restated", False)
