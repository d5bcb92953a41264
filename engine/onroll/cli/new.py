"""`onroll new`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onroll.cli.draft_words import draft_json, print_draft
from onroll.cli.lines import is_interactive, print_json, shorten
from onroll.cli.options import json_option, named_values
from onroll.cli.terminal import err, plain
from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.service.authoring import Question, Wishes, draft_connector
from onroll.service.connector_files import save_new, where_new
from onroll.service.materials import Shown

if TYPE_CHECKING:
    from collections.abc import Iterable

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("new")
@click.argument("name", metavar="NAME|FILE", required=False)
@click.option("--url", metavar="URL", help="Ask this address for the list.")
@click.option("--header", "headers", metavar="NAME:VALUE", multiple=True, help="Sent with it.")
@click.option("--user", metavar="NAME:PASSWORD", help="Credentials of HTTP Basic, for --url.")
@click.option("--curl", metavar="TEXT", help="A curl line; `-` reads it from standard input.")
@click.option(
    "--response",
    "responses",
    metavar="FILE",
    type=_FILE,
    multiple=True,
    help="A recorded answer: JSON, what `curl -i` prints, or a HAR file.",
)
@click.option("--openapi", metavar="FILE", type=_FILE, help="An OpenAPI 3 file, JSON or YAML.")
@click.option("--operation", metavar="TEXT", help='Which operation of it: "GET /employees".')
@click.option(
    "--set", "settings", metavar="KEY=VALUE", multiple=True, help="What a placeholder stands for."
)
@click.option("--records", metavar="PATH", help="Which list of the answer holds the people.")
@click.option("--offline", is_flag=True, help="Send nothing, even when an address is known.")
@click.option("--yes", "is_agreed", is_flag=True, help="Ask nothing: mark what is not known.")
@json_option
def command(name: str | None, as_json: bool, is_agreed: bool, **given: Any) -> int:
    """Draft a connector from what you have of an API.

    Finds the list of people, the total count, the paging and the attributes, and writes a
    definition in which every guess says what it rests on. A NAME goes to
    connectors/NAME/connector.yaml. Nothing is overwritten. Credentials become settings: no value
    of theirs is written.

    \b
    Examples:
      onroll new acme --url https://api.acme.com/v1/staff --header "X-Key: $KEY"
      onroll new acme --curl "curl 'https://api.acme.com/staff?limit=50' -u $KEY:"
      onroll new acme --response page-1.json
      onroll new acme --openapi acme.yaml
    """  # noqa: D301  (\b is click's)
    asks = is_interactive() and not is_agreed and not as_json
    new = where_new(name if name is not None else _ask_for_name(asks=asks))
    wishes = Wishes(
        values=_pairs(given["settings"], "=", "--set"),
        records=given["records"],
        is_offline=given["offline"],
        may_post=is_agreed,
    )
    shown = _shown(given, asks=asks)
    drafted = draft_connector(new.name, shown, wishes, _ask if asks else None)
    save_new(drafted.draft, new)
    if as_json:
        print_json(draft_json(drafted, new))
    else:
        print_draft(drafted, new)
    return 0


def _ask_for_name(*, asks: bool) -> str:
    said = _ask(Question("What shall the connector be called")) if asks else ""
    if not said:
        raise click.UsageError("Missing argument 'NAME|FILE'.")
    return said


def _shown(given: dict[str, Any], *, asks: bool) -> Shown:
    curl = sys.stdin.read() if given["curl"] == "-" else given["curl"]
    shown = Shown(
        responses=given["responses"],
        openapi=given["openapi"],
        operation=given["operation"],
        curl=curl,
        url=given["url"],
        headers=tuple(_pairs(given["headers"], ":", "--header").items()),
        credentials=_credentials(given["user"]),
    )
    if not shown.is_empty:
        return shown
    if asks:
        said = _ask(Question("A curl line, an address, or a file with an answer or OpenAPI"))
        if said:
            return _meant(said)
    raise UsageError(
        Diagnostic(
            "nothing-shown",
            "there is nothing to draft a connector from",
            expected="`--url`, `--curl`, `--response` or `--openapi`",
            hint="`onroll new --help` has an example of each",
        )
    )


def _meant(text: str) -> Shown:
    if text.startswith("curl"):
        return Shown(curl=text)
    if text.startswith(("http://", "https://")):
        return Shown(url=text)
    file = Path(text)
    try:
        is_openapi = b"openapi" in file.read_bytes()[:4096]
    except OSError:
        is_openapi = False  # said when it is read
    return Shown(openapi=file) if is_openapi else Shown(responses=(file,))


def _credentials(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    user, _, password = text.partition(":")
    return user, password


def _pairs(texts: Iterable[str], sign: str, option: str) -> dict[str, str]:
    """Read names and values, with blanks around the values as people type them in headers."""
    pairs = named_values(texts, sign, option)
    return {name: value.strip() for name, value in pairs.items()}


def _ask(question: Question) -> str:
    """Ask on the terminal; choices by their number or their words."""
    console = err()
    if not question.choices:
        said: str = click.prompt(
            question.text,
            default=question.default,
            show_default=bool(question.default),
            err=True,
            hide_input=question.is_secret,
        )
        return said.strip()
    console.print(plain(f"\n{question.text}?"))
    for number, choice in enumerate(question.choices, 1):
        console.print(plain(f"  {number:>2}  {shorten(choice, console.width - 7)}"))
    default = shorten(question.default, 40) or None
    while True:
        said = click.prompt("Which", default=default, err=True).strip()
        if said == default:
            return question.default
        if said.isdigit() and 1 <= int(said) <= len(question.choices):
            return question.choices[int(said) - 1]
        meant = [one for one in question.choices if one == said or one.startswith(f"{said}: ")]
        if len(meant) == 1:
            return meant[0]
        console.print(plain(f"a number from 1 to {len(question.choices)}, please"))
