"""`cursor`: the answer holds a cursor, which goes back as a parameter.

    {"members": […], "response_metadata": {"next_cursor": "dXNlcjpVMDYxTkZUVDI="}}

    pagination:
      style: cursor
      limit_name: limit
      limit: 200
      cursor_name: cursor
      cursor: response_metadata.next_cursor

Where the cursor is hidden in a link: `cursor: {body: _meta.links.next.href, parameter: cursor}`.
An object cursor without `cursor_name` is merged into the parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from onroll.builtin import shipped_schema
from onroll.expressions.locator import Locator, parse_locator
from onroll.outline import Reads
from onroll.pagination.marks import end_without_mark, is_end_mark, size_of
from onroll.plugins import hookimpl
from onroll.protocols import End, PaginationExample, PaginationKind, SeenPage, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.model import Json, Page


@dataclass(frozen=True, slots=True)
class Cursor:
    """Send back what the page before gave. The end is a cursor that is not there any more."""

    cursor: Locator
    cursor_name: str | None = None
    size: Mapping[str, Json] = field(default_factory=dict)
    limit: int | None = None
    absent_is_end: bool = False
    resend_params: bool = True

    def first(self) -> Step:
        """Return the step without a cursor."""
        return Step(params=self.size)

    def after(self, step: Step, page: Page) -> Step | End:
        """Return the step with the page's cursor, or the end."""
        found = self.cursor.read(page.answer, page.headers)
        if is_end_mark(found):
            if self.absent_is_end:
                return End("end_marker")
            return end_without_mark(page, found, self.cursor, self.limit, what="the cursor")
        sent = found if self.cursor_name is None else {self.cursor_name: found}
        if not isinstance(sent, dict):
            return End(None, f"the cursor ({self.cursor}) is no object and has no `cursor_name`")
        return Step(
            params={**self.size, **sent},
            resend_params=self.resend_params,
        )

    def reads(self) -> Reads:
        """Return the places that are read while pages follow one another."""
        return Reads(self.cursor.places)


def _build(config: Mapping[str, Any]) -> Cursor:
    return Cursor(
        cursor=parse_locator(config["cursor"]),
        cursor_name=config.get("cursor_name"),
        size=size_of(config),
        limit=config.get("limit"),
        absent_is_end=config.get("absent_is_end", False),
        resend_params=config.get("resend_params", True),
    )


@hookimpl
def onroll_pagination_styles() -> list[PaginationKind]:
    """Offer `cursor`."""
    config = {"cursor_name": "cursor", "cursor": "next", "limit_name": "limit", "limit": 2}
    link = {"links": {"next": "https://api.example.test/people?x=1&after=c2"}}
    return [
        PaginationKind(
            name="cursor",
            summary="A cursor from the answer, sent back as a parameter",
            ends="a cursor that is absent, null or empty",
            schema=shipped_schema("pagination/cursor"),
            build=_build,
            examples=(
                PaginationExample(
                    config,
                    (SeenPage(2, {"next": "c2"}), SeenPage(0, {"next": "c3"}), SeenPage(1, {})),
                    (
                        {"limit": 2},
                        {"limit": 2, "cursor": "c2"},
                        {"limit": 2, "cursor": "c3"},
                    ),
                    "end_marker",
                ),
                PaginationExample(
                    {
                        "cursor_name": "after",
                        "cursor": {"body": "links.next", "parameter": "after"},
                    },
                    (SeenPage(2, link), SeenPage(1, {"links": {"next": None}})),
                    ({}, {"after": "c2"}),
                    "end_marker",
                ),
                PaginationExample(
                    {"cursor": "continue"},
                    (
                        SeenPage(2, {"continue": {"aufrom": "B", "continue": "-||"}}),
                        SeenPage(1, {}),
                    ),
                    ({}, {"aufrom": "B", "continue": "-||"}),
                    "end_marker",
                ),
                PaginationExample(config, (SeenPage(2, {"nxt": "c2"}),), ({"limit": 2},), None),
                PaginationExample(
                    {**config, "absent_is_end": True},
                    (SeenPage(2, {}),),
                    ({"limit": 2},),
                    "end_marker",
                ),
            ),
        )
    ]
