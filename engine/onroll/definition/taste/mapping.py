"""Taste in a mapping: ids that last, statuses that end, attributes that differ."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from onroll.definition.requests import as_object
from onroll.diagnostics import Diagnostic, quoted_list
from onroll.expressions.path import parse_path
from onroll.model import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.definition.connector import ConnectorDefinition
    from onroll.definition.source import KeyPath, Source
    from onroll.model import Json

__all__ = ["mapping_findings"]

_EMAIL = re.compile(r"e[-_]?mail|^mail$|mail_?address", re.IGNORECASE)
#: Attributes that one field of the source may well fill.
_ALIKE: Final = (
    frozenset({"id", "employee_number", "username"}),
    frozenset({"email", "username"}),
    frozenset({"email", "id"}),  # a finding of its own
    frozenset({"display_name", "preferred_name"}),
)
_BOOLEANS: Final = frozenset({"true", "false"})


def mapping_findings(definition: ConnectorDefinition) -> Iterator[Diagnostic]:
    """Yield what a mapping will be sorry for later."""
    source = definition.source
    attributes = definition.attributes
    yield from _changing_id(source, attributes)
    yield from _same_source(source, attributes)
    if attributes.get("status") is None:
        yield Diagnostic(
            "lint-no-status",
            "no `status` is mapped, so everyone who is listed counts as active",
            source.place(("attributes",), of_key=True),
            hint="map it, or allow this if the API lists nobody who has left",
            severity="warning",
        )
    else:
        yield from _statuses(source, attributes["status"])


def _changing_id(source: Source, attributes: Mapping[str, Json]) -> Iterator[Diagnostic]:
    taken, email = attributes.get("id"), attributes.get("email")
    if taken is None:
        return  # left to the connection
    is_alike = email is not None and _same(taken) is not None and _same(taken) == _same(email)
    if is_alike or _EMAIL.search(_last_key(taken)):
        yield Diagnostic(
            "lint-id-is-email",
            "people are known by their e-mail address, which changes when they marry",
            source.place(("attributes", "id")),
            hint="take the id that the API itself has for a person",
            severity="warning",
        )


def _last_key(value: Json) -> str:
    path = value.get("path") if isinstance(value, dict) else value
    if not isinstance(path, str | list):
        return ""
    keys = parse_path(path).keys or ()
    names = [key for key in keys if isinstance(key, str) and key != "value"]
    return names[-1] if names else ""


def _same(value: Json) -> str | None:
    """Return text by which two values that are always alike are known; None for constants."""
    written = value if isinstance(value, dict) else {"path": value}
    is_read = "path" in written or "first" in written
    return json.dumps(written, sort_keys=True) if is_read else None


def _same_source(source: Source, attributes: Mapping[str, Json]) -> Iterator[Diagnostic]:
    known: dict[str, str] = {}
    for name, value in attributes.items():
        what = _same(value) if name != "custom" and value is not None else None
        if what is None:
            continue
        other = known.setdefault(what, name)
        if other != name and not any({other, name} <= group for group in _ALIKE):
            yield Diagnostic(
                "lint-same-source",
                f"`{name}` and `{other}` are always alike: both come from one place",
                source.place(("attributes", name)),
                hint="take each from its own field, or leave one out",
                severity="warning",
            )


def _statuses(source: Source, written: Json) -> Iterator[Diagnostic]:
    path: KeyPath = ("attributes", "status")
    found = set(_possible(written))
    if None not in found and not found & {"leave", "inactive"}:
        yield Diagnostic(
            "lint-nobody-leaves",
            f"`status` is never `leave` or `inactive`, only {quoted_list(sorted(map(str, found)))}",
            source.place(path, of_key=True),
            hint="map what the API says of people who have left, else nobody is ever suspended",
            severity="warning",
        )
    value = as_object(written)
    mapped = as_object(value.get("map"))
    if mapped.get("*") == "active":
        yield Diagnostic(
            "lint-unknown-is-active",
            "a status that nobody has thought of counts as active",
            source.place((*path, "map", "*")),
            hint='leave `"*"` out: statuses that are not mapped are reported by their names',
            severity="warning",
        )
    lacking = _BOOLEANS - {key.strip().casefold() for key in mapped}
    if len(lacking) == 1 and "*" not in mapped and "default" not in value:
        yield Diagnostic(
            "lint-half-a-map",
            f"`status` maps a true-or-false field, and has nothing for `{min(lacking)}`",
            source.place((*path, "map"), of_key=True),
            hint=f"add `{min(lacking)}`, else those people's status is unknown",
            severity="warning",
        )


def _possible(value: Json) -> Iterator[str | None]:
    """Yield every status that a value may give; None stands for what the record alone knows."""
    written = as_object(value)
    if "first" in written:
        for one in written["first"]:
            yield from _possible(one)
    elif "value" in written:
        yield written["value"]
    elif "map" not in written:
        yield None
    if "map" in written:
        yield from written["map"].values()
    if written.get("default") in STATUSES:
        yield written["default"]
