"""Writing with rich, which takes long to load: consoles, tables that fit, and the error block."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from onroll.cli.lines import let_go, without_controls, writing
from onroll.errors import TransportError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onroll.diagnostics import Diagnostic, Exchange
    from onroll.errors import OnrollError

__all__ = [
    "columns_of",
    "err",
    "new_table",
    "out",
    "plain",
    "print_error",
    "print_table",
    "text_of",
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


def plain(value: Any) -> Text:
    """Return text that is shown as it is: data is neither markup nor a terminal's command."""
    return Text(without_controls(value))


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
    with writing(console.file):
        console.file.write("\n".join(lines) + "\n")


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
