"""What the styles have in common: the page size, and how to read an end mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onroll.expressions.path import walk
from onroll.expressions.signs import signs_of_more
from onroll.model import Absent, Json, Page
from onroll.protocols import End

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.expressions.locator import Locator

__all__ = ["end_without_mark", "is_end_mark", "size_of"]


def size_of(config: Mapping[str, Any]) -> dict[str, Json]:
    """Return the parameter that asks for the page size; empty when there is none."""
    return {config["limit_name"]: config["limit"]} if "limit_name" in config else {}


def is_end_mark(found: Json | Absent) -> bool:
    """Whether a cursor or link says that there is no further page: absent, null, empty, false."""
    return isinstance(found, Absent) or found in (None, "", False) or found in ([], {})


def end_without_mark(
    page: Page, found: Json | Absent, locator: Locator, limit: int | None, *, what: str
) -> End:
    """Return the end after a page that names no next one.

    Null, empty and false are the API's word for the end. A key that is missing is too, once the
    key was seen, when page one is shorter than asked, or when the object that holds it is there
    without it. A key that was never there on a full page proves nothing: it may be mistyped, unless
    the definition says `absent_is_end`.
    """
    if not isinstance(found, Absent) or page.number > 1 or not page.records:
        return End("end_marker")
    signs = signs_of_more(page.answer, page.headers)
    if signs:
        names = ", ".join(signs[:3])
        return End(None, f"{what} ({locator}) was never found, and the answer has {names}")
    is_full = limit is None or len(page.records) >= limit
    if is_full and not _has_holder(locator, page.answer):
        return End(None, f"{what} ({locator}) was never found, and page one is full")
    return End("end_marker")


def _has_holder(locator: Locator, answer: Json) -> bool:
    """Whether the object that would hold the mark is in the answer: `meta` of `meta.next`."""
    keys = locator.path.keys if locator.path is not None else None
    holder = walk(answer, keys[:1]) if keys is not None and len(keys) > 1 else None
    return isinstance(holder, dict) and bool(holder)
