"""`onroll login`."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from onroll.cli.browser import Guide
from onroll.cli.lines import note, print_json
from onroll.cli.options import choose, json_option, source_options, store_option
from onroll.service.loopback import Loopback
from onroll.service.opening import open_source
from onroll.service.signing_in import redirect_of, refuse_without_tokens, sign_in

if TYPE_CHECKING:
    from onroll.cli.options import Chosen
    from onroll.service.signing_in import SignIn

#: Stands in the redirect address when nothing listens and the definition names no port.
_UNUSED_PORT = 8771


@click.command("login")
@source_options
@store_option
@click.option("--no-browser", is_flag=True, help="Open none; the address is pasted.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where to wait; else a free port.")
@click.option(
    "--timeout",
    "timeout_seconds",
    type=click.FloatRange(1),
    metavar="SECONDS",
    default=300,
    show_default=True,
    help="How long to wait for you.",
)
@json_option
def command(
    name: str,
    no_browser: bool,
    port: int | None,
    timeout_seconds: float,
    as_json: bool,
    **chosen: Any,
) -> int:
    """Sign in to an API in the browser, and keep the token in the store, encrypted.

    Only for methods that need a person, such as oauth2_authorization_code. On a machine without
    a browser, open the address elsewhere, and paste the one that it ends at.

    \b
    Examples:
      onroll login zoho
    """  # noqa: D301  (\b is click's)
    found = choose(name, **chosen, attempts=3)
    refuse_without_tokens(found.subject)
    done = _sign_in(found, port, timeout_seconds, opens_browser=not no_browser)
    if as_json:
        print_json(done.as_json())
        return 0
    note(f"signed in: the token of {done.connection} is kept, encrypted")
    if not done.is_renewable:
        end = f"at {done.expires_at}" if done.expires_at is not None else "when the provider says"
        note(f"  the provider gave no refresh token, so that it ends {end}")
    return 0


def _sign_in(
    found: Chosen, port: int | None, timeout_seconds: float, *, opens_browser: bool
) -> SignIn:
    settings = found.settings()
    redirect = redirect_of(found.subject, settings)
    with ExitStack() as stack:
        opened = stack.enter_context(open_source(found.subject.definition, settings, found.options))
        listening_port = redirect.listening_port(port)
        listener = None
        if opens_browser and listening_port is not None and opened.source.has_sign_in:
            listener = stack.enter_context(Loopback(listening_port))
            listening_port = listener.port
        redirect_uri = redirect.uri(listening_port or _UNUSED_PORT)
        guide = Guide(redirect_uri, listener, timeout_seconds)
        return sign_in(opened, found.subject.name, redirect_uri, guide.show, guide.pause)
