"""A model of HR APIs: how a list is paged, what each answer says, and in which way it lies.

`Api` is a pure function from request to answer for each of the six styles. An honest one gives
everybody once, in a stable order; `Lie` is one way not to.
"""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from .reading import BASE_URL, definition, person

if TYPE_CHECKING:
    from onroll.definition.connector import ConnectorDefinition

_CURSORS = ("cursor", "merged_cursor", "next_link", "link_header", "relative_link")
STYLES = ("none", "offset", "page", "last_id", *_CURSORS)


class Lie(enum.Enum):
    """What is wrong with a server or with the definition that reads it."""

    NOTHING = enum.auto()
    DROPPED = enum.auto()  # somebody is never listed, though the total counts them
    REPLACED = enum.auto()  # somebody's place is taken by somebody listed before
    DRIFT = enum.auto()  # the first person leaves while the list is read
    REPEATED_PAGE = enum.auto()  # one page is served again in another's place
    REPEATED_CURSOR = enum.auto()  # a cursor leads back
    WRONG_TOTAL = enum.auto()
    PAGE_LENGTH_TOTAL = enum.auto()
    CHANGING_TOTAL = enum.auto()
    EARLY_END = enum.auto()  # the end mark comes before the end, the total is right
    MISTYPED_CURSOR = enum.auto()
    MISTYPED_LOCATION = enum.auto()
    MISTYPED_TOTAL = enum.auto()
    MISTYPED_MORE = enum.auto()
    NO_PAGINATION = enum.auto()  # the definition says nothing of pages


