"""The field that says whether people work there, and what its values mean."""

from typing import Any

import pytest

from onroll.drafting.evidence import FieldFacts, Guess
from onroll.drafting.meanings import status_of
from onroll.drafting.people import find_attributes

from .shapes import filled


def status(shape: dict[str, Any], **facts: FieldFacts) -> Guess[Any] | None:
    records = filled({"id": "$id", "email": "$email", **shape})
    return find_attributes(records, facts).get("status")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("ACTIVE", "active"), ("Employed", "active"), ("On Leave", "leave"),
        ("newHire", "onboarding"),
        ("pre-hire", "onboarding"), ("Parental leave", "leave"), ("garden_leave", "inactive"),
        ("Terminated (voluntary)", "inactive"), ("not_started", "onboarding"),
        ("inaktiv", "inactive"),
        ("Not active", "inactive"), ("purple", None), ("", None), ("never active", None),
        ("active leave", "leave"), ("pending termination", None),
        ("blocked_pending_approval", "onboarding"),
        ("on garden leave", "inactive"),
        ("Active - full time", "active"),
        ("will be active", None),
        ("formerly employed", None),
    ],
)  # fmt: skip
def test_a_word_is_taken_for_what_it_means_or_for_nothing(word: str, meant: str | None) -> None:
    assert status_of(word) == meant


def test_the_evidence_counts_the_values() -> None:
    found = status({"status": "Active|Active|Left|Active"})
    assert found is not None
    assert found.value == {"path": "status", "map": {"Active": "active", "Left": "inactive"}}
    assert found.evidence == "`status`, values Active (3), Left (1)"
    assert found.is_sure


def test_a_value_of_unknown_meaning_is_left_out_and_told() -> None:
    found = status({"status": "active|active|purple|active"})
    assert found is not None
    assert found.value["map"] == {"active": "active"}
    assert "left out, since its meaning is not known: purple" in found.evidence
    assert not found.is_sure


def test_a_status_of_unknown_words_takes_nobody_for_active() -> None:
    found = status({"status": "red|blue|red|blue"})
    assert found is not None
    assert found.value == {"path": "status", "map": {"active": "active"}}
    assert not found.is_sure


def test_documented_values_are_mapped_though_no_record_has_them() -> None:
    facts = FieldFacts(values=("active", "on_leave", "terminated"))
    found = status({"status": "active"}, status=facts)
    assert found is not None
    assert found.value["map"] == {
        "active": "active", "on_leave": "leave", "terminated": "inactive",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "table"),
    [
        ({"active": "true|true|false|true"}, {"true": "active", "false": "inactive"}),
        ({"accountEnabled": "true"}, {"true": "active", "false": "inactive"}),
        ({"is_active": "1|1|0|1"}, {"1": "active", "0": "inactive"}),
        ({"In_dienst": "Y|N|Y|Y"}, {"y": "active", "n": "inactive"}),
        ({"terminated": "false|false|true|false"}, {"true": "inactive", "false": "active"}),
    ],
)
def test_a_flag_is_a_status(shape: dict[str, Any], table: dict[str, str]) -> None:
    found = status(shape)
    assert found is not None
    assert found.value == {"path": next(iter(shape)), "map": table}


def test_someone_who_is_suspended_is_not_active_though_enabled() -> None:
    found = status({"enabled": True, "suspended": "false|true|false|false"})
    assert found is not None
    assert found.value == {
        "first": [
            {"value": "inactive", "when": {"path": "suspended", "equals": True}},
            {"path": "enabled", "map": {"true": "active", "false": "inactive"}},
        ]
    }


def test_a_flag_that_only_the_gone_have_leaves_the_others_active() -> None:
    records: list[dict[str, Any]] = [{"id": 1}, {"id": 2, "blocked": True}]
    found = find_attributes(records, {})["status"]
    assert found.value["first"][-1] == {
        "value": "active", "when": {"path": "blocked", "present": False},
    }  # fmt: skip
    assert not found.is_sure


def test_a_moment_of_leaving_is_a_status_that_is_not_sure() -> None:
    found = status({"deactivated_at": "null|null|2024-01-31|null"})
    assert found is not None
    assert found.value["first"][0]["when"] == {"path": "deactivated_at", "present": True}
    assert not found.is_sure


@pytest.mark.parametrize(
    "shape",
    [
        {"employment_status": "Full-time|Part-time|Full-time|Full-time"},
        {"marital_status": "single|married|single|single"},
        {"approval_status": "approved"},
        {"onboarding_status": "completed"},
    ],
)
def test_a_status_of_something_else_is_none(shape: dict[str, Any]) -> None:
    assert status(shape) is None


def test_how_someone_is_employed_is_the_type() -> None:
    records = filled({"id": "$id", "email": "$email", "employment_status": "Full-time"})
    assert find_attributes(records, {})["employee_type"].value == "employment_status"


def test_what_people_write_themselves_is_no_status() -> None:
    records = [{"id": number, "status": f"in room {number} until noon"} for number in range(20)]
    assert "status" not in find_attributes(records, {})


@pytest.mark.parametrize("never", [0, "0", "0000-00-00", "0001-01-01T00:00:00Z"])
def test_a_moment_of_leaving_that_is_zero_says_that_someone_stays(never: Any) -> None:
    records = filled({"id": "$id", "email": "$email"})
    for record, at in zip(records, (never, never, 1711843200000, never), strict=True):
        record["deleted_at"] = at
    found = find_attributes(records, {})["status"]
    assert not found.is_sure
    assert [one["value"] for one in found.value["first"]] == ["active", "inactive", "active"]
    assert found.value["first"][0]["when"] == {"path": "deleted_at", "equals": never}


def test_a_status_of_an_unknown_name_is_taken_when_all_its_values_are_known() -> None:
    found = status({"rosterStatus": "Active|Leaver|Active|Active"})
    assert found is not None
    assert found.value == {
        "path": "rosterStatus",
        "map": {"Active": "active", "Leaver": "inactive"},
    }
    assert not found.is_sure


@pytest.mark.parametrize("name", ["licenseStatus", "presence_status", "reviewState"])
def test_the_status_of_something_else_is_not_taken(name: str) -> None:
    assert status({name: "active|inactive|active|active"}) is None
