"""The pages of commands and of the certificate."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

import click

from onroll.cli import cli
from onroll.model import ListingReport

EXIT_CODES: Final = {
    0: "All is done.",
    1: "It is done, and some people are in conflict, were refused or failed.",
    2: "The call cannot be understood, or a definition or connection file is wrong.",
    3: "A setting or secret is missing or wrong.",
    4: "The source failed, or its listing is not proven complete.",
    5: "The target failed, or the store that keeps state.",
    6: "A safeguard blocked it, or a run of the connection is under way.",
    130: "It was interrupted.",
}

_READER: Final = (
    "A reader of standard output who has enough, as `head`, changes no exit code; only `fetch` "
    "ends with 4, because it has not written everybody."
)

_ERRORS: Final = (
    "Where `--json` is given and a command cannot give its answer, standard output has one object "
    "on one line in its place, also where the answer would be an array: `error` with `code`, "
    "`message`, `hint`, `request` and `response` (null when nothing was asked), and `diagnostics` "
    "with all mistakes and their places. The words on standard error and the exit code stay. "
    "`test` and `import` give their own object, with that `error` in it."
)

_REPORT: Final = {
    "complete": "Whether the listing is proven complete: there is a `proof`, and no `reasons`.",
    "proof": "What proves the end: `total` (as many different ids as the total count says), "
    "`end_marker` (the source said so), `empty_page`, `single_page`; null without a proof.",
    "total_count": "The total count as the source said it last; null when it said none.",
    "received": "Records received, the same one counted as often as it came.",
    "distinct": "Different ids among them.",
    "duplicates": "Records whose id had come before.",
    "refused": "People whose record could not be used. They still count as listed.",
    "excluded": "People left out by `exclude`. They still count as listed.",
    "pages": "Pages read.",
    "requests": "Requests sent, token calls and second tries included.",
    "retries": "Requests that were second or later tries.",
    "reasons": "What speaks against completeness, one sentence each.",
    "warnings": "What a person should know and what proves nothing.",
    "unknown_statuses": "Status values that `map` does not name, and how many people have each.",
    "refusals": "The first 100 refused people: `record` (its number in the listing), `id`, and "
    "`reasons` with `attribute`, `code` and `message`.",
    "partial": "Whether a filter, or `--updated-since`, made the listing a part of the whole.",
    "updated_since": "The moment since which changes were asked for (UTC); null for everybody.",
    "seconds": "Wall time.",
}


def commands_page() -> list[str]:
    """Return the page of commands, from their `--help`."""
    lines = [
        "# Commands",
        "",
        "Data goes to standard output, words and progress to standard error.",
        "",
        "## Exit codes",
        "",
        "| code | meaning |",
        "| --- | --- |",
        *(f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()),
        "",
        _READER,
        "",
        "## Errors as JSON",
        "",
        _ERRORS,
    ]
    context = click.Context(cli, info_name="onroll")
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        inner = click.Context(
            command,
            info_name=name,
            parent=context,
            terminal_width=80,
            help_option_names=["-h", "--help"],
        )
        lines += ["", f"## `onroll {name}`", "", "```text", command.get_help(inner), "```"]
    return lines


def report_page() -> list[str]:
    """Return the page of the certificate. Raises `KeyError` for a field without a meaning."""
    lines = [
        "# The listing's certificate",
        "",
        (
            "`onroll fetch --report FILE` writes it as one JSON object; in Python it is the "
            "`report` of `connector.users(…)`, an `onroll.ListingReport`. "
            "[How to read it](../how-to/read-a-report.md) and "
            "[what counts as proof](../explanation/completeness.md) have pages of their own."
        ),
        "",
        "| field | type | meaning |",
        "| --- | --- | --- |",
    ]
    for one in fields(ListingReport):
        kind = str(one.type).replace("|", "\\|")
        lines.append(f"| `{one.name}` | `{_JSON_TYPES.get(kind, kind)}` | {_REPORT[one.name]} |")
    return lines


_JSON_TYPES: Final = {
    "bool": "boolean",
    "int": "number",
    "float": "number",
    "int \\| None": "number or null",
    "Proof \\| None": "text or null",
    "tuple[str, ...]": "list of text",
    "tuple[Refusal, ...]": "list of objects",
    "Mapping[str, int]": "object: text → number",
}
