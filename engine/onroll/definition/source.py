"""YAML text → plain data in which every key and value knows its line and column.

Only the types of YAML 1.2's JSON schema exist: true, false, null and JSON numbers. Every other
plain scalar is text (`no`, `on`, `22:22`, `007`, `1.10.0`, dates), keys are always text.
Duplicate keys, tags, merge keys, several documents, and aliases that multiply are refused.
Sizes are bounded, so that a file from a stranger cannot exhaust memory or the stack.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import yaml

from onroll.definition.masking import is_sensitive, mask_unparsed
from onroll.diagnostics import Diagnostic, Place
from onroll.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.model import Json

__all__ = ["KeyPath", "Source", "Span", "read_yaml"]

#: The way to a value: keys and item numbers from the root.
KeyPath: TypeAlias = tuple[str | int, ...]

MAX_BYTES: Final = 1 << 20
MAX_NODES: Final = 50_000
MAX_DEPTH: Final = 40

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORDS: Final = {"true": True, "false": False, "null": None, "": None}

# The C parser is ten times faster; some platforms' PyYAML lacks it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a key or a value stands: one-based line and column, and the column after its end."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its data, and where each part of it stands."""

    name: str
    lines: tuple[str, ...] = field(repr=False)
    data: Json = field(repr=False)
    keys: dict[KeyPath, Span] = field(repr=False)
    values: dict[KeyPath, Span] = field(repr=False)

    def place(self, path: KeyPath, *, of_key: bool = False) -> Place:
        """Return the place of a value, or of its key; of the nearest parent when it has none."""
        spans = self.keys if of_key else self.values
        span = spans.get(path) or self.values.get(path)
        while span is None:
            path = path[:-1]
            span = self.keys.get(path) or self.values.get(path)
            if not path:
                span = span or Span(1, 1, 1, 1)
        return self._place(span)

    def _place(self, span: Span) -> Place:
        excerpt, shift = self._masked(span)
        same_line = span.end_line == span.line
        length = span.end_column - span.column if same_line else len(excerpt) - span.column + 1
        return Place(self.name, span.line, span.column, length, excerpt, span.column + shift)

    def _masked(self, span: Span) -> tuple[str, int]:
        """Return the span's line with secret-prone values masked, and how far the column moved."""
        text = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        shift = 0
        for start, end in sorted(self._sensitive(span.line), reverse=True):
            text = text[:start] + "…" + text[end:]
            if end <= span.column - 1:
                shift += 1 - (end - start)
        return text.replace("\t", " ").rstrip()[:160], shift

    def _sensitive(self, line: int) -> Iterator[tuple[int, int]]:
        for path, span in self.values.items():
            if span.line <= line <= span.end_line and is_sensitive(path, self.get(path)):
                start = span.column - 1 if span.line == line else 0
                end = span.end_column - 1 if span.end_line == line else len(self.lines[line - 1])
                yield start, end

    def get(self, path: KeyPath) -> Json:
        """Return the data at a path, or None when there is none."""
        value = self.data
        for key in path:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return None
        return value


