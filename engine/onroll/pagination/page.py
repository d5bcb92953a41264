"""`page`: page numbers.

{"data": […], "meta": {"current_page": 1, "total_pages": 5}}

pagination: {style: page, page_name: page, limit_name: per_page, limit: 100}
pagination: {style: page, page_name: page, start: 0, total_pages: {header: X-Total-Pages}}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from onroll.builtin import shipped_schema
from onroll.expressions.locator import Locator, parse_locator
from onroll.expressions.number import whole_number
from onroll.model import Headers
from onroll.outline import Reads
from onroll.pagination.marks import size_of
from onroll.plugins import hookimpl
from onroll.protocols import End, PaginationExample, PaginationKind, SeenPage, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.model import Json, Page


@dataclass(frozen=True, slots=True)
class PageNumber:
    """Ask for one page after the other. `position` is the number of the page asked for."""

    page_name: str
    start: int = 1
    total_pages: Locator | None = None
    size: Mapping[str, Json] = field(default_factory=dict)

    def first(self) -> Step:
        """Return the step of the first page."""
        return self._at(self.start)

    def after(self, step: Step, page: Page) -> Step | End:
        """Return the next page's step; an empty page or the declared last one is the end."""
        # Zero pages on a page that has records says nothing.
        count = self._page_count(page) or 0
        asked = step.position - self.start + 1
        if asked == count:
            return End("end_marker")
        if page.records:
            return self._at(step.position + 1)
        if asked < count:
            return End(None, f"page {asked} is empty, but total_pages says {count}")
        return End("empty_page")

    def reads(self) -> Reads:
        """Return the places that are read while pages follow one another."""
        return Reads() if self.total_pages is None else Reads(self.total_pages.places)

    def ahead(self, step: Step, page: Page, total: int | None) -> Iterator[Step]:
        """Yield the steps to the last page; past a total also the one where nobody should be."""
        length = len(page.records)
        count = self._page_count(page)
        if count is None and total is not None and 0 < length <= total:
            count = -(-total // length) + 1
        last = self.start + (count or 0)
        yield from map(self._at, range(step.position + 1, last))

    def _page_count(self, page: Page) -> int | None:
        if self.total_pages is None:
            return None
        return whole_number(self.total_pages.read(page.answer, page.headers))

    def _at(self, number: int) -> Step:
        return Step(params={**self.size, self.page_name: number}, position=number)


def _build(config: Mapping[str, Any]) -> PageNumber:
    total_pages = config.get("total_pages")
    return PageNumber(
        page_name=config["page_name"],
        start=config.get("start", 1),
        total_pages=None if total_pages is None else parse_locator(total_pages),
        size=size_of(config),
    )


@hookimpl
def onroll_pagination_styles() -> list[PaginationKind]:
    """Offer `page`."""
    two_pages = Headers({"X-Total-Pages": "2"})
    return [
        PaginationKind(
            name="page",
            summary="Page numbers",
            ends="as many different ids as the total count, the last page, or an empty page",
            schema=shipped_schema("pagination/page"),
            build=_build,
            examples=(
                PaginationExample(
                    {"page_name": "page", "limit_name": "per_page", "limit": 2},
                    (SeenPage(2), SeenPage(1), SeenPage(0)),
                    tuple({"per_page": 2, "page": number} for number in (1, 2, 3)),
                    "empty_page",
                ),
                PaginationExample(
                    {"page_name": "p", "start": 0, "total_pages": {"header": "X-Total-Pages"}},
                    (SeenPage(2, headers=two_pages), SeenPage(1, headers=two_pages)),
                    ({"p": 0}, {"p": 1}),
                    "end_marker",
                ),
            ),
        )
    ]
