"""What happens at the sandbox's company while days go by."""

from collections.abc import Iterator

import pytest

from onroll.testing.sandbox.days import Day, next_day
from onroll.testing.sandbox.people import Person
from onroll.testing.sandbox.workforce import Workforce

HAPPENINGS = (
    "joined",
    "left",
    "went_on_leave",
    "returned",
    "married",
    "changed_department",
    "changed_manager",
)
DAYS = 30


def everybody(now: Workforce) -> list[Person]:
    return [now.person(index) for index in range(now.users)]


def after(users: int, days: int, seed: int = 1) -> Workforce:
    now = Workforce(users, seed)
    for _ in range(days):
        now, _ = next_day(now)
    return now


def changes_of(users: int, changes: int | None = None) -> Iterator[tuple[Person, Person]]:
    """Yield each person who was there before a day that makes a difference to them."""
    before = Workforce(users, 1)
    now, _ = next_day(before, changes)
    for index in range(users):
        if before.person(index) != now.person(index):
            yield before.person(index), now.person(index)


@pytest.fixture(scope="module")
def later() -> list[Person]:
    """450 people, and those who joined, after a month."""
    return everybody(after(450, DAYS))


def test_the_same_seed_and_days_are_the_same_company(later: list[Person]) -> None:
    assert everybody(after(450, DAYS)) == later


def test_another_seed_has_other_days() -> None:
    assert set(after(450, 3, seed=1).changes) != set(after(450, 3, seed=2).changes)


def test_a_day_leaves_the_day_before_as_it_was() -> None:
    before = Workforce(450, 1)
    people = everybody(before)
    next_day(before)
    assert everybody(before) == people


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("users", [20, 21, 450])
def test_each_event_happens_on_a_day_of_twenty_people(users: int, seed: int) -> None:
    # On the first day of a small company nobody may be on leave yet.
    now, first = next_day(Workforce(users, seed))
    _, second = next_day(now)
    for day, happenings in ((first, set(HAPPENINGS) - {"returned"}), (second, HAPPENINGS)):
        assert [name for name in happenings if not getattr(day, name)] == []


@pytest.mark.parametrize("users", [0, 1, 2, 5])
def test_days_go_by_at_the_smallest_companies(users: int) -> None:
    assert len(everybody(after(users, DAYS))) == users + 2 * DAYS


@pytest.mark.parametrize("changes", [0, 1, 7, 10, 45, 100])
def test_as_many_join_or_change_as_asked_for(changes: int) -> None:
    _, day = next_day(Workforce(5_000, 1), changes)
    assert sum(getattr(day, name) for name in HAPPENINGS) == changes


def test_one_in_a_hundred_changes_where_nothing_is_asked_for() -> None:
    _, day = next_day(Workforce(5_000, 1))
    assert sum(getattr(day, name) for name in HAPPENINGS) == 50


def test_a_negative_number_of_changes_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        next_day(Workforce(5, 1), -1)


def test_nobody_else_is_changed_but_for_a_leavers_reports() -> None:
    _, day = next_day(Workforce(5_000, 1))
    changed = list(changes_of(5_000))
    own = [pair for pair in changed if pair[0]._replace(supervisor=pair[1].supervisor) != pair[1]]
    assert len(own) == sum(getattr(day, name) for name in HAPPENINGS) - day.joined


def test_those_who_join_are_active_from_that_day() -> None:
    now, day = next_day(Workforce(450, 1))
    joiners = [now.person(index) for index in range(450, now.users)]
    assert len(joiners) == day.joined
    assert {(one.status, one.hire_date, one.termination_date) for one in joiners} == {
        ("active", day.date, None)
    }


def test_those_who_leave_are_inactive_and_have_a_date() -> None:
    _, day = next_day(Workforce(450, 1))
    left = [now for _, now in changes_of(450) if now.termination_date == day.date]
    assert [one.status for one in left] == ["inactive"] * day.left


