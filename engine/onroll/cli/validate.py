"""`onroll validate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from onroll.cli.completion import complete_file_or_connector
from onroll.cli.lines import count_of, note, print_json, say
from onroll.definition.catalog import connector_files, find_connector
from onroll.definition.load import load_definition
from onroll.diagnostics import Diagnostic, render_json
from onroll.errors import OnrollError
from onroll.service.replay import review_examples
from onroll.service.subject import DEFAULT_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@click.command("validate")
@click.argument(
    "names", metavar="[NAME|FILE]...", nargs=-1, shell_complete=complete_file_or_connector
)
@click.option("--json", "as_json", is_flag=True, help="One JSON array, an object per definition.")
def command(names: tuple[str, ...], as_json: bool) -> int:
    """Check definitions and replay their examples, offline.

    Without a name all shipped and local connectors are checked. Every mistake of a file is
    reported at once, with its line and how to mend it. A file called onroll.yaml is checked as a
    connection file, with each of its connections.

    \b
    Examples:
      onroll validate
      onroll validate ./connectors/acme/connector.yaml ./onroll.yaml
    """  # noqa: D301  (\b is click's)
    files = [(name, find_connector(name)) for name in names] or list(connector_files())
    results = [(name, file, *_check(file)) for name, file in files]
    if as_json:
        print_json([_json(file, found) for _, file, found, _ in results])
    else:
        for name, _, found, examples in results:
            _print(name, found, examples)
    return 0 if all(_is_ok(found) for _, _, found, _ in results) else 2


def _is_ok(found: list[Diagnostic]) -> bool:
    """Whether nothing is wrong; a warning leaves a definition valid."""
    return all(one.severity != "error" for one in found)


def _check(file: Path) -> tuple[list[Diagnostic], int]:
    if file.name == DEFAULT_FILE.name:
        return list(_mistakes_in_connections(file)), 0
    try:
        definition = load_definition(file)
    except OnrollError as error:
        return list(error.diagnostics), 0
    return review_examples(definition), len(definition.examples)


def _mistakes_in_connections(file: Path) -> Iterator[Diagnostic]:
    from onroll.definition.connections import load_connections  # noqa: PLC0415  (only for these)

    try:
        loaded = load_connections(file)
    except OnrollError as error:
        yield from error.diagnostics
        return
    for connection in loaded.connections.values():
        try:
            loaded.definition_for(connection)
        except OnrollError as error:
            yield from error.diagnostics


def _json(file: Path, found: list[Diagnostic]) -> dict[str, Any]:
    return {"file": str(file), "ok": _is_ok(found), "diagnostics": render_json(found)}


def _print(name: str, found: list[Diagnostic], examples: int) -> None:
    if found:
        _print_found(found)
    warnings = sum(one.severity == "warning" for one in found)
    if _is_ok(found):
        told = f", {count_of(examples, 'example')} replayed" if examples else ""
        told += f", {count_of(warnings, 'warning')}" if warnings else ""
        say(f"{name}: ok{told}")
        return
    mistakes = count_of(len(found) - warnings, "mistake")
    told = f" and {count_of(warnings, 'warning')}" if warnings else ""
    note(f"{name}: {mistakes}{told}")


def _print_found(found: list[Diagnostic]) -> None:
    from onroll.cli.terminal import err, text_of  # noqa: PLC0415  (only when something is wrong)

    console = err()
    for one in found:
        console.print(text_of(one, console=console).append("\n"), soft_wrap=True)
