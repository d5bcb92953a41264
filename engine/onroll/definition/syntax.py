"""Errors of the YAML parser → our own diagnostics, at the place that has to be mended."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from onroll.definition.masking import mask_unparsed
from onroll.diagnostics import Diagnostic, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    import yaml

__all__ = ["first_unprintable", "syntax_error"]

# What YAML 1.2 does not allow in a file (5.1, c-printable).
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_QUOTE_IT: Final = "put the text in quotes"


class _Spot(NamedTuple):
    """A line and a column, both from zero."""

    line: int
    column: int


class _Found(NamedTuple):
    sentence: str
    hint: str
    spot: _Spot


class _Trouble(NamedTuple):
    """What the parser says: the problem, where it is, and where what it was reading began."""

    problem: str
    context: str
    spot: _Spot
    opened: _Spot
    lines: Sequence[str]

    @property
    def text(self) -> str:
        """The line."""
        return self.lines[self.spot.line] if self.spot.line < len(self.lines) else ""

    @property
    def before(self) -> str:
        """What stands before the spot on its line."""
        return self.text[: self.spot.column]

    def letter(self, offset: int = 0) -> str:
        """Return the letter at the spot, or so many after it."""
        return _letter(self.spot, self.lines, offset)


def first_unprintable(name: str, text: str, lines: Sequence[str]) -> Diagnostic | None:
    """Return what is wrong when text holds a character that no YAML file may hold."""
    match = _UNPRINTABLE.search(text)
    if match is None:
        return None
    before = re.split(r"\r\n|[\n\r\x85\u2028\u2029]", text[: match.start()])
    spot = _Spot(len(before) - 1, len(before[-1]))
    sentence = f"the character U+{ord(match.group()):04X} is not allowed in a file"
    hint = "remove it; it cannot be seen, and often comes along when text is copied"
    if match.group() == "\0":
        hint = "save the file as UTF-8"
    return _diagnostic(name, lines, _Found(sentence, hint, spot))


def syntax_error(name: str, lines: Sequence[str], error: yaml.YAMLError) -> Diagnostic:
    """Return the diagnostic of an error of the YAML parser. The parser's own text has no values."""
    problem = str(getattr(error, "problem", None) or "it cannot be read")
    context = str(getattr(error, "context", None) or "")
    spot = _spot(getattr(error, "problem_mark", None)) or _Spot(0, 0)
    opened = _spot(getattr(error, "context_mark", None)) or spot
    spot = _on_text(spot, lines)
    trouble = _Trouble(problem, context, spot, opened, lines)
    for find in (_unclosed, _unquoted, _special, _colon, _neighbors, _odd):
        found = find(trouble)
        if found is not None:
            return _diagnostic(name, lines, found)
    hint = "check the indentation and the quotes on this line and the one before"
    return _diagnostic(name, lines, _Found(f"this is not YAML: {problem}", hint, spot))


def _diagnostic(name: str, lines: Sequence[str], found: _Found) -> Diagnostic:
    line, column = found.spot
    text = lines[line] if line < len(lines) else ""
    excerpt = mask_unparsed(text, column + 1)
    place = Place(name, line + 1, column + 1, 1, excerpt.text, excerpt.caret)
    return Diagnostic("yaml-syntax", found.sentence, place, hint=found.hint)


def _spot(mark: object) -> _Spot | None:
    line, column = getattr(mark, "line", None), getattr(mark, "column", None)
    return _Spot(line, column) if isinstance(line, int) and isinstance(column, int) else None


def _on_text(spot: _Spot, lines: Sequence[str]) -> _Spot:
    """Return the spot, or the end of the last line when it lies behind the file."""
    if spot.line < len(lines) or not lines:
        return spot
    return _Spot(len(lines) - 1, max(0, len(lines[-1]) - 1))


def _letter(spot: _Spot, lines: Sequence[str], offset: int = 0) -> str:
    text = lines[spot.line] if spot.line < len(lines) else ""
    at = spot.column + offset
    return text[at] if 0 <= at < len(text) else ""


