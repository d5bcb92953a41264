"""What a parsed JSONPath finds, as plain functions: jsonpath-ng's meaning without its `find`.

jsonpath-ng parses, and so decides what a path means. Its `find` makes an object, with its path
and its context, of every value on the way, which takes ten times as long. Here only values are
passed on, from step to step. What is not known exactly, as `..`, is not compiled.
"""

from __future__ import annotations

import operator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from jsonpath_ng import jsonpath as plain
from jsonpath_ng.ext import filter as filters

from onroll.model import ABSENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from onroll.model import Absent, Json

    Finding: TypeAlias = Callable[[Json], list[Json]]
    _Step: TypeAlias = Callable[[list[Json]], list[Json]]
    _Test: TypeAlias = Callable[[Json], bool]
    _Holds: TypeAlias = Callable[[Json | Absent], bool]

__all__ = ["compile_finding"]

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class _UnknownError(Exception):
    """A part of a path of which it is not known exactly what it finds."""


def compile_finding(expression: Any, depth: int = 0) -> Finding | None:
    """Return a function that lists a path's matches in order; None where `find` is to be used.

    The first `depth` steps are left out: the function is given the value that they lead to.
    """
    root, *nodes = _nodes(expression)
    if type(root) is not plain.Root or len(nodes) <= depth:
        return None
    try:
        return _chained(nodes[depth:])
    except _UnknownError:
        return None


def _chained(nodes: Iterable[Any]) -> Finding:
    steps = [_step(node) for node in nodes]

    def find(value: Json) -> list[Json]:
        found = [value]
        for step in steps:
            found = step(found)
        return found

    return find


def _nodes(expression: Any) -> Iterator[Any]:
    """Yield the steps of a path. `@` is none."""
    if type(expression) is plain.Child:
        yield from _nodes(expression.left)
        yield from _nodes(expression.right)
    elif type(expression) is not plain.This:
        yield expression


def _step(node: Any) -> _Step:
    """Return what leads from values to those that a step finds in them, one after the other."""
    kind = type(node)
    if kind is plain.Wildcard:
        return _everything
    if kind is plain.Fields and "*" not in node.fields:
        return _one_named(*node.fields) if len(node.fields) == 1 else _named(node.fields)
    if kind is plain.Index:
        return _numbered(node.indices)
    if kind is plain.Slice and node.step != 0 and (node.start, node.end, node.step) != (None,) * 3:
        return _sliced(slice(node.start, node.end, node.step))
    if kind is filters.Filter and node.expressions:
        return _filtered(_all_of(node.expressions))
    raise _UnknownError


def _one_named(name: str) -> _Step:
    return lambda values: [
        value[name] for value in values if isinstance(value, dict) and name in value
    ]


def _named(names: Iterable[str]) -> _Step:
    return lambda values: [
        value[name]
        for value in values
        if isinstance(value, dict)
        for name in names
        if name in value
    ]


def _numbered(numbers: Iterable[int]) -> _Step:
    return lambda values: [
        value[number]
        for value in values
        if isinstance(value, list)
        for number in numbers
        if -len(value) <= number < len(value)
    ]


def _sliced(part: slice) -> _Step:
    return lambda values: [
        item for value in values if isinstance(value, list) for item in value[part]
    ]


def _filtered(is_met: _Test) -> _Step:
    return lambda values: [item for value in values for item in _items(value) if is_met(item)]


def _everything(values: list[Json]) -> list[Json]:
    return [item for value in values for item in _items(value)]


def _items(value: Json) -> Iterable[Json]:
    if isinstance(value, list):
        return value
    return value.values() if isinstance(value, dict) else ()


def _all_of(nodes: Iterable[Any]) -> _Test:
    first, *others = [_test(node) for node in nodes]
    if not others:
        return first
    return lambda item: first(item) and all(is_met(item) for is_met in others)


def _any_of(nodes: Iterable[Any]) -> _Test:
    tests = [_test(node) for node in nodes]
    return lambda item: any(is_met(item) for is_met in tests)


def _test(node: Any) -> _Test:
    """Return whether an item meets a condition of a filter."""
    kind = type(node)
    if kind is filters.And:
        return _all_of(node.operands)
    if kind is filters.Or:
        return _any_of(node.operands)
    if kind is not filters.Expression:
        raise _UnknownError
    holds = _comparison(node.op, node.value)
    nodes = list(_nodes(node.target))
    find = _chained(nodes)
    if len(nodes) == 1 and type(nodes[0]) is plain.Fields and len(nodes[0].fields) == 1:
        return _of_member(nodes[0].fields[0], holds)
    return _of_any(find, holds)


def _of_member(name: str, holds: _Holds) -> _Test:
    return lambda item: holds(item.get(name, ABSENT) if isinstance(item, dict) else ABSENT)


def _of_any(find: Finding, holds: _Holds) -> _Test:
    """Return whether one match is enough. No match compares as a value that nothing is equal to."""
    return lambda item: any(map(holds, find(item) or (ABSENT,)))


def _comparison(sign: str | None, wanted: Any) -> _Holds:
    """Return whether a value compares so with the wanted one, as RFC 9535 has it (2.3.5.2.2).

    Values of different types are unequal, and only numbers and texts are ordered. Of the rest
    `<=` and `>=` say whether they are equal.
    """
    if sign in (None, "!"):
        return (lambda value: value is ABSENT) if sign else (lambda value: value is not ABSENT)
    is_equal = _equality(wanted)
    if sign in ("==", "="):
        return is_equal
    if sign == "!=":
        return lambda value: not is_equal(value)
    if sign not in _ORDERS:
        raise _UnknownError
    compare = _ORDERS[sign]
    if isinstance(wanted, str):
        return lambda value: isinstance(value, str) and compare(value, wanted)
    if wanted is None or isinstance(wanted, bool):
        return is_equal if sign in ("<=", ">=") else (lambda _value: False)
    return lambda value: _is_number(value) and compare(value, wanted)


def _equality(wanted: Any) -> _Holds:
    if type(wanted) is str:
        return partial(operator.eq, wanted)
    if wanted is None or type(wanted) is bool:
        return partial(operator.is_, wanted)
    if type(wanted) in (int, float):
        return lambda value: value == wanted and not isinstance(value, bool)
    raise _UnknownError


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
