"""Lists and their pages, before they are written out: the one place where a list can go wrong.

A list request goes this way, and a fault may step in at each arrow:

    Listing (who is listed) -> Window (what is served of it) -> records -> Page -> Answer
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from onroll.model import Absent


@dataclass(frozen=True, slots=True)
class Listing:
    """The people of a list, as indexes in order, and the total that the API states.

    The rows are spans one after the other, so that a million people take no memory.
    """

    spans: tuple[Sequence[int], ...]
    total: int

    @classmethod
    def of(cls, indexes: Sequence[int]) -> "Listing":
        """List these people and state their number."""
        return cls((indexes,), len(indexes))

    def __len__(self) -> int:
        return sum(len(span) for span in self.spans)

    def rows(self, start: int, size: int) -> list[int]:
        """Return up to `size` rows from position `start`."""
        rows: list[int] = []
        for span in self.spans:
            if size <= len(rows):
                break
            rows.extend(span[start : start + size - len(rows)])
            start = max(0, start - len(span))
        return rows

    def without(self, position: int) -> "Listing":
        """Leave out the row at a position, and state the same total."""
        head, tail = self._split(position)
        return replace(self, spans=(*head, *(Listing(tail, 0)._split(1)[1])))

    def with_row(self, position: int, index: int) -> "Listing":
        """List a person at a position, and state the same total."""
        head, tail = self._split(position)
        return replace(self, spans=(*head, (index,), *tail))

    def _split(self, position: int) -> tuple[tuple[Sequence[int], ...], tuple[Sequence[int], ...]]:
        head: list[Sequence[int]] = []
        tail: list[Sequence[int]] = []
        for span in self.spans:
            cut = min(max(position, 0), len(span))
            head.append(span[:cut])
            tail.append(span[cut:])
            position -= len(span)
        return tuple(head), tuple(tail)


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a list that is asked for, or the part that is served."""

    start: int
    size: int
    by: Literal["offset", "cursor"]

    @property
    def page_index(self) -> int:
        """Which page this is, from 0, if all pages are of this size."""
        return self.start // max(self.size, 1)


@dataclass(frozen=True, slots=True)
class Page:
    """A page with its records written out, and what it says of itself.

    `records_key` replaces the API's own key for the records; `extras` are further top-level
    members, as JSON texts. The links are empty where the API has none.
    """

    window: Window
    records: tuple[str, ...]
    total: int | str | Absent | None
    page_count: int
    self_href: str = ""
    following_href: str = ""
    next_href: str | None = None
    records_key: str | None = None
    extras: tuple[tuple[str, str], ...] = ()

    def body(self, before: str, records_key: str, after: str) -> bytes:
        """Write the JSON object: the records and extras between other members, as texts."""
        extras = "".join(f',"{key}":{text}' for key, text in self.extras)
        start = f'{{{before}"{self.records_key or records_key}":['
        end = f"]{extras}{after}}}"
        # One join and no more: pages are large, and copies of them are what takes time.
        return "".join((start, *islice(self._separated(), 1, None), end)).encode("ascii")

    def _separated(self) -> Iterator[str]:
        for record in self.records:
            yield ","
            yield record


def cut_page(
    asked: Window,
    records: Sequence[str],
    length: int,
    total: int,
    link: Callable[[int], str] = lambda _start: "",
) -> Page:
    """Put the records that a list of `length` rows yielded for a window on a page.

    `link` writes the address of the page that starts at a position.
    """
    # An empty page in mid-list still leads on, or its cursor would lead to itself.
    reached = asked.start + (len(records) or asked.size)
    return Page(
        window=asked,
        records=tuple(records),
        total=total,
        page_count=-(-total // asked.size),
        self_href=link(asked.start),
        following_href=link(reached),
        next_href=link(reached) if reached < length else None,
    )
