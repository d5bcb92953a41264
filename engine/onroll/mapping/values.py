"""Compile the value of an attribute, as written, into a function from record to value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from onroll.definition.dependencies import parts_of
from onroll.expressions.condition import parse_condition
from onroll.expressions.path import Path, parse_path, walk
from onroll.expressions.reference import Reference, Scope, as_text, parse_references, resolve
from onroll.mapping.compose import NotComposed, compose_of
from onroll.mapping.look_up import Unmatched, look_up_in
from onroll.model import ABSENT, Absent, Json
from onroll.protocols import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.outline import Keys
    from onroll.plugins.registry import Registry
    from onroll.protocols import Transform

__all__ = [
    "Value",
    "compile_value",
    "is_filled",
    "paths_of",
    "transforms_of",
    "trimmed",
]

#: From the record and the attributes mapped before to a value. May raise `Unreadable`.
Value: TypeAlias = Callable[[Json, Mapping[str, Json]], "Json | Absent | Unmatched"]


def is_filled(value: Json | Absent | Unmatched) -> bool:
    """Whether a value is more than absent, null, empty text or an empty container."""
    return not (value is None or isinstance(value, Absent | Unmatched) or value in ("", [], {}))


def compile_value(written: Json, scope: Scope, registry: Registry, *, takes_all: bool) -> Value:
    """Compile a value. `takes_all`: a list attribute takes every match of a path.

    So do `all`, and a transform of whole lists, as `join`.

    Within an object `when` is asked first; then come source, `transform`, `map`, `default`.
    What a false `when` makes absent, `default` stands in for.
    """
    if not isinstance(written, dict):
        return _of_path(parse_path(written), takes_all=takes_all)
    takes_all = takes_all or _is_of_all(written, registry)
    value = _source(written, scope, registry, takes_all=takes_all)
    if "transform" in written:
        value = _transformed(value, transforms_of(written, registry))
    if "map" in written:
        value = _mapped(value, written["map"])
    if "when" in written:
        value = _conditional(value, written["when"])
    if "default" in written:
        value = _defaulted(value, resolve(written["default"], scope))
    return value


def _source(
    written: Mapping[str, Any], scope: Scope, registry: Registry, *, takes_all: bool
) -> Value:
    if "path" in written:
        return _of_path(parse_path(written["path"]), takes_all=takes_all)
    if "value" in written:
        constant = resolve(written["value"], scope)
        return lambda _record, _user: constant
    if "template" in written:
        return _of_template(written["template"], scope)
    if "compose" in written:
        compose = compose_of(written["compose"], scope)
        return lambda _record, user: compose(user)
    if "all" in written:
        return _of_all(
            [compile_value(item, scope, registry, takes_all=True) for item in written["all"]]
        )
    return _of_first(
        [compile_value(item, scope, registry, takes_all=takes_all) for item in written["first"]]
    )


def _of_path(path: Path, *, takes_all: bool) -> Value:
    if takes_all:
        return _of_every(path)
    if path.keys and isinstance(path.keys[-1], str):
        return _of_keys(path.keys)
    first = path.first
    return lambda record, _user: trimmed(first(record))


def _of_every(path: Path) -> Value:
    def every(record: Json, _user: Mapping[str, Json]) -> Json | Absent:
        found = path.all(record)
        if isinstance(found, Absent):
            return ABSENT
        # A path that names one place may hold the whole list there.
        return trimmed(found[0]) if len(found) == 1 else trimmed(_flat(found))

    return every


def _of_keys(keys: Keys) -> Value:
    """Do what `walk` does, and trim, in one call: most of the time of mapping is spent here.

    The last key is a name. An item number would take a letter out of text, and nothing but a
    name behind it tells.
    """

    def one(record: Json, _user: Mapping[str, Json]) -> Json | Absent:
        value = record
        try:
            for key in keys:
                if value is None:
                    return None
                value = value[key]
        except KeyError:
            return ABSENT if value else None
        except (IndexError, TypeError):
            value = walk(record, keys)
        return value.strip() if type(value) is str else trimmed(value)

    return one


def _flat(matches: list[Any]) -> list[Json]:
    """Return the matches, with the items of those that are lists in their place."""
    return [item for match in matches for item in (match if isinstance(match, list) else [match])]


def trimmed(value: Json | Absent) -> Json | Absent:
    """Return a value as a path gives it: text without white space around it, in lists too."""
    if isinstance(value, list):
        return [item.strip() if isinstance(item, str) else item for item in value]
    return value.strip() if isinstance(value, str) else value


def _of_template(text: str, scope: Scope) -> Value:
    pieces = parse_references(text)

    def fill(_record: Json, user: Mapping[str, Json]) -> Json | Absent:
        texts: list[str] = []
        for piece in pieces:
            if isinstance(piece, Reference):
                found = scope(piece) if piece.namespace else user.get(piece.name, ABSENT)
                if isinstance(found, Absent) or found is None or found == "":
                    # Half a name is worse than none.
                    return ABSENT if isinstance(found, Absent) else None
                texts.append(as_text(found))
            else:
                texts.append(piece)
        return "".join(texts).strip()

    return fill


def _of_first(values: list[Value]) -> Value:
    def choose(record: Json, user: Mapping[str, Json]) -> Json | Absent | Unmatched:
        best: Json | Absent | Unmatched = ABSENT
        failed: NotComposed | None = None
        for value in values:
            try:
                found = value(record, user)
            except NotComposed as error:
                failed = failed or error
                continue
            if is_filled(found):
                return found
            if isinstance(best, Absent) or (best is None and isinstance(found, Unmatched)):
                best = found
        if failed is not None:
            raise failed
        return best

    return choose


def _of_all(values: list[Value]) -> Value:
    def gather(record: Json, user: Mapping[str, Json]) -> Json | Absent | Unmatched:
        found: list[Json | Absent | Unmatched] = []
        failed: NotComposed | None = None
        for value in values:
            try:
                found.append(value(record, user))
            except NotComposed as error:
                failed = failed or error
        filled = _flat([one for one in found if is_filled(one)])
        if filled:
            return filled
        if failed is not None:
            raise failed
        unmatched = next((one for one in found if isinstance(one, Unmatched)), None)
        if unmatched is not None:
            return unmatched
        return ABSENT if all(isinstance(one, Absent) for one in found) else None

    return gather


def _is_of_all(written: Mapping[str, Any], registry: Registry) -> bool:
    """Whether a value has a transform of whole lists, which is given every match of a path."""
    return any(
        registry.transforms[_named(item)[0]].kind.takes_all for item in written.get("transform", ())
    )


def _named(item: str | Mapping[str, Json]) -> tuple[str, Json]:
    """Return a transform's name and its argument."""
    return (item, None) if isinstance(item, str) else next(iter(item.items()))


