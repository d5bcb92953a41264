"""Rules of an attribute mapping: what it may refer to, which statuses exist, and no circles.

They hold for a definition's own mapping and for one that a connection lays over it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from onroll.definition.dependencies import circular, composed_in, parts_of
from onroll.definition.guesses import RESERVED, STATUS_GUESSES
from onroll.definition.masking import shown_name, shown_reference
from onroll.definition.wording import dotted
from onroll.diagnostics import Diagnostic, nearest, one_of
from onroll.expressions.path import PathError, parse_path
from onroll.expressions.reference import Reference, references_in
from onroll.model import ATTRIBUTES, STATUSES, TEXT_ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.definition.source import KeyPath, Source
    from onroll.model import Json

__all__ = ["broken_attributes", "texts_in", "unmapped_conditions", "wrong_references"]


def broken_attributes(
    source: Source, base: KeyPath, mapped: Mapping[str, Json], declared: Mapping[str, Json]
) -> Iterator[Diagnostic]:
    """Yield what the mapping at `base` breaks.

    `mapped` is the mapping as a whole, which may hold more than what is written at `base`;
    `declared` are the settings that may be referred to.
    """
    written = source.get(base)
    if not isinstance(written, dict):
        return
    yield from wrong_references(source, base, mapped, declared)
    yield from _status_values(source, (*base, "status"))
    yield from unmapped_conditions(source, base, mapped)
    yield from _composed_names(source, base, mapped)
    for name in circular(mapped):
        if name in written:
            yield Diagnostic(
                "circular-attributes",
                f"`{dotted((*base, name))}` is made of itself",
                source.place((*base, name), of_key=True),
                hint="of attributes that are made of each other, one must come from the record",
            )


def texts_in(value: Json, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield every text inside a JSON value, and the way to it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts_in(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts_in(item, (*path, index))


def wrong_references(
    source: Source, base: KeyPath, mapped: Mapping[str, Json], declared: Mapping[str, Json]
) -> Iterator[Diagnostic]:
    """Yield the references below `base` that name nothing, or are no references."""
    for path, text in texts_in(source.get(base), base):
        odd = _odd_reference(text)
        if odd is not None:
            yield Diagnostic("unknown-reference", odd, source.place(path), hint=_REFERENCE_HINT)
        for reference in references_in(text):
            calls = source.data.get("context")
            known = list(calls) if isinstance(calls, dict) else []
            wrong = _wrong_reference(reference, path, declared, mapped, known)
            if wrong is not None:
                message, hint = wrong
                yield Diagnostic("unknown-reference", message, source.place(path), hint=hint)


def unmapped_conditions(
    source: Source, base: KeyPath, mapped: Mapping[str, Json]
) -> Iterator[Diagnostic]:
    """Yield conditions below `base` on attributes that are not mapped."""
    for path, text in texts_in(source.get(base), base):
        if path[-1] == "attribute" and text not in mapped and not RESERVED.keys() & set(path):
            right = nearest(text, mapped)
            yield Diagnostic(
                "unknown-attribute",
                f"`{dotted(path)}` names `{text}`, which is not mapped",
                source.place(path),
                hint=f"did you mean `{right}`?" if right else None,
            )


def _composed_names(
    source: Source, base: KeyPath, mapped: Mapping[str, Json]
) -> Iterator[Diagnostic]:
    written = source.get(base)
    custom = written.get("custom")
    values = [((*base, name), value) for name, value in written.items() if name != "custom"]
    if isinstance(custom, dict):
        values += [((*base, "custom", name), value) for name, value in custom.items()]
    for at, value in values:
        for path, composed in composed_in(value, at):
            for part in ("beginning", "end"):
                yield from _no_text(source, (*path, part, "attribute"), mapped)
            if "on_conflict" in composed and at != (*base, "username"):
                yield Diagnostic(
                    "wrong-value",
                    f"`{dotted((*path, 'on_conflict'))}` has no meaning: only a `username` can be "
                    "taken",
                    source.place((*path, "on_conflict"), of_key=True),
                    hint="leave it out here",
                )


def _no_text(source: Source, path: KeyPath, mapped: Mapping[str, Json]) -> Iterator[Diagnostic]:
    name = source.get(path)
    if isinstance(name, str) and name in mapped and name not in TEXT_ATTRIBUTES:
        yield Diagnostic(
            "wrong-value",
            f"`{dotted(path)}` names `{name}`, and no part of a name can be made of it",
            source.place(path),
            expected="an attribute that is text",
        )


_REFERENCE_HINT: Final = "write `${settings.name}`; `$${` stands for `${` itself"
_JINJA = re.compile(r"\{\{[^{}]*\}\}")
_UNCLOSED = re.compile(r"\$\{(?![^${}]*\})")


def _odd_reference(text: str) -> str | None:
    """Say what is wrong with text that tries to refer to something in another notation."""
    if _JINJA.search(text):
        return "`{{ … }}` is not a reference"
    if _UNCLOSED.search(text.replace("$${", "")):
        return "a reference is not closed: `${` without `}`"
    return None


def _wrong_reference(
    reference: Reference,
    path: KeyPath,
    declared: Mapping[str, Json],
    mapped: Mapping[str, Json],
    calls: list[str],
) -> tuple[str, str | None] | None:
    name = reference.name
    match reference.namespace:
        case "settings":
            if name in declared:
                return None
            right = nearest(name, declared)
            hint = f"did you mean `${{settings.{right}}}`?" if right else None
            return (
                f"`{shown_reference(reference)}` names a setting that is not declared",
                hint or f"declare it: `settings: {{{shown_name(name)}: {{title: …}}}}`",
            )
        case "record":
            if path[:2] == ("list_users", "details"):
                return _wrong_record_path(reference)
            return (
                f"`{shown_reference(reference)}` has no meaning in `{dotted(path)}`",
                "`${record.…}` is known in details only",
            )
        case "context":
            return _wrong_call(reference, path, calls)
        case "env" | "file" | "keyring":
            return (
                f"a definition cannot read `${{{reference.namespace}:…}}`",
                "declare a setting; the connection file may take it from there",
            )
        case _:
            return _wrong_bare_name(reference, path, declared, mapped, calls)


def _wrong_call(
    reference: Reference, path: KeyPath, calls: list[str]
) -> tuple[str, str | None] | None:
    """Say why what a call answered cannot be used here: who makes the call needs it before."""
    called = reference.name.partition(".")[0]
    if path[0] not in ("list_users", "lookups", "context"):
        return (
            f"`{shown_reference(reference)}` has no meaning in `{dotted(path)}`",
            "what `context` brings is known in lists, details, lookups and later calls",
        )
    is_call = path[0] == "context" and len(path) > 1 and path[1] in calls
    known = calls[: calls.index(str(path[1]))] if is_call else calls
    if called not in known:
        right = nearest(called, known)
        return (
            f"`{shown_reference(reference)}` names a call that `context` does not make before",
            f"did you mean `{right}`?" if right else "declare it, above its use, below `context`",
        )
    return _wrong_record_path(reference)


def _wrong_record_path(reference: Reference) -> tuple[str, str] | None:
    try:
        parse_path(reference.name)
    except PathError:
        return (
            f"`{shown_reference(reference)}` has no path that can be read",
            "name the keys on the way to the value, as in `${record.manager.id}`",
        )
    return None


def _wrong_bare_name(
    reference: Reference,
    path: KeyPath,
    declared: Mapping[str, Json],
    mapped: Mapping[str, Json],
    calls: list[str],
) -> tuple[str, str | None] | None:
    if path == ("list_users", "updated_since", "value") and reference.name == "since":
        return None
    if path[-1] != "template":
        return f"`{shown_reference(reference)}` is not a reference", _bare_hint(
            reference.name, path, declared, calls
        )
    if reference.name in mapped:
        return None
    right = nearest(reference.name, mapped)
    return (
        f"`{shown_reference(reference)}` names an attribute that is not mapped",
        f"did you mean `${{{right}}}`?"
        if right and reference.name not in ATTRIBUTES
        else "map it, or use another",
    )


def _bare_hint(name: str, path: KeyPath, declared: Mapping[str, Json], calls: list[str]) -> str:
    known = nearest(name.removeprefix("setting."), declared)
    if known:
        return f"did you mean `${{settings.{known}}}`?"
    word, dot, rest = name.partition(".")
    call = nearest(word, calls) if dot else None
    if call:
        return f"did you mean `${{context.{call}.{shown_name(rest)}}}`?"
    if path[:2] == ("list_users", "details"):
        return f"write `${{record.{shown_name(name)}}}` for a value of the record"
    return "write `${settings.name}` for a setting"


def _status_values(source: Source, base: KeyPath) -> Iterator[Diagnostic]:
    for path, value in _constants(source.get(base), base):
        if value in STATUSES or value is None:
            continue
        word = str(value)
        right = STATUS_GUESSES.get(word.lower()) or nearest(word, STATUSES)
        yield Diagnostic(
            "wrong-value",
            f"`{value}` is not a status",
            source.place(path),
            expected=one_of(STATUSES),
            hint=f"did you mean `{right}`?" if right else None,
        )


def _constants(value: Json, path: KeyPath) -> Iterator[tuple[KeyPath, Json]]:
    """Yield what a value can give outright: constants, defaults and the right sides of maps."""
    if not isinstance(value, dict):
        return
    mapping = value.get("map")
    if isinstance(mapping, dict):
        for key, item in mapping.items():
            yield (*path, "map", key), item
    elif "value" in value:
        yield (*path, "value"), value["value"]
    if "default" in value:
        yield (*path, "default"), value["default"]
    for way, item in parts_of(value):
        if not isinstance(mapping, dict):
            yield from _constants(item, (*path, *way))
