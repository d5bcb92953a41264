"""What a repository of connectors is told to hold fits the hooks, the action and the commands."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from onroll.builtin import shipped

from .markdown import ROOT, all_blocks, blocks

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "how-to" / "keep-connectors-in-a-repository.md"


def read(file: str) -> Any:
    return yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))


def shown(file: str) -> Any:
    [block] = [one for one in blocks(PAGE, "yml") if one.directive == f"file: {file}"]
    return yaml.safe_load(block.text)


def test_the_hooks_exist() -> None:
    [repository] = shown(".pre-commit-config.yaml")["repos"]
    named = {one["id"] for one in repository["hooks"]}
    assert named == {one["id"] for one in read(".pre-commit-hooks.yaml")}


def test_the_action_takes_what_the_workflow_gives_it() -> None:
    [check] = shown(".github/workflows/connectors.yml")["jobs"].values()
    given = check["steps"][-1]["with"]
    assert set(given) <= set(read("action.yml")["inputs"])


def test_every_input_of_the_action_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in read("action.yml")["inputs"] if f"| `{name}` |" not in text] == []


@pytest.mark.parametrize(
    "block", [one for one in all_blocks("json") if "yaml.schemas" in one.text], ids=str
)
def test_the_settings_of_an_editor_name_schemas_that_there_are(block: Any) -> None:
    for file in json.loads(block.text)["yaml.schemas"]:
        assert (ROOT / file).is_file()


def test_the_tests_on_the_page_run(tmp_path: Path) -> None:
    [block] = [one for one in blocks(PAGE, "python") if one.directive.startswith("test: ")]
    (tmp_path / "test_connectors.py").write_text(block.text, encoding="utf-8")
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors" / "personio-v2").symlink_to(shipped("connectors") / "personio-v2")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "3 passed" in done.stdout, done.stdout + done.stderr
