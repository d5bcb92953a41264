"""Names that several want, or that somebody has: hand-overs, swaps, and another username."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.keys import identity_key

from .plans import decisions, person, planned, policy, user

_APPENDS = policy(appends_id=True)


def _reasons(people: list, users: list, **options: object) -> dict[str | None, str | None]:  # type: ignore[type-arg]  # see plans
    with planned(people, users, **options) as plan:  # type: ignore[arg-type]  # see plans
        return {item.id: item.reason for item in plan.items()}


@pytest.mark.parametrize("attribute", ["email", "username"])
def test_a_name_that_somebody_keeps_is_a_conflict(attribute: str) -> None:
    taken = "2@example.com" if attribute == "email" else "u2"
    people = [person("1", **{attribute: taken.upper()}), person("2")]
    with planned(people, [user("1"), user("2")]) as plan:
        found = decisions(plan)
    assert (found["1"].action, found["1"].reason) == ("conflict", f"{attribute}_in_use")
    assert found["1"].changes == {}
    assert found["2"].action == "unchanged"


@pytest.mark.parametrize("attribute", ["email", "username"])
def test_several_who_want_one_name_are_all_conflicts(attribute: str) -> None:
    people = [
        person(one, **{attribute: name}) for one, name in zip("12", ("new", "NEW"), strict=True)
    ]
    reasons = _reasons(people, [user("1"), user("2")])
    assert reasons == dict.fromkeys("12", f"{attribute}_wanted_twice")


def test_another_case_of_ones_own_name_is_no_clash() -> None:
    with planned([person("1", email="1@EXAMPLE.com", username="U1")], [user("1")]) as plan:
        item = decisions(plan)["1"]
    assert (item.action, item.reason) == ("update", None)


def test_a_name_that_is_given_up_goes_to_the_next_who_is_written_later() -> None:
    people = [person("1", email="2@example.com"), person("2", email="new@example.com")]
    with planned(people, [user("1"), user("2")]) as plan:
        assert [item.id for item in plan.writes()] == ["2", "1"]


def test_a_leavers_new_name_frees_the_old_one_for_somebody_who_is_created() -> None:
    people = [person("2", username="u1"), person("1", username="gone", status="inactive")]
    with planned(people, [user("1")]) as plan:
        assert [(item.id, item.action) for item in plan.writes()] == [
            ("1", "suspend"),
            ("2", "create"),
        ]


@pytest.mark.parametrize("length", [2, 3, 7])
def test_who_swap_names_are_conflicts_for_neither_can_go_first(length: int) -> None:
    people = [person(str(n), email=f"{(n + 1) % length}@example.com") for n in range(length)]
    reasons = _reasons(people, [user(str(n)) for n in range(length)])
    assert set(reasons.values()) == {"email_in_use"}


def test_who_waits_for_a_swap_is_a_conflict_too() -> None:
    people = [
        person("1", email="2@example.com"),
        person("2", email="1@example.com", username="new"),
        person("3", username="u2"),
    ]
    assert _reasons(people, [user(one) for one in "123"]) == {
        "1": "email_in_use",
        "2": "email_in_use",
        "3": "username_in_use",
    }


@pytest.mark.parametrize("length", [3, 3000])
def test_a_chain_of_hand_overs_is_written_from_its_free_end(length: int) -> None:
    people = [person(str(n), email=f"{n + 1}@example.com") for n in range(length)]
    with planned(people, [user(str(n)) for n in range(length)]) as plan:
        assert [item.id for item in plan.writes()] == [str(n) for n in reversed(range(length))]


def test_a_chain_breaks_behind_the_first_who_cannot_give_up_a_name() -> None:
    people = [
        person("1", email="2@example.com"),
        person("2", email="3@example.com"),
        person("3", email="4@example.com"),
        person("4"),
    ]
    reasons = _reasons(people, [user(one) for one in "1234"])
    assert reasons == {**dict.fromkeys("123", "email_in_use"), "4": None}


def test_a_chain_stays_in_order_when_a_manager_is_dropped() -> None:
    people = [
        person("1", email="2@example.com", manager_id="1"),
        person("2", email="new@example.com"),
    ]
    with planned(people, [user("1"), user("2")]) as plan:
        assert [(item.id, item.reason) for item in plan.writes()] == [
            ("2", None),
            ("1", "manager_self"),
        ]


def test_a_suspension_goes_on_without_the_name_that_it_cannot_have() -> None:
    people = [person("1", username="u2", status="inactive", job_title="Cook"), person("2")]
    with planned(people, [user("1"), user("2")]) as plan:
        item = decisions(plan)["1"]
    assert (item.action, item.reason) == ("suspend", "username_in_use")
    assert item.changes == {"job_title": (None, "Cook"), "state": ("active", "suspended")}


# ---- another username ----------------------------------------------------------------------------


def _usernames(people: list, users: list) -> dict[str | None, str | None]:  # type: ignore[type-arg]  # see plans
    with planned(people, users, policy_=_APPENDS) as plan:
        return {
            item.id: item.changes["username"][1] if "username" in item.changes else item.reason
            for item in plan.items()
        }


def test_of_a_batch_the_lowest_id_has_the_name_and_the_others_their_id_behind_it() -> None:
    people = [person(one, username="jdoe@x.io") for one in ("10", "9", "2")]
    assert _usernames(people, []) == {
        "2": "jdoe@x.io",
        "9": "jdoe_9@x.io",
        "10": "jdoe_10@x.io",
    }


def test_a_name_that_a_user_keeps_is_kept_from_everybody_new() -> None:
    people = [person("1", username="jdoe"), person("7", username="jdoe")]
    assert _usernames(people, [user("7", username="jdoe")]) == {"1": "jdoe_1", "7": None}


def test_the_name_that_somebody_got_stays_when_the_plain_one_is_free() -> None:
    assert _usernames([person("7", username="jdoe")], [user("7", username="jdoe_7")]) == {"7": None}


def test_a_name_with_an_id_that_is_taken_as_well_is_a_conflict() -> None:
    people = [person("7", username="jdoe")]
    users = [user("8", username="jdoe"), user("9", username="jdoe_7")]
    assert _usernames(people, users) == {"7": "username_in_use"}


def test_a_name_that_was_not_given_up_after_all_is_had_with_an_id() -> None:
    people = [
        person("1", username="new", email="3@example.com"),  # a conflict: 3 keeps the address
        person("2", username="u1"),
        person("3"),
    ]
    found = _usernames(people, [user(one) for one in "123"])
    assert found == {"1": "email_in_use", "2": "u1_2", "3": None}


def test_an_id_is_put_behind_a_name_once_at_most() -> None:
    people = [
        person("1", username="jdoe"),  # which 4 keeps
        person("2", username="new", email="3@example.com"),  # a conflict: 3 keeps the address
        person("3"),
    ]
    users = [user("1"), user("2", username="jdoe_1"), user("3"), user("4", username="jdoe")]
    found = _usernames(people, users)
    assert found == {"1": "username_in_use", "2": "email_in_use", "3": None}


_names = st.sampled_from([f"u{n}" for n in range(6)])


@given(
    wanted=st.lists(st.tuples(_names, _names), min_size=6, max_size=6),
    existing=st.integers(0, 6),
    appends_id=st.booleans(),
)
def test_whatever_is_written_in_its_order_no_name_is_ever_held_twice(
    wanted: list[tuple[str, str]],
    existing: int,
    appends_id: bool,
) -> None:
    people = [
        person(str(n), username=username, email=f"{email[1:]}@example.com")
        for n, (username, email) in enumerate(wanted)
    ]
    users = [user(str(n)) for n in range(existing)]
    held = {one.id: dict(one.attributes) for one in users}
    with planned(people, users, policy_=policy(appends_id=appends_id)) as plan:
        counts = plan.counts
        for item in plan.writes():
            changed = {name: new for name, (_, new) in item.changes.items()}
            held.setdefault(item.user_id or f"new {item.id}", {}).update(changed)
            for name in ("username", "email"):
                keys = Counter(identity_key(one[name]) for one in held.values())
                assert max(keys.values()) == 1
        assert sum(vars_of(counts)) == len(people)


def vars_of(counts: object) -> list[int]:
    """Return the numbers of a plan's counts."""
    return [getattr(counts, name) for name in type(counts).__slots__]  # type: ignore[attr-defined]  # it has slots
