"""`onroll lint`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from onroll.cli.completion import complete_file_or_connector
from onroll.cli.lines import print_json
from onroll.cli.terminal import err, out, plain, text_of
from onroll.definition.catalog import connector_files, find_connector
from onroll.diagnostics import Diagnostic, render_json
from onroll.errors import OnrollError
from onroll.service.linting import lint_file

if TYPE_CHECKING:
    from pathlib import Path


@click.command("lint")
@click.argument(
    "names", metavar="[NAME|FILE]...", nargs=-1, shell_complete=complete_file_or_connector
)
@click.option("--json", "as_json", is_flag=True, help="One JSON array, an object per file.")
def command(names: tuple[str, ...], as_json: bool) -> int:
    """Say what is valid in a definition and yet not good, offline.

    Without a name all shipped and local connectors are looked at. A file called onroll.yaml is
    looked at as a connection file. Exit code 1 says that something was found.

    What is right as it is, a comment on its line or above it allows:
    `# lint: allow no-limit there is no parameter for it`

    \b
    Examples:
      onroll lint
      onroll lint ./connectors/acme/connector.yaml ./onroll.yaml
    """  # noqa: D301  (\b is click's)
    files = [(name, find_connector(name)) for name in names] or list(connector_files())
    results = [(name, file, _look_at(file)) for name, file in files]
    if as_json:
        print_json([_json(file, found) for _, file, found in results])
    else:
        for name, _, found in results:
            _print(name, found)
    return max((_exit_code(found) for _, _, found in results), default=0)


def _look_at(file: Path) -> list[Diagnostic]:
    try:
        return lint_file(file)
    except OnrollError as error:
        return list(error.diagnostics)


def _exit_code(found: list[Diagnostic]) -> int:
    if any(one.severity == "error" for one in found):
        return 2
    return 1 if found else 0


def _json(file: Path, found: list[Diagnostic]) -> dict[str, Any]:
    return {"file": str(file), "ok": not found, "diagnostics": render_json(found)}


def _print(name: str, found: list[Diagnostic]) -> None:
    if not found:
        out().print(plain(f"{name}: ok"), soft_wrap=True)
        return
    console = err()
    for one in found:
        console.print(text_of(one, console=console).append("\n"), soft_wrap=True)
    is_valid = _exit_code(found) == 1
    words = ("finding", "findings") if is_valid else ("mistake", "mistakes")
    err().print(plain(f"{name}: {len(found)} {words[len(found) != 1]}"))
