"""References, `${settings.name}`: parsed once, resolved against a scope, never retyped.

Alone in its text a reference keeps its type; inside longer text it becomes text. A reference to
something unset drops the key that holds it. `$${` stands for a literal `${`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from onroll.model import ABSENT, Absent, Json
from onroll.redaction import Secret

__all__ = [
    "Reference",
    "Scope",
    "as_pairs",
    "as_text",
    "parse_references",
    "references_in",
    "resolve",
]

_REFERENCE = re.compile(r"\$\$\{|\$\{([^${}]*)\}")


@dataclass(frozen=True, slots=True)
class Reference:
    """One `${…}`. `namespace` is `settings`, `record`, `env` …, or empty for a bare name."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"${{{self.namespace}.{self.name}}}" if self.namespace else f"${{{self.name}}}"


#: What a reference stands for; `ABSENT` when it is unset.
Scope: TypeAlias = Callable[[Reference], Json | Absent]

_SEPARATED = re.compile(r"\s*(settings|record|context)\.(.*)|\s*(env|file|keyring):(.*)", re.DOTALL)


def parse_references(text: str) -> tuple[str | Reference, ...]:
    """Split text into literal pieces and references."""
    pieces: list[str | Reference] = []
    position = 0
    for match in _REFERENCE.finditer(text):
        if match.start() > position:
            pieces.append(text[position : match.start()])
        inner = match.group(1)
        pieces.append("${" if inner is None else _reference(inner))
        position = match.end()
    if position < len(text):
        pieces.append(text[position:])
    return tuple(pieces)


def _reference(inner: str) -> Reference:
    match = _SEPARATED.fullmatch(inner)
    if match is None:
        return Reference("", inner.strip())
    dotted, name, colon, rest = match.groups()
    return Reference(dotted or colon, (name if dotted else rest).strip())


def references_in(value: Json) -> Iterator[Reference]:
    """Yield every reference inside a JSON value, in order."""
    match value:
        case str():
            yield from (one for one in parse_references(value) if isinstance(one, Reference))
        case list():
            for item in value:
                yield from references_in(item)
        case dict():
            for item in value.values():
                yield from references_in(item)


def resolve(
    value: Json, scope: Scope, *, encode: Callable[[str], str] | None = None
) -> Json | Absent:
    """Return `value` with its references replaced; `ABSENT` when one of its text is unset.

    `encode` is applied to what stands in for a reference inside text (percent-encoding in an
    endpoint). Keys and items that come out `ABSENT` are dropped. Secrets are revealed: call it
    only where a request is built.
    """
    match value:
        case str():
            return _resolve_text(value, scope, encode)
        case list():
            items = [resolve(item, scope, encode=encode) for item in value]
            return [item for item in items if not isinstance(item, Absent)]
        case dict():
            pairs = {key: resolve(item, scope, encode=encode) for key, item in value.items()}
            return {key: item for key, item in pairs.items() if not isinstance(item, Absent)}
        case _:
            return value


def _resolve_text(text: str, scope: Scope, encode: Callable[[str], str] | None) -> Json | Absent:
    pieces = parse_references(text)
    if not any(isinstance(piece, Reference) for piece in pieces):
        return "".join(str(piece) for piece in pieces)
    if len(pieces) == 1 and isinstance(pieces[0], Reference) and encode is None:
        found = scope(pieces[0])
        return found.reveal() if isinstance(found, Secret) else found
    texts: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            texts.append(piece)
            continue
        found = scope(piece)
        if isinstance(found, Absent) or found is None:
            return ABSENT
        text_of = as_text(found)
        texts.append(encode(text_of) if encode else text_of)
    return "".join(texts)


def as_pairs(values: Mapping[str, Json]) -> tuple[tuple[str, str], ...]:
    """Write parameters out: a list repeats its name, null leaves its name out."""
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        items = value if isinstance(value, list) else [value]
        pairs += [(name, as_text(item)) for item in items if item is not None]
    return tuple(pairs)


def as_text(value: Any) -> str:
    """Write a value as text: text as it is, `true`, `12`, and JSON for lists and objects."""
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON's 9001 and 9001.0 are one number
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
