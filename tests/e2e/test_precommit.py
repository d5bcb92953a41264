"""The hooks of this repository, used by another one with pre-commit, as its users will."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from .publication import (
    CONNECTOR,
    commit,
    copy_repository,
    own_environment,
    scratch_folder,
    write_project,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Project:
    """A repository with the hooks; their environment is made by the first run."""

    folder: Path
    home: Path

    def run(self, hook: str, *, definition: str = CONNECTOR) -> subprocess.CompletedProcess[str]:
        file = self.folder / "connectors" / "acme" / "connector.yaml"
        file.write_text(definition, encoding="utf-8")
        command = [sys.executable, "-m", "pre_commit", "run", hook, "--all-files", "--color=never"]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=own_environment(PRE_COMMIT_HOME=str(self.home)),
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    with scratch_folder() as base:
        onroll = copy_repository(base / "onroll")
        hooks = [{"id": "onroll-validate"}, {"id": "onroll-lint"}]
        configuration = {"repos": [{"repo": str(onroll), "rev": commit(onroll), "hooks": hooks}]}
        folder = write_project(base / "project")
        # JSON is YAML.
        text = json.dumps(configuration)
        (folder / ".pre-commit-config.yaml").write_text(text, encoding="utf-8")
        (folder / "other.yaml").write_text("pagintion: {style: none}\n", encoding="utf-8")
        commit(folder)
        yield Project(folder, base / "home")


@pytest.mark.parametrize("hook", ["onroll-validate", "onroll-lint"])
def test_a_good_connector_passes(project: Project, hook: str) -> None:
    done = project.run(hook)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_a_wrong_connector_is_refused_with_the_whole_message(project: Project) -> None:
    done = project.run("onroll-validate", definition=CONNECTOR.replace("pagination", "pagintion"))
    assert done.returncode == 1
    assert "error[unknown-key]: `pagintion` is not a key of `list_users`" in done.stdout
    assert "--> connectors/acme/connector.yaml:11:" in done.stdout
    assert "did you mean `pagination`?" in done.stdout


def test_an_example_that_gives_other_users_is_refused(project: Project) -> None:
    done = project.run("onroll-validate", definition=CONNECTOR.replace("id: id", "id: mail"))
    assert done.returncode == 1
    assert "error[example-differs]" in done.stdout


def test_what_is_not_good_is_refused_by_the_other_hook(project: Project) -> None:
    definition = CONNECTOR.replace("title: Acme\n", "")
    assert project.run("onroll-validate", definition=definition).returncode == 0
    done = project.run("onroll-lint", definition=definition)
    assert done.returncode == 1
    assert "warning[lint-no-title]" in done.stdout
