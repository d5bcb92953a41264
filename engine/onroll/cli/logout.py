"""`onroll logout`."""

from __future__ import annotations

from typing import Any

import click

from onroll.cli.lines import note, print_json
from onroll.cli.options import choose, json_option, source_options, store_option
from onroll.service.opening import open_source
from onroll.service.signing_in import refuse_without_tokens, sign_out


@click.command("logout")
@source_options
@store_option
@json_option
def command(name: str, as_json: bool, **chosen: Any) -> int:
    """Give a token back to the provider, and forget it.

    It is forgotten in any case. The exit code is 1 when the provider was asked to take it back and
    did not.

    \b
    Examples:
      onroll logout zoho
    """  # noqa: D301  (\b is click's)
    found = choose(name, **chosen, attempts=3)
    refuse_without_tokens(found.subject)
    with open_source(found.subject.definition, found.settings(), found.options) as opened:
        done = sign_out(opened, found.subject.name)
    if as_json:
        print_json(done.as_json())
    elif not done.removed:
        note(f"no token of {done.connection} is kept here")
    else:
        taken = "was taken back by the provider, and is" if done.revoked else "is"
        note(f"signed out: the token of {done.connection} {taken} forgotten")
        if not done.revoked:
            why = done.reason or "the definition names no `revoke_url`"
            note(f"  the provider did not take it back: {why}")
            note("  if it shall end, end it in the provider's own settings")
    return 0 if done.reason is None else 1
