"""`none`: everyone in one answer.

{"employees": [{…}, {…}]}

pagination: {style: none}
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
    from collections.abc import Mapping

    from onroll.model import Json, Page


@dataclass(frozen=True, slots=True)
class SinglePage:
    """Ask once."""

    size: Mapping[str, Json] = field(default_factory=dict)

    def first(self) -> Step:
        """Return the only step."""
        return Step(params=self.size)

    def after(self, step: Step, page: Page) -> End:
        """End after one answer."""
        return End("single_page")

    def reads(self) -> Reads:
        """Return the places that are read while pages follow one another."""
        return Reads()


def _build(config: Mapping[str, Any]) -> SinglePage:
    return SinglePage(size_of(config))


@hookimpl
def onroll_pagination_styles() -> list[PaginationKind]:
    """Offer `none`."""
    return [
        PaginationKind(
            name="none",
            summary="Everyone in one answer",
            ends="one answer",
            schema=shipped_schema("pagination/none"),
            build=_build,
            examples=(PaginationExample({}, (SeenPage(3),), ({},), "single_page"),),
        )
    ]
