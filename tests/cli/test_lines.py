"""Words that are written past the consoles look as consoles would write them."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console

from onroll.cli.lines import note, say
from onroll.cli.terminal import plain


@pytest.mark.parametrize(
    "text",
    [
        "complete: 3 people",
        "",
        "one\ntwo\n",
        "  indented",
        "a\tb\tc",
        "wider than any terminal " * 20,
        "[bold]no markup[/bold] :smile: 'text' 12",
        "\x1b[31mred\x07 \u202eturned",
        "Zoë Łukasz 日本",
    ],
)
def test_words_are_as_a_console_writes_them(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, ours = io.StringIO(), io.StringIO()
    console = Console(file=theirs, width=100, highlight=False, emoji=False, markup=False)
    console.print(plain(text), soft_wrap=True)
    monkeypatch.setattr(sys, "stderr", ours)
    note(text)
    assert ours.getvalue() == theirs.getvalue()


def test_words_of_standard_output_are_there_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="utf-8"))
    say("personio: ok")
    assert raw.getvalue() == b"personio: ok\n"
