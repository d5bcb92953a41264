"""What happens when somebody stops the reading: Ctrl-C, or a reader that has enough."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from onroll.testing.sandbox import Sandbox

from .conftest import at

if TYPE_CHECKING:
    from pathlib import Path


def start(sandbox: Sandbox, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "onroll", "fetch", "personio", *at(sandbox)]
    return subprocess.Popen(
        [*command, "--report", "report.json"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_ctrl_c_ends_with_130_and_a_report_that_says_incomplete(tmp_path: Path) -> None:
    with Sandbox(users=450, faults=("slow=0.2",)) as sandbox:
        process = start(sandbox, tmp_path)
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    report = json.loads((tmp_path / "report.json").read_text())
    assert process.returncode == 130
    assert report["complete"] is False
    assert report["received"] < 450
    assert report["reasons"] == ["the reading was stopped before the end"]
    assert b"INCOMPLETE" in said
    assert b"Traceback" not in said


def test_ctrl_c_while_logging_in_is_130_too(tmp_path: Path) -> None:
    with Sandbox(users=5, faults=("slow=3",)) as sandbox:
        process = start(sandbox, tmp_path)
        while not sandbox.requests:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in said
    assert json.loads((tmp_path / "report.json").read_text())["complete"] is False


def test_ctrl_c_in_a_dry_run_is_said(tmp_path: Path) -> None:
    with Sandbox(users=450, faults=("slow=0.3",)) as sandbox:
        process = subprocess.Popen(
            [sys.executable, "-m", "onroll", "import", "personio", *at(sandbox), "--dry-run"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        while not sandbox.requests:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.decode().split("\n") == ["nothing was written", "", "interrupted", ""]


def test_a_reader_that_has_enough_ends_it_quietly(tmp_path: Path) -> None:
    with Sandbox(users=20_000) as sandbox:
        process = start(sandbox, tmp_path)
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
        assert process.wait(timeout=60) == 4
        process.stderr.close()
    assert b"Traceback" not in said
    assert b"INCOMPLETE" in said
