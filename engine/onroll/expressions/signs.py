"""Signs in an answer that there is more than the page it gives, whatever the definition says.

They prove nothing by themselves. They tell a list that has one page from one whose definition
forgot, or mistyped, where the next one is named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from onroll.expressions.locator import next_of_link_header
from onroll.expressions.number import whole_number
from onroll.model import Absent, Json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["sign_of_a_larger_total", "signs_of_more"]

#: Names without case, `_`, `-` and `@`, as vendors write them: `@odata.nextLink`, `nextPageToken`.
_NEXT: Final = re.compile(
    r"next|.*next(page|link|url|uri|href|token).*|(?!prev).*cursor|continue|continuation(token)?"
    r"|pagetoken|scrollid"
)
_MORE: Final = re.compile(r"hasmore.*|hasnext.*|(is)?more(pages|records|items|available)?")
_TOTAL: Final = re.compile(
    r"(xtotal|total|total(count|results|elements|records|items|rows|users|entries|size|hits))"
    r"|(x?total)?recordcount|xtotalcount"
)
_DEEPEST: Final = 3


def signs_of_more(answer: Json, headers: Mapping[str, str]) -> list[str]:
    """Return what in an answer names a next page, as a person would say it; most telling first."""
    link = next_of_link_header(headers.get("link", ""))
    found = [] if isinstance(link, Absent) else ["the header `Link`"]
    return found + [f"`{name}`" for name, key, value in _members(answer) if _names_more(key, value)]


def sign_of_a_larger_total(answer: Json, headers: Mapping[str, str], received: int) -> str | None:
    """Return where an answer counts more people than it gives; None where it does not."""
    for name, value in headers.items():
        if _TOTAL.fullmatch(_bare(name)) and (whole_number(value) or 0) > received:
            return f"header `{name}`"
    for name, key, value in _members(answer):
        if _TOTAL.fullmatch(_bare(key)) and (whole_number(value) or 0) > received:
            return f"`{name}`"
    return None


def _names_more(key: str, value: Json) -> bool:
    if isinstance(value, list):
        # Links as FHIR and HAL list them: `{"rel": "next", "href": …}`.
        items = (one for one in value[:20] if isinstance(one, dict))
        return any("next" in (one.get("rel"), one.get("relation")) for one in items)
    if isinstance(value, bool):
        return value and _MORE.fullmatch(_bare(key)) is not None
    return bool(value) and _NEXT.fullmatch(_bare(key)) is not None


def _bare(key: str) -> str:
    return re.sub(r"[_@.-]", "", key).lower()


def _members(answer: Json, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, str, Json]]:
    """Yield path, key and value of each member, a few levels down and never into a list."""
    if not isinstance(answer, dict) or depth > _DEEPEST:
        return
    for key, value in answer.items():
        yield f"{prefix}{key}", key, value
        yield from _members(value, f"{prefix}{key}.", depth + 1)
