"""Real servers recorded: nobody of theirs is in the files, and the files replay."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .servers.people import people

if TYPE_CHECKING:
    from pathlib import Path

    from .command import CommandLine, Outcome
    from .servers.redmine import Redmine
    from .servers.scim import Scim


def _check(outcome: Outcome, folder: Path) -> None:
    assert outcome.exit_code == 0, outcome
    found = json.loads(outcome.stdout)
    assert found["is_complete"] is True, outcome
    assert found["lost"] == 0, outcome
    users = json.loads((folder / "users.json").read_text("utf-8"))
    assert len(users) == 6, outcome
    told = "".join(file.read_text("utf-8") for file in folder.iterdir()).casefold()
    everybody = people()
    assert not [one.email for one in everybody if one.email.casefold() in told]
    names = {
        f'"{name}"'.casefold() for one in everybody for name in (one.first_name, one.last_name)
    }
    assert not [name for name in names if len(name) > 5 and name in told]


def test_redmine(onroll: CommandLine, redmine: Redmine, tmp_path: Path) -> None:
    folder = tmp_path / "recorded"
    outcome = onroll(
        "record", "redmine", "--base-url", redmine.url, "--records", "3", "--yes", "--json",
        "--into", folder, environment={"ONROLL_REDMINE_API_KEY": redmine.api_key},
    )  # fmt: skip
    _check(outcome, folder)
    assert redmine.api_key not in "".join(one.read_text("utf-8") for one in folder.iterdir())


def test_scim(onroll: CommandLine, scim_by_index: Scim, tmp_path: Path) -> None:
    folder = tmp_path / "recorded"
    outcome = onroll(
        "record", "scim", "--base-url", scim_by_index.base_url, "--records", "3", "--yes", "--json",
        "--into", folder, settings={"token": scim_by_index.token},
    )  # fmt: skip
    _check(outcome, folder)
