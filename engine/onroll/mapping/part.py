"""One attribute of a mapping, compiled: how its value is read, and what it is brought to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

from onroll.expressions.path import parse_path
from onroll.mapping.conform import Conform, conform_to, is_text_final
from onroll.mapping.look_up import look_up_in
from onroll.mapping.values import Value, compile_value, transforms_of
from onroll.model import LIST_ATTRIBUTES, Json

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.expressions.reference import Scope
    from onroll.outline import Keys
    from onroll.plugins.registry import Registry

__all__ = ["Part", "Unusual", "custom_part", "part_of"]

#: Python compiles no expression that is nested as deep as a definition may be long.
_MOST_KEYS: Final = 100


class Unusual(Exception):
    """Raised where a `map` does not name a value: see `Part.changes`."""


@dataclass(frozen=True, slots=True)
class Part:
    """One attribute. `value` reads it from a record, with the attributes that were read before.

    `is_text_final` says that text which `value` gives need not be conformed. Where a value lies at
    the end of plain `keys`, `changes` are what is made of it, in order, while it is not null: the
    same as `value` but for what is amiss, which is raised.
    """

    name: str
    value: Value
    conform: Conform
    is_text_final: bool
    is_custom: bool = False
    keys: Keys | None = None
    changes: tuple[Callable[[Any], Any], ...] = ()

    @property
    def label(self) -> str:
        """The name in messages: custom attributes may be called like ours."""
        return f"custom.{self.name}" if self.is_custom else self.name


def part_of(name: str, written: Json, scope: Scope, registry: Registry) -> Part:
    """Compile one of our attributes as it is written in a definition."""
    takes_all = name in LIST_ATTRIBUTES
    keys = None if takes_all else _plain_keys(written)
    return Part(
        name,
        compile_value(written, scope, registry, takes_all=takes_all),
        conform_to(name, registry),
        is_text_final=is_text_final(name, written),
        keys=keys,
        changes=() if keys is None else _changes(written, registry),
    )


def custom_part(name: str, written: Json, scope: Scope, registry: Registry) -> Part:
    """Compile a custom attribute, which keeps the type that it has."""
    keys = _plain_keys(written)
    return Part(
        name,
        compile_value(written, scope, registry, takes_all=False),
        lambda value: value,
        is_text_final=True,
        is_custom=True,
        keys=keys,
        changes=() if keys is None else _changes(written, registry),
    )


def _plain_keys(written: Json) -> Keys | None:
    """Return the keys to a value that is a path and what is made of it; None of any other."""
    if isinstance(written, dict):
        if not written.keys() <= {"path", "transform", "map"}:
            return None
        written = written.get("path")
    keys = parse_path(written).keys if isinstance(written, str | list) else None
    # Behind an item number text would be taken for a list: see `values.compile_value`.
    return keys if keys and isinstance(keys[-1], str) and len(keys) <= _MOST_KEYS else None


def _changes(written: Json, registry: Registry) -> tuple[Callable[[Any], Any], ...]:
    if not isinstance(written, dict):
        return ()
    changes: list[Callable[[Any], Any]] = list(transforms_of(written, registry))
    if "map" in written:
        changes.append(look_up_in(written["map"], _refuse))
    return tuple(changes)


def _refuse(_text: str) -> NoReturn:
    raise Unusual
