"""`onroll explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from onroll.cli.lines import print_json
from onroll.cli.options import config_option, json_option, subject_argument
from onroll.cli.terminal import out, plain
from onroll.service.explain import explain
from onroll.service.subject import find_subject

if TYPE_CHECKING:
    from pathlib import Path


@click.command("explain")
@subject_argument
@config_option
@json_option
def command(name: str, config: Path | None, as_json: bool) -> int:
    """Say in words what will be asked, in which order, and how the listing ends.

    Nothing is asked, and no settings are needed.

    \b
    Examples:
      onroll explain personio
      onroll explain ./connectors/acme/connector.yaml
    """  # noqa: D301  (\b is click's)
    explanation = explain(find_subject(name, config).definition)
    if as_json:
        print_json(explanation.as_json())
    else:
        console = out()
        console.print(plain(explanation.text(console.width)), soft_wrap=True)
    return 0
