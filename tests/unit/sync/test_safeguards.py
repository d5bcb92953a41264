"""Safeguards: exactly what is allowed passes, one more is blocked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.definition.import_rules import Allowance, SafeguardLimits
from onroll.sync.safeguards import PlanFacts, SourceFacts, judge_plan, judge_source

_LIMITS = SafeguardLimits()


def _codes(
    facts: PlanFacts, limits: SafeguardLimits = _LIMITS, named: int | None = None
) -> list[str]:
    return [one.code for one in judge_plan(facts, limits, allowed_suspensions=named)]


def _source(**facts: int | bool) -> list[str]:
    return [one.code for one in judge_source(SourceFacts(**facts), is_confirmed=False)]  # type: ignore[arg-type]  # numbers but for one flag


@pytest.mark.parametrize(
    ("accounts", "allowed"), [(0, 5), (1, 5), (50, 5), (59, 5), (60, 6), (99, 9), (4000, 400)]
)
def test_five_or_a_tenth_may_be_suspended(accounts: int, allowed: int) -> None:
    assert _codes(PlanFacts(accounts, suspensions=allowed)) == []
    assert _codes(PlanFacts(accounts, suspensions=allowed + 1)) == ["too-many-suspensions"]


def test_the_operator_names_how_many_may_be_suspended() -> None:
    facts = PlanFacts(50, suspensions=20)
    assert _codes(facts, named=19) == ["too-many-suspensions"]
    assert _codes(facts, named=20) == []


def test_naming_fewer_than_the_limit_takes_nothing_away() -> None:
    assert _codes(PlanFacts(50, suspensions=5), named=1) == []


@pytest.mark.parametrize("name", ["creations", "email_changes", "username_changes", "blanked"])
def test_own_limits_are_off_unless_they_are_set(name: str) -> None:
    assert _codes(PlanFacts(10, **{name: 10_000})) == []
    limits = SafeguardLimits(**{name: Allowance(3)})
    assert _codes(PlanFacts(10, **{name: 3}), limits) == []
    assert _codes(PlanFacts(10, **{name: 4}), limits) == ["limit-exceeded"]
    assert _codes(PlanFacts(10, **{name: 1}), SafeguardLimits(**{name: Allowance(0)})) == [
        "limit-exceeded"
    ]


def test_everything_that_speaks_against_a_plan_is_said() -> None:
    facts = PlanFacts(10, suspensions=6, creations=2, blanked=1)
    limits = SafeguardLimits(creations=Allowance(1), blanked=Allowance(0))
    assert _codes(facts, limits) == ["too-many-suspensions", "limit-exceeded", "limit-exceeded"]


@given(total=st.integers(0, 10_000), count=st.integers(0, 50), percent=st.integers(0, 100))
def test_a_share_is_rounded_down(total: int, count: int, percent: int) -> None:
    assert Allowance(count, percent).of(total) == max(count, total * percent // 100)


@pytest.mark.parametrize(
    ("linked", "returned", "codes"),
    [
        (10, 5, []),
        (10, 4, ["few-returned"]),
        (9, 5, []),
        (9, 4, ["few-returned"]),
        (1, 0, ["few-returned"]),
        (0, 0, []),
    ],
)
def test_half_of_the_linked_people_must_come_back(
    linked: int, returned: int, codes: list[str]
) -> None:
    assert _source(people=20, linked=linked, returned=returned) == codes


def test_nobody_from_a_source_that_had_people_is_blocked() -> None:
    assert _source(people=0, people_before=1) == ["nobody-listed"]
    assert _source(people=0, linked=3) == ["nobody-listed"]
    assert _source(people=0) == []


def test_another_source_is_blocked_until_it_is_confirmed() -> None:
    facts = SourceFacts(people=0, people_before=9, linked=9, is_other_source=True)
    codes = [one.code for one in judge_source(facts, is_confirmed=False)]
    assert codes == ["source-changed", "nobody-listed"]
    assert judge_source(facts, is_confirmed=True) == []
