"""The steps of the GitHub action, run under bash with an environment as GitHub gives it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import venv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from .publication import (
    CONNECTOR,
    copy_repository,
    own_environment,
    scratch_folder,
    write_project,
)
from .servers.installation import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACTION: dict[str, Any] = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = [one for one in ACTION["runs"]["steps"] if "run" in one]
_EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")


@dataclass
class Job:
    """A job whose repository is `folder`, with what the action needs of GitHub's runner."""

    folder: Path
    action: Path
    programs: Path
    said: str = ""
    inputs: dict[str, str] = field(
        default_factory=lambda: {
            name: one.get("default", "") for name, one in ACTION["inputs"].items()
        }
    )

    def run(self, *names: str) -> int:
        """Run the steps of these names to the first that fails; return its exit code."""
        for step in STEPS:
            if step["name"] in names:
                done = self._run(step)
                self.said = done.stdout + done.stderr
                if done.returncode:
                    return done.returncode
        return 0

    def _run(self, step: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        assert step["shell"] == "bash"
        script = self.folder.parent / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        path = os.pathsep.join([str(self.programs), os.environ["PATH"]])
        given = {name: self._filled_in(value) for name, value in step["env"].items()}
        return subprocess.run(
            # https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.folder,
            env=own_environment(PATH=path, GITHUB_ACTIONS="true", **given),
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def _filled_in(self, text: str) -> str:
        known = {f"inputs.{name}": value for name, value in self.inputs.items()}
        known["github.action_path"] = str(self.action)
        return _EXPRESSION.sub(lambda match: known[match.group(1)], text)


@pytest.fixture(scope="module")
def installed() -> Iterator[Job]:
    """What a job has after the step that installs, with nothing of this checkout on the path."""
    with scratch_folder() as base:
        venv.create(base / "python", with_pip=True)
        (base / "empty").mkdir()
        job = Job(base / "empty", copy_repository(base / "onroll"), base / "python" / "bin")
        assert job.run("Install onroll") == 0, job.said
        assert job.said.startswith("onroll "), job.said
        yield job


@pytest.fixture
def job(installed: Job, tmp_path: Path) -> Job:
    return Job(write_project(tmp_path / "project"), installed.action, installed.programs)


def definition(job: Job) -> Path:
    return job.folder / "connectors" / "acme" / "connector.yaml"


def test_a_step_takes_inputs_from_its_environment_only() -> None:
    """Text of an input inside a script would be run as a part of it."""
    assert [step["name"] for step in STEPS if "${{" in step["run"]] == []


def test_every_input_is_described_and_used() -> None:
    text = json.dumps(ACTION["runs"])
    assert all(one["description"] for one in ACTION["inputs"].values())
    assert [name for name in ACTION["inputs"] if f"inputs.{name} " not in text] == []


def test_a_good_repository_passes(job: Job) -> None:
    assert job.run("Validate", "Lint") == 0, job.said
    assert "connectors/acme/connector.yaml: ok" in job.said


def test_a_wrong_definition_fails_the_job_by_its_first_step(job: Job) -> None:
    definition(job).write_text(CONNECTOR.replace("pagination", "pagintion"), encoding="utf-8")
    assert job.run("Validate", "Lint") == 2
    assert "did you mean `pagination`?" in job.said


def test_a_finding_fails_the_job(job: Job) -> None:
    definition(job).write_text(CONNECTOR.replace("title: Acme\n", ""), encoding="utf-8")
    assert job.run("Validate") == 0
    assert job.run("Lint") == 1


def test_linting_can_be_switched_off() -> None:
    [lint] = [step for step in STEPS if step["name"] == "Lint"]
    assert lint["if"] == "${{ inputs.lint == 'true' }}"


def test_files_may_be_several_patterns_and_names(job: Job) -> None:
    (job.folder / "onroll.yaml").write_text("format: 1\n", encoding="utf-8")
    job.inputs["files"] = "**/connector.yaml\nonroll.yaml"
    assert job.run("Validate") == 0, job.said
    assert job.said.startswith("connectors/acme/connector.yaml: ok")
    assert "onroll.yaml: ok" in job.said


def test_no_file_at_all_fails_the_job(job: Job) -> None:
    job.inputs["files"] = "conectors/*/connector.yaml"
    assert job.run("Validate") == 2
    assert "::error::no file matches conectors/*/connector.yaml" in job.said


def test_an_input_is_never_run(job: Job) -> None:
    job.inputs["files"] = "$(touch run) `touch run` ; touch run"
    job.run("Validate")
    assert not (job.folder / "run").exists()


def test_github_shows_a_finding_at_its_line(job: Job) -> None:
    """By the problem matcher, whose patterns stand for lines that follow each other."""
    text = (job.action / ".github" / "problem-matcher.json").read_text(encoding="utf-8")
    first, second = json.loads(text)["problemMatcher"][0]["pattern"]
    definition(job).write_text(CONNECTOR.replace("pagination", "pagintion"), encoding="utf-8")
    job.run("Validate")
    lines = job.said.splitlines()
    at = next(index for index, line in enumerate(lines) if re.match(first["regexp"], line))
    what, where = re.match(first["regexp"], lines[at]), re.match(second["regexp"], lines[at + 1])
    assert what is not None
    assert where is not None
    assert (what[first["severity"]], what[first["code"]]) == ("error", "unknown-key")
    assert where[second["file"]] == "connectors/acme/connector.yaml"
    assert where[second["line"]] == "11"
