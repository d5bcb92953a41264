"""`onroll import --plan-out` and `--plan`: a plan that is kept, cut down, and applied later."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onroll.testing.sandbox import Sandbox

from .imports import CONNECTIONS, personio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .conftest import Outcome

    Onroll = Callable[..., Outcome]

PLAN = Path("plan.json")


@pytest.fixture
def small() -> Iterator[Sandbox]:
    """Serve seven people."""
    with Sandbox(users=7) as sandbox:
        yield sandbox


def kept(onroll: Onroll, sandbox: Sandbox) -> dict[str, Any]:
    onroll(*personio(sandbox, "--dry-run", "--plan-out", str(PLAN)))
    sandbox.requests.clear()
    plan: dict[str, Any] = json.loads(PLAN.read_text())
    return plan


def emails(onroll: Onroll) -> set[str]:
    return {user["email"] for user in onroll("users", "--json").json}


def test_a_kept_plan_is_applied_as_it_is_and_the_source_is_not_asked(
    onroll: Onroll, small: Sandbox
) -> None:
    plan = kept(onroll, small)
    outcome = onroll("import", "personio", "--plan", str(PLAN), "--yes", "--json")
    assert outcome.code == 0
    assert len(small.requests) == 0
    assert outcome.json["applied"]["created"] == plan["counts"]["create"]
    assert emails(onroll) == {item["email"] for item in plan["items"]}


def test_a_kept_plan_is_for_nobody_else_to_read(onroll: Onroll, small: Sandbox) -> None:
    kept(onroll, small)
    assert PLAN.stat().st_mode & 0o777 == 0o600


def test_a_plan_is_kept_on_the_way_of_an_import_too(onroll: Onroll, small: Sandbox) -> None:
    outcome = onroll(*personio(small, "--yes", "--plan-out", str(PLAN)))
    assert outcome.code == 0
    assert len(json.loads(PLAN.read_text())["items"]) == len(emails(onroll)) > 0


def test_people_may_be_taken_out_of_a_plan(onroll: Onroll, small: Sandbox) -> None:
    plan = kept(onroll, small)
    left_out = plan["items"].pop(1)
    PLAN.write_text(json.dumps(plan))
    outcome = onroll("import", "personio", "--plan", str(PLAN), "--yes", "--json")
    assert outcome.code == 0
    assert outcome.json["plan"]["create"] == len(plan["items"])
    assert emails(onroll) == {item["email"] for item in plan["items"]}
    assert left_out["email"] not in emails(onroll)


def test_a_line_that_was_edited_is_not_applied_and_nor_is_any_other(
    onroll: Onroll, small: Sandbox
) -> None:
    plan = kept(onroll, small)
    plan["items"][0]["changes"]["email"] = [None, "mallory@example.test"]
    PLAN.write_text(json.dumps(plan))
    outcome = onroll("import", "personio", "--plan", str(PLAN), "--yes")
    assert outcome.code == 2
    assert "error[plan-edited]" in outcome.err
    assert emails(onroll) == set()


def test_a_plan_of_the_day_before_yesterday_is_too_old(onroll: Onroll, small: Sandbox) -> None:
    plan = kept(onroll, small)
    plan["expires_at"] = "2020-01-01T00:00:00Z"
    PLAN.write_text(json.dumps(plan))
    outcome = onroll("import", "personio", "--plan", str(PLAN), "--yes", "--json")
    assert outcome.code == 2
    assert outcome.json["error"]["code"] == "plan-expired"
    assert emails(onroll) == set()


def test_a_plan_is_void_when_the_connection_was_edited_since(
    onroll: Onroll, small: Sandbox
) -> None:
    Path("onroll.yaml").write_text(CONNECTIONS.format(rules="", more=""))
    where = ("--base-url", f"{small.url}/v1")
    onroll("import", "berlin", *where, "--dry-run", "--plan-out", str(PLAN))
    rules = "    import: {create_as: staged}"
    Path("onroll.yaml").write_text(CONNECTIONS.format(rules=rules, more=""))
    outcome = onroll("import", "berlin", "--plan", str(PLAN), "--yes")
    assert outcome.code == 2
    assert "error[plan-void]" in outcome.err


def test_people_who_changed_since_the_plan_are_left_alone_and_named(
    onroll: Onroll, small: Sandbox
) -> None:
    count = len(kept(onroll, small)["items"])
    onroll(*personio(small, "--yes"))
    outcome = onroll("import", "personio", "--plan", str(PLAN), "--yes")
    assert outcome.code == 0
    assert f"Skipped: changed in the target since the plan was made ({count})" in outcome.out
    assert len(emails(onroll)) == count


def test_what_is_no_plan_is_said(onroll: Onroll) -> None:
    PLAN.write_text("{}")
    outcome = onroll("import", "personio", "--plan", str(PLAN), "--yes")
    assert outcome.code == 2
    assert "error[not-a-plan]" in outcome.err
