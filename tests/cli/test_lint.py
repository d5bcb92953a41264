"""`onroll lint`: what it prints where, and how it exits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Outcome

    Onroll = Callable[..., Outcome]

_FILE = """\
# yaml-language-server: $schema=onroll-yaml.schema.json
format: 1
connections:
  berlin: {connector: personio, settings: {client_id: abc, client_secret: "${env:SECRET}"}}
"""


@pytest.fixture(autouse=True)
def _good(onroll: Onroll) -> None:
    """Lay a good file beside the one of the test."""
    Path("good").mkdir()
    Path("good/onroll.yaml").write_text(_FILE)


def test_nothing_to_find_is_said_and_exits_with_0(onroll: Onroll) -> None:
    outcome = onroll("lint", "good/onroll.yaml")
    assert (outcome.code, outcome.out, outcome.err) == (0, "good/onroll.yaml: ok\n", "")


def test_a_finding_is_a_warning_with_its_place_and_exits_with_1(onroll: Onroll) -> None:
    Path("onroll.yaml").write_text(_FILE.replace("${env:SECRET}", "hunter2hunter2"))
    outcome = onroll("lint", "./onroll.yaml", "good/onroll.yaml")
    assert outcome.code == 1
    assert outcome.err.startswith("warning[lint-literal-secret]: a secret seems to be written out")
    assert "--> onroll.yaml:4:" in outcome.err
    assert outcome.err.endswith("./onroll.yaml: 1 finding\n")
    assert "hunter2" not in outcome.err + outcome.out
    assert outcome.out == "good/onroll.yaml: ok\n"


def test_a_file_that_is_not_valid_exits_with_2(onroll: Onroll) -> None:
    Path("onroll.yaml").write_text(_FILE.replace("connector:", "conector:"))
    outcome = onroll("lint", "./onroll.yaml")
    assert outcome.code == 2
    assert "error[unknown-key]" in outcome.err
    assert outcome.err.rstrip().endswith("./onroll.yaml: 1 mistake")


def test_json_has_an_object_for_each_file(onroll: Onroll) -> None:
    Path("onroll.yaml").write_text(_FILE.partition("\n")[2])
    outcome = onroll("lint", "--json", "good/onroll.yaml", "./onroll.yaml")
    good, found = outcome.json
    assert outcome.code == 1
    assert (good["ok"], good["diagnostics"]) == (True, [])
    assert found["file"] == "onroll.yaml"
    [one] = found["diagnostics"]
    assert (one["code"], one["severity"]) == ("lint-no-modeline", "warning")


def test_a_connector_that_there_is_not_exits_with_2(onroll: Onroll) -> None:
    outcome = onroll("lint", "personia")
    assert outcome.code == 2
    assert "did you mean `personio`?" in outcome.err
