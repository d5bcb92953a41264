"""Managers: who is still to come waits, nobody manages themselves, and no circle is closed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.definition.import_rules import ImportRules, Protected
from onroll.sync.scope import Scope

from .plans import Linked, decisions, person, planned, policy, selection, user


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("is_new", [False, True])
def test_a_circle_of_any_length_is_reported_and_not_written(length: int, is_new: bool) -> None:
    ids = [str(number) for number in range(length)]
    people = [person(one, manager_id=ids[(int(one) + 1) % length]) for one in ids]
    with planned(people, [] if is_new else [user(one) for one in ids]) as plan:
        found = decisions(plan)
    reason = "manager_self" if length == 1 else "manager_cycle"
    action = "create" if is_new else "unchanged"
    assert {(one.action, one.reason, one.manager) for one in found.values()} == {
        (action, reason, None)
    }


def test_a_circle_that_is_there_already_can_be_opened() -> None:
    users = [user("1", manager_id="u2"), user("2", manager_id="u1"), user("3")]
    people = [person("1", manager_id="3"), person("2"), person("3")]
    with planned(people, users) as plan:
        item = decisions(plan)["1"]
    assert (item.action, item.reason) == ("update", None)


def test_a_circle_of_others_is_nobody_elses() -> None:
    users = [user("1", manager_id="u2"), user("2", manager_id="u1"), user("3")]
    with planned([person("3", manager_id="1")], users) as plan:
        assert decisions(plan)["3"].action == "update"


def test_a_wish_over_users_of_other_origin_closes_a_circle_too() -> None:
    users = [user("1"), user("2", manager_id="u3"), user("3", manager_id="u1")]
    with planned([person("1", manager_id="2")], users) as plan:
        assert decisions(plan)["1"].reason == "manager_cycle"


def test_who_keeps_a_manager_may_close_the_next_circle_by_it() -> None:
    users = [user("1", manager_id="u2"), user("2"), user("3")]
    people = [person("1", manager_id="3"), person("2", manager_id="1"), person("3", manager_id="1")]
    with planned(people, users) as plan:
        reasons = {one.id: one.reason for one in plan.items()}
    assert reasons == dict.fromkeys("123", "manager_cycle")


def test_a_manager_who_is_created_in_the_same_run_is_awaited() -> None:
    with planned([person("1", manager_id="2"), person("2")]) as plan:
        item = decisions(plan)["1"]
    assert item.manager is not None
    assert (item.manager.source_id, item.reason) == ("2", None)
    assert item.changes["manager_email"] == (None, "2@example.com")


def test_a_manager_who_is_not_created_is_pending_and_no_change() -> None:
    people = [person("1", manager_id="2"), person("2", last_name=None)]
    with planned(people, [user("1")]) as plan:
        item = decisions(plan)["1"]
    assert (item.action, item.reason, item.pending_manager) == (
        "unchanged",
        "manager_pending",
        ("2", None),
    )


def test_a_manager_whom_nobody_knows_is_pending() -> None:
    people = [person("1", manager_id="99", manager_email="boss@x.io", job_title="Cook")]
    with planned(people, [user("1")]) as plan:
        item = decisions(plan)["1"]
    assert (item.action, item.reason) == ("update", "manager_pending")
    assert item.pending_manager == ("99", "boss@x.io")
    assert item.changes == {"job_title": (None, "Cook")}


def test_a_manager_is_found_by_email_when_the_id_is_nobodys() -> None:
    people = [person("1", manager_id="99", manager_email="2@EXAMPLE.com"), person("2")]
    with planned(people, [user("1"), user("2")]) as plan:
        item = decisions(plan)["1"]
    assert item.manager is not None
    assert item.manager.user_id == "u2"


def test_a_manager_who_is_not_listed_any_more_is_still_their_user() -> None:
    links = [Linked("1", "u1"), Linked("2", "u2")]
    with planned([person("1", manager_id="2")], [user("1"), user("2")], links) as plan:
        item = decisions(plan)["1"]
    assert item.manager is not None
    assert item.manager.user_id == "u2"


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_manager_clears_only_what_may_be_cleared(empty: str | None) -> None:
    users = [user("1", manager_id="u2"), user("2")]
    with planned([person("1", manager_id=empty)], users) as plan:
        assert decisions(plan)["1"].action == "unchanged"
    may_clear = policy(clearable=frozenset({"manager_id"}))
    with planned([person("1", manager_id=empty)], users, policy_=may_clear) as plan:
        item = decisions(plan)["1"]
    assert item.changes == {"manager_email": ("2@example.com", None)}
    assert item.manager is not None
    assert item.manager.user_id is None


def test_an_absent_manager_touches_nothing() -> None:
    may_clear = policy(clearable=frozenset({"manager_id", "manager_email"}))
    users = [user("1", manager_id="u2"), user("2")]
    with planned([person("1")], users, policy_=may_clear) as plan:
        assert decisions(plan)["1"].action == "unchanged"


def test_a_manager_outside_of_the_selection_is_pending() -> None:
    scope = Scope(selected=selection("1"))
    with planned([person("1", manager_id="2"), person("2")], scope=scope) as plan:
        found = decisions(plan)
    assert (found["1"].action, found["1"].reason) == ("create", "manager_pending")


def test_a_protected_person_whose_manager_is_dropped_is_still_skipped() -> None:
    by = policy(ImportRules(protected=Protected(ids=frozenset({"1"}))))
    with planned([person("1", status="leave", manager_id="1")], [user("1")], policy_=by) as plan:
        item = decisions(plan)["1"]
    assert (item.action, item.reason) == ("skipped", "protected")


@given(
    before=st.lists(st.integers(0, 5), min_size=6, max_size=6),
    wanted=st.lists(st.integers(-1, 5), min_size=6, max_size=6),
)
def test_a_plan_never_closes_a_circle(before: list[int], wanted: list[int]) -> None:
    # Who stands lower in the list manages who stands higher: no circle to begin with.
    bosses = {one: boss for one, boss in enumerate(before) if boss < one}
    users = [
        user(str(n), **({"manager_id": f"u{bosses[n]}"} if n in bosses else {})) for n in range(6)
    ]
    people = [
        person(str(n), manager_id=str(boss) if boss >= 0 else ...) for n, boss in enumerate(wanted)
    ]
    with planned(people, users) as plan:
        for item in plan.writes():
            assert item.manager is not None
            assert item.manager.user_id is not None
            bosses[int(item.id or "")] = int(item.manager.user_id[1:])
    for start in range(6):
        above, steps = bosses.get(start), 0
        while above is not None:
            assert above != start
            assert (steps := steps + 1) < 7
            above = bosses.get(above)
