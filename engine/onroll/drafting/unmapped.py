"""What sample records hold beside the attributes that were found in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from onroll.drafting.leaves import Every, Leaf, Picked, Step, is_labeled, leaves_of, written
from onroll.expressions.path import PathError, parse_path
from onroll.expressions.reference import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from onroll.model import Json

__all__ = ["unmapped_paths"]

_MOST_RECORDS = 2000
_NAMES: Final = ("first_name", "middle_name", "last_name", "display_name", "preferred_name")
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
#: Shorter words of a name are in too many keys to be somebody's there.
_FEWEST_LETTERS: Final = 3


def unmapped_paths(records: Sequence[Json], attributes: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the paths to filled places that no attribute reads, as a definition writes them.

    Of a list of named values each name has its own path; of any other list its first item stands
    for all. Keys and labels that are somebody's name or address are in none of them.
    """
    kept = [record for record in records[:_MOST_RECORDS] if isinstance(record, dict)]
    leaves = leaves_of(kept)
    read = {as_text(path) for value in attributes.values() for path in _paths_in(value)}
    places = {_place(leaf.steps) for leaf in leaves if read & set(_spellings(leaf))}
    above = [keys for path in read if (keys := _plain_keys(path))]
    labeled = {_before_label(leaf.steps) for leaf in leaves} - {()}
    names = _words_of_names(leaves, attributes)
    left: dict[str, None] = {}
    for leaf in leaves:
        place = _place(leaf.steps)
        is_read = place in places or any(place[: len(keys)] == keys for keys in above)
        if _is_somebodys(leaf, names):
            continue
        if not is_read and leaf.filled and _is_shown(leaf.steps, labeled):
            left[as_text(leaf.path)] = None
    return tuple(left)


def _words_of_names(leaves: Sequence[Leaf], attributes: Mapping[str, Json]) -> set[str]:
    read = {as_text(path) for name in _NAMES for path in _paths_in(attributes.get(name))}
    texts = (as_text(one) for leaf in leaves if read & set(_spellings(leaf)) for one in leaf.filled)
    return {word for text in texts for word in _words_in(text)}


def _words_in(text: str) -> set[str]:
    found = re.findall(r"[^\W\d_]+", text.casefold())
    return {one for one in found if len(one) >= _FEWEST_LETTERS}


def _is_somebodys(leaf: Leaf, names: set[str]) -> bool:
    """Whether a key on the way, or a label, is no field's but somebody's."""
    for step in leaf.steps:
        text = step.value if isinstance(step, Picked) else step
        if not isinstance(text, str):
            continue
        if _ADDRESS.search(text) or _words_in(text) & names:
            return True
        # What only few records have, and no field would be called.
        is_odd = " " in text or text.isdecimal()
        if is_odd and 1 < len(leaf.values) >= 2 * len(leaf.filled):
            return True
    return False


def _paths_in(value: Json) -> Iterator[Json]:
    if isinstance(value, str | list):
        yield value
    elif isinstance(value, dict):
        yield from _paths_in(value.get("path"))
        yield from _paths_in(value.get("when"))
        for item in value.get("first", ()):
            yield from _paths_in(item)


def _spellings(leaf: Leaf) -> Iterator[str]:
    yield as_text(leaf.path)
    yield as_text(written(tuple(Every() if step == 0 else step for step in leaf.steps)))


def _place(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps with the first item for every item that is told apart by a type."""
    return tuple(step if isinstance(step, str | int) or is_labeled(step) else 0 for step in steps)


def _plain_keys(path: str) -> tuple[Step, ...] | None:
    try:
        return parse_path(path).keys
    except PathError:
        return None  # a list of literal keys, which names one leaf


def _before_label(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the way to the list that names its values; empty where there is none."""
    at = next((index for index, step in enumerate(steps) if is_labeled(step)), 0)
    return steps[:at]


def _is_shown(steps: tuple[Step, ...], labeled: set[tuple[Step, ...]]) -> bool:
    if any(isinstance(step, Picked) and not is_labeled(step) for step in steps):
        return False
    return not any(step == 0 and steps[:index] in labeled for index, step in enumerate(steps))
