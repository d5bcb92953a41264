"""`onroll unlink`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from onroll.cli.lines import note, print_json
from onroll.cli.options import chosen_place, config_option, json_option, store_options
from onroll.service.linking import unlink_person
from onroll.service.subject import find_subject

if TYPE_CHECKING:
    from pathlib import Path


@click.command("unlink")
@click.argument("user")
@click.argument("connection")
@click.argument("source_id", metavar="ID")
@store_options
@config_option
@json_option
def command(
    user: str,
    connection: str,
    source_id: str,
    store: str | None,
    target: str | None,
    config: Path | None,
    as_json: bool,
) -> int:
    """End the link of the person ID of a connection and this user of the directory.

    The user stays as they are. An import does not link the two again by itself.

    \b
    Examples:
      onroll unlink ada@example.com personio 9000
    """  # noqa: D301  (\b is click's)
    subject = find_subject(connection, config)
    place = chosen_place(target, store, config, subject)
    done = unlink_person(place, subject, user, source_id)
    if as_json:
        print_json(done.as_json())
        return 0
    note(f"unlinked {done.connection} {done.id} from {done.email or done.user} (run {done.run})")
    if done.owner is not None:
        note(f"  {done.owner} owns state and attributes now")
    return 0
