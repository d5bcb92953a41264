"""The `import` block of a connection: its defaults, and what is written."""

from pathlib import Path
from typing import Any

import pytest

from onroll.definition.import_block import parse_allowance
from onroll.definition.import_rules import Allowance, ImportRules, Protected, SafeguardLimits
from onroll.errors import DefinitionError

from .files import definition_of, load


def rules(folder: Path, **written: Any) -> ImportRules:
    found: ImportRules = load(folder, **{"import": written}).connections["berlin"].import_rules
    return found


def codes(folder: Path, **written: Any) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        definition_of(load(folder, **{"import": written}))
    return [one.code for one in caught.value.diagnostics]


def test_without_a_block_the_rules_are_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path).connections["berlin"].import_rules == ImportRules()


def test_an_empty_block_gives_the_defaults_too(tmp_path: Path) -> None:
    assert rules(tmp_path) == ImportRules()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("create_as", "staged"),
        ("allow_reactivation", True),
        ("create_days_before", 14),
        ("create_days_before", 0),
        ("create_days_before", None),
        ("absent", "suspend"),
        ("absent_after", 1),
        ("time_zone", "Europe/Berlin"),
    ],
)
def test_what_is_written_counts(tmp_path: Path, key: str, value: Any) -> None:
    assert getattr(rules(tmp_path, **{key: value}), key) == value


@pytest.mark.parametrize("statuses", [[], ["inactive"], ["onboarding", "leave", "inactive"]])
def test_a_company_says_which_statuses_are_inactive(tmp_path: Path, statuses: list[str]) -> None:
    found = rules(tmp_path, inactive_statuses=statuses)
    assert found.inactive_statuses == frozenset(statuses)


def test_people_who_are_active_are_never_inactive(tmp_path: Path) -> None:
    assert codes(tmp_path, inactive_statuses=["active", "leave"]) == ["wrong-value"]


@pytest.mark.parametrize(
    ("written", "allowance"),
    [
        (0, Allowance(0)),
        (12, Allowance(12)),
        ("10%", Allowance(0, 10)),
        ("2.5%", Allowance(0, 2.5)),
        ("max(5, 10%)", Allowance(5, 10)),
        ("max(10%,5)", Allowance(5, 10)),
    ],
)
def test_a_limit_is_a_number_a_share_or_the_greater_of_both(
    tmp_path: Path, written: Any, allowance: Allowance
) -> None:
    assert rules(tmp_path, limits={"suspensions": written}).limits.suspensions == allowance


@pytest.mark.parametrize("written", ["", "5", "-1", "101%", "1e3", "min(1, 2%)", "max(1, 2)", "%"])
def test_a_limit_of_another_form_is_refused(tmp_path: Path, written: str) -> None:
    assert codes(tmp_path, limits={"creations": written}) == ["wrong-value"]


def test_the_default_of_suspensions_is_what_the_schema_says() -> None:
    assert parse_allowance("max(5, 10%)") == SafeguardLimits().suspensions


@pytest.mark.parametrize("name", ["creations", "email_changes", "username_changes", "blanked"])
def test_the_other_limits_are_off_unless_they_are_written(tmp_path: Path, name: str) -> None:
    assert getattr(rules(tmp_path).limits, name) is None
    assert getattr(rules(tmp_path, limits={name: None}).limits, name) is None
    assert getattr(rules(tmp_path, limits={name: 3}).limits, name) == Allowance(3)


def test_protected_ids_are_text(tmp_path: Path) -> None:
    protected = rules(tmp_path, protected={"ids": [7, "007"], "groups": ["admins"]}).protected
    assert protected == Protected(ids=frozenset({"7", "007"}), groups=frozenset({"admins"}))


def test_a_group_rule_looks_at_the_mapped_person(tmp_path: Path) -> None:
    written = [{"when": {"attribute": "custom.size", "in": [1, 2]}, "name": "small"}]
    [rule] = rules(tmp_path, groups=written).groups
    assert rule.name == "small"
    assert rule.when.holds_for_record(None, {"custom.size": 2})
    assert not rule.when.holds_for_record(None, {"custom.size": 3})


def test_two_rules_may_give_one_group(tmp_path: Path) -> None:
    written = [{"when": {"attribute": name}, "name": "all"} for name in ("team", "email")]
    assert [one.name for one in rules(tmp_path, groups=written).groups] == ["all", "all"]


def test_a_group_rule_may_look_at_a_status_that_is_not_mapped(tmp_path: Path) -> None:
    written = [{"when": {"attribute": "status", "equals": "active"}, "name": "all"}]
    file = load(tmp_path, **{"import": {"groups": written}})
    assert definition_of(file).name == "acme"


@pytest.mark.parametrize("name", ["department", "custom.shoe"])
def test_a_group_rule_about_what_is_not_mapped_is_refused(tmp_path: Path, name: str) -> None:
    written = [{"when": {"attribute": name}, "name": "all"}]
    assert codes(tmp_path, groups=written) == ["unknown-attribute"]


def test_a_list_is_not_compared_with_a_single_value(tmp_path: Path) -> None:
    written = [{"when": {"attribute": "roles", "equals": "admin"}, "name": "all"}]
    assert codes(tmp_path, groups=written) == ["wrong-value"]


def test_the_block_is_kept_as_it_is_written(tmp_path: Path) -> None:
    written = {"absent": "suspend", "limits": {"suspensions": "20%"}}
    assert rules(tmp_path, **written).written == written