@dataclass(frozen=True)
class Api:
    """One API and the definition that was written for it."""

    style: str
    count: int
    limit: int | None  # what the definition asks for
    lengths: tuple[int, ...]  # the lengths of pages in turn; 0 where the style allows it
    total: str  # "absent", "int", "text", "float", "header", "first_page", "null"
    has_more: bool = False
    has_total_pages: bool = False
    start: int = 0
    end: str = "absent"  # how the last page writes its cursor: "absent", "null", "empty"
    past_end: str = "empty"  # what comes behind the last page: "empty", "204" or a status
    lie: Lie = Lie.NOTHING
    at: int = 0  # where the lie falls
    by: int = 1  # how much it is off
    location: str = "people"
    state: dict[str, int] = field(default_factory=dict, compare=False)

    # --- who there is -----------------------------------------------------------------------

    @property
    def everybody(self) -> list[str]:
        return [f"p{number:03}" for number in range(self.count)]

    def present_throughout(self) -> set[str]:
        """Whom a complete listing must have."""
        left = {self.everybody[0]} if self.lie is Lie.DRIFT and self.count else set()
        return set(self.everybody) - left

    def _listed(self) -> list[str]:
        rows = self.everybody
        if rows and self.lie is Lie.DROPPED:
            del rows[self.at % len(rows)]
        if len(rows) > 1 and self.lie is Lie.REPLACED:
            at = 1 + self.at % (len(rows) - 1)
            rows[at] = rows[at - 1 - self.by % at]
        if rows and self.lie is Lie.DRIFT and self.state.get("requests", 0) > 1:
            del rows[0]
        return rows

    # --- pages ------------------------------------------------------------------------------

    def _length(self, index: int) -> int:
        """How long page `index` is; offsets and page numbers allow no empty ones."""
        length = self.lengths[index % len(self.lengths)]
        if self.style == "page":
            return max(1, self.lengths[0])
        return length if self.style in _CURSORS else max(1, length)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.state["requests"] = self.state.get("requests", 0) + 1
        parameters = dict(request.url.params)
        rows = self._listed()
        index, start = self._asked(parameters, rows)
        if self.lie is Lie.REPEATED_PAGE and index == 1 + self.at % 3:
            index, start = 0, 0
        length = len(rows) if self.style == "none" else self._length(index)
        shown = rows[start : start + length]
        if not shown and start > 0 and self.past_end != "empty" and self.style not in _CURSORS:
            return httpx.Response(int(self.past_end))
        return self._answer(index, start, shown, rows)

    def _asked(self, parameters: dict[str, str], rows: list[str]) -> tuple[int, int]:
        match self.style:
            case "none":
                return 0, 0
            case "offset":
                start = int(parameters.get("offset", self.start)) - self.start
                return start, start  # an offset knows no page; any number will do
            case "page":
                index = int(parameters.get("page", self.start)) - self.start
                return index, index * self._length(0)
            case "last_id":
                after = parameters.get("after")
                start = 0 if after is None else sum(row <= after for row in rows)
                return start, start
            case _:
                text = parameters.get("cursor", "0.0")
                index, start = (int(part) for part in text.split("."))
                return index, start

    def _answer(self, index: int, start: int, shown: list[str], rows: list[str]) -> httpx.Response:
        body: dict[str, Any] = {self.location: [person(one) for one in shown]}
        headers: dict[str, str] = {}
        end = start + len(shown)
        is_last = end >= len(rows) or (self.lie is Lie.EARLY_END and index >= self.at % 3)
        self._say_total(body, headers, index, len(shown))
        if self.has_more and self.style in ("offset", "page", "last_id"):
            body["has_more"] = not is_last
        if self.has_total_pages and self.style == "page":
            size = self._length(0)
            pages = -(-len(rows) // size)
            body["page_count"] = min(pages, 1 + self.at % 3) if self._ends_early else pages
        if self.style in _CURSORS:
            self._name_next(body, headers, None if is_last else f"{index + 1}.{end}", index)
        return httpx.Response(200, content=json.dumps(body), headers=headers)

    @property
    def _ends_early(self) -> bool:
        return self.lie is Lie.EARLY_END

    def _say_total(
        self, body: dict[str, Any], headers: dict[str, str], index: int, length: int
    ) -> None:
        left = 1 if self.lie is Lie.DRIFT and self.state["requests"] > 1 else 0
        total = self.count - left
        if self.lie is Lie.WRONG_TOTAL:
            total = max(0, total - self.by if self.at % 4 else total + self.by)
        elif self.lie is Lie.PAGE_LENGTH_TOTAL:
            total = length
        elif self.lie is Lie.CHANGING_TOTAL:
            total += (index + self.at) % 3
        match self.total:
            case "int":
                body["total"] = total
            case "text":
                body["total"] = str(total)
            case "float":
                body["total"] = float(total)
            case "null":
                body["total"] = None
            case "header":
                headers["X-Total-Count"] = str(total)
            case "first_page" if index == 0:
                body["total"] = total

    def _name_next(
        self, body: dict[str, Any], headers: dict[str, str], cursor: str | None, index: int
    ) -> None:
        if self.lie is Lie.REPEATED_CURSOR and cursor is not None and index == 1 + self.at % 2:
            cursor = "1." + str(self._length(0))
        url = f"{BASE_URL}/people?cursor={cursor}"
        match self.style:
            case "link_header":
                if cursor is not None:
                    headers["Link"] = f'<{url}>; rel="next"'
                return
            case "merged_cursor":
                value: Any = {"cursor": cursor}
            case "next_link":
                value = url
            case "relative_link":
                value = f"?cursor={cursor}"
            case _:
                value = cursor
        if cursor is not None:
            body["next_page"] = value
        elif self.end != "absent":
            body["next_page"] = None if self.end == "null" else ""

    # --- the definition ---------------------------------------------------------------------

    def definition(self) -> ConnectorDefinition:
        total: dict[str, Any] = {"total_count": "total"}
        if self.total == "header":
            total = {"total_count": {"header": "X-Total-Count"}}
        elif self.total == "absent":
            total = {}
        if total and self.lie is Lie.MISTYPED_TOTAL:
            total = {"total_count": "totals"}
        location = "persons" if self.lie is Lie.MISTYPED_LOCATION else self.location
        paging: dict[str, Any] = {"pagination": self._pagination()}
        if self.lie is Lie.NO_PAGINATION:
            paging = {"pagination": None}
        return definition({"resource_location": location, **total, **paging})

    def _pagination(self) -> dict[str, Any]:
        size = {} if self.limit is None else {"limit_name": "limit", "limit": self.limit}
        next_at: Any = "nxt" if self.lie is Lie.MISTYPED_CURSOR else "next_page"
        more: dict[str, Any] = {}
        if self.has_more:
            path = "hasMore" if self.lie is Lie.MISTYPED_MORE else "has_more"
            more = {"more": {"body": path, "equals": True}}
        match self.style:
            case "none":
                return {"style": "none"}
            case "offset":
                named = {"offset_name": "offset", "start": self.start}
                return {"style": "offset", **named, **size, **more}
            case "page":
                pages = {"total_pages": "page_count"} if self.has_total_pages else {}
                named = {"page_name": "page", "start": self.start}
                return {"style": "page", **named, **size, **pages, **more}
            case "last_id":
                return {
                    "style": "last_id",
                    "last_id_name": "after",
                    "last_id": "id",
                    **size,
                    **more,
                }
            case "cursor":
                return {"style": "cursor", "cursor_name": "cursor", "cursor": next_at, **size}
            case "merged_cursor":
                return {"style": "cursor", "cursor": next_at, **size}
            case "link_header":
                return {"style": "next_link", "next": {"header": "Link"}, **size}
            case _:
                return {"style": "next_link", "next": next_at, **size}
