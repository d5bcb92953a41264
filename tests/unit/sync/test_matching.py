"""Who is whose user, over everybody: what the scratch tables know of links that are or were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onroll.mapping.mapped import Mapped
from onroll.store import links
from onroll.sync.gathering import gather_links, listed
from onroll.sync.matching import match_people
from onroll.sync.spool import Spool

from .plans import Linked, decisions, person, planned, policy, user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.model import User
    from onroll.store.database import Store
    from onroll.target import TargetUser


@pytest.fixture
def spool() -> Iterator[Spool]:
    with Spool() as opened:
        yield opened


def _fill(spool: Spool, people: list[User], users: list[TargetUser]) -> None:
    by = policy()
    spool.add_people(
        listed(number, one.id, Mapped(one), by.rules, by.calendar)
        for number, one in enumerate(people)
    )
    spool.add_users(users)


def _matches(spool: Spool) -> list[tuple[str | None, str | None]]:
    spool.index()
    match_people(spool)
    found = spool.execute("SELECT user_id, reason FROM match ORDER BY number")
    return list(found)


def test_a_user_whom_another_connection_has_is_claimed_elsewhere(spool: Spool) -> None:
    _fill(spool, [person("1")], [user("9", email="1@example.com")])
    spool.add_other_link("u9")
    assert _matches(spool) == [(None, "claimed_elsewhere")]


@pytest.mark.parametrize(
    ("source_id", "is_here", "expected"),
    [
        ("1", True, (None, "was_unlinked")),
        ("2", True, ("u9", None)),
        ("1", False, (None, "claimed_elsewhere")),
        ("2", False, (None, "claimed_elsewhere")),
    ],
)
def test_who_ended_which_link_counts(
    spool: Spool, source_id: str, is_here: bool, expected: tuple[str | None, str | None]
) -> None:
    _fill(spool, [person("1")], [user("9", email="1@example.com")])
    spool.add_ended_links([("u9", source_id, is_here)])
    assert _matches(spool) == [expected]


def test_a_number_of_one_and_the_id_of_another_are_two_claims(spool: Spool) -> None:
    users = [user("5", email="5@x.io", employee_number="1", external_id="7")]
    _fill(spool, [person("1", email=None), person("7", email=None)], users)
    assert _matches(spool) == [(None, "claimed_twice"), (None, "claimed_twice")]


def test_a_number_is_no_claim_to_somebody_whose_id_it_is(spool: Spool) -> None:
    """Person 17 has no number of their own; somebody new has the number 17."""
    _fill(spool, [person("99", employee_number="17")], [user("17")])
    spool.add_links([("17", 1, "u17", True, 0)])
    assert _matches(spool) == []


def test_one_name_has_one_key_in_whatever_letters(spool: Spool) -> None:
    _fill(spool, [person("1", email="ZOE\u0308@x.io")], [user("9", email="zoë@X.io")])
    assert _matches(spool) == [("u9", None)]


def test_an_address_that_its_holder_gives_up_is_free_for_somebody_new() -> None:
    people = [person("1", email="new@x.io"), person("2", email="1@example.com")]
    with planned(people, [user("1")]) as plan:
        assert [(item.id, item.action) for item in plan.writes()] == [
            ("1", "update"),
            ("2", "create"),
        ]


@pytest.mark.parametrize("email", [None, "", ...])
def test_an_address_is_not_given_up_by_saying_nothing_of_it(email: str | None) -> None:
    people = [person("1", email=email), person("2", email="1@example.com")]
    with planned(people, [user("1")]) as plan:
        item = decisions(plan)["2"]
    assert (item.action, item.reason) == ("conflict", "email_in_use")


def test_only_the_owner_gives_up_an_address() -> None:
    people = [person("1", email="new@x.io"), person("2", email="1@example.com")]
    with planned(people, [user("1")], [Linked("1", "u1", is_owner=False)]) as plan:
        assert decisions(plan)["2"].reason == "email_in_use"


def test_a_manager_is_not_looked_for_among_people_who_have_left() -> None:
    people = [
        person("1", email="boss@x.io", status="inactive"),
        person("2", manager_email="boss@x.io"),
        person("3", email="BOSS@x.io"),
    ]
    with planned(people) as plan:
        item = decisions(plan)["2"]
    assert item.manager is not None
    assert item.manager.source_id == "3"


@pytest.mark.parametrize(
    ("attribute", "value", "is_known"),
    [
        ("id", "x" * 401, False),
        ("id", "a\0b", False),
        ("email", "a\0b", True),
        ("email", "x" * 401, True),
    ],
)
def test_what_no_column_can_hold_is_refused(attribute: str, value: str, is_known: bool) -> None:
    by = policy()
    one = person("1", **({attribute: value} if attribute == "email" else {}))
    if attribute == "id":
        one = person(value)
    found = listed(1, one.id, Mapped(one), by.rules, by.calendar)
    assert (found.kind, found.id == one.id) == ("refused", is_known)


def test_a_person_is_known_again_by_what_they_are_and_how_they_stand() -> None:
    by = policy()
    people = [person("1"), person("1"), person("1", job_title="Cook"), person("1", status="leave")]
    digests = [listed(1, "1", Mapped(one), by.rules, by.calendar).digest for one in people]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_the_first_to_link_owns_a_user(spool: Spool, store: Store) -> None:
    with store.begin() as db:
        for connection, user_id in (
            ("payroll", "u1"),
            ("hr", "u1"),
            ("hr", "u2"),
            ("payroll", "u2"),
        ):
            links.add_link(
                db, target="directory", user_id=user_id, connection=connection,
                source_id=user_id, run="r", at="2025-03-03T09:00:00Z",
            )  # fmt: skip
    gather_links(spool, store, target="directory", connection="hr")
    owned = spool.execute("SELECT user_id, is_owner FROM link ORDER BY user_id")
    assert list(owned) == [("u1", 0), ("u2", 1)]
