"""Check a definition's data: the envelope, then each plug-in's schema, then the rules between.

Everything that is wrong is found in one go. The order of the diagnostics is that of the file.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from onroll.definition.fitting import surely_fits
from onroll.definition.guesses import KIND_GUESSES, TRANSFORM_GUESSES
from onroll.definition.masking import is_sensitive, shown_name
from onroll.definition.requests import request_paths
from onroll.definition.rules import broken_rules
from onroll.definition.schema import SECTIONS, envelope, plugin_schema
from onroll.definition.source import MAX_MISTAKES
from onroll.definition.wording import dotted, say
from onroll.diagnostics import Diagnostic, nearest, one_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.definition.source import KeyPath, Source
    from onroll.model import Json
    from onroll.plugins.registry import Registry

__all__ = ["check_attributes", "check_definition", "check_schema", "check_section", "in_order"]


def check_definition(source: Source, registry: Registry) -> list[Diagnostic]:
    """Return every mistake of a definition, in the order of the file; empty when it is right."""
    # A file from a stranger may hold ten thousand, and each costs time to word.
    found = list(islice(check_schema(source, envelope()), MAX_MISTAKES))
    data = source.data
    if not isinstance(data, dict):
        return found
    for path, section in _sections(data):
        found += check_section(source, path, section, registry)
    found += check_attributes(source, ("attributes",), registry)
    # Rules between parts only make sense of parts that have the right shape.
    wrong = {_position(one) for one in found}
    rules = islice(broken_rules(source), MAX_MISTAKES)
    found += [one for one in rules if _position(one) not in wrong]
    return in_order(found)


def in_order(found: list[Diagnostic]) -> list[Diagnostic]:
    """Return mistakes in the order of the file; of very many, the first."""
    ordered = sorted(found, key=_position)
    if len(ordered) > MAX_MISTAKES:
        more = "there are more mistakes, which are not shown"
        return [*ordered[:MAX_MISTAKES], Diagnostic("too-many-mistakes", more)]
    return ordered


def _position(one: Diagnostic) -> tuple[int, int]:
    return (one.place.line, one.place.column) if one.place is not None else (0, 0)


def check_schema(
    source: Source, schema: Mapping[str, Any], base: KeyPath = ()
) -> Iterator[Diagnostic]:
    """Yield what a schema finds wrong with the part of a file that stands at `base`."""
    value = source.get(base)
    if surely_fits(value, schema):
        return
    from onroll.definition.misfits import misfits  # noqa: PLC0415  (slow, and seldom needed)

    said: set[Diagnostic] = set()
    for error in misfits(value, schema):
        # Of three keys that are missing, three errors come that all name the three.
        for one in say(source, error, base):
            if one not in said:
                said.add(one)
                yield one


def _sections(data: Mapping[str, Json]) -> Iterator[tuple[KeyPath, str]]:
    """Yield where plug-ins may be named: `auth`, and every `pagination` and `decoder`."""
    yield ("auth",), "auth"
    for path in ((), *request_paths(data)):
        for section in ("pagination", "decoder"):
            yield (*path, section), section


def check_section(
    source: Source, path: KeyPath, section: str, registry: Registry
) -> Iterator[Diagnostic]:
    """Yield what is wrong with a section that names a plug-in's kind and has the kind's keys."""
    written = source.get(path)
    key = SECTIONS[section]
    kinds: Mapping[str, Any] = getattr(registry, section)
    if not isinstance(written, dict):
        return  # the envelope has said so
    if key not in written:
        yield Diagnostic(
            "missing-key",
            f"`{dotted(path)}` lacks `{key}`",
            source.place(path, of_key=True),
            expected=f"`{key}` to be {one_of(kinds)}",
            hint=_misnamed(written, key),
        )
        return
    name = written[key]
    if not isinstance(name, str):
        return  # likewise
    if name not in kinds:
        yield _unknown_kind(source, (*path, key), name, list(kinds))
        return
    yield from check_schema(source, plugin_schema(section, name, kinds[name].kind.schema), path)


def _misnamed(written: Mapping[str, Json], key: str) -> str | None:
    """Return the hint for a section whose kind stands under another name, as in `type: bearer`."""
    wrong = next((name for name in ("type", "kind", "method", "style") if name in written), None)
    return f"did you mean `{key}` by `{wrong}`?" if wrong else None


_KIND_NAMES = {
    "format": "a format of answers",
    "kind": "a kind of target",
    "method": "an authentication method",
    "style": "a pagination style",
}


def _unknown_kind(source: Source, path: KeyPath, name: str, known: list[str]) -> Diagnostic:
    guess = KIND_GUESSES.get(name.lower())
    right = guess if guess in known else nearest(name, known)
    hint = f"did you mean `{right}`?" if right else "a plug-in may bring more"
    shown = "this" if is_sensitive(path, name) else f"`{shown_name(name)}`"
    return Diagnostic(
        "unknown-plugin",
        f"{shown} is not {_KIND_NAMES[str(path[-1])]}",
        source.place(path),
        expected=one_of(known),
        hint=hint,
    )


def check_attributes(source: Source, base: KeyPath, registry: Registry) -> Iterator[Diagnostic]:
    """Yield what is wrong with the transforms of an attribute mapping that stands at `base`."""
    for path in _transform_lists(source.get(base), base):
        for index, item in enumerate(source.get(path)):
            yield from _check_transform(source, (*path, index), item, registry)


def _transform_lists(value: Json, path: KeyPath) -> Iterator[KeyPath]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "transform" and isinstance(item, list):
                yield (*path, key)
            elif key != "map":
                yield from _transform_lists(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _transform_lists(item, (*path, index))


def _check_transform(
    source: Source, path: KeyPath, item: Json, registry: Registry
) -> Iterator[Diagnostic]:
    if isinstance(item, dict) and len(item) == 1:
        name, argument = next(iter(item.items()))
    elif isinstance(item, str):
        name, argument = item, None
    else:
        return  # the envelope has said so
    if name not in registry.transforms:
        guess = TRANSFORM_GUESSES.get(name.lower())
        right = guess if guess in registry.transforms else nearest(name, registry.transforms)
        yield Diagnostic(
            "unknown-plugin",
            f"`{shown_name(name)}` is not a transform",
            source.place((*path, name), of_key=True),
            expected=one_of(registry.transforms),
            hint=f"did you mean `{right}`?" if right else None,
        )
        return
    kind = registry.transforms[name].kind
    if isinstance(item, str):
        if kind.is_argument_needed:
            message = f"the transform `{name}` needs an argument"
            hint = f"write `{name}: …`: {kind.summary[0].lower()}{kind.summary[1:]}"
            yield Diagnostic("missing-argument", message, source.place(path), hint=hint)
    elif kind.argument is None:
        message = f"the transform `{name}` takes no argument"
        place = source.place((*path, name), of_key=True)
        yield Diagnostic("wrong-argument", message, place, hint=f"write `{name}` alone")
    else:
        wrong = list(check_schema(source, kind.argument, (*path, name)))
        yield from wrong
        if wrong:
            return  # a builder may rely on its schema
        try:
            kind.build(argument)
        except ValueError as error:
            message = f"`{dotted((*path, name))}`: {error}"
            yield Diagnostic("wrong-argument", message, source.place((*path, name)))
