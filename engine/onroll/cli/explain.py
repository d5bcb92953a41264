"""`onroll explain`."""

from __future__ import annotations

import click

from onroll.cli.terminal import out, plain
from onroll.service.explain import explain
from onroll.service.subject import find_subject


@click.command("explain")
@click.argument("name", metavar="NAME|FILE|CONNECTION")
def command(name: str) -> int:
    """Say in words what will be asked, in which order, and how the listing ends."""
    out().print(plain(explain(find_subject(name).definition)), soft_wrap=True)
    return 0
