"""`onroll schema`."""

from __future__ import annotations

import click

from onroll.cli.terminal import print_json
from onroll.definition.schema import bundle
from onroll.plugins.registry import installed


@click.command("schema")
def command() -> int:
    """Print one JSON Schema that knows the installed plug-ins, for editors.

    \b
    Save it, and name it in the first line of a definition:
      # yaml-language-server: $schema=connector.schema.json
    """  # noqa: D301  (\b is click's)
    print_json(bundle(installed()))
    return 0
