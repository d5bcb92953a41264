"""`map`: from what a source calls something to what it is called here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from onroll.expressions.reference import as_text
from onroll.model import ABSENT, Absent, Json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Unmatched", "look_up_in"]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What `map` gives for a text that it does not name: nothing, but reported by its name."""

    text: str


def look_up_in(
    table: Mapping[str, Json], unnamed: Callable[[str], Unmatched] = Unmatched
) -> Callable[[Json], Json | Unmatched]:
    """Return the function that a `map` is, from a value that is not null to what it stands for.

    `unnamed` makes what is returned of a text that it does not name, or raises.
    """
    folded = {_fold(key): target for key, target in table.items() if key != "*"}
    rest: Json | Absent = table.get("*", ABSENT)

    def look_up(found: Json) -> Json | Unmatched:
        if type(found) is str and found in folded:
            return folded[found]
        return one_by_one(found) if isinstance(found, list) else one(found)

    def one_by_one(items: list[Json]) -> Json | Unmatched:
        """Map a list's items. Those that are not named are left out, unless that is all."""
        targets = [one(item) for item in items if item is not None]
        named = [target for target in targets if not isinstance(target, Unmatched)]
        return named if named or not targets else targets[0]

    def one(found: Json) -> Json | Unmatched:
        text = as_text(found)
        if _fold(text) in folded:
            return folded[_fold(text)]
        return unnamed(text) if isinstance(rest, Absent) else rest

    return look_up


def _fold(text: str) -> str:
    return text.strip().casefold()
