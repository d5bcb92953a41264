"""Groups by rule: who joins, who leaves, and which memberships are left alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from onroll.definition.import_rules import GroupRule
from onroll.expressions.condition import parse_condition
from onroll.sync.groups import wanted_groups

_NAMES = ["sales", "vip", "ops"]


def _rule(name: str, department: str) -> GroupRule:
    condition = parse_condition({"attribute": "department", "equals": department})
    return GroupRule(name, condition)


_SALES = _rule("sales", "Sales")


def _groups(
    current: set[str], owned: set[str], *rules: GroupRule, **attributes: Any
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return wanted_groups(rules, attributes, current, owned)


def test_whoever_a_rule_holds_for_joins() -> None:
    assert _groups(set(), set(), _SALES, department="Sales") == (("sales",), ())


def test_who_is_in_already_joins_nothing() -> None:
    assert _groups({"sales"}, set(), _SALES, department="Sales") == ((), ())


def test_a_rule_takes_away_what_a_rule_gave() -> None:
    assert _groups({"sales"}, {"sales"}, _SALES, department="Ops") == ((), ("sales",))


def test_a_membership_of_other_origin_stays() -> None:
    assert _groups({"sales"}, set(), _SALES, department="Ops") == ((), ())


def test_what_was_taken_away_by_hand_is_not_taken_twice() -> None:
    assert _groups(set(), {"sales"}, _SALES, department="Ops") == ((), ())


def test_a_group_whose_rules_are_gone_is_left_alone() -> None:
    assert _groups({"old"}, {"old"}, _SALES, department="Ops") == ((), ())


def test_one_of_several_rules_for_a_group_is_enough() -> None:
    rules = (_SALES, _rule("sales", "Ops"))
    assert _groups({"sales"}, {"sales"}, *rules, department="Ops") == ((), ())


def test_an_absent_attribute_is_no_department() -> None:
    assert _groups({"sales"}, {"sales"}, _SALES) == ((), ("sales",))


@given(
    current=st.sets(st.sampled_from(_NAMES)),
    owned=st.sets(st.sampled_from(_NAMES)),
    named=st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from(["a", "b"]))),
    department=st.sampled_from(["a", "b"]),
)
def test_afterwards_everybody_is_where_the_rules_say(
    current: set[str], owned: set[str], named: list[tuple[str, str]], department: str
) -> None:
    rules = [_rule(name, of) for name, of in named]
    join, leave = wanted_groups(rules, {"department": department}, current, owned)
    after = (current | set(join)) - set(leave)
    holding = {name for name, of in named if of == department}
    assert holding <= after
    assert not holding & set(leave)
    assert set(leave) <= current & owned
    assert (join, leave) == (tuple(sorted(join)), tuple(sorted(leave)))
    assert wanted_groups(rules, {"department": department}, after, owned) == ((), ())
