"""Whether a value surely fits a schema: a quick yes, for what is right, as most definitions are.

No is no verdict: jsonschema decides then, and says why (`misfits`). It is also the answer to every
keyword that is not known here, so that a plug-in's schema may use them all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from onroll.builtin import shipped_schema
from onroll.expressions.path import parse_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from onroll.model import Json

__all__ = ["FORMATS", "matches", "surely_fits"]

_Schema: TypeAlias = "Mapping[str, Any]"
_Rule: TypeAlias = "_Schema | bool"
#: (value, what stands behind the keyword, the schema around it, the document that it stands in)
_Check: TypeAlias = "Callable[[Any, Any, _Schema, _Schema], bool]"


def surely_fits(value: Json, schema: _Rule, document: _Schema | None = None) -> bool:
    """Whether a value fits, beyond doubt. `#/…` is looked up in the document, or the schema."""
    if isinstance(schema, bool):
        return schema
    root = schema if document is None else document
    for word, rule in schema.items():
        # Further in, an `$id` would change what references mean.
        if word not in _NOTES and not (word == "$id" and schema is root):
            check = _CHECKS.get(word)
            if check is None or not check(value, rule, schema, root):
                return False
    return True


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of a schema is found in a text."""
    # In Python a `$` at the end lets a line break follow; in JSON Schema it does not.
    strict = pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern
    return re.search(strict, text) is not None


def _is_path(value: object) -> bool:
    if isinstance(value, str):
        parse_path(value)
    elif isinstance(value, list) and all(isinstance(key, str | int) for key in value):
        parse_path(value)  # other keys are said to have the wrong type
    return True


def _is_regex(value: object) -> bool:
    if isinstance(value, str):
        re.compile(value)
    return True


#: Our own formats; each raises its error for what has none.
FORMATS: Final[Mapping[str, tuple[Callable[[object], bool], type[Exception]]]] = {
    "path": (_is_path, ValueError),
    "regex": (_is_regex, re.error),
}

_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),  # of 2.0, which is one too, jsonschema says so
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_SCALARS: Final = (str, int, bool, type(None))

#: What says nothing about a value.
_NOTES: Final = frozenset(
    {
        "$defs", "$schema", "default", "description", "examples", "markdownEnumDescriptions",
        "patternErrorMessage", "title", "x-pattern-means", "x-pattern-reasons", "x-plugin",
    }
)  # fmt: skip


def _is_number(value: Json) -> bool:
    return type(value) in (int, float)


def _has_type(value: Json, rule: str | list[str], _schema: _Schema, _root: _Schema) -> bool:
    names = [rule] if isinstance(rule, str) else rule
    return any(type(value) in _TYPES.get(name, ()) for name in names)


def _is_one_of(value: Json, known: list[Json], _schema: _Schema, _root: _Schema) -> bool:
    # To Python, true is 1, also inside of lists and objects.
    if type(value) not in _SCALARS:
        return False
    return any(type(one) is type(value) and one == value for one in known)


def _has_format(value: Json, name: str, _schema: _Schema, _root: _Schema) -> bool:
    if name not in FORMATS:
        return True  # as to jsonschema, which is told of no other
    has, error = FORMATS[name]
    try:
        return has(value)
    except error:
        return False


def _has_properties(
    value: Json, rules: Mapping[str, _Schema], _schema: _Schema, root: _Schema
) -> bool:
    if not isinstance(value, dict):
        return True
    return all(surely_fits(value[name], rules[name], root) for name in rules.keys() & value.keys())


def _has_additional(value: Json, rule: _Rule, schema: _Schema, root: _Schema) -> bool:
    if not isinstance(value, dict):
        return True
    known = schema.get("properties", {})
    return all(surely_fits(one, rule, root) for name, one in value.items() if name not in known)


def _has_required_beside(
    value: Json, rule: Mapping[str, list[str]], _schema: _Schema, _root: _Schema
) -> bool:
    if not isinstance(value, dict):
        return True
    return all(other in value for name in rule.keys() & value.keys() for other in rule[name])


def _fits_reference(value: Json, reference: str, _schema: _Schema, root: _Schema) -> bool:
    where, _, pointer = reference.partition("#")
    if where not in ("", "urn:onroll:common") or "~" in pointer or "%" in pointer:
        return False
    document = shipped_schema("common") if where else root
    found: Any = document
    for key in pointer.split("/")[1:]:
        found = found.get(key) if isinstance(found, dict) else None
    return isinstance(found, dict) and surely_fits(value, found, document)


def _is_unique(value: Json, rule: _Rule, _schema: _Schema, _root: _Schema) -> bool:
    if not rule or not isinstance(value, list):
        return True
    return all(isinstance(one, str) for one in value) and len(set(value)) == len(value)


def _count(value: Json, names: list[str]) -> int | None:
    return sum(name in value for name in names) if isinstance(value, dict) else None


_CHECKS: Final[Mapping[str, _Check]] = {
    "$ref": _fits_reference,
    "additionalProperties": _has_additional,
    "allOf": lambda value, rules, _, root: all(surely_fits(value, one, root) for one in rules),
    "anyOf": lambda value, rules, _, root: any(surely_fits(value, one, root) for one in rules),
    "const": lambda value, rule, schema, root: _is_one_of(value, [rule], schema, root),
    "dependentRequired": _has_required_beside,
    "enum": _is_one_of,
    "exclusiveMinimum": lambda value, least, *_: not _is_number(value) or value > least,
    "format": _has_format,
    "items": lambda value, rule, _, root: (
        not isinstance(value, list) or all(surely_fits(one, rule, root) for one in value)
    ),
    "maxItems": lambda value, most, *_: not isinstance(value, list) or len(value) <= most,
    "maxLength": lambda value, most, *_: not isinstance(value, str) or len(value) <= most,
    "maxProperties": lambda value, most, *_: not isinstance(value, dict) or len(value) <= most,
    "maximum": lambda value, most, *_: not _is_number(value) or value <= most,
    "minItems": lambda value, least, *_: not isinstance(value, list) or len(value) >= least,
    "minLength": lambda value, least, *_: not isinstance(value, str) or len(value) >= least,
    "minProperties": lambda value, least, *_: not isinstance(value, dict) or len(value) >= least,
    "minimum": lambda value, least, *_: not _is_number(value) or value >= least,
    "pattern": lambda value, rule, *_: not isinstance(value, str) or matches(rule, value),
    "properties": _has_properties,
    "propertyNames": lambda value, rule, _, root: (
        not isinstance(value, dict) or all(surely_fits(name, rule, root) for name in value)
    ),
    "required": lambda value, names, *_: (
        not isinstance(value, dict) or all(name in value for name in names)
    ),
    "type": _has_type,
    "uniqueItems": _is_unique,
    "x-at-most-one": lambda value, names, *_: _count(value, names) in (None, 0, 1),
    "x-exactly-one": lambda value, names, *_: _count(value, names) in (None, 1),
}
