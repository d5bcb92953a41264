"""`onroll link`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from onroll.cli.lines import note, print_json
from onroll.cli.options import chosen_place, config_option, json_option, store_options
from onroll.service.linking import link_person
from onroll.service.subject import find_subject

if TYPE_CHECKING:
    from pathlib import Path


@click.command("link")
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
    """Say that the person ID of a connection is this user of the directory.

    USER is a user's id in the target, an e-mail address or a username. ID is the source's id; the
    source is not asked. The next import goes by the link. The first connection that was linked to
    a user owns their state and attributes.

    \b
    Examples:
      onroll link ada@example.com personio 9000
    """  # noqa: D301  (\b is click's)
    subject = find_subject(connection, config)
    place = chosen_place(target, store, config, subject)
    done = link_person(place, subject, user, source_id)
    if as_json:
        print_json(done.as_json())
        return 0
    person = f"{done.connection} {done.id}"
    if done.run is None:
        note(f"{person} was linked to {done.email or done.user} already")
        return 0
    note(f"linked {person} to {done.email or done.user} (run {done.run})")
    if done.moved_from is not None:
        note(f"  they were linked to {done.connection} {done.moved_from}, which is ended")
    if done.owner != done.connection:
        note(f"  {done.owner} was linked first, and owns state and attributes")
    return 0
