"""What the styles have in common: the page size, and how to read an end mark."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from onroll.model import Absent, Json, Page
from onroll.protocols import End

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["end_without_mark", "is_end_mark", "size_of"]

_LOOKS_LIKE_NEXT: Final = re.compile(r"next|cursor|continu|page_?token|scroll", re.IGNORECASE)


def size_of(config: Mapping[str, Any]) -> dict[str, Json]:
    """Return the parameter that asks for the page size; empty when there is none."""
    return {config["limit_name"]: config["limit"]} if "limit_name" in config else {}


def is_end_mark(found: Json | Absent) -> bool:
    """Whether a cursor or link says that there is no further page: absent, null, empty, false."""
    return isinstance(found, Absent) or found in (None, "", False) or found in ([], {})


def end_without_mark(page: Page, found: Json | Absent, what: str, limit: int | None) -> End:
    """Return the end after a page that names no next one.

    Null, empty and false are the API's word for the end. A key that is missing is too, once the
    key was seen, or when page one is shorter than asked. A key that was never there on a full
    page proves nothing: it may be mistyped.
    """
    if not isinstance(found, Absent) or page.number > 1 or not page.records:
        return End("end_marker")
    others = sorted(set(_next_like(page.answer)))
    if others:
        names = ", ".join(f"`{name}`" for name in others[:3])
        return End(None, f"{what} was never found, and the answer has {names}")
    if limit is None or len(page.records) >= limit:
        return End(None, f"{what} was never found, and page one is full")
    return End("end_marker")


def _is_next_link(item: Json) -> bool:
    """Whether this is a link as FHIR and HAL list them: `{"rel": "next", "href": …}`."""
    return isinstance(item, dict) and "next" in (item.get("rel"), item.get("relation"))


def _next_like(answer: Json, prefix: str = "", depth: int = 0) -> Iterator[str]:
    """Yield keys that look like a cursor or link and hold something; of lists, those of links."""
    if not isinstance(answer, dict) or depth > 3:
        return
    for key, value in answer.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _next_like(value, f"{name}.", depth + 1)
        elif isinstance(value, list):
            links = enumerate(value[:20])
            yield from (f"{name}[{index}]" for index, one in links if _is_next_link(one))
        elif _LOOKS_LIKE_NEXT.search(name) and isinstance(value, str | int) and value:
            yield name
