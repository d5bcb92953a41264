"""Hints for records in another layout: what they look like, and what to write."""

from __future__ import annotations

from typing import Any

import pytest

from onroll.fetch.layout import is_keyed, layout_hint

from .reading import definition, read


@pytest.mark.parametrize(
    ("records", "hint"),
    [
        ([[1, "a"], [2, "b"]], "shape: {style: columns, columns: …}"),
        (["p1", "p2"], "shape: {style: values, key: id}"),
        ([{"17": {"a": 1}}, {"18": {"a": 2}}], "shape: {style: keyed, key: id}"),
        ([{"17": [{"a": 1}]}, {"18": [{"a": 2}]}], "shape: {style: keyed, key: id}"),
        ([{"fields": {"uid": 1}}, {"fields": {"uid": 2}}], "below `fields`, which has `uid`"),
        ([{"uid": 1, "mail": "a"}], "the first record has `uid` and `mail`"),
        ([{"user": {"uid": 1}}], "the first record has `user`"),
        ([{}, {}], "the first record has nothing"),
    ],
)
def test_records_without_ids_are_told_by_what_they_look_like(records: Any, hint: str) -> None:
    result = read(definition({}), lambda _: {"people": records})
    assert any(hint in warning for warning in result.report.warnings), result.report.warnings
    assert layout_hint(records) in result.report.warnings


def test_nothing_is_said_of_a_layout_when_some_records_have_an_id() -> None:
    records = [{"uid": 1, "email": "a@x.test"}, {"id": 2, "email": "b@x.test"}]
    result = read(definition({}), lambda _: {"people": records})
    assert result.report.warnings == ()


@pytest.mark.parametrize(
    ("found", "looks_keyed"),
    [
        ({"17": {"mail": "a"}, "18": {"mail": "b"}}, True),
        ({"17": [{"mail": "a"}], "18": [{"mail": "b"}]}, True),
        ({"17": {"mail": "a"}}, False),
        ({"users": {"a": 1}, "meta": {"total": 2}}, False),
        ({"17": {"mail": "a"}, "total": 1}, False),
        ([{"17": {}}], False),
    ],
)
def test_an_object_of_alike_records_looks_keyed(found: Any, looks_keyed: bool) -> None:
    assert is_keyed(found) is looks_keyed


def test_an_object_where_a_list_should_be_is_refused_with_the_shape_that_it_has() -> None:
    people = {"17": {"email": "a@x.test"}, "18": {"email": "b@x.test"}}
    result = read(definition({}), lambda _: {"people": people})
    assert result.error is not None
    assert "`shape: {style: keyed, key: id}`" in str(result.error)
