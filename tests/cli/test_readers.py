"""A reader of standard output who has enough: the command ends as it would have."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from .conftest import at
from .test_preview import definition

if TYPE_CHECKING:
    from pathlib import Path

    from onroll.testing.sandbox import Sandbox


_GOOD = """\
# yaml-language-server: $schema=onroll-yaml.schema.json
format: 1
connections: {berlin: {connector: personio}}
"""


def ended(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run a command whose reader is gone from the start."""
    process = subprocess.Popen(
        [sys.executable, "-m", "onroll", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    return process.wait(60), said


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate",),
        ("lint", "good/onroll.yaml"),  # a shipped connector has a finding when it is years old
        ("connectors",),
        ("connectors", "--json"),
        ("explain", "personio"),
        ("explain", "personio", "--json"),
        ("schema",),
        ("completion", "bash"),
    ],
    ids=" ".join,
)
def test_it_is_no_failure(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "onroll.yaml").write_text(_GOOD, encoding="utf-8")
    assert ended(tmp_path, *arguments) == (0, "")


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["words", "json"])
def test_it_is_none_of_a_preview(tmp_path: Path, sandbox: Sandbox, form: tuple[str, ...]) -> None:
    assert ended(tmp_path, "preview", "personio", *at(sandbox), *form) == (0, "")


def test_who_was_refused_still_counts(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    definition(("attributes.hire_date.value, tr", "attributes.last_name.value, tr"))
    code, said = ended(tmp_path, "preview", "./people.yaml", *at(sandbox))
    assert code == 1
    assert said.startswith("refused: record 1")


def test_mistakes_still_count(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("format: 1\nname: a\n")
    code, said = ended(tmp_path, "validate", "personio", "./a.yaml")
    assert code == 2
    assert "./a.yaml:" in said