def test_those_who_go_on_leave_come_back() -> None:
    now = Workforce(450, 1)
    statuses = [now.status(index) for index in range(450)]
    was_away = set()
    for _ in range(DAYS):
        now, _ = next_day(now)
        was_away |= {index for index in range(450) if now.status(index) == "leave"}
    back = {index for index in was_away if now.status(index) == "active"}
    assert any(statuses[index] == "active" for index in back)


def test_a_marriage_changes_name_and_email_and_nothing_else() -> None:
    married = [(was, now) for was, now in changes_of(450) if was.email != now.email]
    assert len(married) == 1
    ((was, now),) = married
    assert now.last_name.startswith(f"{was.last_name}-")
    assert now.preferred_name in {None, f"{now.first_name} {now.last_name}"}
    kept = {"last_name", "preferred_name", "email", "modified_on"}
    assert was._replace(**{name: getattr(now, name) for name in kept}) == now


def test_a_team_is_of_the_new_department() -> None:
    moved = [now for was, now in changes_of(450) if was.department != now.department]
    assert len(moved) == 2
    for someone in moved:
        assert someone.department is not None
        assert someone.team is None or someone.team.id // 10 == someone.department.id


def test_ids_stay_with_their_people(later: list[Person]) -> None:
    assert [one.id for one in later] == list(range(9000, 9000 + 450 + 2 * DAYS))
    first = everybody(Workforce(450, 1))
    given_names = [one.first_name for one in first]
    assert [one.first_name for one in later[:450]] == given_names


def test_emails_stay_distinct_and_ascii(later: list[Person]) -> None:
    assert len({one.email for one in later}) == len(later)
    assert all(one.email.isascii() for one in later)


def test_a_supervisor_is_there_and_shown_as_they_are(later: list[Person]) -> None:
    for someone in later[1:]:
        assert someone.supervisor is not None
        leader = later[someone.supervisor.id - 9000]
        assert leader.status in {"active", "leave"}
        assert someone.supervisor == (
            leader.id,
            leader.first_name,
            leader.last_name,
            leader.email,
        )


def test_supervisors_still_form_a_tree_under_the_first_person(later: list[Person]) -> None:
    assert later[0].supervisor is None
    assert all(one.supervisor is not None and one.supervisor.id < one.id for one in later[1:])


def test_a_person_is_found_by_the_present_email_only() -> None:
    now = after(450, DAYS)
    first = everybody(Workforce(450, 1))
    for index, someone in enumerate(everybody(now)):
        assert now.index_of_email(someone.email.upper()) == index
        is_married = index < 450 and first[index].email != someone.email
        assert not is_married or now.index_of_email(first[index].email) is None


def test_a_person_who_has_not_joined_yet_is_not_found() -> None:
    now, _ = next_day(Workforce(450, 1))
    assert Workforce(450, 1).index_of_email(now.person(450).email) is None


def test_lists_by_status_are_those_of_the_day(later: list[Person]) -> None:
    expected = [one.place for one in later if one.status in {"leave", "inactive"}]
    found = after(450, DAYS).indexes_with_statuses(frozenset({"leave", "inactive"}))
    assert list(found) == expected


def test_only_who_changed_is_kept() -> None:
    now, day = next_day(Workforce(1_000_000, 1), 1_000)
    assert len(now.changes) == sum(getattr(day, name) for name in HAPPENINGS)


def test_a_day_says_what_happened() -> None:
    day = Day(1, "2026-04-28", 1_452, 2, 1, 3, 4, 5, 6, 1_007)
    assert str(day) == (
        "day 1 (2026-04-28): 2 joined, 1 left, 3 went on leave, 4 returned,"
        " 5 married (name and e-mail), 6 changed department, 1,007 changed manager"
    )
    assert day.record["summary"] == str(day)
    assert (day.record["users"], day.record["changed_manager"]) == (1_452, 1_007)
