"""Help: every command teaches by examples that run as they stand, in 80 columns."""

from __future__ import annotations

import re
import shlex

import click
import pytest
from click.testing import CliRunner

from onroll.cli import cli

_CONTEXT = click.Context(cli, info_name="onroll")
_COMMANDS = cli.list_commands(_CONTEXT)


def help_of(*arguments: str) -> str:
    done = CliRunner().invoke(cli, [*arguments, "--help"], prog_name="onroll", terminal_width=80)
    assert done.exit_code == 0
    return done.output


def examples_in(text: str) -> list[str]:
    """Return the lines below `Examples:` that are commands, joined where `\\` ends them."""
    _, _, rest = text.partition("Examples:\n")
    block = rest.split("\n\n", 1)[0]
    joined = re.sub(r"\\\n\s*", "", block)
    return [line.strip() for line in joined.splitlines() if line.strip()]


@pytest.mark.parametrize("name", ["", *_COMMANDS])
def test_help_fits_eighty_columns(name: str) -> None:
    text = help_of(*([name] if name else []))
    assert [line for line in text.splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_has_an_example_of_itself(name: str) -> None:
    assert any(f"onroll {name}" in line for line in examples_in(help_of(name)))


@pytest.mark.parametrize("name", _COMMANDS)
def test_the_examples_of_a_command_can_be_parsed(name: str) -> None:
    for line in examples_in(help_of(name)):
        found = re.search(r"onroll ([^|>;)'\"]*(?:(\"|').*?\2[^|>;)'\"]*)*)", line)
        words = shlex.split(found.group(1)) if found else []
        if not words:
            continue  # a line for the shell, such as `export`
        command = cli.get_command(_CONTEXT, words[0])
        assert command is not None, line
        command.make_context(words[0], words[1:], parent=_CONTEXT)


def test_each_command_is_listed_once_with_what_it_does() -> None:
    text = help_of()
    for name in _COMMANDS:
        assert len(re.findall(rf"^  {name} +[A-Z]", text, re.MULTILINE)) == 1, name
