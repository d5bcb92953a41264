"""`offset`: skip as many records as were received so far.

    {"data": […100 people…], "metadata": {"total_elements": 450}}

    pagination: {style: offset, limit_name: limit, limit: 200, offset_name: offset}

Steps by the records received, not by the limit asked for: a server that caps its pages at 100
answers the second request, for `offset=100`, with the next hundred. SCIM (RFC 7644, 3.4.2.4)
numbers records from one: `start: 1`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from onroll.builtin import shipped_schema
from onroll.outline import Reads
from onroll.pagination.marks import size_of
from onroll.plugins import hookimpl
from onroll.protocols import End, PaginationExample, PaginationKind, SeenPage, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.model import Json, Page


@dataclass(frozen=True, slots=True)
class Offset:
    """Ask for what follows the records that came. `position` is the offset asked for."""

    offset_name: str
    start: int = 0
    size: Mapping[str, Json] = field(default_factory=dict)

    def first(self) -> Step:
        """Return the step at the first record."""
        return self._at(self.start)

    def after(self, step: Step, page: Page) -> Step | End:
        """Return the step behind the received records; an empty page is the end."""
        if not page.records:
            return End("empty_page")
        return self._at(step.position + len(page.records))

    def reads(self) -> Reads:
        """Return the places that are read while pages follow one another."""
        return Reads()

    def ahead(self, step: Step, page: Page, total: int | None) -> Iterator[Step]:
        """Yield the steps to the total, and the one behind it where nobody should be."""
        length = len(page.records)
        if total is None or not 0 < length <= total:
            return
        yield from map(self._at, range(step.position + length, self.start + total, length))
        yield self._at(self.start + total)

    def _at(self, offset: int) -> Step:
        return Step(params={**self.size, self.offset_name: offset}, position=offset)


def _build(config: Mapping[str, Any]) -> Offset:
    return Offset(config["offset_name"], config.get("start", 0), size_of(config))


@hookimpl
def onroll_pagination_styles() -> list[PaginationKind]:
    """Offer `offset`."""
    config = {"offset_name": "offset", "limit_name": "limit", "limit": 200}
    return [
        PaginationKind(
            name="offset",
            summary="Skip as many records as were received",
            ends="as many different ids as the total count, or an empty page",
            schema=shipped_schema("pagination/offset"),
            build=_build,
            examples=(
                PaginationExample(
                    config,
                    (SeenPage(100), SeenPage(50), SeenPage(0)),
                    (
                        {"limit": 200, "offset": 0},
                        {"limit": 200, "offset": 100},
                        {"limit": 200, "offset": 150},
                    ),
                    "empty_page",
                ),
                PaginationExample(
                    {"offset_name": "startIndex", "start": 1},
                    (SeenPage(2), SeenPage(0)),
                    ({"startIndex": 1}, {"startIndex": 3}),
                    "empty_page",
                ),
            ),
        )
    ]