class _Refused(Exception):
    """Stops the reading at once: what follows could not be trusted."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


def read_yaml(text: str | bytes, name: str) -> Source:
    """Read one YAML document. Raises `DefinitionError` with every mistake it can name at once."""
    if isinstance(text, bytes):
        text = _decode(text, name)
    if len(text) > MAX_BYTES:
        raise DefinitionError(
            Diagnostic(
                "file-too-large",
                f"{name} is larger than 1 MiB",
                Place(name, 1, 1),
                hint="a definition is a few kilobytes; recorded answers belong in `examples/`",
            )
        )
    builder = _Builder(name, tuple(text.splitlines()))
    try:
        return builder.read(text)
    except _Refused as refused:
        raise DefinitionError(*builder.mistakes, refused.diagnostic) from None
    except yaml.YAMLError as error:
        raise DefinitionError(*builder.mistakes, builder.syntax_error(error)) from None


def _decode(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DefinitionError(
            Diagnostic(
                "not-utf-8",
                f"{name} is not UTF-8 text: line {line} has a byte that does not belong to it",
                Place(name, line, 1),
                hint="save the file as UTF-8",
            )
        ) from None


class _Builder:
    """Builds data and spans from the parser's events; aliases are expanded, within bounds."""

    def __init__(self, name: str, lines: tuple[str, ...]) -> None:
        self.name = name
        self.lines = lines
        self.mistakes: list[Diagnostic] = []
        self._keys: dict[KeyPath, Span] = {}
        self._values: dict[KeyPath, Span] = {}
        self._anchors: dict[str, list[Any]] = {}
        self._nodes = 0

    def read(self, text: str) -> Source:
        events = yaml.parse(text, Loader=_LOADER)
        recorded = self._recording(events)
        next(recorded)  # the stream starts
        first = next(recorded)
        if isinstance(first, yaml.StreamEndEvent):
            raise _Refused(self._diagnostic("empty-file", f"{self.name} holds nothing", first))
        data = self._node(next(recorded), recorded, (), 0)
        next(recorded)  # the document ends
        after = next(recorded)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _Refused(
                self._diagnostic(
                    "several-documents",
                    f"{self.name} holds more than one YAML document",
                    after,
                    hint="write each definition into a file of its own; remove the line `---`",
                )
            )
        if self.mistakes:
            raise DefinitionError(*self.mistakes)
        return Source(self.name, self.lines, data, self._keys, self._values)

    def _recording(self, events: Iterator[Any]) -> Iterator[Any]:
        """Pass events on, and keep those of anchored nodes so that aliases can replay them."""
        open_anchors: list[tuple[str, int]] = []
        depth = 0
        for event in events:
            anchor = getattr(event, "anchor", None)
            is_start = isinstance(event, yaml.CollectionStartEvent)
            if anchor is not None and not isinstance(event, yaml.AliasEvent):
                self._anchors[anchor] = []
                open_anchors.append((anchor, depth))
            for name, _ in open_anchors:
                self._anchors[name].append(event)
            depth += is_start - isinstance(event, yaml.CollectionEndEvent)
            while open_anchors and depth <= open_anchors[-1][1]:
                open_anchors.pop()
            yield event

    def _node(self, event: Any, events: Iterator[Any], path: KeyPath, depth: int) -> Json:
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise _Refused(self._too_much(event, depth))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path, depth)
        self._refuse_tag(event)
        start = event.start_mark
        if isinstance(event, yaml.ScalarEvent):
            self._values[path] = _span(start, event.end_mark)
            return self._scalar(event)
        value, end = (
            self._mapping(events, path, depth)
            if isinstance(event, yaml.MappingStartEvent)
            else self._sequence(events, path, depth)
        )
        self._values[path] = _span(start, end)
        return value

    def _alias(self, event: Any, path: KeyPath, depth: int) -> Json:
        recorded = self._anchors.get(event.anchor)
        if recorded is None:
            raise _Refused(
                self._diagnostic("unknown-anchor", f"there is no anchor `&{event.anchor}`", event)
            )
        replay = iter(list(recorded))
        return self._node(next(replay), replay, path, depth + 1)

    def _sequence(self, events: Iterator[Any], path: KeyPath, depth: int) -> tuple[list[Json], Any]:
        items: list[Json] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return items, event.end_mark
            items.append(self._node(event, events, (*path, len(items)), depth + 1))
        raise _Refused(Diagnostic("recursive-anchor", "an anchor holds itself"))

    def _mapping(
        self, events: Iterator[Any], path: KeyPath, depth: int
    ) -> tuple[dict[str, Json], Any]:
        pairs: dict[str, Json] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                return pairs, event.end_mark
            key = self._key(event, path, pairs)
            value_event = next(events, None)
            if value_event is None:
                break
            pairs[key] = self._node(value_event, events, (*path, key), depth + 1)
        raise _Refused(Diagnostic("recursive-anchor", "an anchor holds itself"))

    def _key(self, event: Any, path: KeyPath, pairs: dict[str, Json]) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise _Refused(
                self._diagnostic(
                    "key-not-text",
                    "a key must be text, not a list or an object",
                    event,
                    hint="quote text that holds `${…}`, `{` or `[`",
                )
            )
        key = str(event.value)
        if key == "<<" and event.implicit[0]:
            self.mistakes.append(
                self._diagnostic(
                    "merge-key",
                    "merge keys (`<<`) are not part of YAML 1.2",
                    event,
                    hint="write the keys out; `pagination` at the top level is inherited by lists",
                )
            )
        if key in pairs:
            first = self._keys[(*path, key)]
            self.mistakes.append(
                self._diagnostic(
                    "duplicate-key",
                    f"`{key}` stands twice here; it stood on line {first.line} before",
                    event,
                    hint="keep one of them; YAML would silently take the last",
                )
            )
        else:
            self._keys[(*path, key)] = _span(event.start_mark, event.end_mark)
        return key

    def _scalar(self, event: Any) -> Json:
        text = str(event.value)
        # `implicit[0]` is true for plain scalars without a tag: only those have types.
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        # A number of thousands of digits costs quadratic time; nobody means one.
        if len(text) <= 40 and _NUMBER.fullmatch(text):
            return int(text) if _INTEGER.fullmatch(text) else float(text)
        return text

    def _refuse_tag(self, event: Any) -> None:
        tag = event.tag
        if tag is None or tag in {"!", "tag:yaml.org,2002:str"}:
            return
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        self.mistakes.append(
            self._diagnostic(
                "tag",
                f"the tag `{shown}` is not allowed: a definition is plain data",
                event,
                hint="leave the tag out; quote what must be text",
            )
        )

    def _too_much(self, event: Any, depth: int) -> Diagnostic:
        if depth > MAX_DEPTH:
            return self._diagnostic(
                "too-deep", f"the file is nested more than {MAX_DEPTH} levels deep", event
            )
        return self._diagnostic(
            "too-large",
            f"the file holds more than {MAX_NODES} values once its aliases are expanded",
            event,
            hint="anchors that multiply are refused",
        )

    def syntax_error(self, error: yaml.YAMLError) -> Diagnostic:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or "it has a character that YAML does not allow"
        line = mark.line + 1 if mark is not None else self._line_of(error)
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        column = mark.column + 1 if mark is not None else 1
        excerpt, moved = mask_unparsed(text, column)
        return Diagnostic(
            "yaml-syntax",
            f"this is not YAML: {problem}",
            Place(self.name, line, column, 1, excerpt, moved),
            hint=_syntax_hint(text, problem),
        )

    def _line_of(self, error: yaml.YAMLError) -> int:
        position = getattr(error, "position", 0) or 0
        return "\n".join(self.lines)[:position].count("\n") + 1

    def _diagnostic(
        self, code: str, message: str, event: Any, hint: str | None = None
    ) -> Diagnostic:
        span = _span(event.start_mark, event.end_mark)
        line = self.lines[span.line - 1] if 0 < span.line <= len(self.lines) else ""
        excerpt, caret = mask_unparsed(line, span.column)
        same_line = span.end_line == span.line
        length = span.end_column - span.column if same_line else 1
        place = Place(self.name, span.line, span.column, length, excerpt, caret)
        return Diagnostic(code, message, place, hint=hint)


def _span(start: Any, end: Any) -> Span:
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _syntax_hint(line: str, problem: str) -> str:
    if "${" in line:
        return 'inside `{}` or `[]` text with `${…}` needs quotes: `{name: "${settings.name}"}`'
    if re.search(r"[{,].*\w\[\d+\]", line):
        return 'inside `{}` a path with `[0]` needs quotes: `{path: "items[0].name"}`'
    if "\t" in line or "\\t" in problem:
        return "indent with spaces; YAML does not allow tabs there"
    if ": " in line.partition(":")[2]:
        return 'text that holds a colon and a space needs quotes: `title: "Client: ID"`'
    return "check the indentation and the quotes on this line and the one before"
