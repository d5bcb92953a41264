"""`onroll schema`."""

from __future__ import annotations

import click

from onroll.cli.lines import print_json
from onroll.definition.bundle import bundle, connections_bundle
from onroll.plugins.registry import installed


@click.command("schema")
@click.option("--connections", is_flag=True, help="The schema of onroll.yaml instead.")
def command(connections: bool) -> int:
    """Print one JSON Schema that knows the installed plug-ins, for editors.

    A definition names it in its first line, and editors complete its keys:
    `# yaml-language-server: $schema=connector.schema.json`

    \b
    Examples:
      onroll schema > connector.schema.json
      onroll schema --connections > onroll-yaml.schema.json
    """  # noqa: D301  (\b is click's)
    print_json((connections_bundle if connections else bundle)(installed()))
    return 0
