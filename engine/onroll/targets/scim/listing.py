"""Read a whole list of a SCIM service, with the proof that it is whole (RFC 7644, 3.4.2.4).

Pages are stepped by what was received: services cap `count` silently. The proof is that the
different ids of one reading are as many as `totalResults` says, all through.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onroll.diagnostics import Diagnostic
from onroll.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.targets.scim.client import ScimClient
    from onroll.targets.scim.resource import Resource

__all__ = ["ScimList"]

_READINGS = 2


@dataclass
class _Reading:
    """One way through the list: which ids came, and what speaks against its being whole."""

    ids: set[str] = field(default_factory=set)
    received: int = 0
    total: int | None = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class ScimList:
    """One endpoint's resources, perhaps filtered."""

    client: ScimClient
    path: str
    page_size: int
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    can_sort: bool = False

    def pages(self) -> Iterator[list[Resource]]:
        """Yield each resource once, a page at a time.

        When the list changes under the reading, or its order does, it is read once more, sorted
        if the service can. Raises `TargetError` when that one is not whole either.
        """
        known: set[str] = set()
        doubt = ""
        for number in range(_READINGS):
            reading = _Reading()
            order = {"sortBy": "id"} if number and self.can_sort else {}
            for page in self._read(reading, order):
                new = [one for one in page if one["id"] not in known]
                known.update(one["id"] for one in new)
                if new:
                    yield new
            if reading.doubt is None:
                return
            doubt = reading.doubt
        raise TargetError(
            Diagnostic(
                "target-incomplete",
                f"the target `{self.client.name}` does not give all of {self.path}: {doubt}",
                hint="who is missing there would be created again, so the import stops here",
            )
        )

    def _read(self, reading: _Reading, order: Mapping[str, str]) -> Iterator[list[Resource]]:
        while reading.total is None or reading.received < reading.total:
            page, total = self._page(reading.received + 1, order)
            if reading.total is not None and total != reading.total:
                reading.doubt = "the total changed while it was read"
            reading.total = total
            before = len(reading.ids)
            reading.ids.update(one["id"] for one in page)
            reading.received += len(page)
            yield page
            if len(reading.ids) == before:
                break  # an empty page, or one that came before: `startIndex` may be ignored
        if len(reading.ids) != reading.total:
            reading.doubt = f"{len(reading.ids)} of {reading.total} came"

    def _page(self, start: int, order: Mapping[str, str]) -> tuple[list[Resource], int]:
        answer = self.client.get(
            self.path,
            **self.params,
            **order,
            startIndex=str(start),
            count=str(self.page_size),
        )
        if answer is None:
            raise self.client.wrong_answer(f"has nothing at {self.path}")
        resources, total = answer.get("Resources") or [], answer.get("totalResults")
        if isinstance(total, bool) or not isinstance(total, int) or total < 0:
            raise self.client.wrong_answer(f"lists {self.path} without `totalResults`")
        if not isinstance(resources, list):
            raise self.client.wrong_answer(f"lists {self.path} without `Resources`")
        for one in resources:
            if not isinstance(one, dict) or not isinstance(one.get("id"), str) or not one["id"]:
                raise self.client.wrong_answer(f"lists {self.path} with a resource without `id`")
        return resources, total
