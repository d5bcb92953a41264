"""`onroll validate` on a connection file: the file, and each of its connections."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Outcome

    Onroll = Callable[..., Outcome]

_FILE = """\
format: 1
connections:
  berlin:
    connector: personio
    import: {create_as: staged}
  bonn:
    connector: redmine
"""


def test_a_connection_file_is_checked_as_one(onroll: Onroll) -> None:
    Path("onroll.yaml").write_text(_FILE)
    outcome = onroll("validate", "./onroll.yaml")
    assert (outcome.code, outcome.out) == (0, "./onroll.yaml: ok\n")


def test_each_connection_is_looked_at(onroll: Onroll) -> None:
    Path("onroll.yaml").write_text(_FILE.replace("redmine", "redmin"))
    outcome = onroll("validate", "./onroll.yaml")
    assert outcome.code == 2
    assert "called `redmin`" in outcome.err
    assert "did you mean `redmine`?" in outcome.err


def test_a_mistake_in_the_file_has_its_place(onroll: Onroll) -> None:
    Path("onroll.yaml").write_text(_FILE.replace("staged", "stage"))
    outcome = onroll("validate", "./onroll.yaml")
    assert outcome.code == 2
    assert "onroll.yaml:5:25" in outcome.err
