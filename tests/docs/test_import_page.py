"""The page of what an import says names the fields of users and their histories that come."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

import onroll
from onroll.target import WRITABLE_ATTRIBUTES
from onroll.testing.sandbox import Sandbox

from .markdown import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_PAGE = (ROOT / "docs" / "reference" / "import.md").read_text(encoding="utf-8")


def _fields_behind(words: str) -> set[str]:
    """Return what the first table behind these words names."""
    table = _PAGE.partition(words)[2].partition("| --- | --- |\n")[2].partition("\n\n")[0]
    return set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Import three people, and return the store."""
    path = tmp_path / "onroll.db"
    settings = {"client_id": "demo", "client_secret": "demo-secret"}
    with Sandbox(users=3) as sandbox:
        options = onroll.Options(base_url=f"{sandbox.url}/v1")
        connector = onroll.load("personio")
        with connector.importing(settings, store=str(path), options=options) as run:
            run.apply(run.plan())
    return path


def _printed(store: Path, *arguments: str) -> Any:
    command = [sys.executable, "-m", "onroll", "users", "--store", str(store), "--json"]
    done = subprocess.run(
        [*command, *arguments], capture_output=True, cwd=store.parent, timeout=60, check=True
    )
    return json.loads(done.stdout)


def test_the_fields_of_users_and_histories_are_those_that_come(store: Path) -> None:
    user, *_ = _printed(store)
    extra = set(user) - set(WRITABLE_ATTRIBUTES) - {"custom"}
    assert _fields_behind("`onroll users --json`") == extra
    write, *_ = _printed(store, "--history", user["id"])
    assert _fields_behind("`onroll users --history USER --json`") == set(write)
