"""What the pages show in a terminal is what comes today."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from onroll.testing.sandbox import Sandbox

from .markdown import PAGES, Block, all_blocks, blocks, name_of
from .session import Session

if TYPE_CHECKING:
    from pathlib import Path

_SHOWN = [page for page in PAGES if blocks(page, "console", "sh")]
#: Why a command that a page shows is not run. A new reason wants a second thought.
_REASONS = {
    "a person signs in",
    "it goes on until Ctrl-C",
    "it installs",
    "it is run with the key that it makes",
    "it needs a proxy",
    "it needs curl",
    "it needs files in the root of a machine",
    "it needs files of a repository",
    "it needs jq",
    "its file is made with jq",
}
_PROGRAMS = [block for block in all_blocks("python") if not block.directive]


@pytest.mark.parametrize("page", _SHOWN, ids=name_of)
def test_the_console_blocks_of_a_page_show_what_comes(page: Path, tmp_path: Path) -> None:
    with Session(tmp_path) as session:
        for block in blocks(page):
            session.take(block)


def test_what_is_not_run_says_why() -> None:
    reasons = {
        block.directive.removeprefix("not run: ")
        for block in all_blocks("sh")
        if not block.directive.startswith(("run: ", "run on a terminal: "))
    }
    assert reasons == _REASONS


@pytest.mark.parametrize("block", _PROGRAMS, ids=str)
def test_the_python_blocks_run(block: Block, tmp_path: Path) -> None:
    with Sandbox(users=120) as sandbox:
        text = block.text.replace("127.0.0.1:8770", f"127.0.0.1:{sandbox.port}")
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", text],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, f"{block}\n{done.stderr}"


def test_readme_and_tutorial_are_among_the_pages_that_are_run() -> None:
    names = [name_of(page) for page in _SHOWN]
    assert "README.md" in names
    assert "docs/tutorial/first-connector.md" in names
