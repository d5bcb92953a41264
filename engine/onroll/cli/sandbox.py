"""`onroll sandbox`."""

from __future__ import annotations

import click

from onroll.cli.lines import print_json
from onroll.cli.options import json_option
from onroll.cli.terminal import err, plain
from onroll.testing.sandbox import CONNECTORS, DEMO_TOKEN, FAULTS, NEXT_DAY, Sandbox


class _WithFaults(click.Command):
    """Lists the faults below the options of `--help`."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Faults, each given with --fault"):
            formatter.write_dl([(one.usage, one.description) for one in FAULTS], col_max=24)


@click.command("sandbox", cls=_WithFaults)
@click.option(
    "--connector",
    "connectors",
    type=click.Choice(CONNECTORS),
    multiple=True,
    help="Which API to serve; all of them when left out.",
)
@click.option(
    "--users",
    type=click.IntRange(0),
    default=450,
    show_default=True,
    help="How many people there are.",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed gives the same people."
)
@click.option(
    "--day",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="How many days have gone by: people join, leave, marry, move.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8770,
    show_default=True,
    help="0 takes a free one.",
)
@click.option(
    "--fault",
    "faults",
    metavar="NAME[=VALUE]",
    multiple=True,
    help="A failure to serve; repeatable.",
)
@json_option
def command(
    connectors: tuple[str, ...],
    users: int,
    seed: int,
    day: int,
    port: int,
    faults: tuple[str, ...],
    as_json: bool,
) -> int:
    """Serve a local HR API with synthetic people, to try it all without an account.

    It speaks Personio's API, version 1 and 2, on this machine only. Any client id and secret are
    accepted, except the secret `wrong`.

    A day goes by with each `POST /sandbox/next-day`, which answers what happened; add `?changes=N`
    for N people who join or change.

    \b
    Examples:
      onroll sandbox --users 50
      onroll sandbox --fault page-cap=30 --fault http-500-every=7
    """  # noqa: D301  (\b is click's)
    served = connectors or CONNECTORS
    try:
        sandbox = Sandbox(
            users=users,
            seed=seed,
            faults=faults,
            port=port,
            connectors=served,
            day=day,
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.UsageError(
            f"port {port} cannot be used: {error.strerror}; take another with --port"
        ) from None
    with sandbox:
        if as_json:
            print_json({"url": sandbox.url, "users": sandbox.users, "connectors": list(served)})
        else:
            err().print(plain(_banner(sandbox.url, sandbox.users)), soft_wrap=True)
        sandbox.wait()
    return 0


def _banner(url: str, users: int) -> str:
    credentials = "--set client_id=demo --set client_secret=demo-secret"
    return (
        f"serving {users:,} synthetic people at {url} (Ctrl-C stops)\n\n"
        f"  onroll test personio --base-url {url}/v1 {credentials}\n"
        f"  onroll test personio-v2 --base-url {url} {credentials}\n\n"
        "Draft a connector of your own from its answers:\n\n"
        f"  onroll new people --url {url}/v1/company/employees \\\n"
        f'      --header "Authorization: Bearer {DEMO_TOKEN}"\n\n'
        "A day goes by with:\n\n"
        f"  curl -X POST {url}{NEXT_DAY}\n"
    )