def _unclosed(trouble: _Trouble) -> _Found | None:
    """Find a quote or a bracket that never closes: the place is where it opens."""
    if (
        "quoted scalar" in trouble.context
        and "escape" not in trouble.problem
        and "Unicode" not in trouble.problem
    ):
        sentence = "the quote that opens here is never closed"
        quote = _letter(trouble.opened, trouble.lines)
        hint = f"close it with another `{quote}` at the end of the text"
        return _Found(sentence, hint, trouble.opened)
    if (
        "flow" in trouble.context
        and "did not find expected ','" in trouble.problem
        and trouble.spot.line != trouble.opened.line
    ):
        bracket = _letter(trouble.opened, trouble.lines)
        sentence = (
            f"the `{bracket}` that opens here is not closed before line {trouble.spot.line + 1}"
        )
        closing = {"{": "}", "[": "]"}.get(bracket, "}")
        return _Found(sentence, f"close it with `{closing}`", trouble.opened)
    return None


def _unquoted(trouble: _Trouble) -> _Found | None:
    """Find text inside `{}` or `[]` that needs quotes."""
    text = trouble.text
    is_flow = "flow" in trouble.context and "did not find expected ','" in trouble.problem
    if is_flow and trouble.letter() == "{" and trouble.letter(-1) == "$":
        return _Found(
            "text with `${…}` inside `{}` or `[]` needs quotes",
            'write it as in `{name: "${settings.name}"}`',
            _Spot(trouble.spot.line, trouble.spot.column - 1),
        )
    path = re.search(
        r"[\w.-]+\[-?[\d*]*\][\w.\[\]-]*$", text[: text.find("]", trouble.spot.column) + 1]
    )
    if is_flow and trouble.letter() in "[]" and path is not None:
        return _Found(
            "a path with `[0]` inside `{}` or `[]` needs quotes",
            'write it as in `{path: "items[0].name"}`',
            _Spot(trouble.spot.line, path.start()),
        )
    if is_flow and trouble.before.rstrip().endswith(('"', "'")):
        return _behind_quote(trouble, "put a comma between two values")
    if is_flow:
        return _Found(
            "a comma or a closing bracket is missing here",
            f"separate the entries by commas, and {_QUOTE_IT} when it holds `{{`, `[` or `: `",
            trouble.spot,
        )
    return None


def _behind_quote(trouble: _Trouble, hint: str) -> _Found:
    """Find where the quote opened: on an earlier line, when it was not closed there."""
    quote = trouble.before.rstrip()[-1]
    if trouble.before.count(quote) % 2:
        for line in range(trouble.spot.line - 1, -1, -1):
            if trouble.lines[line].count(quote) % 2:
                return _Found(
                    f"the quote that opens here is closed on line {trouble.spot.line + 1} only",
                    f"close it with another `{quote}` at the end of the text",
                    _Spot(line, trouble.lines[line].rindex(quote)),
                )
    return _Found(
        "something stands behind the closing quote",
        f'{hint}; inside double quotes write a quote as `\\"`',
        trouble.spot,
    )


def _too_many(trouble: _Trouble) -> _Found:
    sentence = f"`{trouble.letter()}` closes nothing that was opened"
    return _Found(sentence, "remove it, or write the bracket that it closes", trouble.spot)


def _special(trouble: _Trouble) -> _Found | None:
    """Find characters that mean something to YAML at the start of text."""
    letter = trouble.letter()
    if "tab" in trouble.problem or letter == "\t":
        return _Found(
            "a tab stands here, and YAML is indented with spaces only",
            "indent with spaces",
            trouble.spot,
        )
    if "cannot start any token" in trouble.problem:
        return _Found(f"text cannot start with `{letter}`", _QUOTE_IT, trouble.spot)
    if "escape" in trouble.problem or "Unicode" in trouble.problem:
        return _Found(
            "a backslash inside double quotes starts an escape, and this is none",
            "write the backslash twice, or use single quotes",
            trouble.spot,
        )
    if "anchor" in trouble.context or "alias" in trouble.context:
        mark = "*" if "alias" in trouble.context else "&"
        return _Found(f"text that starts with `{mark}` needs quotes", _QUOTE_IT, trouble.opened)
    if "tag" in trouble.context or "tag" in trouble.problem:
        return _Found("text that starts with `!` needs quotes", _QUOTE_IT, trouble.opened)
    if "block scalar" in trouble.context:
        return _Found(
            "the line must end after `|` or `>`",
            f"write the text below it, or, when it starts with `|` or `>`, {_QUOTE_IT}",
            trouble.opened,
        )
    if "directive" in trouble.context or "incompatible" in trouble.problem:
        return _Found(
            "a line that starts with `%` is no part of a definition", "remove it", trouble.opened
        )
    return None


