"""Whom people report to."""

from typing import Any

import pytest

from onroll.drafting.people import find_attributes

from .shapes import filled


def manager(shape: dict[str, Any]) -> tuple[Any, Any]:
    found = find_attributes(filled({"id": "$id", "email": "$email", **shape}), {})
    one, other = (found.get(name) for name in ("manager_id", "manager_email"))
    return one.value if one else None, other.value if other else None


@pytest.mark.parametrize(
    ("shape", "path"),
    [
        ({"managerId": "$manager"}, "managerId"),
        ({"manager": {"id": "$manager", "name": "x"}}, "manager.id"),
        ({"reports_to": "$manager"}, "reports_to"),
        ({"supervisor": {"employee": {"id": "$manager"}}}, "supervisor.employee.id"),
        ({"work": {"reportsTo": {"id": "$manager"}}}, "work.reportsTo.id"),
        ({"line_manager_id": "$manager"}, "line_manager_id"),
        ({"Reporting_To.ID": "$manager"}, ["Reporting_To.ID"]),
        ({"vorgesetzter_id": "$manager"}, "vorgesetzter_id"),
        ({"nummer_leidinggevende": "$manager"}, "nummer_leidinggevende"),
        ({"managers": [{"type": "line", "id": "$manager"}]}, "$.managers[?(@.type=='line')].id"),
    ],
)
def test_the_managers_id_is_found(shape: dict[str, Any], path: Any) -> None:
    assert manager(shape) == (path, None)


@pytest.mark.parametrize(
    ("shape", "path"),
    [
        ({"manager_email": "boss@example.test"}, "manager_email"),
        ({"manager": {"workEmail": "boss@example.test"}}, "manager.workEmail"),
        ({"manager": "boss@example.test"}, "manager"),
        (
            {"relations": [{"type": "manager", "value": "boss@example.test"}]},
            "$.relations[?(@.type=='manager')].value",
        ),
    ],
)
def test_the_managers_address_is_found(shape: dict[str, Any], path: str) -> None:
    assert manager(shape) == (None, path)


@pytest.mark.parametrize(
    "shape",
    [
        {"manager": "Ada Kern"},
        {"is_manager": "true|false|false|false"},
        {"manager": {"department": {"id": "7"}}},
        {"hr_partner": {"id": "101"}},
    ],
)
def test_what_is_no_id_of_a_manager_is_none(shape: dict[str, Any]) -> None:
    assert manager(shape) == (None, None)


def test_the_evidence_says_whose_ids_the_managers_are() -> None:
    found = find_attributes(filled({"id": "$id", "managerId": "$manager"}), {})["manager_id"]
    assert found.evidence == "`managerId`, filled in 3 of 4, as in `id`"
    assert found.is_sure


def test_numbers_that_are_not_the_ids_are_not_sure() -> None:
    shape = {"id": "x$id", "employee_number": "$id", "manager": "$manager"}
    found = find_attributes(filled(shape), {})["manager_id"]
    assert "which is not the id" in found.evidence
    assert not found.is_sure


def test_what_only_says_the_kind_of_a_reference_is_no_id() -> None:
    shape = {"manager": {"url": "https://example.test/people/1", "ref_object": "/core/people"}}
    assert manager(shape) == (None, None)


def test_a_parent_that_is_one_of_the_people_may_be_the_manager() -> None:
    found = find_attributes(filled({"id": "$id", "parent_id": "$manager"}), {})["manager_id"]
    assert (found.value, found.is_sure) == ("parent_id", False)


def test_a_parent_that_is_none_of_the_people_is_no_manager() -> None:
    assert manager({"parent_id": "77"}) == (None, None)
