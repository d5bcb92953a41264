"""Errors of JSON Schema → our own diagnostics, in words that say where and how to mend it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from onroll.definition.guesses import EXPLAINED, GUESSES, RESERVED, VALUE_GUESSES, intended, meant
from onroll.definition.masking import MASK, is_sensitive, shown_name
from onroll.definition.schema import SECTIONS
from onroll.diagnostics import Diagnostic, nearest, one_of, quoted_list
from onroll.expressions.path import PathError
from onroll.expressions.reference import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema.exceptions import ValidationError

    from onroll.definition.source import KeyPath, Source

__all__ = ["dotted", "say"]

_TYPES: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
    "array": "a list",
    "object": "an object (keys and values)",
}


#: What is an object here, and is written as one word elsewhere.
_TEXT_AS_OBJECT: Final = {
    "shape": "shape: {{style: {}}}",
    "success": "success: {{body: {}, equals: true}}",
    "more": "more: {{body: {}, equals: true}}",
    "date": "date: {{from: {}}}",
    "datetime": "datetime: {{from: {}}}",
    "updated_since": "updated_since: {{name: {}}}",
}
_NOT_TRUE: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def dotted(path: KeyPath) -> str:
    """Write the way to a value: `list_users.pagination`, `exclude[0].path`."""
    text = ""
    for key in path:
        name = f"[{key}]" if isinstance(key, int) else shown_name(key)
        text += name if isinstance(key, int) or not text else f".{name}"
    return text


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
        # The message says no more than the excerpt, which may hide what is hardly a key.
        is_shown = key in place.excerpt or ":" in key or not place.excerpt
        name = shown_name(key) if is_shown else MASK
        if key in RESERVED and not set(GUESSES.get(key, ())) & set(known):
            message = f"`{name}` is not supported yet"
            yield Diagnostic("not-supported-yet", message, place, hint=RESERVED[key])
            continue
        where = f"a key of `{dotted(path)}`" if path else "a key of a definition"
        if path and isinstance(path[-1], int):
            where = f"a key of an item of `{dotted(path[:-1])}`"
        hint = _key_hint(key, known)
        if name == MASK and error.instance[key] is None:
            hint = "a value without its key? write `name: value`"
        elif hint is None and path and path[-1] == "attributes":
            hint = f"attributes of your own go below `custom`: `custom: {{{name}: …}}`"
        yield Diagnostic(
            "unknown-key",
            f"`{name}` is not {where}",
            place,
            expected=_expected_keys(known, hint),
            hint=hint,
        )


def _expected_keys(known: list[str], hint: str | None) -> str | None:
    """Say which keys there are, unless they are many and the right one is named anyway."""
    if not known:
        return "no further keys"
    return None if hint and len(known) > 24 else one_of(sorted(known))


def _key_hint(key: str, known: list[str]) -> str | None:
    beside, explained = EXPLAINED.get(key.lower(), ("", None))
    if beside in known:
        return explained
    word, colon, value = key.partition(":")
    if colon and value and word in known:
        return f"put a blank after the colon: `{word}: …`"
    right = meant(key, known)
    return f"did you mean `{right}`?" if right else None


def _missing_key(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    if "x-plugin" in error.schema:
        return  # said where the plug-ins are known
    properties = error.schema.get("properties", {})
    for key in error.validator_value:
        if key in error.instance or key in intended(error.instance, properties):
            continue
        described = properties.get(key, {}).get("description")
        yield Diagnostic(
            "missing-key",
            f"`{dotted(path)}` lacks `{key}`" if path else f"the definition lacks `{key}`",
            source.place(path, of_key=True),
            hint=f"add `{key}`: {_lowered(described)}" if described else f"add `{key}`",
        )


def _lowered(sentence: str) -> str:
    """Return a description as the second half of a sentence."""
    text = sentence.removesuffix(".")
    is_name = text[1:2].isupper() or text.startswith("`")
    return text if is_name else text[0].lower() + text[1:]


def _dependent(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    for key, needs in error.validator_value.items():
        if key not in error.instance:
            continue
        for other in needs:
            if other in error.instance:
                continue
            if other in intended(error.instance, error.schema.get("properties", {})):
                continue
            described = error.schema["properties"].get(other, {}).get("description")
            yield Diagnostic(
                "missing-key",
                f"`{dotted(path)}` has `{key}`, so it needs `{other}` too",
                source.place((*path, key), of_key=True),
                hint=f"add `{other}`: {_lowered(described)}" if described else None,
            )


def _wrong_type(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    wanted = error.validator_value
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    shown = [name for name in names if name != "null"]
    yield Diagnostic(
        "wrong-type",
        f"{f'`{dotted(path)}`' if path else 'the file'} is {_kind_of(error.instance)}",
        source.place(path),
        expected=" or ".join(_TYPES[name] for name in shown),
        hint=_type_hint(error, path, names),
    )


def _type_hint(error: Any, path: KeyPath, names: list[str]) -> str | None:
    value = error.instance
    if path[:1] == ("settings",) and len(path) == 2:
        name = shown_name(str(path[1]))
        return f"declare it, as in `{name}: {{title: …}}`; whoever connects supplies the value"
    shown = value if isinstance(value, str) and not is_sensitive(path, value) else "…"
    if isinstance(value, str) and "object" in names and (hint := _as_an_object(error, path, shown)):
        return hint
    if isinstance(value, dict) and path[-2:] == ("list_users", "parts"):
        return "make it a list, with the names inside: `- {name: current, endpoint: /current}`"
    if value is None and path:
        return "write its value after the colon, or remove the key"
    if "string" in names and isinstance(value, bool | int | float):
        return "put it in quotes, so that it is text"
    if isinstance(value, str):
        return _text_hint(value, shown, names)
    if "object" in names and isinstance(value, list):
        return "write keys and values, `name: …`, without `-`"
    if names == ["array"] and isinstance(value, dict):
        return "make it a list of one: put `[` and `]` around it, or `- ` before it"
    return None


def _as_an_object(error: Any, path: KeyPath, shown: str) -> str | None:
    """Return how a word is written where it needs a key, if that can be told."""
    last = str(path[-1]) if path else ""
    if "x-plugin" in error.schema:
        key = SECTIONS[error.schema["x-plugin"]]
        return f"name it by its key: `{last}: {{{key}: {shown}}}`"
    if last in _TEXT_AS_OBJECT:
        return f"write it as an object: `{_TEXT_AS_OBJECT[last].format(shown)}`"
    if "attribute" in error.schema.get("properties", {}):
        return f"name it by its key: `{last}: {{attribute: {shown}}}`"
    return None


def _text_hint(text: str, shown: str, names: list[str]) -> str | None:
    if "array" in names:
        return f"write it as a list: `[{shown}]`"
    if "boolean" in names and text.lower() in _NOT_TRUE:
        return f"write `{_NOT_TRUE[text.lower()]}`"
    if {"integer", "number"} & set(names) and re.fullmatch(r"\d[\d_]{0,12}", text):
        digits = text.replace("_", "").lstrip("0") or "0"
        return f"write digits without quotes: `{digits}`"
    if "object" in names and text.startswith("${"):
        return "a setting cannot stand for a whole object: write its keys, with a setting in each"
    return None


def _kind_of(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int | float):
        return "a number"
    return (
        "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"
    )


def _not_one_of(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    allowed = error.validator_value
    allowed = [allowed] if error.validator == "const" else list(allowed)
    known = [as_text(one) for one in allowed]
    value = error.instance
    if isinstance(value, dict | list) or value is None:
        message, hint = f"`{dotted(path)}` is {_kind_of(value)}", None
    elif isinstance(value, str) and value in known:
        message, hint = f"`{dotted(path)}` is text", "remove the quotes: it is a number"
    elif isinstance(value, int | float) and as_text(value) in known:
        message, hint = f"`{dotted(path)}` is {_kind_of(value)}", "put it in quotes"
    else:
        message = f"{_shown(value, path)} is not a value of `{dotted(path)}`"
        right = _value_meant(value, known) if isinstance(value, str) else None
        hint = f"did you mean `{right}`?" if right else None
    if path == ("format",) and hint is None:
        hint = "this version of onroll reads format 1; a newer one may read others"
    means = _values(allowed)
    yield Diagnostic("wrong-value", message, source.place(path), expected=means, hint=hint)


def _value_meant(value: str, known: list[str]) -> str | None:
    guesses = VALUE_GUESSES.get(value.lower(), ())
    return next((guess for guess in guesses if guess in known), None) or nearest(value, known)


def _values(allowed: list[Any]) -> str:
    """Say which values there are; numbers in a row as a range."""
    numbers = [one for one in allowed if isinstance(one, int)]
    if len(numbers) < 4 or numbers != list(range(numbers[0], numbers[-1] + 1)):
        return one_of([as_text(one) for one in allowed])
    words = one_of([as_text(one) for one in allowed if one not in numbers])
    span = f"a number from `{numbers[0]}` to `{numbers[-1]}`"
    return f"{words}, or {span}" if words else span


def _pattern(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    message, hint = f"{_shown(error.instance, path)} does not fit `{dotted(path)}`", None
    if is_sensitive(path, error.instance):
        message = f"the value of `{dotted(path)}` does not fit"
    for pattern, reason, mend in error.schema.get("x-pattern-reasons", ()):
        if re.search(pattern, error.instance):
            message, hint = f"`{dotted(path)}` {reason}", mend
            break
    means = error.schema.get("x-pattern-means", f"text that matches `{error.validator_value}`")
    yield Diagnostic("wrong-value", message, source.place(path), expected=means, hint=hint)


def _property_name(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    name = str(error.instance)  # jsonschema checks the name as if it were the value
    word, colon, value = name.partition(":")
    is_glued = bool(colon and value)
    yield Diagnostic(
        "wrong-name",
        f"`{shown_name(name)}` cannot be a name in `{dotted(path)}`",
        source.place((*path, name), of_key=True),
        expected=error.schema.get("x-pattern-means"),
        hint=f"put a blank after the colon: `{shown_name(word)}: …`" if is_glued else None,
    )


def _format(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    cause = error.cause
    if isinstance(cause, PathError):
        message, hint = f"`{dotted(path)}`: {cause}", cause.hint
        if is_sensitive(path, error.instance):
            message = f"`{dotted(path)}` is not the path of a value"
            hint = "it says where the value lies in the answer, as in `data.token`"
        yield Diagnostic("wrong-path", message, source.place(path), hint=hint)
        return
    yield Diagnostic(
        "wrong-value",
        f"`{dotted(path)}` is not a regular expression: {cause}",
        source.place(path),
        hint="write a backslash before a character that means itself, as in `\\.`",
    )


def _exactly_one(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    names = error.validator_value
    present = [name for name in names if name in error.instance]
    if len(present) > 1:
        yield _exclusive(source, path, present)
        return
    known = error.schema.get("properties", {})
    strange = set(error.instance) & set(RESERVED)
    if strange or intended(error.instance, known) & set(names):
        return  # an unknown key was said to be one of them
    yield Diagnostic(
        "missing-key",
        f"`{dotted(path)}` has none of {quoted_list(names)}",
        source.place(path, of_key=True),
        expected=f"exactly {one_of(names)}",
    )


def _at_most_one(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    names = error.validator_value
    yield _exclusive(source, path, [name for name in names if name in error.instance])


def _exclusive(source: Source, path: KeyPath, present: list[str]) -> Diagnostic:
    """Point at the second of them in the file."""
    places = [source.place((*path, name), of_key=True) for name in present]
    second = sorted(places, key=lambda place: (place.line, place.column))[1]
    each = "each other" if len(present) == 2 else "one another"
    return Diagnostic(
        "exclusive-keys",
        f"`{dotted(path)}` has {quoted_list(present)}, which exclude {each}",
        second,
        hint="keep one of them",
    )


def _bound(source: Source, error: Any, path: KeyPath) -> Iterator[Diagnostic]:
    limit, value = error.validator_value, error.instance
    is_shown = isinstance(value, int | float) and not is_sensitive(path, value)
    count = f"is {value}" if is_shown else "is out of bounds"
    few = f"has {len(value)} item" if isinstance(value, list) and value else "is empty"
    said, means = {
        "minimum": (count, f"at least {limit}"),
        "exclusiveMinimum": (count, f"more than {limit}"),
        "maximum": (count, f"at most {limit}"),
        "minLength": ("is empty", "text"),
        "maxLength": ("is too long", f"at most {limit} characters"),
        "minItems": (few, f"at least {limit} item{'s' if limit > 1 else ''}"),
        "minProperties": ("is empty", "at least one key"),
        "maxProperties": ("has more than one key", "exactly one key"),
    }[error.validator]
    yield Diagnostic("wrong-value", f"`{dotted(path)}` {said}", source.place(path), expected=means)


def _shown(value: Any, path: KeyPath) -> str:
    """Return a value as a message may show it."""
    if isinstance(value, str | int | float) and not is_sensitive(path, value):
        text = as_text(value)
        return f"`{text[:60]}{'…' if len(text) > 60 else ''}`"
    return "what stands here"


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
