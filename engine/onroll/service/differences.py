"""What another definition makes of the same people: which attributes, of how many. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from onroll.mapping.beside import values_of
from onroll.mapping.coverage import raw_schema, unmapped
from onroll.mapping.values import is_filled

if TYPE_CHECKING:
    from onroll.model import Json
    from onroll.service.preview import Preview
    from onroll.service.reading import Item

__all__ = ["Change", "Differences", "differences_of"]


@dataclass(frozen=True, slots=True)
class Change:
    """For how many people an attribute came, went, or has another value."""

    added: int = 0
    removed: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two previews. Only people who are in both are compared.

    `refused` and `repaired` are the numbers of records that newly give nobody, or somebody again.
    `coverage` has the attributes that are filled more or less often, before and after; `came` and
    `went` count people, as does `standing` those who are something else to an import; `used` and
    `unused` are paths that an attribute reads now, or no longer; `fields_came` and `fields_went`
    are those that the records have now, or no longer, as by a detail.
    """

    attributes: dict[str, Change] = field(default_factory=dict)
    refused: tuple[int, ...] = ()
    repaired: tuple[int, ...] = ()
    coverage: dict[str, tuple[int, int]] = field(default_factory=dict)
    came: int = 0
    went: int = 0
    standing: int = 0
    used: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    fields_came: tuple[str, ...] = ()
    fields_went: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether all is as it was."""
        return self == Differences()

    def as_json(self) -> dict[str, Any]:
        """Return the differences as `onroll preview --watch --json` writes them."""
        return {
            "attributes": {
                name: {"added": one.added, "removed": one.removed, "changed": one.changed}
                for name, one in self.attributes.items()
            },
            "refused": list(self.refused),
            "repaired": list(self.repaired),
            "coverage": {name: list(pair) for name, pair in self.coverage.items()},
            "came": self.came,
            "went": self.went,
            "standing": self.standing,
            "used": list(self.used),
            "unused": list(self.unused),
            "fields_came": list(self.fields_came),
            "fields_went": list(self.fields_went),
        }


def differences_of(before: Preview, after: Preview) -> Differences:
    """Compare two previews of one source."""
    old, new = _by_record(before), _by_record(after)
    both = [key for key in new if key in old]
    pairs = [(old[key], new[key]) for key in both]
    had, has = set(unmapped(before.schema)), set(unmapped(after.schema))
    known = {one.path for one in after.schema}
    paths = [one.path for one in before.schema if one.path in known]
    fields_came, fields_went = _fields(before, after, pairs)
    return Differences(
        attributes=_attributes(pairs),
        refused=tuple(b.number for a, b in pairs if a.mapped.user and _is_refused(b)),
        repaired=tuple(b.number for a, b in pairs if _is_refused(a) and b.mapped.user),
        coverage=_coverage(pairs),
        came=len(new) - len(both),
        went=len(old) - len(both),
        standing=sum(_stands_otherwise(before, a, after, b) for a, b in pairs),
        used=tuple(one for one in paths if one in had - has),
        unused=tuple(one for one in paths if one in has - had),
        fields_came=fields_came,
        fields_went=fields_went,
    )


def _by_record(preview: Preview) -> dict[str | int, Item]:
    """Know a record again by its id; by its number when it has none."""
    return {item.number if item.id is None else item.id: item for item in preview.items}


def _fields(
    before: Preview, after: Preview, pairs: list[tuple[Item, Item]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paths that came and went, without those that only other people brought."""
    if {one.path for one in before.schema} == {one.path for one in after.schema}:
        return (), ()
    old = [one.path for one in raw_schema([one.record for one, _ in pairs], {})]
    new = [one.path for one in raw_schema([other.record for _, other in pairs], {})]
    had, has = set(old), set(new)
    return (
        tuple(one for one in new if one not in had),
        tuple(one for one in old if one not in has),
    )


def _is_refused(item: Item) -> bool:
    return item.mapped.user is None and not item.mapped.is_excluded


def _stands_otherwise(before: Preview, one: Item, after: Preview, other: Item) -> bool:
    old, new = before.outlooks.get(one.number), after.outlooks.get(other.number)
    return old is not None and new is not None and old.state != new.state


def _attributes(pairs: list[tuple[Item, Item]]) -> dict[str, Change]:
    added: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    for one, other in pairs:
        if one.mapped.user is None or other.mapped.user is None:
            continue  # told by `refused` and `repaired`
        old, new = values_of(one.mapped), values_of(other.mapped)
        added.update(name for name in new if name not in old)
        removed.update(name for name in old if name not in new)
        changed.update(name for name in new if name in old and _differs(old[name], new[name]))
    names = dict.fromkeys([*added, *removed, *changed])
    return {name: Change(added[name], removed[name], changed[name]) for name in names}


def _differs(old: Json, new: Json) -> bool:
    return bool(old != new) or type(old) is not type(new)


def _coverage(pairs: list[tuple[Item, Item]]) -> dict[str, tuple[int, int]]:
    """Count how many have each attribute filled, of those who are somebody before and after."""
    counts: dict[str, list[int]] = {}
    for pair in pairs:
        if all(one.mapped.user for one in pair):
            for at, one in enumerate(pair):
                for name, value in values_of(one.mapped).items():
                    counts.setdefault(name, [0, 0])[at] += is_filled(value)
    return {name: (old, new) for name, (old, new) in counts.items() if old != new}
