"""Which list of an answer is the list of people."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from onroll.drafting.evidence import Guess
from onroll.drafting.layouts import layouts
from onroll.drafting.leaves import written
from onroll.drafting.people import people_likeness
from onroll.drafting.words import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.drafting.evidence import Answer
    from onroll.drafting.layouts import Layout
    from onroll.model import Json
    from onroll.outline import Keys

__all__ = ["FoundRecords", "find_records"]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SAMPLE: Final = 50
_OF_PEOPLE: Final = _set(
    "user people person employee worker member staff profile employment personnel agent "
    "contact colleague account human mitarbeiter medewerker employe empleado requester "
    "principal"
)
_OF_LISTS: Final = _set(
    "data result item value record list row entry content object resource element response "
    "node edge hit"
)
#: What lies beside the people: what they belong to, what went wrong, what the columns are.
_ASIDE: Final = _set(
    "include included linked link error warning message meta metadata team group department "
    "location office field column schema role facet filter aggregation sort division "
    "company position job permission scope tag paging pagination page header site webhook"
)
#: What tells a reader that a record is a person.
_TELLING: Final = _set("email mail name login firstname lastname surname username")


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """A list that may be the people: where it lies, as `resource_location` is written."""

    location: Guess[Json]
    records: tuple[Json, ...] = field(repr=False)
    shape: Guess[Mapping[str, Any]] | None = None
    keys: Keys = ()


def find_records(answer: Answer) -> list[FoundRecords]:
    """Return the lists that an answer holds, the most probable list of people first."""
    weighed = [(_weight(one), one) for one in layouts(answer.body)]
    weighed.sort(key=lambda pair: -pair[0])
    found = [_found(one, is_described=answer.is_described) for _, one in weighed]
    if not found:
        return []
    first, rival = weighed[0], weighed[1] if len(weighed) > 1 else None
    if _is_clear(first, rival):
        return found
    note = f"; {_rival(rival[1])}" if rival is not None and rival[1].records else ""
    return [_unsure(found[0], note), *found[1:]]


def _is_clear(first: tuple[float, Layout], rival: tuple[float, Layout] | None) -> bool:
    weight, layout = first
    if not layout.records:
        return False
    if rival is None or not rival[1].records:
        return True
    return weight - rival[0] >= _CLEAR


#: By so much a list must be more like people than the next one.
_CLEAR: Final = 0.6


def _weight(layout: Layout) -> float:
    """Weigh a list: how much its records look like people, then what it is called."""
    weight = 0.0
    if layout.records:
        weight += 1.0 + 4.0 * people_likeness(_without_lists(layout.records[:_SAMPLE]))
        weight += 0.3 if len(layout.records) > 1 else 0.0
    names = [set(words_of(str(key))) for key in layout.keys if isinstance(key, str)]
    last = names[-1] if names else set()
    # A list that is called `department_users` holds users.
    if last & _OF_PEOPLE:
        weight += 0.8
    elif last & _ASIDE:
        weight -= 1.2
    elif last & _OF_LISTS:
        weight += 0.4
    weight -= 1.2 * any(one & _ASIDE and not one & _OF_PEOPLE for one in names[:-1])
    if layout.shape is not None:
        weight -= {"keyed": 0.1, "columns": 0.0, "values": 2.0}[layout.shape["style"]]
    inside = sum(isinstance(key, int) for key in layout.keys)
    return weight - 0.15 * len(layout.keys) - 0.5 * inside


def _without_lists(records: tuple[Json, ...]) -> tuple[Json, ...]:
    """Return a lone record without what may be the list itself; several as they are."""
    if len(records) > 1 or not isinstance(records[0], dict):
        return records
    return ({key: one for key, one in records[0].items() if not _is_list_of_objects(one)},)


def _is_list_of_objects(value: Json) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _found(layout: Layout, *, is_described: bool) -> FoundRecords:
    is_sure = bool(layout.records)
    evidence = _described(layout) if is_described else _evidence(layout)
    location = Guess(written(layout.keys), evidence, is_sure)
    shape = None if layout.shape is None else Guess(layout.shape, layout.reason, is_sure)
    return FoundRecords(location, layout.records, shape, layout.keys)


def _evidence(layout: Layout) -> str:
    count = len(layout.records)
    if not count:
        return "an empty list, chosen by its name alone" if layout.keys else "an empty list"
    if layout.shape is not None and layout.shape["style"] == "values":
        return f"a list of {count} plain {'value' if count == 1 else 'values'}"
    names = _telling(layout.records)
    what = f"a list of {count} {'object' if count == 1 else 'objects'}"
    if layout.shape is not None:
        what = f"{count} {'record' if count == 1 else 'records'}"
    return f"{what} with {names}" if names else what


def _described(layout: Layout) -> str:
    """Say what a documentation shows: of made-up records the number means nothing."""
    names = _telling(layout.records)
    return "documented as a list of objects" + (f" with {names}" if names else "")


def _telling(records: tuple[Json, ...]) -> str:
    """Name the keys that show what the records are."""
    first = next((one for one in records if isinstance(one, dict)), {})
    names = [key for key in first if set(words_of(key)) & _TELLING and len(key) <= _LONGEST]
    if not names:
        wrapped = [
            (key, inner)
            for key, value in first.items()
            if isinstance(value, dict)
            for inner in value
            if set(words_of(inner)) & _TELLING
        ]
        names = [f"{key}.{inner}" for key, inner in wrapped]
    names = names or [key for key in first if len(key) <= _LONGEST]
    return ", ".join(f"`{name}`" for name in names[:3])


_LONGEST: Final = 60


def _rival(layout: Layout) -> str:
    path = written(layout.keys)
    return f"`{path}` has {len(layout.records)} that look alike"


def _unsure(found: FoundRecords, note: str) -> FoundRecords:
    location = found.location
    return replace(found, location=Guess(location.value, location.evidence + note, is_sure=False))
