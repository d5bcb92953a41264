"""Flags by which an answer says that the call went well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onroll.drafting.evidence import Answer
from onroll.drafting.success import find_success

from .calls import called, parsed, people

if TYPE_CHECKING:
    from onroll.model import Json


@pytest.mark.parametrize(
    ("beside", "condition"),
    [
        ({"success": True}, {"body": "success", "equals": True}),
        ({"ok": True}, {"body": "ok", "equals": True}),
        ({"isError": False}, {"body": "isError", "equals": False}),
        (
            {"success": True, "message": "done"},
            {"body": "success", "equals": True, "message": "message"},
        ),
        ({"status": "success"}, {"body": "status", "equals": "success"}),
        (
            {"response": {"status": 0, "message": "fetched"}},
            {"body": "response.status", "equals": 0, "message": "response.message"},
        ),
    ],
)
def test_a_plain_flag_becomes_a_condition(beside: dict[str, Json], condition: Json) -> None:
    body = {**beside, "data": people()}
    found = find_success(Answer(body))
    assert found is not None
    assert found.value == condition
    parsed(called(body), success=dict(found.value))


@pytest.mark.parametrize(
    "beside",
    [{}, {"status": "active"}, {"status": 0}, {"code": 5}, {"success": "maybe"}, {"error": None}],
)
def test_what_is_no_plain_flag_gives_no_condition(beside: dict[str, Json]) -> None:
    assert find_success(Answer({**beside, "data": people()})) is None


def test_an_answer_that_failed_gives_no_condition() -> None:
    assert find_success(Answer({"success": False, "data": people()})) is None


def test_a_flag_of_a_record_is_not_the_answers() -> None:
    assert find_success(Answer([{**one, "success": True} for one in people()])) is None
    assert find_success(Answer([{**one, "ok": True} for one in people(1)])) is None
