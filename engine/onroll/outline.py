"""Which places of an answer are read, what is known of them, and objects of only those members.

Nearly all of a record is read by nobody, and to decode it takes most of the time of reading it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Keys", "Members", "Outline", "Reads", "field_of", "has_field"]

#: The way to a place: names of keys, and numbers of items.
Keys: TypeAlias = tuple[str | int, ...]

_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Reads:
    """The places that are read: of an answer's body, and of each of its records.

    A place stands for everything that lies there. The number of an item stands for all items.
    """

    body: tuple[Keys, ...] = ()
    record: tuple[Keys, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A JSON value as far as it is wanted, and what such values were like so far.

    With `is_whole` everything that lies there is wanted, and with `is_nested` objects, or lists of
    more than plain values, were seen there. Else `members` are the wanted keys of an object; it is
    None when no object was seen. `witness` is one of them that every object had. `items` is of the
    items of a list, of which nothing is wanted when it is None.
    """

    is_whole: bool = False
    is_nested: bool = False
    members: Mapping[str, Outline] | None = None
    witness: str | None = None
    items: Outline | None = None


class Members(msgspec.Struct, gc=False):
    """An object of which only some members were decoded: the fields that `field_of` names.

    A member that is not there is `msgspec.UNSET`. It stands for an object that is not empty.
    Paths read it as they read the whole; nothing else should.
    """


def has_field(key: str) -> bool:
    """Whether the member of that key can be a field: msgspec knows no key that JSON escapes.

    Nor can one be that is very long, since some keys are chosen by the server, and are kept.
    """
    return len(key) <= _LONGEST and key.isprintable() and '"' not in key and "\\" not in key


@lru_cache(maxsize=4096)
def field_of(key: str) -> str:
    """Return the name of the field that holds the member of that key: letters and digits alone."""
    return "k" + key.encode("utf-8", "surrogatepass").hex()
