"""Keys that name a field, though they are also somebody's: `admin`, where a login is `admin`.

What most objects at a place have is a field of theirs. An object that is keyed by values has
different keys in each record, or hardly any other ones.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from onroll.pseudonyms.bodies import objects_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from onroll.pseudonyms.bodies import Body
    from onroll.pseudonyms.rules import FieldPath

__all__ = ["field_names"]

#: One record alone has every key that it has.
_FEWEST_OBJECTS: Final = 2


def field_names(bodies: Iterable[Body], is_data_key: Callable[[str], bool]) -> frozenset[str]:
    """Return those of the keys that `is_data_key` takes for values which are names of fields."""
    objects: Counter[FieldPath] = Counter()
    keys: dict[FieldPath, Counter[str]] = {}
    for body in bodies:
        for path, found in objects_of(body):
            objects[path] += 1
            keys.setdefault(path, Counter()).update(found)
    names: set[str] = set()
    for path, counts in keys.items():
        doubtful = {key for key in counts if is_data_key(key)}
        is_keyed_by_values = 2 * len(doubtful) > len(counts)
        if objects[path] >= _FEWEST_OBJECTS and not is_keyed_by_values:
            names |= {key for key in doubtful if 2 * counts[key] > objects[path]}
    return frozenset(names)
