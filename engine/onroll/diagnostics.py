"""What is wrong, where, and how to mend it: a value that renders as text, JSON or RFC 9457.

Nothing here knows the definition language. A `Diagnostic` never holds a secret's value or a
person's data: whoever builds one passes excerpts that are already masked.
"""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "Diagnostic",
    "Exchange",
    "Place",
    "broken",
    "nearest",
    "one_of",
    "quoted_list",
    "render_json",
    "render_problem",
]

#: RFC 9457 allows a relative reference: the documentation has one page, with an anchor per code.
_PAGES = "diagnostics#"


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file: one-based line and column, and the line's text with secrets masked.

    Masking moves what stands behind it, so `caret` is the column in the excerpt, and `length`
    counts there too: how long a masked value is stays hidden.
    """

    file: str
    line: int
    column: int
    length: int = 1
    excerpt: str = ""
    caret: int | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake: code, sentence, place, what was expected, and how to mend it."""

    code: str
    message: str
    place: Place | None = None
    expected: str | None = None
    hint: str | None = None
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return self.text()

    def text(self, columns: int | None = None) -> str:
        """Render as the block that a person reads; needs no color and fits 80 columns mostly.

        With `columns`, of a terminal, sentences are broken between words; never a file's own lines.
        """
        lines = broken(f"{self.severity}[{self.code}]: {self.message}", columns, indent=4)
        gutter = "  "
        if self.place is not None:
            lines.append(f"  --> {self.place}")
        if self.place is not None and self.place.excerpt:
            number = str(self.place.line)
            gutter = " " * (len(number) + 1)
            excerpt, column = self.place.excerpt, self.place.caret or self.place.column
            length = max(1, min(self.place.length, len(excerpt) - column + 1))
            before = _width(excerpt[: column - 1])
            caret = " " * before + "^" * _width(excerpt[column - 1 :][:length].ljust(length))
            lines += [f"{gutter}|", f"{number} | {excerpt}", f"{gutter}| {caret}"]
        if self.expected:
            lines += _wrapped(f"{gutter}= expected ", self.expected, columns)
        if self.hint:
            lines += ["", *broken(f"hint: {self.hint}", columns, indent=6)]
        return "\n".join(_printable(part) for line in lines for part in line.split("\n"))


_COLUMNS = 80


def _wrapped(head: str, text: str, columns: int | None) -> list[str]:
    """Break a long list of names over several lines, below each other."""
    if len(head) + len(text) <= (columns or _COLUMNS):
        return [head + text]
    return _filled(text, columns or _COLUMNS + 12, head, " " * len(head))


def broken(text: str, columns: int | None, indent: int) -> list[str]:
    """Break a sentence between words. Lines behind its first, as of YAML, stay as they are."""
    first, *others = text.split("\n")
    if columns is None or len(first) <= columns:
        return [text]
    return [*_filled(first, columns, "", " " * indent), *others]


def _filled(text: str, columns: int, head: str, indent: str) -> list[str]:
    """Fill lines with words; one that is longer than a line, as a URL, stays whole."""
    return textwrap.wrap(
        text,
        columns,
        initial_indent=head,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _width(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.combining(letter) > 0 for letter in text)


def _printable(line: str) -> str:
    """Write control characters as escapes: a file from a stranger must not steer a terminal."""
    if line.isprintable():
        return line
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in line
    )


def render_json(diagnostics: Iterable[Diagnostic]) -> list[dict[str, object]]:
    """Render diagnostics as JSON values, one object each; unset parts are left out."""
    return [
        {key: value for key, value in asdict(one).items() if value is not None}
        for one in diagnostics
    ]


def render_problem(diagnostic: Diagnostic, status: int = 400) -> dict[str, object]:
    """Render one diagnostic as an RFC 9457 problem object (`application/problem+json`)."""
    problem: dict[str, object] = {
        "type": _PAGES + diagnostic.code,
        "title": diagnostic.code.replace("-", " ").capitalize(),
        "status": status,
        "detail": diagnostic.message,
    }
    if diagnostic.place is not None:
        problem["place"] = str(diagnostic.place)
    if diagnostic.expected:
        problem["expected"] = diagnostic.expected
    if diagnostic.hint:
        problem["hint"] = diagnostic.hint
    return problem


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer as they may be shown: every known secret is already taken out."""

    method: str
    url: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


#: Nothing that is longer is a mistyped name, and comparing takes quadratic time; of two letters
#: each is like any other.
_LONGEST_NAME = 60


def one_of(names: Iterable[str]) -> str:
    """Say which names are allowed: one of `a`, `b`, `c`."""
    known = list(names)
    return ("one of " if len(known) > 1 else "") + ", ".join(f"`{name}`" for name in known)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `name`, or nothing when none is like it."""
    if not 2 < len(name) <= _LONGEST_NAME:
        return None
    folded = {candidate.casefold().replace("-", "_"): candidate for candidate in known}
    wanted = name.casefold().replace("-", "_").replace(" ", "_")
    from difflib import get_close_matches  # noqa: PLC0415  (only for a mistake)

    found = get_close_matches(wanted, list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def quoted_list(names: Sequence[str], *, limit: int = 12) -> str:
    """Join names as a sentence would: `a`, `b` and `c`; a long list is cut and counted."""
    shown = [f"`{name}`" for name in names[:limit]]
    if len(names) > limit:
        return ", ".join(shown) + f" and {len(names) - limit} more"
    if len(shown) < 2:
        return "".join(shown)
    return ", ".join(shown[:-1]) + " and " + shown[-1]
