"""What happens to whom: the table of the import's rules, and what is changed of an attribute."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from onroll.definition.import_rules import GroupRule, ImportRules, Protected
from onroll.expressions.condition import parse_condition
from onroll.sync.correlate import Conflict
from onroll.sync.decide import Claim, Person, Policy, decide
from onroll.target import Capabilities

from .plans import person, policy, user

if TYPE_CHECKING:
    from onroll.sync.model import Item

_MAY_REACTIVATE = policy(ImportRules(allow_reactivation=True))


def _person(standing: str = "active", **attributes: Any) -> Person:
    has = dict(person("1", **attributes).attributes)
    return Person(1, "1", has, standing, "sabbatical" if standing == "unknown" else None)  # type: ignore[arg-type]  # one of three texts


def _decide(who: Person, claim: Claim | Conflict | None = None, by: Policy | None = None) -> Item:
    return decide(who, claim, None, by or policy())


def _claim(**changes: Any) -> Claim:
    return Claim(user("1", **changes))


@pytest.mark.parametrize(
    ("standing", "action", "reason"),
    [
        ("active", "create", None),
        ("inactive", "skipped", "inactive"),
        ("unknown", "refused", "unknown_status"),
    ],
)
def test_who_has_no_user(standing: str, action: str, reason: str | None) -> None:
    item = _decide(_person(standing))
    assert (item.action, item.reason) == (action, reason)


@pytest.mark.parametrize(
    ("standing", "state", "action", "reason", "new_state"),
    [
        ("active", "active", "update", None, None),
        ("active", "staged", "update", None, None),
        ("active", "suspended", "update", "no_reactivation", None),
        ("inactive", "active", "suspend", None, "suspended"),
        ("inactive", "staged", "suspend", None, "suspended"),
        ("inactive", "suspended", "update", None, None),
        ("unknown", "active", "update", "unknown_status", None),
        ("unknown", "suspended", "update", "unknown_status", None),
    ],
)
def test_who_has_a_user(
    standing: str, state: str, action: str, reason: str | None, new_state: str | None
) -> None:
    item = _decide(_person(standing, job_title="Cook"), _claim(state=state))
    assert (item.action, item.reason) == (action, reason)
    assert item.changes["job_title"] == (None, "Cook")
    assert item.changes.get("state", (None, None))[1] == new_state


def test_who_comes_back_is_reactivated_only_if_that_is_allowed() -> None:
    item = _decide(_person(), _claim(state="suspended"), _MAY_REACTIVATE)
    assert (item.action, item.changes) == ("reactivate", {"state": ("suspended", "active")})
    for standing in ("inactive", "unknown"):
        item = _decide(_person(standing), _claim(state="suspended"), _MAY_REACTIVATE)
        assert (item.action, item.changes) == ("unchanged", {})


def test_a_link_may_carry_changes_and_a_state_goes_before_it() -> None:
    claim = replace(_claim(), is_new=True)
    assert _decide(_person(), claim).action == "link"
    item = _decide(_person("inactive"), claim)
    assert (item.action, item.is_link) == ("suspend", True)


def test_of_a_user_whom_another_connection_owns_nothing_is_changed() -> None:
    claim = replace(_claim(), is_owner=False)
    item = _decide(_person("inactive", job_title="Cook"), claim)
    assert (item.action, item.reason, item.changes) == ("unchanged", "not_owner", {})


def test_a_conflict_changes_nothing() -> None:
    item = _decide(_person(), Conflict("email_in_use", "…", "u9"))
    assert (item.action, item.reason, item.user_id, item.changes) == (
        "conflict", "email_in_use", "u9", {},
    )  # fmt: skip


@pytest.mark.parametrize("name", ["first_name", "last_name", "email", "username"])
@pytest.mark.parametrize("value", [None, "", ...])
def test_to_be_created_a_person_needs_names_and_an_email(name: str, value: Any) -> None:
    item = _decide(_person(**{name: value}))
    assert (item.action, item.reason) == ("refused", "missing_attribute")
    assert name in (item.message or "")
    assert _decide(_person(**{name: value}), _claim()).action == "unchanged"


@pytest.mark.parametrize("state", ["staged", "active"])
def test_who_is_created_begins_in_the_connections_state(state: Any) -> None:
    item = _decide(_person(), by=policy(ImportRules(create_as=state)))
    assert item.changes["state"] == (None, state)


# ---- attributes ----------------------------------------------------------------------------------


def test_absent_touches_nothing_and_empty_clears_only_what_may_be_cleared() -> None:
    claim = _claim(job_title="Cook", department="Sales", division="North")
    who = _person(job_title=None, department="")
    assert _decide(who, claim).changes == {}
    may = policy(clearable=frozenset({"job_title", "department", "division"}))
    assert _decide(who, claim, may).changes == {
        "job_title": ("Cook", None),
        "department": ("Sales", None),
    }


def test_what_is_empty_already_is_not_cleared_again() -> None:
    may = policy(clearable=frozenset({"job_title"}))
    assert _decide(_person(job_title=None), _claim(), may).action == "unchanged"


def test_true_is_not_one() -> None:
    claim = _claim(**{"custom.keys": 1})
    assert _decide(_person(custom={"keys": True}), claim).changes == {"custom.keys": (1, True)}
    assert _decide(_person(custom={"keys": 1}), claim).changes == {}


def test_what_a_target_cannot_hold_is_no_change() -> None:
    holds = Capabilities(frozenset({"username", "email"}), has_groups=False)
    item = _decide(_person(job_title="Cook", custom={"x": 1}), _claim(), policy(capabilities=holds))
    assert item.action == "unchanged"


def test_what_the_target_would_refuse_is_refused_beforehand() -> None:
    item = _decide(_person(username="x" * 321), _claim())
    assert (item.action, item.reason) == ("refused", "too_long")
    assert "xxx" not in (item.message or "")


def test_access_ends_whatever_else_is_wrong() -> None:
    item = _decide(_person("inactive", username="x" * 321, job_title="Cook"), _claim())
    assert (item.action, item.changes) == ("suspend", {"state": ("active", "suspended")})


# ---- protection and groups -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "protected",
    [
        Protected(ids=frozenset({"1"})),
        Protected(emails=frozenset({"1@EXAMPLE.com"})),
        Protected(emails=frozenset({"own@x.io"})),
        Protected(groups=frozenset({"vip"})),
    ],
)
def test_the_protected_are_never_suspended(protected: Protected) -> None:
    by = policy(ImportRules(protected=protected))
    claim = _claim(groups=frozenset({"vip"}), email="own@x.io")
    item = _decide(_person("inactive"), claim, by)
    assert item.action == "update"
    assert (item.reason, "state" in item.changes) == ("protected", False)
    others = Protected(frozenset({"2"}), frozenset({"2@x.io"}), frozenset({"ops"}))
    assert (
        _decide(_person("inactive"), claim, policy(ImportRules(protected=others))).action
        == "suspend"
    )


def test_the_protected_who_would_only_be_suspended_are_skipped() -> None:
    by = policy(ImportRules(protected=Protected(ids=frozenset({"1"}))))
    item = _decide(_person("inactive"), _claim(), by)
    assert (item.action, item.reason) == ("skipped", "protected")


_SALES = GroupRule("sales", parse_condition({"attribute": "department", "equals": "Sales"}))
_BY_GROUPS = policy(ImportRules(groups=(_SALES,)))


def test_a_rule_looks_at_the_department_that_a_person_will_have() -> None:
    claim = _claim(department="Ops")
    item = _decide(_person(department="Sales"), claim, _BY_GROUPS)
    assert item.changes["groups"] == ([], ["sales"])


@pytest.mark.parametrize("value", [..., None, ""])
def test_a_department_that_stays_as_it_is_keeps_its_group(value: Any) -> None:
    claim = _claim(department="Sales", groups=frozenset({"sales"}))
    claim = replace(claim, owned_groups=frozenset({"sales"}))
    assert _decide(_person(department=value), claim, _BY_GROUPS).action == "unchanged"


def test_a_department_that_is_cleared_loses_its_group() -> None:
    claim = _claim(department="Sales", groups=frozenset({"sales", "vip"}))
    claim = replace(claim, owned_groups=frozenset({"sales"}))
    by = replace(_BY_GROUPS, clearable=frozenset({"department"}))
    item = _decide(_person(department=None), claim, by)
    assert item.changes["groups"] == (["sales", "vip"], ["vip"])


def test_who_is_created_joins_groups_at_once() -> None:
    item = _decide(_person(department="Sales"), by=_BY_GROUPS)
    assert item.changes["groups"] == ([], ["sales"])
