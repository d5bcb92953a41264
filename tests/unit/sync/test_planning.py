"""The plan over everybody: what a run is about, who is absent, and what is counted."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest

from onroll.definition.import_rules import ImportRules, Protected
from onroll.sync.model import Item
from onroll.sync.planning import facts_of
from onroll.sync.scope import Edits, Scope, Waiting, cut

from .plans import Linked, decisions, person, planned, policy, selection, user

_CREATE = Item(1, "1", "ann@x.io", "create", {"state": (None, "active")}, digest=b"as it was")
_SUSPEND = replace(_CREATE, action="suspend", changes={"state": ("active", "suspended")})
_SUSPENDS_ABSENT = policy(ImportRules(absent="suspend", absent_after=3))


def _cut(item: Item, **scope: Any) -> tuple[str, str | None]:
    found = cut(item, Scope(**scope))
    assert (found.changes == {}) == (found.action == "skipped")
    return found.action, found.reason


@pytest.mark.parametrize("action", ["update", "suspend", "reactivate", "link"])
def test_new_creates_only_and_updates_does_everything_else(action: Any) -> None:
    other = replace(_CREATE, action=action)
    assert _cut(_CREATE, mode="new") == ("create", None)
    assert _cut(_CREATE, mode="updates") == ("skipped", "mode")
    assert _cut(other, mode="new") == ("skipped", "mode")
    assert _cut(other, mode="updates") == (action, None)


@pytest.mark.parametrize("chosen", ["1", "ann@x.io"])
def test_people_are_selected_by_id_or_email(chosen: str) -> None:
    assert _cut(_CREATE, selected=selection(chosen)) == ("create", None)
    assert _cut(_CREATE, selected=selection("2")) == ("skipped", "not_selected")


def test_an_id_is_selected_as_it_is_written_and_an_address_in_any_letters() -> None:
    person = replace(_CREATE, id="Ab", email="Ann@x.io")
    assert _cut(person, selected=selection("ab")) == ("skipped", "not_selected")
    assert _cut(person, selected=selection("ANN@X.IO")) == ("create", None)


def test_conflicts_of_the_selected_only_are_said() -> None:
    conflict = replace(_CREATE, action="conflict", changes={"x": (1, 2)})
    assert cut(conflict, Scope(selected=selection("1"), mode="new")).action == "conflict"
    assert cut(conflict, Scope(selected=selection("2"))).reason == "not_selected"


@pytest.mark.parametrize(
    ("item", "run_number", "digest", "expected"),
    [
        (_CREATE, 4, b"as it was", ("skipped", "quarantined")),
        (_CREATE, 5, b"as it was", ("create", None)),
        (_CREATE, 4, b"as it is", ("create", None)),
        (_SUSPEND, 4, b"as it was", ("suspend", None)),
    ],
)
def test_whom_the_target_refused_waits_unless_they_changed_or_leave(
    item: Item, run_number: int, digest: bytes, expected: tuple[str, str | None]
) -> None:
    waiting = {"1": Waiting(5, b"as it was", "no")}
    found = _cut(replace(item, digest=digest), run_number=run_number, waiting=waiting)
    assert found == expected
    chosen = selection("1")
    found = _cut(
        replace(item, digest=digest), run_number=run_number, waiting=waiting, selected=chosen
    )
    assert found == (item.action, None)


@pytest.mark.parametrize(
    ("absences", "counts", "is_owner", "state", "is_suspended"),
    [
        (2, True, True, "active", True),
        (2, True, True, "staged", True),
        (1, True, True, "active", False),
        (2, False, True, "active", False),
        (2, True, False, "active", False),
        (2, True, True, "suspended", False),
    ],
)
def test_who_is_absent_for_the_third_time_is_suspended(
    absences: int,
    counts: bool,
    is_owner: bool,
    state: str,
    is_suspended: bool,
) -> None:
    links = [Linked("1", "u1", is_owner, absences)]
    scope = Scope(absences_count=counts)
    with planned(
        [], [user("1", state=state)], links, policy_=_SUSPENDS_ABSENT, scope=scope
    ) as plan:
        found = [(item.id, item.action, item.reason) for item in plan.items()]
        assert plan.absent == ("1",)
    assert found == ([("1", "suspend", "absent")] if is_suspended else [])


def test_who_is_absent_is_kept_unless_the_connection_says_so() -> None:
    scope = Scope(absences_count=True)
    with planned([], [user("1")], [Linked("1", "u1", absences=99)], scope=scope) as plan:
        assert (list(plan.items()), plan.absent) == ([], ("1",))


def test_the_protected_are_not_suspended_for_being_absent() -> None:
    rules = replace(_SUSPENDS_ABSENT.rules, protected=Protected(ids=frozenset({"1"})))
    scope = Scope(absences_count=True)
    links = [Linked("1", "u1", absences=9)]
    with planned([], [user("1")], links, policy_=policy(rules), scope=scope) as plan:
        assert [(item.action, item.reason) for item in plan.items()] == [("skipped", "protected")]


def test_everybody_has_one_line_and_the_sums_agree() -> None:
    people = [
        person("1"),
        person("2", job_title="Cook"),
        person("3", status="leave"),
        person("4"),
        person("5", status="inactive"),
        person("6", email=None),
        person("7", username="u1"),
    ]
    users = [user("1"), user("2"), user("3")]
    with planned(people, users) as plan:
        lines = [(item.id, item.action) for item in plan.items()]
        assert [item.id for item in plan.lines()] == ["2", "3", "4", "5", "6", "7"]
        assert [item.id for item in plan.writes()] == ["3", "2", "4"]
        counts = {name: count for name, count in asdict(plan.counts).items() if count}
    assert lines == [
        ("1", "unchanged"), ("2", "update"), ("3", "suspend"), ("4", "create"),
        ("5", "skipped"), ("6", "refused"), ("7", "conflict"),
    ]  # fmt: skip
    assert counts == {
        "unchanged": 1, "update": 1, "suspend": 1, "create": 1, "skipped": 1, "refused": 1,
        "conflict": 1,
    }  # fmt: skip


def test_two_who_fit_one_user_are_both_conflicts() -> None:
    people = [person("1", email="own@x.io", employee_number="9"), person("2", email="own@x.io")]
    users = [user("9", email="own@x.io", employee_number="9")]
    with planned(people, users, links=[]) as plan:
        found = decisions(plan)
    assert {one.reason for one in found.values()} == {"claimed_twice"}
    assert {one.user_id for one in found.values()} == {"u9"}


def test_a_user_who_is_gone_from_the_target_is_a_conflict() -> None:
    with planned([person("1")], [user("2")], [Linked("1", "u1")]) as plan:
        item = decisions(plan)["1"]
    assert (item.action, item.reason, item.user_id) == ("conflict", "user_gone", "u1")


def test_the_first_import_into_an_empty_target_creates_everybody() -> None:
    with planned([person(str(n)) for n in range(3)]) as plan:
        assert plan.counts.create == 3
        assert plan.facts.creations == 3


def test_the_safeguards_count_what_they_are_about() -> None:
    items = [
        _CREATE,
        replace(_CREATE, changes={"email": (None, "a"), "job_title": (None, None)}),
        _SUSPEND,
        replace(_SUSPEND, changes={"email": ("a", "b"), "username": ("a", "b")}),
        replace(_CREATE, action="update", changes={"email": (None, "b"), "job_title": ("a", None)}),
        replace(_CREATE, action="conflict", changes={}),
    ]
    facts = facts_of(items, accounts=9)
    assert (facts.accounts, facts.creations, facts.suspensions) == (9, 2, 2)
    assert (facts.email_changes, facts.username_changes, facts.blanked) == (1, 1, 1)


def test_accounts_are_the_owned_users_who_are_not_suspended() -> None:
    users = [
        user("1"),
        user("2", state="staged"),
        user("3", state="suspended"),
        user("4"),
        user("5"),
    ]
    links = [Linked(n, f"u{n}", is_owner=n != "4") for n in "1234"]
    with planned([], users, links) as plan:
        assert plan.facts.accounts == 2


@pytest.mark.parametrize(
    ("edits", "groups"),
    [
        (Edits(), {"1": None, "2": None}),
        (Edits(frozenset({"job_title"})), {"1": "mapping", "2": None}),
        (Edits(frozenset({"department"})), {"1": None, "2": None}),
        (Edits(has_other_filters=True), {"1": None, "2": "filters"}),
    ],
)
def test_what_an_edit_brings_about_is_a_group_of_its_own(
    edits: Edits, groups: dict[str, str | None]
) -> None:
    people = [person("1", job_title="Cook"), person("2")]
    with planned(people, [user("1")], scope=Scope(edits=edits)) as plan:
        assert {item.id: item.group for item in plan.items()} == groups
