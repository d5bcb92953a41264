"""Which shapes a transform takes: text, or a list of texts, each of which it is applied to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.expressions.reference import as_text
from onroll.protocols import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.model import Json
    from onroll.protocols import Transform

__all__ = ["each", "on_text"]


def each(change: Callable[[Json], Json]) -> Transform:
    """Apply a change to a value, or to each item of a list; null items stay null.

    Where a change makes a list of each item, their items come in one list.
    """

    def apply(value: Json) -> Json:
        if not isinstance(value, list):
            return change(value)
        changed: list[Json] = []
        for item in value:
            found = None if item is None else change(item)
            changed += found if isinstance(found, list) else [found]
        return changed

    return apply


def on_text(change: Callable[[str], Json]) -> Transform:
    """Apply a change to text, or to each text of a list. Numbers are taken as their text."""

    def on_one(value: Json) -> Json:
        if isinstance(value, bool | dict | list):
            raise Unreadable("not-text", f"this transform takes text, not {_kind(value)}")
        try:
            return change(as_text(value))
        except ValueError:  # numbers of more than 4,300 digits
            raise Unreadable("too-long", "this value is too long to be read") from None

    return each(on_one)


def _kind(value: Json) -> str:
    if isinstance(value, bool):
        return "true or false"
    return "an object" if isinstance(value, dict) else "a list"
