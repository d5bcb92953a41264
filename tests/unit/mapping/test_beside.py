"""A record beside its user: which field stands beside which attribute."""

from __future__ import annotations

from typing import Any

from onroll.mapping.beside import Pair, beside
from onroll.model import ABSENT

from .people import ADA, NEEDED, mapper


def _pairs(record: dict[str, Any], **attributes: Any) -> dict[str | None, Pair]:
    whole = {**ADA, **record}
    found = beside(whole, mapper(**attributes).map(whole), {**NEEDED, **attributes})
    return {one.attribute or one.path: one for one in found}


def test_a_field_stands_beside_what_was_made_of_it() -> None:
    pair = _pairs({"name": {"first": "ada "}}, first_name="name.first")["first_name"]
    assert pair == Pair("name.first", "ada ", "first_name", "ada")


def test_of_several_fields_that_one_that_looks_like_the_value() -> None:
    emails = [{"type": "home", "value": "a@x.test"}, {"type": "work", "value": "b@x.test"}]
    path = "$.emails[?(@.type=='work')].value"
    pair = _pairs({"emails": emails}, alternate_email=path)["alternate_email"]
    assert (pair.path, pair.raw, pair.value) == ("emails[1].value", "b@x.test", "b@x.test")
    assert pair.others == 3


def test_what_cannot_be_read_says_why() -> None:
    pair = _pairs({"hired": "soon"}, hire_date={"path": "hired", "transform": ["date"]})[
        "hire_date"
    ]
    assert (pair.raw, pair.value) == ("soon", ABSENT)
    assert pair.refusal is not None


def test_fields_that_nobody_uses_come_last() -> None:
    found = _pairs({"gender": "x", "team": {"id": 1}})
    assert list(found)[-2:] == ["gender", "team.id"]
    assert found["gender"] == Pair("gender", "x", None, ABSENT)


def test_an_attribute_may_have_no_field_and_custom_ones_have_their_names() -> None:
    found = _pairs({"a": 1}, company={"value": "Acme"}, custom={"x": "a"})
    assert found["company"] == Pair(None, ABSENT, "company", "Acme")
    assert found["custom.x"] == Pair("a", 1, "custom.x", 1)


def test_null_and_absent_differ() -> None:
    found = _pairs({"t": None}, team="t", division="d")
    assert (found["team"].raw, found["team"].value) == (None, None)
    assert (found["division"].raw, found["division"].value) == (ABSENT, ABSENT)


def test_a_record_that_is_no_object_is_shown_too() -> None:
    found = beside("x", mapper().map("x"), NEEDED)
    assert [one.raw for one in found if one.attribute is None] == ["x"]
