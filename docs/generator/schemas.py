"""Read JSON Schemas of the definition language as rows: key, type, default, meaning."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Definitions that have a section of their own, and the page that holds it.
_SECTIONS: Final = {
    "answer_condition": ("condition", "definition.md#condition-on-an-answer"),
    "attributes": ("attributes", "definition.md#attributes"),
    "auth": ("authentication", "auth.md"),
    "call": ("call", "definition.md#call"),
    "compose": ("composed name", "definition.md#composed-sign-in-name"),
    "connection": ("connection", "connection-file.md#connection"),
    "decoder": ("format", "decoders.md"),
    "detail": ("detail", "definition.md#detail"),
    "example": ("example", "definition.md#example"),
    "group_rule": ("group rule", "connection-file.md#group-rule"),
    "import": ("import", "connection-file.md#import"),
    "import_limits": ("limits", "connection-file.md#limits-of-an-import"),
    "locator": ("locator", "definition.md#locator"),
    "lookup": ("lookup", "definition.md#lookup"),
    "pagination": ("pagination", "pagination.md"),
    "part": ("part", "definition.md#part"),
    "path": ("path", "definition.md#path"),
    "protected": ("protected users", "connection-file.md#protected-users"),
    "record_condition": ("condition", "definition.md#condition-on-a-record"),
    "recorded": ("recorded answer", "definition.md#recorded-answer"),
    "setting": ("setting", "definition.md#setting"),
    "shape": ("shape", "definition.md#shape"),
    "smtp": ("mail server", "connection-file.md#mail-server"),
    "summary": ("summary", "connection-file.md#summary"),
    "target": ("target", "connection-file.md#target"),
    "transforms": ("list of transforms", "transforms.md"),
    "updated_since": ("updated since", "definition.md#updated-since"),
    "user_condition": ("condition", "connection-file.md#condition-on-a-user"),
    "value": ("value", "definition.md#value-of-an-attribute"),
}
#: Definitions that are said in a word.
_WORDS: Final = {
    "charset": "text (a charset)",
    "endpoint": "text (a path)",
    "header_name": "text (a header name)",
    "headers": "object: name → text",
    "name_part": "object with `attribute` and `take`",
    "parameters": "object: name → value or list",
    "scalar": "text, number, boolean or null",
    "text": "text",
    "token_url": "text (a URL or a path)",
}
#: Objects with more keys than this have a section of their own.
_INLINE: Final = 3
_TYPES: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
    "array": "list",
    "object": "object",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One key as the reference shows it."""

    key: str
    type: str
    default: str
    meaning: str
    is_required: bool


class Schemas:
    """The shared definitions that references lead to, and how the page at hand links to them."""

    def __init__(self, common: Mapping[str, Any], envelope: Mapping[str, Any], page: str) -> None:
        self._definitions = {**common["$defs"], **envelope["$defs"]}
        self._page = page

    def rows(self, schema: Mapping[str, Any]) -> Iterator[Row]:
        """Yield a row for each property, in the order of the schema."""
        required = schema.get("required", ())
        for key, rule in schema.get("properties", {}).items():
            merged = self._merged(rule)
            default = merged.get("default")
            yield Row(
                key=key,
                type=self.type_of(rule),
                default="" if default is None else f"`{_yaml(default)}`",
                meaning=_sentence(self._meaning(rule, merged)),
                is_required=key in required,
            )

    def table(self, schema: Mapping[str, Any]) -> list[str]:
        """Return a Markdown table of the properties."""
        lines = ["| key | type | default | meaning |", "| --- | --- | --- | --- |"]
        for row in self.rows(schema):
            default = "**needed**" if row.is_required else row.default
            cells = (f"`{row.key}`", row.type, default, row.meaning)
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        return lines

    def rules(self, schema: Mapping[str, Any]) -> list[str]:
        """Return what the schema says between keys, one sentence each."""
        said: list[str] = []
        if names := schema.get("x-exactly-one"):
            said.append(f"Exactly one of {_quoted(names)} is given.")
        if names := schema.get("x-at-most-one"):
            said.append(f"At most one of {_quoted(names)} is given.")
        for key, needs in schema.get("dependentRequired", {}).items():
            said.append(f"`{key}` needs {_quoted(needs)} beside it.")
        return said

    def type_of(self, rule: Mapping[str, Any]) -> str:
        """Write the type of a value in words, with links to what has a section."""
        if "$ref" in rule:
            return self._named(str(rule["$ref"]).rsplit("/", 1)[-1])
        if "const" in rule:
            return f"`{_yaml(rule['const'])}`"
        if "enum" in rule:
            return " · ".join(f"`{_yaml(one)}`" for one in rule["enum"])
        written = rule.get("type")
        if written is None:
            return "any value"
        names = [written] if isinstance(written, str) else list(written)
        words = [_TYPES[name] for name in names]
        if names == ["array"] and "items" in rule:
            return "list of " + self.type_of(rule["items"]).replace("whole number", "whole numbers")
        items = rule.get("additionalProperties")
        if names == ["object"] and isinstance(items, dict):
            return f"object: name → {self.type_of(items)}"
        if names == ["object"] and 0 < len(rule.get("properties", ())) <= _INLINE:
            return f"object with {_quoted(list(rule['properties']))}"
        return " or ".join(words)

    def _named(self, name: str) -> str:
        if name in _WORDS:
            return _WORDS[name]
        word, target = _SECTIONS[name]
        return f"[{word}]({target.removeprefix(self._page)})"

    def _meaning(self, rule: Mapping[str, Any], merged: Mapping[str, Any]) -> str:
        described = str(merged.get("description", merged.get("title", "")))
        if "description" in rule or "$ref" not in rule:
            return described
        # The definition has a section of its own; here its first words are enough.
        return re.split(r"[:;.] ", described)[0]

    def _merged(self, rule: Mapping[str, Any]) -> dict[str, Any]:
        if "$ref" not in rule:
            return dict(rule)
        return {**self._definitions[str(rule["$ref"]).rsplit("/", 1)[-1]], **rule}


def _quoted(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]


def _yaml(value: Any) -> str:
    is_plain = isinstance(value, str) and value and value.isprintable()
    return value if is_plain else json.dumps(value, ensure_ascii=False)


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if not text or text.endswith((".", "!", "?")) else text + "."
