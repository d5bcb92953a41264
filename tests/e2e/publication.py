"""The repository as others get it: a copy that can be built, and a project that uses it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .servers.installation import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARTS = (
    ".github",
    ".pre-commit-hooks.yaml",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "action.yml",
    "connectors/personio",
    "connectors/scim",
    "engine",
    "pyproject.toml",
    "schemas",
)

CONNECTOR = """\
# yaml-language-server: $schema=../../schemas/connector.schema.json
format: 1
name: acme
title: Acme
documentation: https://developers.example.com/people
verified: {by: unverified, date: 2026-01-31}
settings:
  token: {title: Token, description: of an administrator, secret: true}
base_url: https://people.example.com
auth: {method: bearer, token: "${settings.token}"}
list_users: {endpoint: /people, resource_location: ., pagination: {style: none}}
attributes:
  id: id
  email: mail
  username: mail
  status: {path: gone, map: {true: inactive, false: active}}
examples:
  - {responses: {list_users: examples/page.json}, users: examples/users.json}
"""
_PAGE = '[{"id": 1, "mail": "ada@example.com", "gone": false}]'
_USERS = (
    '[{"id": "1", "email": "ada@example.com", "username": "ada@example.com", "status": "active"}]'
)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Lend a folder outside of pytest's: of those no secret may be left in, made up or not."""
    with tempfile.TemporaryDirectory(prefix="onroll-") as folder:
        yield Path(folder)


def copy_repository(folder: Path) -> Path:
    """Copy what a build needs of the working tree, as committed or not."""
    for name in _PARTS:
        part = REPOSITORY / name
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if part.is_dir():
            shutil.copytree(part, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(part, copy)
    return folder


def write_project(folder: Path) -> Path:
    """Write a repository of one connector, with an example."""
    examples = folder / "connectors" / "acme" / "examples"
    examples.mkdir(parents=True)
    (examples.parent / "connector.yaml").write_text(CONNECTOR, encoding="utf-8")
    (examples / "page.json").write_text(_PAGE, encoding="utf-8")
    (examples / "users.json").write_text(_USERS, encoding="utf-8")
    return folder


def commit(folder: Path) -> str:
    """Commit all files of a folder, a repository from now on, and return the commit."""
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--no-verify", "--message=All")
    return _git(folder, "rev-parse", "HEAD").strip()


def own_environment(**further: str) -> dict[str, str]:
    """Return the environment without what belongs to another repository or to this checkout."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "ONROLL_")) and name not in ("PYTHONPATH", "VIRTUAL_ENV")
    }
    return {**kept, **further}


def _git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=tests", "-c", "user.email=tests@example.com")
    done = subprocess.run(
        ["git", *who, "-c", "commit.gpgsign=false", *words],
        cwd=folder,
        env=own_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
