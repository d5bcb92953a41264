"""Where each part of a file stands, and the excerpts that messages show of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from onroll.definition.masking import (
    Excerpt,
    glued_at,
    is_known,
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
    _by_line: dict[int, list[_Scalar]] = field(default_factory=dict, repr=False, compare=False)

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
            for one in {*self._keys_shown(), *self._values_shown()}:
                for number in range(one.span.line, one.span.end_line + 1):
                    self._by_line.setdefault(number, []).append(one)
        return self._by_line.get(line, [])

    def _keys_shown(self) -> Iterator[_Scalar]:
        for path, span in self.keys.items():
            key = str(path[-1])
            # `{bearer, s3cr3t}`: what looks like a key may be a value that lost its key.
            value = self.values.get(path)
            is_lone = value is not None and value == Span(
                span.end_line, span.end_column, span.end_line, span.end_column
            )
            is_odd = not looks_like_words(key) and "attributes" not in path[:-1]
            if is_odd or (
                is_lone and not (is_known(path) and is_known((*path[:-1], "?")) is False)
            ):
                yield from self._behind_colon(span, key)
            else:
                yield _Scalar(span, is_hidden=False)

    def _behind_colon(self, span: Span, key: str) -> Iterator[_Scalar]:
        """Hide a key, but for the `token:` of `token:s3cr3t`."""
        line = self.lines[span.line - 1]
        cut = span.column + glued_at(key)
        is_plain = line[span.column - 1 :].startswith(key) and glued_at(key) < len(key)
        if is_plain and cut > span.column:
            yield _Scalar(Span(span.line, span.column, span.line, cut), is_hidden=False)
            span = Span(span.line, cut, span.end_line, span.end_column)
        yield _Scalar(span, is_hidden=True)

    def _values_shown(self) -> Iterator[_Scalar]:
        for path, span in self.values.items():
            value = self.get(path)
            if isinstance(value, dict | list):
                continue
            # Behind an anchor there may be nothing: `password: &s3cr3t` is null.
            is_bare_anchor = value is None and span.end_column - span.column > len("null")
            yield _Scalar(span, is_hidden=is_bare_anchor or is_sensitive(path, value))

    def get(self, path: KeyPath) -> Json:
        """Return the data at a path, or None when there is none."""
        value = self.data
        for key in path:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return None
        return value
