"""Errors of JSON Schema → our own diagnostics, in words that say where and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from onroll.definition.masking import is_sensitive
from onroll.diagnostics import Diagnostic, nearest, quoted_list
from onroll.expressions.path import PathError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema.exceptions import ValidationError

    from onroll.definition.source import KeyPath, Source

__all__ = ["dotted", "say"]

#: Names that people guess, because other tools use them, and what they are called here.
GUESSES: Final = {
    "authentication": "auth",
    "authorization": "auth",
    "backoff": "limits",
    "baseurl": "base_url",
    "client_authentication": "client_auth",
    "data_path": "resource_location",
    "data_selector": "resource_location",
    "fields": "attributes",
    "grant_type": "method",
    "in_flight": "concurrency",
    "limit_param": "limit_name",
    "list": "list_users",
    "mapping": "attributes",
    "mappings": "attributes",
    "next_cursor": "cursor",
    "next_url": "next",
    "offset_param": "offset_name",
    "page_param": "page_name",
    "page_size": "limit",
    "paginator": "pagination",
    "password_env": "password",
    "per_page": "limit",
    "query": "params",
    "record_path": "resource_location",
    "record_selector": "resource_location",
    "records": "resource_location",
    "scope": "scopes",
    "secrets": "settings",
    "starting_page": "start",
    "timeout": "timeout_seconds",
    "token_path": "token",
    "token_url": "access_token_url",
    "total": "total_count",
    "total_path": "total_count",
    "transforms": "transform",
    "transformations": "transform",
    "type": "method",
    "url": "base_url",
    "users": "list_users",
    "variables": "settings",
}
#: Words of the language that this version does not know yet.
RESERVED: Final = {
    "create_user": "writing to a source is reserved for a later version",
    "update_user": "writing to a source is reserved for a later version",
    "parts": "several listings as one come in a later version; write one connector for each list",
    "compose": "composed sign-in names come in a later version; use `template` until then",
    "tls": "client certificates come in a later version",
}
_TYPES: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
    "array": "a list",
    "object": "an object (keys and values)",
}


def dotted(path: KeyPath) -> str:
    """Write the way to a value: `list_users.pagination`, `exclude[0].path`."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text or "the definition"


def say(source: Source, error: ValidationError, base: KeyPath = ()) -> Iterator[Diagnostic]:
    """Yield the diagnostics of one schema error. `base` is where the checked part stands."""
    path: KeyPath = (*base, *error.absolute_path)
    if "propertyNames" in error.absolute_schema_path:
        yield from _property_name(source, error, path)
        return
    word = _WORDINGS.get(str(error.validator))
    if word is not None:
        yield from word(source, error, path)
        return
    yield Diagnostic(
        "wrong-value",
        f"`{dotted(path)}` does not fit: it breaks the rule `{error.validator}`",
        source.place(path),
    )