def _colon(trouble: _Trouble) -> _Found | None:
    """Find a colon where no key can be."""
    is_simple_key = "simple key" in trouble.context
    if "mapping values" not in trouble.problem and not is_simple_key:
        return None
    line = trouble.opened.line if is_simple_key else trouble.spot.line
    text = trouble.lines[line]
    before = _line_before(line, trouble.lines)
    no_blank = re.compile(r"\s*(?:-\s+)?[\w-]+:[^\s:/]")
    if is_simple_key:
        if no_blank.match(text):
            return _no_blank_after_colon(line, trouble.lines)
        return _Found(
            "a key stands here without a colon and a value",
            "write `key: value`, with a blank after the colon",
            trouble.opened,
        )
    if len(re.findall(r":(?:\s|$)", text[: trouble.spot.column + 1])) > 1:
        return _Found(
            "a second colon stands in this text, which needs quotes",
            'write it as in `title: "Client: ID"`',
            trouble.spot,
        )
    if before is not None and no_blank.match(trouble.lines[before]):
        return _no_blank_after_colon(before, trouble.lines)
    start = _Spot(line, len(text) - len(text.lstrip()))
    if before is not None and re.search(r":\s+\S", trouble.lines[before]):
        return _Found(
            f"this line is indented below line {before + 1}, which has a value already",
            "give it the indentation of the key that it stands beside",
            start,
        )
    return _Found(
        "a colon stands where no key can be",
        "check the indentation of this line and the one before",
        start,
    )


def _no_blank_after_colon(line: int, lines: Sequence[str]) -> _Found:
    return _Found(
        "a blank is missing after the colon",
        "write `key: value`",
        _Spot(line, lines[line].index(":")),
    )


def _line_before(line: int, lines: Sequence[str]) -> int | None:
    """Return the last line above that holds more than a comment."""
    above = range(line - 1, -1, -1)
    return next((at for at in above if lines[at].split("#")[0].strip()), None)


def _neighbors(trouble: _Trouble) -> _Found | None:
    """Find a line that does not fit the lines around it."""
    if "expected '-' indicator" in trouble.problem:
        return _Found(
            "a key stands among the items of a list",
            f"start it with `- `, or indent it like the keys around the list of line "
            f"{trouble.opened.line + 1}",
            trouble.spot,
        )
    if "expected key" not in trouble.problem or trouble.spot.line >= len(trouble.lines):
        return None
    text = trouble.text
    if trouble.before.rstrip().endswith(('"', "'")):
        return _behind_quote(trouble, "put the whole text between the quotes")
    if trouble.letter() in ("}", "]"):
        return _too_many(trouble)
    if text[trouble.spot.column : trouble.spot.column + 2] in ("- ", "-"):
        return _Found(
            "an item of a list stands among keys",
            "indent the items below the key that they belong to",
            trouble.spot,
        )
    if text[: trouble.spot.column].strip():
        return _Found(
            "something stands behind the value",
            f"{_QUOTE_IT} as a whole, or write it on a line of its own",
            trouble.spot,
        )
    return _Found(
        "the indentation of this line fits no line above it",
        "give all keys of one object the same indentation",
        trouble.spot,
    )


def _odd(trouble: _Trouble) -> _Found | None:
    """Find brackets too many, and values too few."""
    letter = trouble.letter()
    if "node content" in trouble.problem and letter:
        return _Found(
            f"a value is missing before `{letter}`",
            f"write the value, or {_QUOTE_IT}",
            trouble.spot,
        )
    if "document start" in trouble.problem and letter in ("}", "]"):
        return _too_many(trouble)
    if "document start" in trouble.problem:
        return _Found(
            "something is left over after the end of the definition",
            "remove it, or look for a bracket that closes too early",
            trouble.spot,
        )
    return None
