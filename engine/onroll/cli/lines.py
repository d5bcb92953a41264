"""Words and JSON on the two streams, line by line: what needs no table, no color and no width."""

from __future__ import annotations

import codecs
import json
import os
import re
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "cleaned",
    "count_of",
    "is_interactive",
    "lasting_output",
    "let_go",
    "note",
    "print_json",
    "say",
    "shorten",
    "shorten_path",
    "utf8_output",
    "without_controls",
    "writing",
]

#: What a terminal would obey: controls, and marks that turn the direction of text. Not line ends.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def without_controls(value: Any) -> str:
    """Write a value with nothing in it that a terminal would obey."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", str(value))


def cleaned(value: Any, width: int) -> str:
    """Write a value on one line, cut to a width, with nothing in it that a terminal would obey."""
    return without_controls(shorten(value, width))


def count_of(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: `1 page`, `1,200 people`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def shorten(value: Any, width: int) -> str:
    """Write a value on one line, cut to a width."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"


def shorten_path(path: str, width: int) -> str:
    """Cut a path at its head: its end says the most."""
    return path if len(path) <= width else "…" + path[len(path) - width + 1 :]


def say(text: object) -> None:
    """Write words to standard output, as they are."""
    _write_line(sys.stdout, text)


def note(text: object) -> None:
    """Write words to standard error, as they are."""
    _write_line(sys.stderr, text)


def _write_line(stream: IO[str], text: object) -> None:
    with writing(stream):
        stream.write(without_controls(text).expandtabs(8) + "\n")


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """Write a JSON value to standard output, readable unless on one line, and in UTF-8."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    with writing(sys.stdout):
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()


def is_interactive() -> bool:
    """Whether somebody is there to be asked: the question goes to standard error."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def let_go(stream: IO[str]) -> None:
    """Write to nowhere from now on: nobody reads. Python would complain when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def writing(stream: IO[str]) -> Iterator[None]:
    """Write to a stream, and flush it. A reader who has enough decides nothing about the rest."""
    try:
        yield
        stream.flush()
    except BrokenPipeError:
        let_go(stream)


@contextmanager
def lasting_output() -> Iterator[None]:
    """Let a reader of standard output who has enough, or a full disk, not end what is under way."""
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            reason = error.strerror or type(error).__name__
            note(f"standard output cannot be written: {reason}")
        let_go(sys.stdout)


@contextmanager
def utf8_output() -> Iterator[codecs.StreamWriter]:
    """Give standard output in UTF-8, whatever the terminal's encoding is: data is UTF-8."""
    sys.stdout.flush()
    yield codecs.getwriter("utf-8")(sys.stdout.buffer, "replace")
    sys.stdout.buffer.flush()
