"""`each_value`: the list is asked for once with each of some declared values.

For directories that list people of one office, company or letter only:

pagination: {style: each_value, value_name: office, values: [berlin, madrid]}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from onroll.plugins import hookimpl
from onroll.protocols import End, PaginationExample, PaginationKind, Paginator, SeenPage, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.model import Json, Page


@dataclass(frozen=True, slots=True)
class EachValue:
    """Ask with one value after the other. `position` is the index of the value asked with."""

    value_name: str
    values: tuple[str, ...]
    size: Mapping[str, Json] = field(default_factory=dict)

    def first(self) -> Step:
        """Return the step with the first value."""
        return self._at(0)

    def after(self, step: Step, page: Page) -> Step | End:
        """Return the step with the next value; nobody in one office says nothing of the next."""
        following = step.position + 1
        return self._at(following) if following < len(self.values) else End("end_marker")

    def _at(self, index: int) -> Step:
        return Step(params={**self.size, self.value_name: self.values[index]}, position=index)


def _build(config: Mapping[str, Any]) -> Paginator:
    size = {config["limit_name"]: config["limit"]} if "limit_name" in config else {}
    return EachValue(config["value_name"], tuple(config["values"]), size)


@hookimpl
def onroll_pagination_styles() -> list[PaginationKind]:
    """Offer `each_value`."""
    return [
        PaginationKind(
            name="each_value",
            summary="Once with each of some declared values",
            ends="the answer for the last value",
            schema={
                "properties": {
                    "value_name": {
                        "type": "string",
                        "minLength": 1,
                        "description": "The parameter that takes the value.",
                    },
                    "values": {
                        "type": "array",
                        "minItems": 1,
                        "uniqueItems": True,
                        "items": {"type": "string"},
                        "description": "The values to ask with, in order.",
                    },
                },
                "required": ["value_name", "values"],
            },
            build=_build,
            examples=(
                PaginationExample(
                    config={"value_name": "office", "values": ["berlin", "oslo", "madrid"]},
                    pages=(SeenPage(2), SeenPage(0), SeenPage(1)),
                    asks=({"office": "berlin"}, {"office": "oslo"}, {"office": "madrid"}),
                    proof="end_marker",
                ),
            ),
        )
    ]
