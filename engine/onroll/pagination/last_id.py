"""`last_id`: everything after the last record's id (keyset paging).

{"data": [{"id": "p1", …}, {"id": "p2", …}]}

pagination: {style: last_id, last_id_name: from, last_id: id, limit_name: limit, limit: 100}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from onroll.builtin import shipped_schema
from onroll.expressions.path import Path, parse_path
from onroll.outline import Reads
from onroll.pagination.marks import is_end_mark, size_of
from onroll.plugins import hookimpl
from onroll.protocols import End, PaginationExample, PaginationKind, SeenPage, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.model import Json, Page


@dataclass(frozen=True, slots=True)
class LastId:
    """Ask for what comes after the last record received."""

    last_id_name: str
    last_id: Path
    size: Mapping[str, Json] = field(default_factory=dict)

    def first(self) -> Step:
        """Return the step without an id."""
        return Step(params=self.size)

    def after(self, step: Step, page: Page) -> Step | End:
        """Return the step after the last record; an empty page is the end."""
        if not page.records:
            return End("empty_page")
        found = self.last_id.first(page.records[-1])
        if is_end_mark(found) and found != 0:
            return End(None, f"the last record has no `{self.last_id}` to go on from")
        return Step(params={**self.size, self.last_id_name: found})

    def reads(self) -> Reads:
        """Return the places that are read while pages follow one another."""
        return Reads(record=(self.last_id.place,))


def _build(config: Mapping[str, Any]) -> LastId:
    return LastId(config["last_id_name"], parse_path(config["last_id"]), size_of(config))


@hookimpl
def onroll_pagination_styles() -> list[PaginationKind]:
    """Offer `last_id`."""
    return [
        PaginationKind(
            name="last_id",
            summary="Everything after the last record's id",
            ends="an empty page",
            schema=shipped_schema("pagination/last_id"),
            build=_build,
            examples=(
                PaginationExample(
                    {"last_id_name": "from", "last_id": "id"},
                    (SeenPage(2, record={"id": "p2"}), SeenPage(1, record={"id": 3}), SeenPage(0)),
                    ({}, {"from": "p2"}, {"from": 3}),
                    "empty_page",
                ),
            ),
        )
    ]
