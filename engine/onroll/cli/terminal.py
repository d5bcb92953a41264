"""Writing to a terminal or a pipe: consoles, tables that fit, JSON, and the error block."""

from __future__ import annotations

import codecs
import json
import os
import re
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from onroll.errors import TransportError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from onroll.diagnostics import Diagnostic, Exchange
    from onroll.errors import OnrollError

__all__ = [
    "cleaned",
    "columns_of",
    "count_of",
    "err",
    "is_interactive",
    "lasting_output",
    "let_go",
    "new_table",
    "note",
    "out",
    "plain",
    "print_error",
    "print_json",
    "print_table",
    "shorten",
    "shorten_path",
    "text_of",
    "utf8_output",
]


_SHOWN_CHARACTERS = 1500


def out() -> Console:
    """Return the console of standard output; in a pipe 100 columns wide, unless COLUMNS says."""
    return _console(is_error=False)


def err() -> Console:
    """Return the console of standard error."""
    return _console(is_error=True)


def _console(*, is_error: bool) -> Console:
    stream = sys.stderr if is_error else sys.stdout
    is_known = stream.isatty() or "COLUMNS" in os.environ
    width = None if is_known else 100
    return _Console(stderr=is_error, width=width, highlight=False, emoji=False, markup=False)


class _Console(Console):
    """A console whose reader may have enough: what comes then is written nowhere.

    Who reads decides nothing about how a command ends: its exit code stays its own.
    """

    def on_broken_pipe(self) -> None:
        let_go(self.file)


def let_go(stream: IO[str]) -> None:
    """Write to nowhere from now on: nobody reads. Python would complain when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def _writing(stream: IO[str]) -> Iterator[None]:
    """Write past the console, and take a reader who has enough as it does."""
    try:
        yield
        stream.flush()
    except BrokenPipeError:
        let_go(stream)


#: What a terminal would obey: controls, and marks that turn the direction of text. Not line ends.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(value: Any) -> Text:
    """Return text that is shown as it is: data is neither markup nor a terminal's command."""
    return Text(_CONTROLS.sub("\N{REPLACEMENT CHARACTER}", str(value)))


def cleaned(value: Any, width: int) -> str:
    """Write a value on one line, cut to a width, with nothing in it that a terminal would obey."""
    return plain(shorten(value, width)).plain


def count_of(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: `1 page`, `1,200 people`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def note(text: object) -> None:
    """Write words to standard error, as they are."""
    err().print(plain(text), soft_wrap=True)


def is_interactive() -> bool:
    """Whether somebody is there to be asked: the question goes to standard error."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


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


def shorten(value: Any, width: int) -> str:
    """Write a value on one line, cut to a width."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"


def shorten_path(path: str, width: int) -> str:
    """Cut a path at its head: its end says the most."""
    return path if len(path) <= width else "…" + path[len(path) - width + 1 :]


def new_table(*columns: str, title: str | None = None) -> Table:
    """Return a table without frames, which reads well in a pipe too."""
    table = Table(box=None, pad_edge=False, title=title, title_justify="left", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", header_style="bold")
    return table


def print_table(console: Console, table: Table) -> None:
    """Print a table without the blanks that would fill its last column."""
    with console.capture() as captured:
        console.print(table)
    lines = [line.rstrip(" ") for line in captured.get().splitlines()]
    with _writing(console.file):
        console.file.write("\n".join(lines) + "\n")


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """Write a JSON value to standard output, readable unless on one line, and in UTF-8."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    with _writing(sys.stdout):
        sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()


def text_of(*diagnostics: Diagnostic, console: Console) -> Text:
    """Return diagnostics as a console shows them: on a terminal, broken between words."""
    columns = columns_of(console)
    return plain("\n\n".join(one.text(columns) for one in diagnostics))


def columns_of(console: Console) -> int | None:
    """Return how wide a terminal is; None elsewhere, where no line is broken."""
    return console.width if console.file.isatty() else None


def print_error(error: OnrollError, exchange: Exchange | None = None) -> None:
    """Write the provider's answer, when there is one, and then what is wrong: it is read first."""
    console = err()
    without = "none" if isinstance(error, TransportError) else "cannot be used"
    for line in _exchange(exchange, without) if exchange is not None else ():
        console.print(plain(line), soft_wrap=True)
    console.print(text_of(*error.diagnostics, console=console), soft_wrap=True)


def _exchange(exchange: Exchange, without: str) -> Iterable[str]:
    yield f"request:  {exchange.method} {exchange.url}"
    if exchange.status is None:
        yield f"answer:   {without}\n"
        return
    yield f"answer:   {exchange.status}"
    for name, value in exchange.headers.items():
        yield f"          {name}: {value}"
    if exchange.body:
        # A page of people would push everything else off the screen.
        rest = len(exchange.body) - _SHOWN_CHARACTERS
        yield ""
        yield exchange.body[:_SHOWN_CHARACTERS] + (f"… ({rest} more: --json)" if rest > 0 else "")
    yield ""
