"""Which records of a page make an example: few, and somebody of each kind that can be told apart.

A kind is a status, or a value that a `map` looks at. What only a detail brings is not known yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.expressions.path import parse_path
from onroll.expressions.reference import as_text
from onroll.model import NO_STATUS, Absent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from onroll.expressions.path import Path
    from onroll.mapping.mapped import Mapped
    from onroll.model import Json

__all__ = ["Sampler"]

#: What a record is: the attribute, and its value as text.
_Kind = tuple[str, str]


class Sampler:
    """Chooses so many records of each page: the first of every kind not seen yet, then the first.

    A status goes before other kinds. The records stay in their order.
    """

    def __init__(
        self, attributes: Mapping[str, Json], map_record: Callable[[Json], Mapped], most: int
    ) -> None:
        self._paths = [
            (name, path) for name, value in attributes.items() for path in _mapped_paths(value)
        ]
        self._map = map_record
        self._most = most
        self._seen: set[_Kind] = set()

    def choose(self, records: Sequence[Json]) -> list[int]:
        """Return the places of the records to keep."""
        if len(records) <= self._most:
            for record in records:
                self._seen |= self._statuses(record) | self._values(record)
            return list(range(len(records)))
        chosen: set[int] = set()
        for kinds_of in (self._statuses, self._values, None):
            for at, record in enumerate(records):
                if len(chosen) == self._most:
                    break
                if at not in chosen and (kinds_of is None or not kinds_of(record) <= self._seen):
                    chosen.add(at)
                    self._seen |= self._statuses(record) | self._values(record)
        return sorted(chosen)

    def _statuses(self, record: Json) -> set[_Kind]:
        mapped = self._map(record)
        if mapped.user is None:
            return {("status", "excluded" if mapped.is_excluded else "refused")}
        status = mapped.user.attributes.get("status") or NO_STATUS
        raw = {one for one in self._values(record) if one[0] == "status"}
        return raw | {("status of ours", as_text(status))}

    def _values(self, record: Json) -> set[_Kind]:
        found: set[_Kind] = set()
        for name, path in self._paths:
            value = path.first(record)
            if not isinstance(value, Absent | dict | list) and value is not None:
                found.add((name, as_text(value).strip().casefold()))
        return found


def _mapped_paths(value: Json) -> Iterator[Path]:
    """Yield the paths whose values a `map` looks at, inside of `first`, `all` and `custom` too."""
    if isinstance(value, dict):
        if isinstance(value.get("map"), dict) and "path" in value:
            yield parse_path(value["path"])
        for item in value.values():
            yield from _mapped_paths(item)
    elif isinstance(value, list):
        for item in value:
            yield from _mapped_paths(item)
