"""`onroll connectors`."""

from __future__ import annotations

from typing import Any, Final

import click

from onroll.cli.lines import print_json
from onroll.cli.terminal import err, new_table, out, plain, print_table, text_of
from onroll.definition.catalog import connector_files, file_argument
from onroll.definition.load import load_definition
from onroll.errors import OnrollError

#: From here on there is room for the title.
_WIDE: Final = 110


@click.command("connectors")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def command(as_json: bool) -> int:
    """List the shipped connectors and those below ./connectors.

    \b
    Examples:
      onroll connectors
      onroll connectors --json | jq -r '.[].name'
    """  # noqa: D301  (\b is click's)
    rows: list[dict[str, Any]] = []
    failed = 0
    seen: set[str] = set()
    for folder, file in connector_files():
        # A local connector with a shipped one's name is run by its path only.
        name = file_argument(file) if folder in seen else folder
        seen.add(folder)
        try:
            rows.append(_row(name, load_definition(file)))
        except OnrollError as error:
            failed += 1
            console = err()
            said = text_of(*error.diagnostics, console=console)
            console.print(plain(f"{name}: ").append(said), soft_wrap=True)
    if as_json:
        print_json(rows)
        return 2 if failed else 0
    # Four columns are as wide as a terminal of 80 characters.
    titles = ["Title"] if out().width >= _WIDE else []
    table = new_table("Name", *titles, "Authentication", "Pagination", "Verified")
    for row in rows:
        title = [row["title"]] if titles else []
        cells = (row["name"], *title, row["auth"], row["pagination"], row["verified"]["by"])
        table.add_row(*(plain(cell) for cell in cells))
    print_table(out(), table)
    return 2 if failed else 0


def _row(name: str, definition: Any) -> dict[str, Any]:
    return {
        "name": name,
        "title": definition.title,
        "description": definition.description,
        "auth": definition.auth["method"],
        "pagination": definition.list_users.pagination["style"],
        "verified": dict(definition.verified),
        "documentation": definition.documentation,
        "settings": {
            key: {"title": one.title, "secret": one.secret, "required": one.required}
            for key, one in definition.settings.items()
        },
    }
