"""The harness can fail: what is wrong with a scenario, or with a day, is seen and said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from onroll.store.links import Link
from onroll.target import TargetUser

from .hr import Account
from .invariants import Evening, broken_invariants, broken_rehearsal
from .play import Outcome, play
from .scenario import Day, Expected, load_scenario
from .stage import Sight, Stage

if TYPE_CHECKING:
    from onroll.target import State

    from .hr import HrSystem

_HEAD = "title: A test\nwhy: the harness\n"
_ADA = 'days: [{people: {"1": Ada}, expect: %s}]\n'


def _play(text: str, hr: HrSystem, folder: Path) -> None:
    path = folder / "scenario.yaml"
    path.write_text(_HEAD + text, encoding="utf-8")
    play(load_scenario(path), Stage("sqlite", folder, str(folder / "onroll.db")), hr)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("{exit: 1, plan: {create: 1}}", "exit code 0 instead of 1"),
        ("{plan: {create: 2}}", "plan {'create': 1} instead of {'create': 2}"),
        ("{plan: {}}", "plan {'create': 1} instead of {}"),
        ("{plan: {creations: 1}}", "instead of {'creations': 1}"),
        ("{items: {}}", "1: nobody expected create"),
        ("{items: {'1': update}}", "1: action is create instead of update"),
        ("{items: {'1': create too_early}}", "1: reason is None instead of too_early"),
        ("{items: {'1': {action: create, outcome: failed}}}", "outcome is applied instead of fail"),
        ("{items: {'1': {action: create, group: mapping}}}", "group is None instead of mapping"),
        ("{items: {'1': {action: create, changes: [email]}}}", "change instead of ('email',)"),
        ("{items: {'1': {action: create, changes: {email: [a, b]}}}}", "instead of {'email': ['a'"),
        ("{items: {'1': create, '2': create}}", "2: no item"),
        ("{plan: {create: 1}, users: {ada@example.com: suspended}}", "state is 'active' instead"),
        ("{plan: {create: 1}, users: {ada@example.com: null}}", "ada@example.com: is in the dir"),
        ("{plan: {create: 1}, users: {eve@example.com: active}}", "no user eve@example.com"),
        ("{plan: {create: 1}, users: {ada@example.com: {links: []}}}", "links is ['1'] instead of"),
        ("{plan: {create: 1}, users: {ada@example.com: {team: A}}}", "team is None instead of 'A'"),
        ("{plan: {create: 1}, size: 2}", "the directory has 1 users instead of 2"),
        ("{plan: {create: 1}, errors: [no]}", "errors [] instead of ['no']"),
        ("{plan: {create: 1}, listing: {complete: false}}", "complete is True instead of False"),
        ("{plan: {create: 1}, notes: [what]}", "no note says 'what'"),
    ],
)
def test_a_claim_that_does_not_hold_fails(
    claim: str, said: str, hr: HrSystem, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError) as failure:
        _play(_ADA % claim, hr, tmp_path)
    assert said in str(failure.value)


@pytest.mark.parametrize(
    "text",
    [
        "days: []\nnotes: none\n",
        'days: [{people: {"1": Ada}}]\n',
        "days: [{expect: {plan: {}, user: {}}}]\n",
        "days: [{run: {modes: all}, expect: {plan: {}}}]\n",
        "days: [{source: {lose: []}, expect: {plan: {}}}]\n",
        "needs: [wings]\ndays: []\n",
        "days: [{expect: {size: 0}}]\n",
    ],
)
def test_a_scenario_that_is_not_understood_is_refused(
    text: str, hr: HrSystem, tmp_path: Path
) -> None:
    with pytest.raises(msgspec.ValidationError):
        _play(text, hr, tmp_path)


def _user(user_id: str, email: str, state: State = "active") -> TargetUser:
    return TargetUser(user_id, {"email": email, "username": email}, state)


def _evening(
    morning: list[TargetUser], now: list[TargetUser], links: tuple[Link, ...] = ()
) -> Evening:
    return Evening(
        Stage("none", Path(), "none"),
        Account(),
        Sight({one.id: one for one in morning}, ()),
        Sight({one.id: one for one in now}, links),
        Day(expect=Expected(plan={})),
        Outcome(4, ("source-failed",)),
    )


def _link(user_id: str) -> Link:
    return Link(1, "directory", user_id, "hr", "1", "run", "2025-03-03T09:00:00Z", None, 0)


@pytest.mark.parametrize(
    ("evening", "said"),
    [
        (_evening([_user("a", "ada@x.org")], []), "1 users were deleted"),
        (
            _evening([], [_user("a", "ada@x.org"), _user("b", "ADA@x.org")]),
            "2 users have",
        ),
        (_evening([_user("a", "ada@x.org")], [_user("a", "ada@x.org", "suspended")]), "and wrote"),
        (_evening([], [], (_link("a"), _link("b"))), "hr has 2 links of 1"),
    ],
)
def test_what_must_never_be_is_seen_without_being_asked(evening: Evening, said: str) -> None:
    assert any(said in one for one in broken_invariants(evening))


def test_a_dry_run_that_says_something_else_is_seen() -> None:
    item: dict[str, Any] = {
        "id": "1",
        "email": None,
        "action": "create",
        "changes": {},
        "outcome": "planned",
    }
    report = {"plan": {"create": 1}}
    rehearsal = Outcome(0, (), report, (item,), "planned")
    done = Outcome(1, ("no",), {"plan": {"create": 2}}, ({**item, "action": "update"},), "done")
    said = " ".join(broken_rehearsal(rehearsal, done))
    assert "said ()" in said
    assert "counted" in said
    assert "showed" in said
