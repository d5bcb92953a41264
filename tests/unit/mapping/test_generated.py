"""One function for a whole mapping: the usual by itself, and anything else by the mapper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from onroll.mapping.generated import mapping_of_all, reading_of_id
from onroll.mapping.mapped import Mapped
from onroll.mapping.part import Part, Unusual
from onroll.model import User
from onroll.protocols import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable


def made_of(record: Any, *parts: Part, is_finished: bool = False) -> Any:
    """Return what becomes of a record: its attributes, or None where it is declined."""
    read = mapping_of_all(
        parts,
        finish=lambda found, custom, _record: (list(found.items()), custom),
        decline=lambda _record: None,
        is_finished=is_finished,
        of_members=False,
    )
    (made,) = read([record])
    return made


def part(name: str, *changes: Callable[[Any], Any], keys: Any = ("a",)) -> Part:
    return Part(
        name, lambda *_: None, lambda value: value, is_text_final=True, keys=keys, changes=changes
    )


@pytest.mark.parametrize(
    "error", [Unreadable("not-a-date", "no date"), Unusual(), TypeError(), AttributeError()]
)
def test_a_record_is_declined_whose_value_cannot_be_changed(error: Exception) -> None:
    def refuse(_value: Any) -> None:
        raise error

    assert made_of({"a": "x"}, part("team", refuse)) is None
    assert made_of({"a": None}, part("team", refuse)) == ([("team", None)], {})
    assert made_of({"b": 1}, part("team", refuse)) == ([], {})


def test_what_is_changed_to_null_is_changed_no_further() -> None:
    assert made_of({"a": "x"}, part("team", {}.get, str.upper)) == ([("team", None)], {})


def test_attributes_have_our_order_whichever_is_read_first() -> None:
    made, _ = made_of({"a": " x "}, part("team"), part("id"), part("email"))
    assert made == [("id", "x"), ("email", "x"), ("team", "x")]


def test_an_id_and_a_known_status_make_a_user_at_once() -> None:
    parts = [part("id"), part("status", keys=("s",))]
    record = {"a": "7", "s": "leave"}
    assert made_of(record, *parts, is_finished=True) == Mapped(User({"id": "7", "status": "leave"}))
    for other in [{"a": "", "s": "leave"}, {"s": "leave"}, {"a": "7", "s": "x"}, {"a": "7"}]:
        made = made_of(other, *parts, is_finished=True)
        assert made == made_of(other, *parts)
        assert isinstance(made, tuple)  # what `finish` made


def test_text_in_lists_is_trimmed_too() -> None:
    made, _ = made_of({"a": [" x", None, 1]}, part("team"))
    assert made == [("team", ["x", None, 1])]


@pytest.mark.parametrize(
    ("identifier", "read"),
    [(7, "7"), (" p 7 ", "p 7"), ("", None), (" ", None), (True, "declined"), (7.0, "declined")],
)
def test_an_id_is_text_or_a_whole_number(identifier: Any, read: str | None) -> None:
    ids = reading_of_id(("id",), lambda _record: "declined", of_members=False)
    assert ids([{"id": identifier}, {}, "text"]) == [read, "declined", "declined"]
