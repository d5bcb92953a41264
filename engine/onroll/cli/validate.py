"""`onroll validate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from onroll.cli.terminal import err, out, plain, print_json
from onroll.definition.catalog import connector_files, find_connector
from onroll.definition.connections import load_connections
from onroll.definition.load import load_definition
from onroll.diagnostics import Diagnostic, render_json
from onroll.errors import OnrollError
from onroll.service.replay import replay_examples
from onroll.service.subject import DEFAULT_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@click.command("validate")
@click.argument("names", metavar="[NAME|FILE]...", nargs=-1)
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
    return 2 if any(found for _, _, found, _ in results) else 0


def _check(file: Path) -> tuple[list[Diagnostic], int]:
    if file.name == DEFAULT_FILE.name:
        return list(_mistakes_in_connections(file)), 0
    try:
        definition = load_definition(file)
    except OnrollError as error:
        return list(error.diagnostics), 0
    return replay_examples(definition), len(definition.examples)


def _mistakes_in_connections(file: Path) -> Iterator[Diagnostic]:
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
    return {"file": str(file), "ok": not found, "diagnostics": render_json(found)}


def _print(name: str, found: list[Diagnostic], examples: int) -> None:
    if not found:
        replayed = (
            f", {examples} example{'s' if examples != 1 else ''} replayed" if examples else ""
        )
        out().print(plain(f"{name}: ok{replayed}"), soft_wrap=True)
        return
    for one in found:
        err().print(plain(f"{one.text()}\n"), soft_wrap=True)
    count = len(found)
    err().print(plain(f"{name}: {count} mistake{'s' if count != 1 else ''}"))
