"""The decision table of the correlation: by employee number, then by e-mail address."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.sync.correlate import Candidate, Conflict, Found, Match, Nobody, Seeker, correlate

_ACTIVE = Seeker("active", "ann@x.io", "7", has_own_number=True)
_INACTIVE = Seeker("inactive", "ann@x.io", "7", has_own_number=True)
_UNKNOWN = Seeker("unknown", "ann@x.io", "7", has_own_number=True)


def _one(**changes: Any) -> list[Candidate]:
    return [Candidate(**{"user_id": "u", "state": "active", "email_key": "ann@x.io", **changes})]


def _outcome(match: Match) -> str:
    if isinstance(match, Found):
        return f"found by {match.by}"
    return match.reason if isinstance(match, Conflict) else "nobody"


@pytest.mark.parametrize(
    ("candidate", "active", "inactive"),
    [
        ({}, "found by employee_number", "found by employee_number"),
        ({"state": "suspended"}, "found by employee_number", "found by employee_number"),
        ({"state": "staged"}, "found by employee_number", "found by employee_number"),
        ({"email_key": None}, "found by employee_number", "found by employee_number"),
        ({"email_key": "bo@x.io"}, "email_differs", "email_differs"),
        ({"linked": "here"}, "number_in_use", "nobody"),
        ({"linked": "elsewhere"}, "nobody", "nobody"),
        ({"was_foreign": True}, "nobody", "nobody"),
        ({"was_unlinked": True}, "was_unlinked", "nobody"),
        ({"was_unlinked": True, "email_key": "bo@x.io"}, "was_unlinked", "nobody"),
    ],
)
def test_by_employee_number(candidate: dict[str, Any], active: str, inactive: str) -> None:
    assert _outcome(correlate(_ACTIVE, _one(**candidate), [])) == active
    assert _outcome(correlate(_UNKNOWN, _one(**candidate), [])) == active
    assert _outcome(correlate(_INACTIVE, _one(**candidate), [])) == inactive


@pytest.mark.parametrize(
    ("candidate", "active"),
    [
        ({}, "found by email"),
        ({"state": "staged"}, "found by email"),
        ({"state": "suspended"}, "email_of_suspended"),
        ({"linked": "here"}, "email_in_use"),
        ({"linked": "elsewhere"}, "claimed_elsewhere"),
        ({"was_foreign": True}, "claimed_elsewhere"),
        ({"was_unlinked": True}, "was_unlinked"),
        ({"linked": "here", "state": "suspended"}, "email_in_use"),
        ({"was_unlinked": True, "state": "suspended"}, "was_unlinked"),
    ],
)
def test_by_email(candidate: dict[str, Any], active: str) -> None:
    assert _outcome(correlate(_ACTIVE, [], _one(**candidate))) == active
    assert _outcome(correlate(_UNKNOWN, [], _one(**candidate))) == active
    assert _outcome(correlate(_INACTIVE, [], _one(**candidate))) == "nobody"


def test_the_employee_number_goes_before_the_email() -> None:
    match = correlate(_ACTIVE, _one(user_id="a"), _one(user_id="b"))
    assert match == Found("a", "employee_number")


def test_a_conflict_over_the_number_is_not_healed_by_the_email() -> None:
    match = correlate(_ACTIVE, _one(email_key="bo@x.io"), _one())
    assert _outcome(match) == "email_differs"


def test_a_user_of_another_connection_does_not_hide_one_who_is_free() -> None:
    by_number = _one(user_id="a", linked="elsewhere") + _one(user_id="b")
    assert correlate(_ACTIVE, by_number, []) == Found("b", "employee_number")


def test_an_id_that_stands_in_for_a_number_is_taken_by_nobody() -> None:
    seeker = Seeker("active", "ann@x.io", "7", has_own_number=False)
    assert _outcome(correlate(seeker, _one(linked="here"), [])) == "nobody"


def test_several_who_fit_are_ambiguous() -> None:
    two = _one(user_id="a") + _one(user_id="b")
    assert _outcome(correlate(_ACTIVE, two, [])) == "ambiguous"
    assert _outcome(correlate(_ACTIVE, [], two)) == "ambiguous"


def test_without_an_email_a_person_may_have_the_user_of_their_number() -> None:
    seeker = Seeker("active", None, "7", has_own_number=True)
    assert correlate(seeker, _one(), []) == Found("u", "employee_number")


def test_a_conflict_names_the_user_whom_it_is_about() -> None:
    for by_number, by_email in ((_one(linked="here"), []), ([], _one(linked="here"))):
        match = correlate(_ACTIVE, by_number, by_email)
        assert isinstance(match, Conflict)
        assert match.user_id == "u"
        assert "ann@x.io" not in match.message


_candidates = st.lists(
    st.builds(
        Candidate,
        user_id=st.sampled_from("abc"),
        state=st.sampled_from(["active", "staged", "suspended"]),
        email_key=st.sampled_from([None, "ann@x.io", "bo@x.io"]),
        linked=st.sampled_from([None, "here", "elsewhere"]),
        was_unlinked=st.booleans(),
        was_foreign=st.booleans(),
    ),
    max_size=3,
    unique_by=lambda one: one.user_id,
)


@given(
    seeker=st.sampled_from([_ACTIVE, _INACTIVE, _UNKNOWN]), number=_candidates, email=_candidates
)
def test_nobody_is_linked_to_a_user_who_is_not_free(
    seeker: Seeker, number: list[Candidate], email: list[Candidate]
) -> None:
    match = correlate(seeker, number, email)
    if isinstance(match, Found):
        looked_at = number if match.by == "employee_number" else email
        found = next(one for one in looked_at if one.user_id == match.user_id)
        assert found.linked is None
        assert not found.was_unlinked
        assert not found.was_foreign
        assert match.by == "employee_number" or seeker.standing != "inactive"
        assert match.by == "employee_number" or found.state != "suspended"
    if not number and not email:
        assert isinstance(match, Nobody)
