"""`onroll completion`, and what is completed: names of connectors, connections and targets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.shell_completion import CompletionItem, get_completion_class

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["complete_file_or_connector", "complete_subject", "complete_target"]

_PROGRAM: Final = "onroll"
_VARIABLE: Final = "_ONROLL_COMPLETE"


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print what makes a shell complete commands, options, connectors and connections.

    \b
    Examples:
      echo 'eval "$(onroll completion bash)"' >> ~/.bashrc
      echo 'eval "$(onroll completion zsh)"' >> ~/.zshrc
      onroll completion fish > ~/.config/fish/completions/onroll.fish
    """  # noqa: D301  (\b is click's)
    kind = get_completion_class(shell)
    assert kind is not None  # one of the choices
    click.echo(kind(_root(), {}, _PROGRAM, _VARIABLE).source())
    return 0


def _root() -> click.Command:
    return click.get_current_context().find_root().command


def complete_subject(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete a connection, a connector or a file."""
    return _completed((*_names_in(ctx, "connections"), *_connectors()), incomplete)


def complete_file_or_connector(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete what can be checked: a connector, a file, and the connection file that is here."""
    here = ["onroll.yaml"] if Path("onroll.yaml").is_file() else []
    return _completed((*here, *_connectors()), incomplete)


def _completed(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    is_path = "/" in incomplete or incomplete.startswith(".")
    found = [] if is_path else [name for name in names if name.startswith(incomplete)]
    # A path is the shell's to complete, and what is no name may be a file of this folder.
    if not found:
        return [CompletionItem(incomplete, type="file")]
    return [CompletionItem(name) for name in dict.fromkeys(found)]


def complete_target(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete a target of the connection file."""
    return [
        CompletionItem(name) for name in _names_in(ctx, "targets") if name.startswith(incomplete)
    ]


def _connectors() -> list[str]:
    from onroll.definition.catalog import connector_files  # noqa: PLC0415  (only for completion)

    return [name for name, _ in connector_files()]


def _names_in(ctx: click.Context, section: str) -> list[str]:
    """Return the names in a section of the connection file; none where it cannot be read."""
    from onroll.definition.load import read_file  # noqa: PLC0415  (only for completion)
    from onroll.errors import OnrollError  # noqa: PLC0415  (as above)

    try:
        source = read_file(Path(ctx.params.get("config") or "onroll.yaml"))
    except OnrollError:
        return []  # said when a command runs
    found = source.get((section,))
    return [str(name) for name in found] if isinstance(found, dict) else []
