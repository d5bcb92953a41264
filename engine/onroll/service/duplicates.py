"""People of a sample who share what must be theirs alone: an id, an e-mail, a user name. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from onroll.keys import identity_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onroll.service.reading import Item

__all__ = ["Duplicate", "find_duplicates"]

#: What an import tells people apart by, besides their ids; compared as it compares them.
_UNIQUE: Final = ("email", "username")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A value that several have, as the first of them writes it. `count` says how often it came.

    `records` are their numbers. Of an id only the first record is there: the others are left out.
    """

    attribute: str
    value: str = field(repr=False)
    count: int
    records: tuple[int, ...]


def find_duplicates(items: Sequence[Item], repeated: Sequence[str]) -> tuple[Duplicate, ...]:
    """Return what is there several times. `repeated` are the ids that came again."""
    again = Counter(repeated)
    by_id = {item.id: item.number for item in items if item.id in again}
    ids = [
        Duplicate("id", one, count + 1, (by_id[one],) if one in by_id else ())
        for one, count in again.items()
    ]
    return (*ids, *(one for name in _UNIQUE for one in _shared(name, items)))


def _shared(name: str, items: Sequence[Item]) -> Iterator[Duplicate]:
    groups: dict[str, list[tuple[int, str]]] = {}
    for item in items:
        value = None if item.mapped.user is None else item.mapped.user.attributes.get(name)
        if isinstance(value, str) and (key := identity_key(value)):
            groups.setdefault(key, []).append((item.number, value))
    for group in groups.values():
        if len(group) > 1:
            numbers = tuple(number for number, _ in group)
            yield Duplicate(name, group[0][1], len(group), numbers)
