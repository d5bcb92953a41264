"""`onroll import` on a terminal: it shows the plan and asks, and what it is answered counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onroll.testing.sandbox import Sandbox

from .imports import personio
from .terminal import converse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Outcome

    Onroll = Callable[..., Outcome]


def ask(folder: Path, *arguments: str, answer: str = "", **environment: str) -> tuple[int, str]:
    """Run a command, answer its question, and return what it showed."""
    return converse(arguments, {"Apply? [y/N]": answer}, folder=folder, **environment)


def test_a_plan_that_is_wanted_is_applied(onroll: Onroll, tmp_path: Path) -> None:
    with Sandbox(users=3) as sandbox:
        code, shown = ask(tmp_path, *personio(sandbox), answer="y")
    assert code == 0
    assert shown.index("Create (2)") < shown.index("Apply? [y/N]") < shown.index("created 2")
    assert len(onroll("users", "--json").json) == 2


@pytest.mark.parametrize("answer", ["n", ""])
def test_a_plan_that_is_not_wanted_writes_nothing_and_is_no_failure(
    onroll: Onroll, tmp_path: Path, answer: str
) -> None:
    with Sandbox(users=3) as sandbox:
        code, shown = ask(tmp_path, *personio(sandbox), answer=answer)
    assert code == 0
    assert "nothing was written" in shown
    assert onroll("users", "--json").json == []
    assert onroll("runs", "--json").json[0]["reason"] == "the plan was declined"


def test_ctrl_d_at_the_question_is_an_interruption(onroll: Onroll, tmp_path: Path) -> None:
    with Sandbox(users=3) as sandbox:
        code, shown = ask(tmp_path, *personio(sandbox), answer="\x04")
    assert code == 130
    assert "Traceback" not in shown
    assert "shows what was written" not in shown
    assert "nothing was written: `onroll runs" in shown
    assert shown.rstrip().endswith("interrupted")
    assert onroll("runs", "--json").json[0]["status"] == "interrupted"


def test_nobody_is_asked_about_a_plan_of_nothing(onroll: Onroll, tmp_path: Path) -> None:
    with Sandbox(users=3) as sandbox:
        onroll(*personio(sandbox, "--yes"))
        code, shown = ask(tmp_path, *personio(sandbox))
    assert code == 0
    assert "There is nothing to write." in shown
    assert "Apply?" not in shown


def test_a_long_plan_goes_through_a_pager_and_is_whole(tmp_path: Path) -> None:
    with Sandbox(users=90) as sandbox:
        pager = "sh -c 'echo PAGED; cat'"
        script = tmp_path / "pager"
        script.write_text(f"#!/bin/sh\n{pager}\n")
        script.chmod(0o700)
        code, shown = ask(tmp_path, *personio(sandbox, "--dry-run"), PAGER=str(script))
    assert code == 0
    assert "PAGED" in shown
    created = int(shown.partition("create ")[2].split()[0])
    assert created > 50
    assert shown.count("      username ") == created
    assert "more (`--plan-out" not in shown


def test_a_pager_that_is_left_early_is_no_failure(tmp_path: Path) -> None:
    with Sandbox(users=450) as sandbox:
        script = tmp_path / "pager"
        script.write_text("#!/bin/sh\nhead -n 1\n")
        script.chmod(0o700)
        code, shown = ask(tmp_path, *personio(sandbox, "--dry-run"), PAGER=str(script))
    assert code == 0
    assert "Traceback" not in shown
