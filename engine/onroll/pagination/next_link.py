"""`next_link`: the answer names the address of the next page, in its body or its Link header.

    {"value": […], "@odata.nextLink": "https://graph.microsoft.com/v1.0/users?$skiptoken=X"}
    Link: <https://example.okta.com/api/v1/users?after=00u1&limit=200>; rel="next"

    pagination: {style: next_link, next: ["@odata.nextLink"], limit_name: $top, limit: 999}
    pagination: {style: next_link, next: {header: Link}}

The link is resolved against the URL of the page that held it. It is refused when it names
another origin: credentials do not travel.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from onroll.builtin import shipped_schema
from onroll.expressions.locator import Locator, parse_locator
from onroll.model import Headers
from onroll.outline import Reads
from onroll.pagination.marks import end_without_mark, is_end_mark, size_of
from onroll.plugins import hookimpl
from onroll.protocols import End, PaginationExample, PaginationKind, SeenPage, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.model import Json, Page

#: What a header has that names a next page, in whatever form.
_NEXT: Final = re.compile(r"\brel\s*=[^,;]*\bnext\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NextLink:
    """Follow the link of the page before, which holds all that is needed."""

    next: Locator
    size: Mapping[str, Json] = field(default_factory=dict)
    limit: int | None = None
    absent_is_end: bool = False
    resend_params: bool = False

    def first(self) -> Step:
        """Return the step of the list's own endpoint."""
        return Step(params=self.size)

    def after(self, step: Step, page: Page) -> Step | End:
        """Return the step to the link, or the end."""
        found = self.next.read(page.answer, page.headers)
        if is_end_mark(found):
            # A Link header without rel=next is the API's word that this was the last page.
            if self.next.header is not None and self.next.header in page.headers:
                if _NEXT.search(page.headers[self.next.header]):
                    return End(None, f"the next link ({self.next}) is in a form nobody can read")
                return End("end_marker")
            if self.absent_is_end:
                return End("end_marker")
            return end_without_mark(page, found, self.next, self.limit, what="the next link")
        if not isinstance(found, str):
            return End(None, f"the next link ({self.next}) is not text")
        return Step(
            params=self.size if self.resend_params else {},
            url=found,
            resend_params=self.resend_params,
        )

    def reads(self) -> Reads:
        """Return the places that are read while pages follow one another."""
        return Reads(self.next.places)


def _build(config: Mapping[str, Any]) -> NextLink:
    return NextLink(
        next=parse_locator(config["next"]),
        size=size_of(config),
        limit=config.get("limit"),
        absent_is_end=config.get("absent_is_end", False),
        resend_params=config.get("resend_params", False),
    )


@hookimpl
def onroll_pagination_styles() -> list[PaginationKind]:
    """Offer `next_link`."""
    graph = {"@odata.nextLink": "https://api.example.test/users?$skiptoken=X"}
    link = Headers({"Link": '<https://api.example.test/u?after=2>; rel="next"'})
    return [
        PaginationKind(
            name="next_link",
            summary="The address of the next page, from the body or the Link header",
            ends="an answer without a next link",
            schema=shipped_schema("pagination/next_link"),
            build=_build,
            examples=(
                PaginationExample(
                    {"next": ["@odata.nextLink"], "limit_name": "$top", "limit": 2},
                    (SeenPage(2, graph), SeenPage(2, {})),
                    ({"$top": 2}, "https://api.example.test/users?$skiptoken=X"),
                    "end_marker",
                ),
                PaginationExample(
                    {"next": {"header": "Link"}},
                    (SeenPage(2, [], link), SeenPage(1, [])),
                    ({}, "https://api.example.test/u?after=2"),
                    "end_marker",
                ),
            ),
        )
    ]
