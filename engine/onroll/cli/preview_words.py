"""What a preview says in words: who is amiss and why, what changed, and how much is filled."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from onroll.cli.lines import cleaned, count_of
from onroll.mapping.coverage import unmapped
from onroll.model import NO_STATUS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from onroll.service.differences import Change, Differences
    from onroll.service.duplicates import Duplicate
    from onroll.service.preview import Preview
    from onroll.service.subject import Subject
    from onroll.sync.outlook import OutlookState

__all__ = [
    "STATES",
    "change_items",
    "coverage_items",
    "duplicate_item",
    "numbers_of",
    "refusal_items",
    "refused_items",
    "rules_of",
    "standing_counts",
    "standing_rows",
    "unknown_items",
    "unused_fields",
    "wrapper_keys",
]

#: How a person stands, in words; what needs somebody first.
STATES: Final[Mapping[OutlookState, str]] = {
    "unknown": "unknown",
    "incomplete": "incomplete",
    "too_early": "too early",
    "active": "active",
    "inactive": "inactive",
}


#: Of those that came with a detail; all of them stand below.
_FEW_FIELDS: Final = 5


def rules_of(subject: Subject) -> str:
    """Say whose import rules count, and where days count of people without a zone of their own."""
    whose = "the default rules" if subject.connection is None else f"the rules of `{subject.name}`"
    return f"by {whose}, {subject.import_rules.time_zone}"


def numbers_of(preview: Preview) -> str:
    """Say which records there are to see."""
    if not preview.items:
        return "the list is there, and nobody is in it"
    read = f"{count_of(len(preview.items), 'was', 'were')} read"
    return f"{read}, {preview.items[0].number} to {preview.items[-1].number}"


def unknown_items(preview: Preview) -> list[str]:
    """Say which statuses are not known, and how many people have each."""
    return [
        f"none at all ({count})"
        if status == NO_STATUS
        else f"{cleaned(repr(status), 40)} ({count})"
        for status, count in preview.unknown_statuses.items()
    ]


def duplicate_item(one: Duplicate) -> str:
    """Say what several people have, and which."""
    name = {"email": "e-mail"}.get(one.attribute, one.attribute)
    if one.attribute == "id":
        return f"{name} {cleaned(one.value, 40)} ({one.count} times)"
    return f"{name} {cleaned(one.value, 40)} ({_records(one.records)})"


def refused_items(preview: Preview) -> list[str]:
    """Say which records give nobody, and why."""
    return [
        f"record {item.number} (id {cleaned(item.id or 'missing', 40)}): "
        + "; ".join(f"{one.attribute}: {one.message}" for one in item.mapped.reasons)
        for item in preview.refused
    ]


def refusal_items(preview: Preview) -> list[str]:
    """Say why records give nobody, and which: one reason may be that of many."""
    groups: dict[str, list[int]] = {}
    for item in preview.refused:
        for one in item.mapped.reasons:
            groups.setdefault(f"{one.attribute}: {one.message}", []).append(item.number)
    return [f"{why} ({_records(numbers)})" for why, numbers in groups.items()]


def _records(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:5])
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"record{'s' if len(numbers) > 1 else ''} {shown}{more}"


def standing_counts(preview: Preview) -> list[str]:
    """Say how many people would be what to an import."""
    counts = Counter(one.state for one in preview.outlooks.values())
    return [f"{counts[state]} {word}" for state, word in STATES.items() if counts[state]]


def standing_rows(preview: Preview) -> list[tuple[str, str, str]]:
    """Return who, how they stand and why; those alike in one row. Who is plainly active is not."""
    groups: dict[tuple[OutlookState, str], list[str]] = {}
    for item in preview.items:
        one = preview.outlooks.get(item.number)
        if one is not None and not one.is_plain:
            groups.setdefault((one.state, one.why), []).append(item.id or "")
    order = list(STATES)
    return [
        (
            cleaned(ids[0], 10) if len(ids) == 1 else count_of(len(ids), "person", "people"),
            STATES[state],
            why,
        )
        for (state, why), ids in sorted(groups.items(), key=lambda one: order.index(one[0][0]))
    ]


def coverage_items(preview: Preview) -> tuple[list[str], list[str]]:
    """Return the attributes that everybody has, and the others with how many have them."""
    full, others = [], []
    for name, one in preview.coverage.items():
        count = one.filled + one.empty + one.absent
        if one.filled == count:
            full.append(name)
        else:
            others.append(f"{name} {one.filled}")
    return full, others


def change_items(found: Differences) -> list[str]:
    """Say what another definition changed, attribute by attribute, and for whom."""
    said = [
        f"{word}: {_records(numbers)}"
        for word, numbers in (("newly refused", found.refused), ("repaired", found.repaired))
        if numbers
    ]
    for name in dict.fromkeys([*found.attributes, *found.coverage]):
        parts = _change_parts(found.attributes.get(name), found.coverage.get(name))
        said.append(f"{name}: {', '.join(parts)}")
    for count, words in (
        (found.came, "more to see"),
        (found.went, "no longer to see"),
        (found.standing, "would be treated otherwise by an import"),
    ):
        if count:
            said.append(f"{count_of(count, 'person', 'people')} {words}")
    for kind, paths in (("new", found.fields_came), ("lost", found.fields_went)):
        if paths:
            shown = ", ".join(paths[:_FEW_FIELDS])
            more = len(paths) - _FEW_FIELDS
            end = f" and {more} more" if more > 0 else ""
            said.append(f"{count_of(len(paths), f'{kind} field')}: {shown}{end}")
    for word, paths in (
        ("now used", found.used),
        ("no longer used", found.unused),
    ):
        if paths:
            said.append(f"{word}: {', '.join(paths)}")
    return said


def _change_parts(change: Change | None, filled: tuple[int, int] | None) -> list[str]:
    counts = () if change is None else (change.added, change.removed, change.changed)
    words = ("new for", "gone for", "other for")
    parts = [f"{word} {count}" for word, count in zip(words, counts, strict=False) if count]
    if filled is not None:
        parts.append(f"filled {filled[0]} → {filled[1]}")
    return parts


def unused_fields(preview: Preview) -> tuple[list[str], list[str]]:
    """Fold the unused paths: to the highest parent that is wholly unused, and wrapper keys to one.

    An API that wraps each value (`{label, value, type}`) would fill pages otherwise.
    """
    left = unmapped(preview.schema)
    used = [one.path for one in preview.schema if one.used_by]
    wrappers = wrapper_keys(left)
    inside = {parent for path in used for parent in _parents(path)}
    fields: Counter[str] = Counter()
    for path in left:
        if path.rpartition(".")[2] not in wrappers:
            top = next((one for one in _parents(path) if one not in inside), path)
            fields[top] += 1
    folded = [f"{top} ({count} fields)" if count > 1 else top for top, count in fields.items()]
    return folded, wrappers


def wrapper_keys(unused: Iterable[str]) -> list[str]:
    """Return the keys that stand beside most values and that nobody uses, as `type` and `label`."""
    last = Counter(path.rpartition(".")[2] for path in unused)
    return [name for name, count in last.items() if count > 8 and name != "value"]


def _parents(path: str) -> list[str]:
    """Return the paths above this one, the highest first, and the path itself."""
    cuts = [match.start() for match in re.finditer(r"[.\[]", path)]
    return [path[:cut] for cut in cuts if cut] + [path]
