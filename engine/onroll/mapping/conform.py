"""Bring a mapped value to what its attribute is: text, a date, an instant, a list, a status."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from onroll.expressions.reference import as_text
from onroll.model import DATE_ATTRIBUTES, INSTANT_ATTRIBUTES, LIST_ATTRIBUTES, TEXT_ATTRIBUTES, Json
from onroll.protocols import Unreadable

if TYPE_CHECKING:
    from onroll.plugins.registry import Registry

__all__ = ["Conform", "conform_to", "is_text_final"]

#: From a value that is neither absent nor null. May raise `Unreadable`.
Conform: TypeAlias = Callable[[Json], Json]

#: They are compared between runs: `true` names nobody.
_IDS: Final = frozenset({"id", "manager_id", "employee_number"})


def conform_to(attribute: str, registry: Registry) -> Conform:
    """Return what brings a value to an attribute's type. Custom attributes keep theirs."""
    if attribute in _IDS:
        return _identifier
    if attribute in TEXT_ATTRIBUTES:
        return _text
    if attribute in DATE_ATTRIBUTES:
        return _one(registry.transforms["date"].kind.build(None))
    if attribute in INSTANT_ATTRIBUTES:
        return _one(registry.transforms["datetime"].kind.build(None))
    if attribute in LIST_ATTRIBUTES:
        return _list_of_text
    return lambda value: value


def is_text_final(attribute: str, written: Json) -> bool:
    """Whether `conform_to` gives back unchanged any text that a value as written gives."""
    if attribute in TEXT_ATTRIBUTES:
        return True
    transform = "date" if attribute in DATE_ATTRIBUTES else "datetime"
    if attribute not in DATE_ATTRIBUTES | INSTANT_ATTRIBUTES or not isinstance(written, dict):
        return False
    last = written.get("transform", [None])[-1]
    is_transformed = last == transform or (isinstance(last, dict) and transform in last)
    # What stands in for a value, or is put in its place, may be any text.
    return is_transformed and not written.keys() & {"map", "default"}


def _text(value: Json) -> Json:
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        shape = "an object" if isinstance(value, dict) else "a list"
        way = "let the path lead into it"
        if isinstance(value, list):
            way += "; of several texts `transform: [join]` makes one, and `[first]` takes one"
        raise Unreadable("not-text", f"expected text, found {shape}: {way}")
    return as_text(value)


def _identifier(value: Json) -> Json:
    if type(value) is int:
        return str(value)
    if isinstance(value, bool):
        raise Unreadable("not-an-id", "expected an id as text or a number, found true or false")
    return _text(value)


def _one(read: Conform) -> Conform:
    """Read one value: the transforms of time take lists too, these attributes do not."""

    def conform(value: Json) -> Json:
        if isinstance(value, list):
            raise Unreadable("is-a-list", "expected one value, found a list: `first` takes one")
        return read(value)

    return conform


def _list_of_text(value: Json) -> Json:
    items = value if isinstance(value, list) else [value]
    return [_text(item) for item in items if item not in (None, "")]