def transforms_of(written: Mapping[str, Any], registry: Registry) -> list[Transform]:
    """Return the transforms of a value as written, in order."""
    named = [_named(item) for item in written.get("transform", ())]
    return [registry.transforms[name].kind.build(argument) for name, argument in named]


def _transformed(value: Value, transforms: list[Transform]) -> Value:
    for transform in transforms:
        value = _transformed_once(value, transform)
    return value


def _transformed_once(value: Value, transform: Transform) -> Value:
    def apply(record: Json, user: Mapping[str, Json]) -> Json | Absent | Unmatched:
        found = value(record, user)
        if found is None or found is ABSENT or isinstance(found, Unmatched):
            return found
        try:
            return transform(found)
        except (TypeError, AttributeError):
            raise Unreadable("wrong-kind", "a transform cannot take this kind of value") from None

    return apply


def _mapped(value: Value, table: Mapping[str, Json]) -> Value:
    look_up = look_up_in(table)

    def mapped(record: Json, user: Mapping[str, Json]) -> Json | Absent | Unmatched:
        found = value(record, user)
        return found if found is None or isinstance(found, Absent | Unmatched) else look_up(found)

    return mapped


def _conditional(value: Value, written: Mapping[str, Any]) -> Value:
    condition = parse_condition(written)

    def decide(record: Json, user: Mapping[str, Json]) -> Json | Absent | Unmatched:
        return value(record, user) if condition.holds_for_record(record, user) else ABSENT

    return decide


def _defaulted(value: Value, default: Json | Absent) -> Value:
    def stand_in(record: Json, user: Mapping[str, Json]) -> Json | Absent | Unmatched:
        try:
            found = value(record, user)
        except NotComposed:
            return default
        return found if is_filled(found) or isinstance(found, Unmatched) else default

    return stand_in


def paths_of(written: Json) -> Iterator[Path]:
    """Yield every path that a value reads, for the list of what no attribute uses."""
    if isinstance(written, str | list):
        yield parse_path(written)
    elif isinstance(written, dict):
        if "path" in written:
            yield parse_path(written["path"])
        condition = written.get("when")
        if isinstance(condition, dict) and "path" in condition:
            yield parse_path(condition["path"])
        for _, item in parts_of(written):
            yield from paths_of(item)
