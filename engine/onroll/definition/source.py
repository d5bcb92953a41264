"""YAML text → plain data in which every key and value knows its line and column.

Only the types of YAML 1.2's JSON schema exist: true, false, null and JSON numbers. Every other
plain scalar is text (`no`, `on`, `22:22`, `007`, `1.10.0`, dates), keys are always text.
Duplicate keys, tags, merge keys, several documents, and aliases that multiply are refused.
Sizes are bounded, so that a file from a stranger cannot exhaust memory or the stack.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from onroll.definition.masking import MASK, mask_unparsed, shown_name
from onroll.definition.spans import KeyPath, Source, Span
from onroll.definition.syntax import first_unprintable, syntax_error
from onroll.diagnostics import Diagnostic, Place
from onroll.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.model import Json

__all__ = ["KeyPath", "Source", "Span", "plain_scalar", "read_yaml"]

MAX_BYTES: Final = 1 << 20
MAX_NODES: Final = 50_000
MAX_DEPTH: Final = 40
MAX_MISTAKES: Final = 100

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORDS: Final = {"true": True, "false": False, "null": None, "": None}

#: What ends a line for a YAML parser; `str.splitlines` knows more.
_LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")

# The C parser is ten times faster; some platforms' PyYAML lacks it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Refused(Exception):
    """Stops the reading at once: what follows could not be trusted."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic


def read_yaml(text: str | bytes, name: str) -> Source:
    """Read one YAML document. Raises `DefinitionError` with every mistake it can name at once."""
    if len(text) > MAX_BYTES:
        raise DefinitionError(
            Diagnostic(
                "file-too-large",
                f"{name} is larger than 1 MiB",
                Place(name, 1, 1),
                hint="a definition is a few kilobytes; recorded answers belong in `examples/`",
            )
        )
    text = _decode(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"), name)
    lines = tuple(_LINE_END.split(text))
    builder = _Builder(name, lines)
    unprintable = first_unprintable(name, text, lines)
    if unprintable is not None:
        raise DefinitionError(unprintable)
    try:
        return builder.read(text)
    except _Refused as refused:
        raise DefinitionError(*builder.mistakes, refused.diagnostic) from None
    except yaml.YAMLError as error:
        raise DefinitionError(*builder.mistakes, syntax_error(name, lines, error)) from None


def _decode(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        before = raw[: error.start].rpartition(b"\n")[2]
        raise DefinitionError(
            Diagnostic(
                "not-utf-8",
                f"{name} is not UTF-8 text: line {line} has a byte that does not belong to it",
                Place(name, line, len(before.decode("utf-8", "replace")) + 1),
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
        self._open_anchors: list[tuple[str, int]] = []
        self._outermost: Any = None  # the alias that is being expanded
        self._nodes = 0

    def read(self, text: str) -> Source:
        events = yaml.parse(text, Loader=_LOADER)
        recorded = self._recording(events)
        next(recorded)  # the stream starts
        first = next(recorded)
        if isinstance(first, yaml.StreamEndEvent):
            place = Place(self.name, 1, 1)
            hint = "a definition starts with `format: 1`"
            raise _Refused(Diagnostic("empty-file", f"{self.name} holds nothing", place, hint=hint))
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
        waiting = self._open_anchors
        depth = 0
        for event in events:
            anchor = getattr(event, "anchor", None)
            is_start = isinstance(event, yaml.CollectionStartEvent)
            if anchor is not None and not isinstance(event, yaml.AliasEvent):
                self._anchors[anchor] = []
                waiting.append((anchor, depth))
            for name, _ in waiting:
                self._anchors[name].append(event)
            depth += is_start - isinstance(event, yaml.CollectionEndEvent)
            while waiting and depth <= waiting[-1][1] and not is_start:
                waiting.pop()
            yield event

    def _node(self, event: Any, events: Iterator[Any], path: KeyPath, depth: int) -> Json:
        self._nodes += 1
        if len(self.mistakes) >= MAX_MISTAKES:
            message = "there may be more mistakes, which are not shown"
            raise _Refused(Diagnostic("too-many-mistakes", message))
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
                self._diagnostic(
                    "unknown-anchor",
                    "an alias stands here, and nothing above has its anchor",
                    event,
                    hint="text that starts with `*` needs quotes",
                )
            )
        if any(name == event.anchor for name, _ in self._open_anchors):
            raise _Refused(self._diagnostic("recursive-anchor", "an anchor holds itself", event))
        replay = iter(list(recorded))
        outermost, self._outermost = self._outermost, self._outermost or event
        value = self._node(next(replay), replay, path, depth + 1)
        self._outermost = outermost
        return value

    def _sequence(self, events: Iterator[Any], path: KeyPath, depth: int) -> tuple[list[Json], Any]:
        items: list[Json] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(event, events, (*path, len(items)), depth + 1))
        return items, event.end_mark

    def _mapping(
        self, events: Iterator[Any], path: KeyPath, depth: int
    ) -> tuple[dict[str, Json], Any]:
        pairs: dict[str, Json] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._key(event, path, pairs)
            pairs[key] = self._node(next(events), events, (*path, key), depth + 1)
        return pairs, event.end_mark

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
            # The message says no more than the excerpt: in `{a, a}` the two may be values.
            name = shown_name(key) if key in self._place(event).excerpt else MASK
            self.mistakes.append(
                self._diagnostic(
                    "duplicate-key",
                    f"`{name}` stands twice here; it stood on line {first.line} before",
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
        return plain_scalar(text) if event.implicit[0] else text

    def _refuse_tag(self, event: Any) -> None:
        tag = event.tag
        if tag is None or tag in {"!", "tag:yaml.org,2002:str"}:
            return
        # Only YAML's own tags are named: `password: !s3cr3t` is a tag too.
        standard = re.fullmatch(r"tag:yaml\.org,2002:([a-z]+)(?:[/:].*)?", tag)
        shown = f"the tag `!!{standard.group(1)}`" if standard else "a tag (`!…`)"
        self.mistakes.append(
            self._diagnostic(
                "tag",
                f"{shown} is not allowed: a definition is plain data",
                event,
                hint="leave the tag out; text that starts with `!`, or must be text, needs quotes",
            )
        )

    def _too_much(self, event: Any, depth: int) -> Diagnostic:
        event = self._outermost or event
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

    def _diagnostic(
        self, code: str, message: str, event: Any, hint: str | None = None
    ) -> Diagnostic:
        return Diagnostic(code, message, self._place(event), hint=hint)

    def _place(self, event: Any) -> Place:
        span = _span(event.start_mark, event.end_mark)
        line = self.lines[span.line - 1] if 0 < span.line <= len(self.lines) else ""
        same_line = span.end_line == span.line
        length = span.end_column - span.column if same_line else len(line)
        excerpt = mask_unparsed(line, span.column, length)
        return Place(self.name, span.line, span.column, excerpt.length, excerpt.text, excerpt.caret)


def plain_scalar(text: str) -> Json:
    """Return a scalar without quotes and tag in the type that YAML 1.2's JSON schema gives it."""
    if text in _WORDS:
        return _WORDS[text]
    # A number of thousands of digits costs quadratic time; nobody means one.
    if len(text) > 40 or not _NUMBER.fullmatch(text):
        return text
    number = int(text) if _INTEGER.fullmatch(text) else float(text)
    # `1e999` is infinite in Python, and nothing that JSON could write.
    return text if number in (math.inf, -math.inf) else number


def _span(start: Any, end: Any) -> Span:
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
