"""Colors: on a terminal only, unless somebody says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

ESCAPE = "\x1b["


def connectors(folder: Path, *options: str, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name not in _DECIDING}
    done = subprocess.run(
        [sys.executable, "-m", "onroll", *options, "connectors"],
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


_DECIDING = frozenset({"NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "CLICOLOR_FORCE"})


def test_a_pipe_gets_no_colors(tmp_path: Path) -> None:
    assert ESCAPE not in connectors(tmp_path)


def test_colors_can_be_had_in_a_pipe(tmp_path: Path) -> None:
    assert ESCAPE in connectors(tmp_path, "--color", "always")


@pytest.mark.parametrize("options", [("--color", "never"), ()])
def test_colors_can_be_switched_off(tmp_path: Path, options: tuple[str, ...]) -> None:
    said = connectors(tmp_path, *options, FORCE_COLOR="1", NO_COLOR="1")
    assert "\x1b[3" not in said


def test_the_option_is_taken_behind_the_command_too(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "onroll", "connectors", "--color", "always"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name not in _DECIDING},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ESCAPE in done.stdout


def test_the_option_wins_over_the_environment(tmp_path: Path) -> None:
    assert ESCAPE in connectors(tmp_path, "--color", "always", NO_COLOR="1")
    assert "\x1b[3" not in connectors(tmp_path, "--color", "never", FORCE_COLOR="1")
