"""`onroll users`."""

from __future__ import annotations

import csv
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import click

from onroll.cli.import_words import change_lines
from onroll.cli.lines import cleaned, lasting_output, note, shorten, utf8_output
from onroll.cli.options import chosen_place, config_option, json_option, store_options
from onroll.cli.terminal import new_table, out, plain, print_table
from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.service.directory import read_history, read_users
from onroll.service.opened_places import open_place
from onroll.service.report_files import write_json_array
from onroll.service.results import csv_cell, write_results
from onroll.target import STATES, WRITABLE_ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from onroll.target import State

_COLUMNS: Final = (
    "id",
    "state",
    *WRITABLE_ATTRIBUTES,
    "custom",
    "manager_email",
    "groups",
    "links",
)
_SHOWN: Final = 200


@click.command("users")
@store_options
@config_option
@click.option("--state", type=click.Choice(STATES), help="Only users in this state.")
@click.option("--history", metavar="USER", help="What was changed of this user, and by whom.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV, for a spreadsheet.")
@json_option
def command(
    store: str | None,
    target: str | None,
    config: Path | None,
    state: State | None,
    history: str | None,
    as_csv: bool,
    as_json: bool,
) -> int:
    """List the users of a target: the embedded directory, unless --target names another.

    The USER of --history is an id in the target, an e-mail address or a username.

    \b
    Examples:
      onroll users --state suspended
      onroll users --history ada@example.com
    """  # noqa: D301  (\b is click's)
    if as_csv and as_json:
        message = "`--csv` and `--json` exclude each other"
        raise UsageError(Diagnostic("wrong-option", message))
    place = chosen_place(target, store, config)
    with open_place(place, for_writing=False) as opened, lasting_output():
        if history is not None:
            _write_history(read_history(opened, history), as_csv=as_csv, as_json=as_json)
        else:
            _write_users(read_users(opened, state), as_csv=as_csv, as_json=as_json)
    return 0


def _write_users(users: Iterator[Mapping[str, Any]], *, as_csv: bool, as_json: bool) -> None:
    if as_json:
        _write_json(users)
    elif as_csv:
        with utf8_output() as stream:
            writer = csv.writer(stream)
            writer.writerow(_COLUMNS)
            writer.writerows(_cells(user) for user in users)
    else:
        _print_users(users)


def _cells(user: Mapping[str, Any]) -> list[str]:
    links = [f"{link['connection']} {link['id']}" for link in user["links"]]
    return [csv_cell(links if name == "links" else user.get(name)) for name in _COLUMNS]


def _print_users(users: Iterator[Mapping[str, Any]]) -> None:
    shown = list(islice(users, _SHOWN))
    more = sum(1 for _ in users)
    if not shown:
        note("nobody is here")
        return
    console = out()
    # No line is folded: on a narrow screen the department makes room for whole addresses.
    is_wide = console.width >= 100
    email_width = max(20, console.width - (60 if is_wide else 46))
    titles = ["E-mail", "Name", "State", "Linked to"]
    if is_wide:
        titles.insert(3, "Department")
    table = new_table(*titles)
    for user in shown:
        names = (user.get("first_name"), user.get("last_name"))
        name = " ".join(str(one) for one in names if one) or user.get("username") or ""
        links = ", ".join(f"{link['connection']} {link['id']}" for link in user["links"])
        cells = [
            shorten(user.get("email") or user["id"], email_width),
            shorten(name, 16),
            user["state"],
            shorten(links, 15),
        ]
        if is_wide:
            cells.insert(3, shorten(user.get("department") or "", 12))
        table.add_row(*(plain(cell) for cell in cells))
    print_table(console, table)
    if more:
        note(f"and {more:,} more (`--json` and `--csv` have all)")


def _write_history(writes: Iterator[Mapping[str, Any]], *, as_csv: bool, as_json: bool) -> None:
    if as_json:
        _write_json(writes)
    elif as_csv:
        with utf8_output() as stream:
            write_results(_as_results(writes), stream)
    else:
        width, is_empty = out().width, True
        for one in writes:
            is_empty = False
            origin = f"{one['connection']} {one['id'] or ''}".strip()
            words = (one["at"], one["operation"], f"by {one['actor']}", f"run {one['run']}", origin)
            click.echo(cleaned(" · ".join(str(word) for word in words), width))
            for line in change_lines(one["changes"], width):
                click.echo(line)
        if is_empty:
            note("nothing was changed of this user yet")


def _as_results(writes: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for one in writes:
        message = f"{one['at']}, by {one['actor']}, run {one['run']}"
        yield {**one, "action": one["operation"], "outcome": "applied", "message": message}


def _write_json(values: Iterable[Any]) -> None:
    with utf8_output() as stream:
        write_json_array(values, stream)
        stream.write("\n")
