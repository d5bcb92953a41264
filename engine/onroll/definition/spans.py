"""Where each part of a file stands, and the excerpts that messages show of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from onroll.definition.masking import (
    LONGEST_LINE,
    Excerpt,
    glued_at,
    is_named,
    is_sensitive,
    looks_like_words,
    make_excerpt,
)
from onroll.diagnostics import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.model import Json

__all__ = ["KeyPath", "Source", "Span"]

#: The way to a value: keys and item numbers from the root.
KeyPath: TypeAlias = tuple[str | int, ...]

#: A way to a scalar, and whether it is the key there.
_Way: TypeAlias = tuple[KeyPath, bool]

#: Anchors, aliases and tags, which stand outside of values.
_PROPERTY = re.compile(r"(?:^|(?<=[\s\[{,]))[&*!][^\s,{}\[\]]*")
_COMMENT = re.compile(r"(?:^|(?<=\s))#")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a key or a value stands: one-based line and column, and the column after its end."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class _Scalar:
    """A key or a value as it stands in the file, and whether an excerpt must hide it."""

    span: Span
    is_hidden: bool

    def stretch(self, number: int, line: str) -> tuple[int, int]:
        """Return the columns (from 0) that it takes of a line, which it may share with others."""
        start = self.span.column - 1 if self.span.line == number else _indent(line)
        end = self.span.end_column - 1 if self.span.end_line == number else len(line)
        return min(start, len(line)), min(end, len(line))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _outside(line: str, stretches: list[tuple[int, int]]) -> str:
    """Return the line with what lies inside keys and values blotted out by a letter."""
    text = list(line)
    for low, high in stretches:
        text[low:high] = "x" * (high - low)
    return "".join(text)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its data, and where each part of it stands."""

    name: str
    lines: tuple[str, ...] = field(repr=False)
    data: Json = field(repr=False)
    keys: dict[KeyPath, Span] = field(repr=False)
    values: dict[KeyPath, Span] = field(repr=False)
    # Scalars by the lines they take; with each the ways to it, which aliases make several.
    _by_line: dict[int, dict[Span, list[_Way]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def place(self, path: KeyPath, *, of_key: bool = False) -> Place:
        """Return the place of a value, or of its key; of the nearest parent when it has none."""
        spans = self.keys if of_key else self.values
        span = spans.get(path) or self.values.get(path)
        while span is None:
            path = path[:-1]
            span = self.keys.get(path) or self.values.get(path)
            if not path:
                span = span or Span(1, 1, 1, 1)
        excerpt = self._excerpt(span)
        return Place(self.name, span.line, span.column, excerpt.length, excerpt.text, excerpt.caret)

    def _excerpt(self, span: Span) -> Excerpt:
        """Return the span's line with everything masked that is not known to be harmless."""
        line = self.lines[span.line - 1] if span.line <= len(self.lines) else ""
        if len(line) > LONGEST_LINE:
            return Excerpt("", span.column, 1)
        scalars = self._scalars(span.line)
        bare = _outside(line, [one.stretch(span.line, line) for one in scalars])
        comment = _COMMENT.search(bare)
        if comment is not None:
            line = line[: comment.start()].rstrip()
        hidden = [match.span() for match in _PROPERTY.finditer(bare)]
        hidden += [one.stretch(span.line, line) for one in scalars if one.is_hidden]
        length = span.end_column - span.column if span.end_line == span.line else len(line)
        return make_excerpt(line, hidden, span.column, length)

    def _scalars(self, line: int) -> list[_Scalar]:
        if not self._by_line:
            self._index()
        return [
            scalar
            for span, ways in self._by_line.get(line, {}).items()
            for scalar in self._shown(span, ways)
        ]

    def _index(self) -> None:
        ways: dict[Span, list[_Way]] = {}
        for path, span in self.keys.items():
            ways.setdefault(span, []).append((path, True))
        for path, span in self.values.items():
            if not isinstance(self.get(path), dict | list):
                ways.setdefault(span, []).append((path, False))
        for span, found in ways.items():
            for number in range(span.line, span.end_line + 1):
                self._by_line.setdefault(number, {})[span] = found

    def _shown(self, span: Span, ways: list[_Way]) -> Iterator[_Scalar]:
        """Yield a scalar, hidden when it is by one way to it; a part of a key may be shown."""
        hidden = [(path, is_key) for path, is_key in ways if self._is_hidden(span, path, is_key)]
        if hidden and hidden[0][1]:
            yield from self._behind_colon(span, str(hidden[0][0][-1]))
        else:
            yield _Scalar(span, is_hidden=bool(hidden))

    def _is_hidden(self, span: Span, path: KeyPath, is_key: bool) -> bool:  # noqa: FBT001  (a _Way)
        value = self.get(path)
        if is_key:
            # `{bearer, s3cr3t}`: what looks like a key may be a value that lost its key.
            end = Span(span.end_line, span.end_column, span.end_line, span.end_column)
            is_lone = self.values.get(path) == end
            is_odd = not looks_like_words(str(path[-1])) and "attributes" not in path[:-1]
            return is_odd or (is_lone and not is_named(path))
        # Behind an anchor there may be nothing: `password: &s3cr3t` is null.
        is_bare_anchor = value is None and span.end_column - span.column > len("null")
        return is_bare_anchor or is_sensitive(path, value)

    def _behind_colon(self, span: Span, key: str) -> Iterator[_Scalar]:
        """Hide a key, but for the `token:` of `token:s3cr3t`."""
        line = self.lines[span.line - 1]
        cut = span.column + glued_at(key)
        if cut > span.column and line[span.column - 1 :].startswith(key):
            yield _Scalar(Span(span.line, span.column, span.line, cut), is_hidden=False)
            span = Span(span.line, cut, span.end_line, span.end_column)
        yield _Scalar(span, is_hidden=True)

    def get(self, path: KeyPath) -> Json:
        """Return the data at a path, or None when there is none."""
        value = self.data
        for key in path:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return None
        return value
