"""Signs in an answer that another page exists, whatever the definition says of paging.

They prove nothing by themselves. They tell a list that has one page from one whose definition
forgot, or mistyped, where the next one is named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from onroll.expressions.locator import next_of_link_header
from onroll.model import Absent, Json

if TYPE_CHECKING:
    from onroll.model import Page

__all__ = ["sign_of_more"]

#: Names without case, `_`, `-` and `@`, as vendors write them: `@odata.nextLink`, `nextPageToken`.
_NEXT: Final = re.compile(
    r"next|.*next(page|link|url|uri|href|token).*|(?!prev).*cursor|continuationtoken|scrollid"
)
_MORE: Final = re.compile(r"hasmore.*|hasnext.*|(is)?more(pages|records|items|available)?")


def sign_of_more(page: Page) -> str | None:
    """Return what in a page names a next one, as a person would say it; None without a sign."""
    link = page.headers.get("link")
    if link is not None and not isinstance(next_of_link_header(link), Absent):
        return "the header `Link`"
    return _in_body(page.answer)


def _in_body(answer: Json, prefix: str = "", depth: int = 0) -> str | None:
    if not isinstance(answer, dict) or depth > 3:
        return None
    for key, value in answer.items():
        bare = re.sub(r"[_@-]", "", key).lower()
        is_named = _NEXT.fullmatch(bare) is not None and not isinstance(value, bool)
        if (is_named and value) or (value is True and _MORE.fullmatch(bare)):
            return f"`{prefix}{key}`"
        found = _in_body(value, f"{prefix}{key}.", depth + 1)
        if found is not None:
            return found
    return None
