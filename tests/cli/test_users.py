"""`onroll users`: the directory, and what was changed of one of its users."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onroll.testing.sandbox import Sandbox

from .imports import CONNECTIONS, masked, personio

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Outcome

    Onroll = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("getpass.getuser", lambda: "ada")


@pytest.fixture
def three(onroll: Onroll) -> None:
    with Sandbox(users=3) as sandbox:
        onroll(*personio(sandbox, "--yes"))


@pytest.mark.parametrize("option", ["--json", "--csv", ""])
def test_before_the_first_import_nobody_is_here_and_nothing_is_made(
    onroll: Onroll, option: str
) -> None:
    outcome = onroll("users", *filter(None, [option]))
    assert outcome.code == 0
    assert outcome.out == {"--json": "[]\n", "--csv": outcome.out, "": ""}[option]
    assert outcome.out.count("\n") <= 1
    assert list(Path().iterdir()) == []


def test_a_user_is_our_attributes_flat_with_manager_groups_and_links(
    onroll: Onroll, three: None
) -> None:
    ilse, wei = onroll("users", "--json").json
    assert ilse["manager_email"] is None
    assert wei["manager_email"] == ilse["email"] == "ilse.oduya@sons.example.test"
    assert (wei["first_name"], wei["department"]) == ("Wei", "Research & Development")
    assert (wei["state"], wei["groups"]) == ("active", [])
    assert wei["links"] == [{"connection": "personio", "id": "9002"}]
    assert wei["id"] != "9002"


def test_custom_attributes_are_nested_again(onroll: Onroll) -> None:
    custom = "    attributes: {custom: {shoe_size: {value: 43}}}"
    Path("onroll.yaml").write_text(CONNECTIONS.format(rules=custom, more=""))
    with Sandbox(users=1) as sandbox:
        onroll("import", "berlin", "--base-url", f"{sandbox.url}/v1", "--yes")
    (user,) = onroll("users", "--json").json
    assert user["custom"] == {"shoe_size": 43}
    assert not any(name.startswith("custom.") for name in user)


def test_for_people_it_is_a_table_of_80_columns(onroll: Onroll, three: None) -> None:
    outcome = onroll("users")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        "E-mail                        Name        State   Linked to\n"
        "ilse.oduya@sons.example.test  Ilse Oduya  active  personio 9000\n"
        "wei.engel@sons.example.test   Wei Engel   active  personio 9002\n"
    )


def test_a_wide_screen_has_room_for_the_department(
    onroll: Onroll, three: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert onroll("users").out.splitlines()[:2] == [
        "E-mail                        Name        State   Department    Linked to",
        "ilse.oduya@sons.example.test  Ilse Oduya  active  People        personio 9000",
    ]


def test_csv_has_a_line_for_each_user_under_titles(onroll: Onroll, three: None) -> None:
    outcome = onroll("users", "--csv")
    ilse, _ = csv.DictReader(io.StringIO(outcome.out, newline=""))
    assert (ilse["email"], ilse["links"]) == ("ilse.oduya@sons.example.test", "personio 9000")


def test_only_users_in_one_state(onroll: Onroll, three: None) -> None:
    assert len(onroll("users", "--json", "--state", "active").json) == 2
    assert onroll("users", "--json", "--state", "suspended").json == []


@pytest.mark.parametrize("name", ["wei.engel@sons.example.test", "WEI.engel@sons.example.test"])
def test_the_history_says_who_changed_what_and_when(onroll: Onroll, three: None, name: str) -> None:
    onroll("link", name, "redmine", "17")
    outcome = onroll("users", "--history", name)
    assert (outcome.code, outcome.err) == (0, "")
    created, *_, manager, linked, change = masked(outcome.out).splitlines()
    assert created == "INSTANT · create · by ada · run RUN · personio 9002"
    assert manager.strip() == "(none) → ilse.oduya@sons.example.test"
    assert linked == "INSTANT · link · by ada · run RUN · redmine 17"
    assert change == "      link.redmine: (none) → 17"


def test_the_history_as_json_has_old_and_new(onroll: Onroll, three: None) -> None:
    _, wei = onroll("users", "--json").json
    onroll("link", wei["id"], "redmine", "17")
    first, second = onroll("users", "--history", wei["id"], "--json").json
    assert first["changes"]["state"] == [None, "active"]
    assert first["changes"]["manager_email"] == [None, "ilse.oduya@sons.example.test"]
    assert second["changes"] == {"link.redmine": [None, "17"]}
    assert (first["actor"], first["connection"], first["id"]) == ("ada", "personio", "9002")
    assert first["run"] == onroll("runs", "--json").json[1]["run"]


def test_nobody_has_no_history_and_the_nearest_name_is_told(onroll: Onroll, three: None) -> None:
    outcome = onroll("users", "--history", "wei.angel@sons.example.test")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "error[unknown-user]: the target has no user `wei.angel@sons.example.test`\n"
        "  = expected the id of a user in the target, an e-mail address, or a username\n\n"
        "hint: did you mean `wei.engel@sons.example.test`?\n"
    )


def test_with_several_targets_one_must_be_named(onroll: Onroll) -> None:
    targets = "targets: {one: {kind: directory}, other: {kind: directory}}"
    rules = "    import: {target: one}"
    Path("onroll.yaml").write_text(CONNECTIONS.format(rules=rules, more=targets))
    outcome = onroll("users")
    assert outcome.code == 2
    assert "error[target-not-named]" in outcome.err
    with Sandbox(users=3) as sandbox:
        onroll("import", "berlin", "--base-url", f"{sandbox.url}/v1", "--yes")
    assert len(onroll("users", "--target", "one", "--json").json) == 2
    assert onroll("users", "--target", "other", "--json").json == []
