"""What is learned of a page: which keys its objects have, and of what kind their values are."""

from __future__ import annotations

from typing import Any

import pytest

from onroll.fetch.learning import Learned
from onroll.outline import Outline


def learned(*bodies: Any, places: Any = (("mail", "value"),)) -> Outline:
    found = Learned(places)
    for body in bodies:
        found.see(body)
    return found.outline()


def mail_of(*mails: Any) -> Outline:
    members = learned(*({"mail": one} for one in mails)).members
    assert members is not None
    return members["mail"]


def test_what_is_wanted_and_always_there_tells_an_object_from_an_empty_one() -> None:
    assert mail_of({"type": "x", "value": "a"}).witness == "value"


def test_else_it_is_a_plain_value_that_was_always_there() -> None:
    seen = {"links": [], "type": "x", "value": "a"}, {"links": [], "of": 1, "type": "y"}
    found = mail_of(*seen)
    assert found.witness == "type"
    assert found.members is not None
    assert set(found.members) == {"type", "value"}
    assert mail_of({"links": {"x": 1}, "type": "x"}, {"links": 1, "type": "y"}).witness == "type"


def test_an_object_without_such_a_value_is_wanted_whole() -> None:
    assert mail_of({"type": "x"}, {"of": 1}) == Outline(is_whole=True, is_nested=True)
    assert mail_of({"links": []}) == Outline(is_whole=True, is_nested=True)
    assert mail_of({}) == Outline(is_whole=True, is_nested=True)


@pytest.mark.parametrize("key", ['a"b', "a\\b", "a\nb", "\ud800", "x" * 201])
def test_a_key_that_cannot_be_a_field_is_no_witness(key: str) -> None:
    assert mail_of({key: 1, "type": "x"}).witness == "type"
    assert mail_of({key: 1}).is_whole


def test_of_many_keys_few_are_kept() -> None:
    found = Learned([("mail", "value")])
    found.see({f"k{number}": number for number in range(100_000)})
    assert len(found._root._always or ()) < 100


def test_where_no_object_was_seen_none_is_expected() -> None:
    assert mail_of("text", None) == Outline()
    assert mail_of([{"type": "x"}]) == Outline(is_nested=True)
    assert mail_of([{"type": "x"}], ["text"]) == Outline(is_nested=True)


def test_the_number_of_an_item_stands_for_all_items() -> None:
    body = [{"id": 1, "kind": "x"}, {"kind": "y"}]
    assert learned(body, places=[(0, "id")]).items == learned(body, places=[(-5, "id")]).items
    items = learned(body, places=[(0, "id")]).items
    assert items is not None
    assert items.witness == "kind"


def test_a_place_below_one_that_is_wanted_whole_is_wanted_with_it() -> None:
    for places in ([("mail",), ("mail", "value")], [("mail", "value"), ("mail",)]):
        found = learned({"mail": {"value": 1}}, places=places)
        assert found.members == {"mail": Outline(is_whole=True, is_nested=True)}
