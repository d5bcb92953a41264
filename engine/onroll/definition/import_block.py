"""Check the `import` block of a connection beyond its schema, and compile it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from onroll.definition.import_rules import (
    Allowance,
    GroupRule,
    ImportRules,
    Protected,
    SafeguardLimits,
)
from onroll.definition.wording import dotted
from onroll.diagnostics import Diagnostic, nearest, one_of
from onroll.expressions.condition import parse_condition
from onroll.expressions.reference import as_text
from onroll.model import ATTRIBUTES, LIST_ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from onroll.definition.source import KeyPath, Source
    from onroll.model import Json

__all__ = ["broken_import", "parse_allowance", "parse_import", "unmapped_groups"]


def parse_import(written: Mapping[str, Any]) -> ImportRules:
    """Compile a checked `import` block."""
    simple = {
        key: written[key]
        for key in (
            "absent", "absent_after", "allow_reactivation", "create_as", "create_days_before",
            "target", "time_zone",
        )
        if key in written
    }  # fmt: skip
    if "inactive_statuses" in written:
        simple["inactive_statuses"] = frozenset(written["inactive_statuses"])
    protected = written.get("protected", {})
    limits = {
        key: parse_allowance(value)
        for key, value in written.get("limits", {}).items()
        if value is not None
    }
    return ImportRules(
        **simple,
        protected=Protected(
            ids=frozenset(as_text(one) for one in protected.get("ids", ())),
            emails=frozenset(protected.get("emails", ())),
            groups=frozenset(protected.get("groups", ())),
        ),
        groups=tuple(
            GroupRule(one["name"], parse_condition(one["when"]))
            for one in written.get("groups", ())
        ),
        limits=SafeguardLimits(**limits),
        written=written,
    )


def parse_allowance(written: str | int) -> Allowance:
    """Compile `12`, `10%` or `max(5, 10%)`."""
    if not isinstance(written, str):
        return Allowance(count=int(written))
    numbers = re.findall(r"([\d.]+)(%?)", written)
    counts = [int(number) for number, percent in numbers if not percent]
    shares = [float(number) for number, percent in numbers if percent]
    return Allowance(*(counts or [0]), *(shares or [0.0]))


def broken_import(source: Source, base: KeyPath, targets: Collection[str]) -> Iterator[Diagnostic]:
    """Yield what the `import` block at `base` breaks; what has the wrong shape is passed over.

    `targets` are those that the file declares, or the embedded one.
    """
    written = source.get(base)
    if not isinstance(written, dict):
        return
    yield from _unknown_target(source, base, written.get("target", "directory"), targets)
    yield from _active_as_inactive(source, (*base, "inactive_statuses"))
    yield from _unknown_zone(source, (*base, "time_zone"))
    groups = written.get("groups")
    for index, rule in enumerate(groups if isinstance(groups, list) else ()):
        when = rule.get("when") if isinstance(rule, dict) else None
        if isinstance(when, dict):
            yield from _wrong_condition(source, (*base, "groups", index, "when"), when)


def _unknown_target(
    source: Source, base: KeyPath, name: Json, targets: Collection[str]
) -> Iterator[Diagnostic]:
    if not isinstance(name, str) or name in targets:
        return
    path: KeyPath = (*base, "target")
    is_written = source.get(path) is not None
    right = nearest(name, targets) or (next(iter(targets)) if len(targets) == 1 else None)
    yield Diagnostic(
        "unknown-target",
        f"`{dotted(path)}` is `{name}`, which `targets` does not declare"
        if is_written
        else f"`{dotted(base)}` names no `target`, and `targets` declares no `directory`",
        source.place(path if is_written else base, of_key=not is_written),
        expected=one_of(sorted(targets)),
        hint=f"write `target: {right}`" if right else None,
    )


def _active_as_inactive(source: Source, path: KeyPath) -> Iterator[Diagnostic]:
    statuses = source.get(path)
    if isinstance(statuses, list) and "active" in statuses:
        yield Diagnostic(
            "wrong-value",
            f"`{dotted(path)}` has `active` in it: everybody would be suspended",
            source.place((*path, statuses.index("active"))),
            expected="some of `onboarding`, `leave`, `inactive`",
            hint="where the source's own `active` means something else, say so in the `map` of "
            "`status`",
        )


@cache
def _zones() -> dict[str, str]:
    """Return the names of all time zones by their casefolded name and last part."""
    names = sorted(available_timezones())
    cities = {name.rpartition("/")[2].casefold(): name for name in names}
    return cities | {name.casefold(): name for name in names}


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (KeyError, OSError, ValueError):  # whatever else a file system says of odd names
        return False


def _unknown_zone(source: Source, path: KeyPath) -> Iterator[Diagnostic]:
    name = source.get(path)
    if not isinstance(name, str) or _is_zone(name):
        return
    zones = _zones()
    wanted = name.casefold().replace(" ", "_")
    # Names of cities are short and like each other: `Bonn` is not meant to be London.
    near = get_close_matches(wanted[:60], list(zones), n=1, cutoff=0.8)
    right = zones.get(wanted) or (zones[near[0]] if near else None)
    yield Diagnostic(
        "wrong-value",
        f"`{dotted(path)}` is no time zone",
        source.place(path),
        expected="a name of the IANA time zone database, as in `Europe/Berlin`",
        hint=f"did you mean `{right}`?" if right else None,
    )


def _wrong_condition(
    source: Source, path: KeyPath, when: Mapping[str, Json]
) -> Iterator[Diagnostic]:
    name = when.get("attribute")
    if not isinstance(name, str):
        return
    place = source.place((*path, "attribute"))
    if (name not in ATTRIBUTES or name == "custom") and not name.startswith("custom."):
        right = "custom.NAME" if name == "custom" else nearest(name, ATTRIBUTES)
        yield Diagnostic(
            "unknown-attribute",
            f"`{dotted((*path, 'attribute'))}` names `{name}`, which is not an attribute",
            place,
            expected="one of our attributes, or `custom.NAME`",
            hint=f"did you mean `{right}`?" if right else None,
        )
    elif name in LIST_ATTRIBUTES and ("equals" in when or "in" in when):
        yield Diagnostic(
            "wrong-value",
            f"`{name}` is a list, which equals no single value",
            place,
            expected="an attribute with one value, or `present: true`",
        )


def unmapped_groups(
    source: Source, base: KeyPath, attributes: Mapping[str, Json]
) -> Iterator[Diagnostic]:
    """Yield the group rules of the `import` block at `base` that look at what is not mapped."""
    groups = source.get((*base, "groups"))
    custom = attributes.get("custom") or {}
    # Without a mapping everybody's status is `active`.
    known = [*attributes, *(f"custom.{name}" for name in custom), "status"]
    for index, rule in enumerate(groups or ()):
        name = rule["when"]["attribute"]
        if name not in known:
            path: KeyPath = (*base, "groups", index, "when", "attribute")
            right = nearest(name, known)
            yield Diagnostic(
                "unknown-attribute",
                f"`{dotted(path)}` names `{name}`, which is not mapped",
                source.place(path),
                hint=f"did you mean `{right}`?" if right else None,
            )
