"""Completion, asked as a shell asks: through the environment, in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONNECTION_FILE = """format: 1
connections:
  personio-berlin: {connector: personio}
targets:
  staff: {kind: directory}
"""


def completed(folder: Path, *words: str) -> list[str]:
    """Return what bash is offered for the last word."""
    return [line.partition(",")[2] for line in answered(folder, *words)]


def answered(folder: Path, *words: str) -> list[str]:
    """Return what bash's script is told, each word behind its kind."""
    done = subprocess.run(
        [sys.executable, "-m", "onroll"],
        cwd=folder,
        env={
            **os.environ,
            "_ONROLL_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(["onroll", *words]),
            "COMP_CWORD": str(len(words)),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_commands_are_completed(tmp_path: Path) -> None:
    assert completed(tmp_path, "pre") == ["preview"]


def test_options_are_completed(tmp_path: Path) -> None:
    assert "--report" in completed(tmp_path, "fetch", "--re")


def test_connectors_and_connections_are_completed(tmp_path: Path) -> None:
    (tmp_path / "onroll.yaml").write_text(CONNECTION_FILE, encoding="utf-8")
    assert completed(tmp_path, "test", "personio") == [
        "personio-berlin",
        "personio",
        "personio-v2",
    ]


@pytest.mark.parametrize("command", ["validate", "lint"])
def test_what_can_be_checked_is_completed(tmp_path: Path, command: str) -> None:
    (tmp_path / "onroll.yaml").write_text(CONNECTION_FILE, encoding="utf-8")
    assert completed(tmp_path, command, "personio") == ["personio", "personio-v2"]
    assert completed(tmp_path, command, "personio", "on") == ["onroll.yaml"]


@pytest.mark.parametrize("command", ["validate", "lint", "test"])
@pytest.mark.parametrize("start", ["./people", "people.y"])
def test_what_is_no_name_is_left_to_the_shell_as_a_file(
    tmp_path: Path, command: str, start: str
) -> None:
    assert answered(tmp_path, command, start) == [f"file,{start}"]


def test_targets_of_the_connection_file_are_completed(tmp_path: Path) -> None:
    (tmp_path / "onroll.yaml").write_text(CONNECTION_FILE, encoding="utf-8")
    assert completed(tmp_path, "users", "--target", "st") == ["staff"]


def test_a_broken_connection_file_does_not_end_completion(tmp_path: Path) -> None:
    (tmp_path / "onroll.yaml").write_text("format: [", encoding="utf-8")
    assert completed(tmp_path, "test", "personio-v") == ["personio-v2"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_names_the_program(shell: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "onroll", "completion", shell],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"_ONROLL_COMPLETE={shell}_complete" in done.stdout


def test_bash_takes_the_script_and_completes_with_it(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    assert bash is not None, "bash is needed for this test"
    scripts = Path(sys.executable).parent
    program = (
        'eval "$(onroll completion bash)"\n'
        "COMP_WORDS=(onroll val); COMP_CWORD=1\n"
        "_onroll_completion onroll\n"
        'echo "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(
        [bash, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["validate"]
