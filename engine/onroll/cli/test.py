"""`onroll test`."""

from __future__ import annotations

from typing import Any

import click
from rich.table import Table
from rich.text import Text

from onroll.cli.error_json import error_json
from onroll.cli.lines import print_json
from onroll.cli.options import choose, source_options, store_option
from onroll.cli.terminal import columns_of, out, plain, print_error, print_table
from onroll.diagnostics import broken
from onroll.errors import DefinitionError, OnrollError, SettingsError, UsageError
from onroll.service.checks import Check, CheckName, TestResult, run_checks, unusable
from onroll.service.opening import open_source


@click.command("test")
@source_options
@store_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(name: str, as_json: bool, **chosen: Any) -> int:
    """Test a connection: reach, credentials, list, records, total count, paging, attributes.

    On failure the provider's full answer is shown, with secrets taken out.

    \b
    Examples:
      export ONROLL_REDMINE_API_KEY=…
      onroll test redmine --base-url https://redmine.example.com
    """  # noqa: D301  (\b is click's)
    try:
        result = _run(name, **chosen)
    except (DefinitionError, SettingsError, UsageError) as error:
        if not as_json:
            raise
        check: CheckName = "settings" if isinstance(error, SettingsError) else "definition"
        print_json(_json(unusable(name, check, error.diagnostics), error))
        return error.exit_code
    if as_json:
        print_json(_json(result, result.error))
    else:
        _print(result)
    return 0 if result.ok else 4


def _run(name: str, **chosen: Any) -> TestResult:
    found = choose(name, **chosen, attempts=3)
    with open_source(found.subject.definition, found.settings(), found.options) as opened:
        return run_checks(opened)


def _print(result: TestResult) -> None:
    console = out()
    table = Table.grid(padding=(0, 1), expand=False)
    for check in result.checks:
        mark, style = _mark(check)
        detail = plain(check.detail)
        detail.stylize("dim" if check.skipped else "")
        table.add_row(Text(mark, style), Text(check.name), detail)
    print_table(console, table)
    console.print()
    if result.ok:
        total = f", {result.total_count} people in all" if result.total_count is not None else ""
        console.print(Text(f"{result.connector} works{total}", "bold green"))
        return
    console.print(Text(f"{result.connector} does not work yet", "bold red"))
    # The error brings its own.
    known = None if result.error is None else result.error.diagnostic.hint
    for hint in dict.fromkeys(check.hint for check in result.checks if check.hint != known):
        if hint is not None:
            console.print()
            lines = broken(f"hint: {hint}", columns_of(console), indent=6)
            console.print(plain("\n".join(lines)), soft_wrap=True)
    if result.error is not None:
        console.print()
        print_error(result.error, result.error.exchange)


def _mark(check: Check) -> tuple[str, str]:
    if check.ok:
        return "✓", "green"
    return ("–", "dim") if check.skipped else ("✗", "red")


def _json(result: TestResult, error: OnrollError | None) -> dict[str, Any]:
    return {
        "ok": result.ok,
        "connector": result.connector,
        "checks": [
            {
                "name": one.name,
                "ok": one.ok,
                "skipped": one.skipped,
                "detail": one.detail,
                "hint": one.hint or "",
            }
            for one in result.checks
        ],
        "total_count": result.total_count,
        "error": None if error is None else error_json(error),
    }