def _unknown_key(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    known = list(error.schema.get("properties", {}))
    for key in error.instance:
        if key in known:
            continue
        place = source.place((*path, key), of_key=True)
        if key in RESERVED:
            message = f"`{key}` is not supported yet: {RESERVED[key]}"
            yield Diagnostic("not-supported-yet", message, place)
            continue
        guess = GUESSES.get(key.lower().replace("-", "_"))
        right = guess if guess in known else nearest(key, known)
        yield Diagnostic(
            "unknown-key",
            f"`{key}` is not a key of `{dotted(path)}`" if path else f"`{key}` is not a key here",
            place,
            expected=f"one of {quoted_list(sorted(known), limit=40).replace(' and ', ', ')}"
            if known
            else "no further keys",
            hint=f"did you mean `{right}`?" if right else None,
        )


def _missing_key(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    for key in error.validator_value:
        if key in error.instance:
            continue
        described = error.schema.get("properties", {}).get(key, {})
        yield Diagnostic(
            "missing-key",
            f"`{dotted(path)}` lacks `{key}`" if path else f"the definition lacks `{key}`",
            source.place(path, of_key=True),
            hint=described.get("description"),
        )


def _dependent(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    for key, needs in error.validator_value.items():
        if key not in error.instance:
            continue
        for other in needs:
            if other not in error.instance:
                yield Diagnostic(
                    "missing-key",
                    f"`{dotted(path)}` has `{key}`, so it needs `{other}` too",
                    source.place((*path, key), of_key=True),
                )


def _wrong_type(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    wanted = error.validator_value
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    hint = None
    if "string" in names and isinstance(error.instance, bool | int | float):
        hint = "put it in quotes, so that it is text"
    elif "array" in names and isinstance(error.instance, str):
        hint = "write it as a list: `[…]`"
    yield Diagnostic(
        "wrong-type",
        f"`{dotted(path)}` is {_kind_of(error.instance)}",
        source.place(path),
        expected=" or ".join(_TYPES[name] for name in names if name != "null"),
        hint=hint,
    )


def _kind_of(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return (
        "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"
    )


def _not_one_of(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    allowed = error.validator_value
    allowed = [allowed] if error.validator == "const" else allowed
    known = [str(one) for one in allowed]
    right = nearest(error.instance, known) if isinstance(error.instance, str) else None
    yield Diagnostic(
        "wrong-value",
        f"{_shown(error.instance, path)} is not a value of `{dotted(path)}`",
        source.place(path),
        expected=("one of " if len(known) > 1 else "")
        + quoted_list(known, limit=40).replace(" and ", ", "),
        hint=f"did you mean `{right}`?" if right else None,
    )


def _pattern(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    yield Diagnostic(
        "wrong-value",
        f"{_shown(error.instance, path)} does not fit `{dotted(path)}`",
        source.place(path),
        expected=error.schema.get(
            "x-pattern-means", f"text that matches `{error.validator_value}`"
        ),
    )


def _property_name(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    name = str(error.instance)  # jsonschema checks the name as if it were the value
    yield Diagnostic(
        "wrong-name",
        f"`{name}` cannot be a name in `{dotted(path)}`",
        source.place((*path, name), of_key=True),
        expected=error.schema.get("x-pattern-means"),
    )


def _format(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    cause = error.cause
    yield Diagnostic(
        "wrong-path" if isinstance(cause, PathError) else "wrong-value",
        f"`{dotted(path)}`: {cause}" if cause is not None else f"`{dotted(path)}` does not fit",
        source.place(path),
        hint=getattr(cause, "hint", None),
    )


def _exactly_one(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    names = error.validator_value
    present = [name for name in names if name in error.instance]
    count = "more than one" if present else "none"
    yield Diagnostic(
        "exclusive-keys" if present else "missing-key",
        f"`{dotted(path)}` has {count} of {quoted_list(names)}",
        source.place((*path, present[1]) if present else path, of_key=True),
        expected="exactly one of them",
    )


def _at_most_one(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    names = error.validator_value
    present = [name for name in names if name in error.instance]
    yield Diagnostic(
        "exclusive-keys",
        f"`{dotted(path)}` has {quoted_list(present)}, which exclude each other",
        source.place((*path, present[1]), of_key=True),
        expected=f"at most one of {quoted_list(names)}",
    )


def _bound(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    limit = error.validator_value
    means = {
        "minimum": f"at least {limit}",
        "exclusiveMinimum": f"more than {limit}",
        "maximum": f"at most {limit}",
        "minLength": "text that is not empty",
        "maxLength": f"at most {limit} characters",
        "minItems": f"at least {limit} item" + ("s" if limit > 1 else ""),
        "minProperties": "at least one key",
        "maxProperties": "exactly one key",
    }[error.validator]
    yield Diagnostic(
        "wrong-value", f"`{dotted(path)}` is out of bounds", source.place(path), expected=means
    )


def _shown(value: Any, path: KeyPath) -> str:
    if isinstance(value, str | int | float) and not is_sensitive(path, value):
        return f"`{str(value)[:60]}`"
    return "this value"


_WORDINGS: Final[dict[str, Callable[[Source, Any, KeyPath], Iterator[Diagnostic]]]] = {
    "additionalProperties": _unknown_key,
    "required": _missing_key,
    "dependentRequired": _dependent,
    "type": _wrong_type,
    "enum": _not_one_of,
    "const": _not_one_of,
    "pattern": _pattern,
    "format": _format,
    "x-exactly-one": _exactly_one,
    "x-at-most-one": _at_most_one,
    **dict.fromkeys(
        (
            "minimum",
            "exclusiveMinimum",
            "maximum",
            "minLength",
            "maxLength",
            "minItems",
            "minProperties",
            "maxProperties",
        ),
        _bound,
    ),
}
