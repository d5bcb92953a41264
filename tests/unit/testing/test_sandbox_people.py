from datetime import date

import pytest

from onroll.testing.sandbox.names import FAMILY_NAMES, GIVEN_NAMES, spell
from onroll.testing.sandbox.people import Person, index_of_email, person

MANY = 5_000


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return [person(index, seed=1) for index in range(MANY)]


def test_the_same_seed_and_index_are_the_same_person() -> None:
    assert [person(index, seed=7) for index in range(50)] == [
        person(index, seed=7) for index in range(50)
    ]


def test_a_known_person_stays_who_they_are(people: list[Person]) -> None:
    first = people[0]
    assert (first.id, first.email) == (9000, "ilse.oduya@sons.example.test")


def test_another_seed_gives_other_people(people: list[Person]) -> None:
    assert person(3, seed=2).email != people[3].email


def test_ids_are_distinct(people: list[Person]) -> None:
    assert len({someone.id for someone in people}) == MANY


def test_emails_are_distinct(people: list[Person]) -> None:
    assert len({someone.email for someone in people}) == MANY


def test_namesakes_have_distinct_emails() -> None:
    bearers = [person(index) for index in (0, 9632, 19264)]
    assert len({(someone.first_name, someone.last_name) for someone in bearers}) == 1
    assert len({someone.email.partition("@")[0] for someone in bearers}) == 3


def test_emails_are_ascii(people: list[Person]) -> None:
    assert all(someone.email.isascii() for someone in people)


def test_spellings_of_names_are_distinct() -> None:
    assert len({name.spelling for name in GIVEN_NAMES}) == len(GIVEN_NAMES)
    assert len({name.spelling for name in FAMILY_NAMES}) == len(FAMILY_NAMES)


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("Weiß", "weiss"),
        ("Müller", "mueller"),
        ("Đorđević", "dordevic"),
        ("Sørensen", "soerensen"),
        ("O'Brien", "obrien"),
        ("Þóra", "thora"),
        ("Nguyễn", "nguyen"),
    ],
)
def test_names_are_spelled_as_mail_administrators_do(name: str, spelling: str) -> None:
    assert spell(name) == spelling


def test_a_person_is_found_by_email(people: list[Person]) -> None:
    assert all(index_of_email(someone.email, 1) == someone.place for someone in people)


@pytest.mark.parametrize(
    "email", ["", "nobody@example.test", "ilse.oduya@elsewhere.test", "a.b9@c"]
)
def test_nobody_is_found_by_an_unknown_email(email: str) -> None:
    assert index_of_email(email, 1) is None


def test_supervisors_form_a_tree_under_the_first_person(people: list[Person]) -> None:
    assert people[0].supervisor is None
    assert all(
        someone.supervisor is not None and someone.supervisor.id < someone.id
        for someone in people[1:]
    )


def test_a_supervisor_is_shown_as_they_are(people: list[Person]) -> None:
    for someone in people[1:]:
        assert someone.supervisor is not None
        leader = people[someone.supervisor.id - 9000]
        assert someone.supervisor == (
            leader.id,
            leader.first_name,
            leader.last_name,
            leader.email,
        )


def test_a_supervisor_is_there(people: list[Person]) -> None:
    leaders = {someone.supervisor.id for someone in people if someone.supervisor}
    assert {people[number - 9000].status for number in leaders} <= {"active", "leave"}


def test_most_people_are_active_and_no_status_is_missing(people: list[Person]) -> None:
    shares = {
        status: sum(someone.status == status for someone in people) / MANY
        for status in ("active", "onboarding", "leave", "inactive")
    }
    assert shares["active"] > 0.8
    assert all(0.01 < shares[status] < 0.1 for status in ("onboarding", "leave", "inactive"))


def test_dates_fit_the_status(people: list[Person]) -> None:
    for someone in people:
        is_joiner = someone.status == "onboarding"
        assert (date.fromisoformat(someone.hire_date).year >= 2030) == is_joiner
        if someone.status == "inactive":
            assert someone.termination_date is not None
            assert someone.hire_date < someone.termination_date < "2026"


@pytest.mark.parametrize(
    "attribute", ["preferred_name", "office", "department", "team", "title", "supervisor"]
)
def test_a_few_people_lack_what_may_be_missing(people: list[Person], attribute: str) -> None:
    values = [getattr(someone, attribute) for someone in people]
    assert None in values
    assert any(values)


def test_people_have_no_one_or_two_cost_centers(people: list[Person]) -> None:
    assert {len(someone.cost_centers) for someone in people} == {0, 1, 2}


def test_cost_shares_add_up_to_the_whole(people: list[Person]) -> None:
    totals = {
        sum(share.percentage for share in someone.cost_centers)
        for someone in people
        if someone.cost_centers
    }
    assert totals == {100}
