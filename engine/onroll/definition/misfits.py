"""What jsonschema finds wrong with a value. It takes long to load, and most values are right."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry as SchemaRegistry
from referencing.jsonschema import DRAFT202012

from onroll.builtin import shipped_schema
from onroll.definition.fitting import FORMATS, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from onroll.model import Json

__all__ = ["misfits"]


def misfits(value: Json, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
    """Yield what a schema finds wrong with a value; nothing when it fits."""
    validator = _validator_class()(
        schema, registry=_schema_registry(), format_checker=_format_checker()
    )
    yield from validator.iter_errors(value)


def _exactly_one(
    _validator: Any, names: list[str], instance: Json, _schema: Any
) -> Iterable[ValidationError]:
    if isinstance(instance, dict) and sum(name in instance for name in names) != 1:
        yield ValidationError("exactly one")


def _at_most_one(
    _validator: Any, names: list[str], instance: Json, _schema: Any
) -> Iterable[ValidationError]:
    if isinstance(instance, dict) and sum(name in instance for name in names) > 1:
        yield ValidationError("at most one")


def _pattern(
    _validator: Any, pattern: str, instance: Json, _schema: Any
) -> Iterable[ValidationError]:
    if isinstance(instance, str) and not matches(pattern, instance):
        yield ValidationError("does not match")


@cache
def _validator_class() -> Any:
    return extend(  # type: ignore[no-untyped-call]  # jsonschema leaves it bare
        Draft202012Validator,
        validators={
            "x-exactly-one": _exactly_one,
            "x-at-most-one": _at_most_one,
            "pattern": _pattern,
        },
    )


@cache
def _schema_registry() -> SchemaRegistry[Any]:
    common = DRAFT202012.create_resource(shipped_schema("common"))
    registry: SchemaRegistry[Any] = SchemaRegistry()
    return common @ registry


@cache
def _format_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, (has, error) in FORMATS.items():
        checker.checks(name, raises=error)(has)
    return checker
