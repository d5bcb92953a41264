"""Conditions compare values of JSON as they are; headers are text."""

from typing import Any

import pytest

from onroll.expressions.condition import parse_condition
from onroll.model import Headers

ABSENT_KEY = object()


def holds(value: Any, **test: Any) -> bool:
    record = {"other": 1} if value is ABSENT_KEY else {"key": value}
    return parse_condition({"path": "key", **test}).holds_for_record(record, {})


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(True, True), (1, 1), (1, 1.0), ("1", "1"), (None, None), ("", ""), (0, 0)],
)
def test_what_is_the_same_in_json_is_equal(value: Any, wanted: Any) -> None:
    assert holds(value, equals=wanted)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (True, "true"), ("true", True), (1, True), (True, 1), (0, False), ("1", 1), (1, "1"),
        (None, False), (None, ""), ("", None), (None, "null"), ("Active", "active"), ([], ""),
        (ABSENT_KEY, None), (ABSENT_KEY, ""), (ABSENT_KEY, False),
    ],
)  # fmt: skip
def test_what_is_another_type_in_json_is_not_equal(value: Any, wanted: Any) -> None:
    assert not holds(value, equals=wanted)


def test_one_of_several_values_is_enough() -> None:
    assert holds("b", **{"in": ["a", "b"]})


def test_none_of_several_values_is_not() -> None:
    assert not holds("c", **{"in": ["a", "b"]})


def test_several_values_are_not_retyped_either() -> None:
    assert not holds(True, **{"in": [1, "true"]})


@pytest.mark.parametrize("value", ["x", "", 0, False, [], {}])
def test_a_value_is_present(value: Any) -> None:
    assert holds(value, present=True)
    assert not holds(value, present=False)


@pytest.mark.parametrize("value", [None, ABSENT_KEY])
def test_null_and_nothing_are_not_present(value: Any) -> None:
    assert holds(value, present=False)
    assert not holds(value, present=True)


def test_without_a_test_the_value_must_be_present() -> None:
    assert holds("x")
    assert not holds(None)


def test_an_attribute_is_that_of_the_mapped_user() -> None:
    condition = parse_condition({"attribute": "status", "equals": "active"})
    assert condition.holds_for_record({"status": "x"}, {"status": "active"})


def test_an_attribute_that_is_not_mapped_is_not_present() -> None:
    condition = parse_condition({"attribute": "status", "present": False})
    assert condition.holds_for_record({"status": "x"}, {})


def test_a_body_is_compared_as_json() -> None:
    condition = parse_condition({"body": "ok", "equals": True})
    assert condition.holds_for_answer({"ok": True}, Headers())
    assert not condition.holds_for_answer({"ok": "true"}, Headers())


@pytest.mark.parametrize(
    ("wanted", "value"), [(True, "true"), (False, " false "), (12, "12"), ("ok", "ok")]
)
def test_a_header_is_compared_by_its_text(wanted: Any, value: str) -> None:
    condition = parse_condition({"header": "X-More", "equals": wanted})
    assert condition.holds_for_answer({}, Headers({"x-more": value}))


def test_a_header_is_case_sensitive_in_its_value() -> None:
    condition = parse_condition({"header": "X-More", "equals": "ok"})
    assert not condition.holds_for_answer({}, Headers({"x-more": "OK"}))


def test_a_header_that_is_missing_equals_nothing() -> None:
    condition = parse_condition({"header": "X-More", "equals": "ok"})
    assert not condition.holds_for_answer({}, Headers())


def test_a_header_can_be_asked_to_be_there() -> None:
    condition = parse_condition({"header": "X-More", "present": True})
    assert condition.holds_for_answer({}, Headers({"X-More": ""}))


def test_a_condition_knows_where_the_message_is() -> None:
    condition = parse_condition({"body": "ok", "message": "error.text"})
    assert condition.message is not None
    assert condition.message.first({"error": {"text": "no"}}) == "no"
