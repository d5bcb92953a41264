"""A large document of strangers, JSON or YAML → plain data, within bounds.

Of YAML the types of version 1.2's JSON schema, as in definitions; anchors stand for one value that
is shared, so that aliases which multiply cost nothing until somebody walks them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

from onroll.definition.source import plain_scalar
from onroll.drafting.wire import Unusable
from onroll.http.body import decode_json
from onroll.model import Headers, Json, Response
from onroll.protocols import UnreadableBody

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_document"]

_MOST_BYTES: Final = 32 << 20
_MOST_VALUES: Final = 3_000_000
_DEEPEST: Final = 200
#: What YAML's core schema has beside the spellings of JSON.
_SPELLINGS: Final = {
    "True": "true", "TRUE": "true", "False": "false", "FALSE": "false",
    "Null": "null", "NULL": "null", "~": "null",
}  # fmt: skip
#: The C parser is ten times faster; some platforms' PyYAML lacks it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_document(raw: bytes) -> Json:
    """Read JSON, or else YAML. Raises `Unusable`, which says in which line."""
    if len(raw) > _MOST_BYTES:
        raise Unusable("it is larger than 32 MiB", "keep the paths that list people, and bundle it")
    if raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        try:
            return decode_json(Response(200, Headers(), raw, ""))
        except UnreadableBody as error:
            json_error = error
        # A flow mapping is YAML too, and rarely what is meant.
        raise Unusable(f"its JSON cannot be read: {json_error.message}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unusable("it is not UTF-8 text", "save the file as UTF-8") from None
    try:
        return _Builder().read(text)
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        where = "" if mark is None else f" in line {mark.line + 1}"
        raise Unusable(f"it is neither JSON nor YAML: there is a mistake{where}") from None
    except RecursionError:
        raise Unusable("it is nested too deep") from None


class _Builder:
    """Builds values from the parser's events, without recursion over the document."""

    def __init__(self) -> None:
        self._anchors: dict[str, Json] = {}
        self._values = 0

    def read(self, text: str) -> Json:
        events = yaml.parse(text, Loader=_LOADER)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                return self._value(next(events), events, 0)
        raise Unusable("it holds nothing")

    def _value(self, event: Any, events: Iterator[Any], depth: int) -> Json:
        self._values += 1
        if self._values > _MOST_VALUES or depth > _DEEPEST:
            raise Unusable("it holds too many values, or is nested too deep")
        if isinstance(event, yaml.ScalarEvent):
            value: Json = _scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise Unusable("it has an alias (`*name`) without an anchor")
            return self._anchors[event.anchor]
        elif isinstance(event, yaml.MappingStartEvent):
            value = self._mapping(events, depth)
        else:
            value = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                value.append(self._value(inner, events, depth + 1))
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        return value

    def _mapping(self, events: Iterator[Any], depth: int) -> dict[str, Json]:
        pairs: dict[str, Json] = {}
        merged: list[Json] = []
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            is_text = isinstance(event, yaml.ScalarEvent)
            key = str(event.value) if is_text else _key(self._value(event, events, depth + 1))
            value = self._value(next(events), events, depth + 1)
            if is_text and key == "<<" and event.implicit[0]:
                merged += value if isinstance(value, list) else [value]
            else:
                pairs[key] = value
        for other in merged:
            if isinstance(other, dict):
                # Merging is copying, and copies of copies may be many.
                self._values += len(other)
                if self._values > _MOST_VALUES:
                    raise Unusable("it holds too many values once its merge keys are expanded")
                pairs = {**other, **pairs}
        return pairs


def _key(value: Json) -> str:
    # As text, aliases of aliases would be written out.
    return "?" if isinstance(value, dict | list) else str(value)


def _scalar(event: Any) -> Json:
    text = str(event.value)
    return plain_scalar(_SPELLINGS.get(text, text)) if event.implicit[0] else text
