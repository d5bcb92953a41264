"""`onroll import`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import click

from onroll.cli.attempt import Attempt, Wishes, print_failure
from onroll.cli.lines import is_interactive
from onroll.cli.options import Moment, choose, json_option, source_options, store_options
from onroll.cli.terminal import print_error
from onroll.definition.settings import Settings
from onroll.diagnostics import Diagnostic
from onroll.errors import OnrollError, UsageError
from onroll.service.importing import ImportJob
from onroll.service.report_files import check_output
from onroll.service.store_place import find_store
from onroll.sync.scope import Mode

if TYPE_CHECKING:
    from datetime import datetime

    from onroll.cli.options import Chosen
    from onroll.definition.summary_rules import SummaryRules

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("import")
@source_options
@store_options
@click.option(
    "--mode",
    type=click.Choice(get_args(Mode)),
    default="all",
    show_default=True,
    help="New users and updates; only new users; only users who are there.",
)
@click.option(
    "--updated-since",
    type=Moment("last"),
    metavar="WHEN|last",
    help="Only people who changed since then, or since the last whole import.",
)
@click.option(
    "--select", "selected", metavar="EMAIL|ID", multiple=True, help="Only this person; repeatable."
)
@click.option("--confirm-source", is_flag=True, help="The source changed, and that is right.")
@click.option("--dry-run", is_flag=True, help="Make the plan and write nothing anywhere.")
@click.option("--plan-out", type=_FILE, help="Keep the plan here, to read and to apply later.")
@click.option("--plan", "plan_file", type=_FILE, help="Apply this plan; the source is not asked.")
@click.option("--yes", "is_agreed", is_flag=True, help="Apply without asking.")
@click.option(
    "--allow-suspensions",
    type=click.IntRange(0),
    metavar="N",
    help="Let the plan suspend up to N people.",
)
@click.option(
    "--allow-incomplete",
    is_flag=True,
    help="Go on with an incomplete listing; nobody is suspended by absence.",
)
@click.option("--results", type=_FILE, help="Write everybody's line here: FILE.csv or FILE.json.")
@click.option("--reveal-passwords", type=_FILE, help="Write new users' passwords to a new file.")
@click.option("--send-summary", is_flag=True, help="Send the summary by e-mail, in any case.")
@json_option
def command(**given: Any) -> int:
    """Bring people into a directory: read them all, plan, check the plan, apply it.

    On a terminal the plan is shown, and you are asked. Elsewhere it takes --yes or --dry-run. The
    exit code is 1 when some people are in conflict, refused or failed; 4 when the listing is not
    complete, and 6 when a safeguard forbids the plan: then nothing is written. It is 5 when the
    target fails on the way.

    \b
    Examples:
      onroll import personio --dry-run --plan-out plan.json
      onroll import personio --plan plan.json --yes
    """  # noqa: D301  (\b is click's)
    try:
        attempt = _prepare(**given)
    except OnrollError as error:
        if given["as_json"]:
            print_failure(
                error,
                connector=given["name"],
                target=given["target"] or "",
                mode=given["mode"],
                is_dry_run=given["dry_run"],
            )
        return _end(error)
    try:
        return attempt.run()
    except OnrollError as error:
        return _end(error)


def _end(error: OnrollError) -> int:
    """Say what ended it. As JSON it was told already, in the form of a report."""
    print_error(error)
    return error.exit_code


def _prepare(
    *,
    name: str,
    store: str | None,
    target: str | None,
    mode: Mode,
    updated_since: datetime | Literal["last"] | None,
    selected: tuple[str, ...],
    confirm_source: bool,
    dry_run: bool,
    plan_out: Path | None,
    plan_file: Path | None,
    is_agreed: bool,
    allow_suspensions: int | None,
    allow_incomplete: bool,
    results: Path | None,
    reveal_passwords: Path | None,
    send_summary: bool,
    as_json: bool,
    **chosen: Any,
) -> Attempt:
    """Find out all that can be wrong before anything is asked of the source."""
    if not (is_agreed or dry_run or is_interactive()):
        raise UsageError(
            Diagnostic(
                "nobody-to-ask",
                "without a terminal nobody can be asked whether to apply the plan",
                expected="`--yes` or `--dry-run`",
                hint="look at the plan with `--dry-run` first",
            )
        )
    if selected and plan_file is not None:
        raise UsageError(
            Diagnostic(
                "wrong-option",
                "`--select` and `--plan` exclude each other",
                hint="a plan is cut down by taking people's lines out of it",
            )
        )
    _check_files(results, plan_out, reveal_passwords)
    found = choose(name, store=store, **chosen)
    job = ImportJob(
        subject=found.subject,
        # A plan that was made before asks nothing of the source.
        settings=found.settings() if plan_file is None else Settings(),
        store=find_store(store, found.subject.file, os.environ),
        options=found.options,
        target=target,
        mode=mode,
        updated_since=updated_since,
        selected=selected,
        is_dry_run=dry_run,
        is_confirmed=confirm_source,
        allowed_suspensions=allow_suspensions,
        allows_incomplete=allow_incomplete,
        passwords=reveal_passwords,
        saved_plan=plan_file,
        environment=os.environ,
    )
    wishes = Wishes(
        is_agreed=is_agreed or dry_run,
        as_json=as_json,
        plan_out=plan_out,
        results=results,
        # Read now, so that a missing secret is found before anything is written.
        summary=_summary(found, on_demand=send_summary) if send_summary or not dry_run else None,
        sends_summary=send_summary,
    )
    return Attempt(job, wishes)


def _check_files(results: Path | None, plan_out: Path | None, passwords: Path | None) -> None:
    if results is not None and results.suffix.lower() not in (".csv", ".json"):
        raise UsageError(
            Diagnostic(
                "wrong-option",
                f"`--results {results}` says by its ending neither CSV nor JSON",
                expected="a file that ends in `.csv` or `.json`",
            )
        )
    if passwords is not None and passwords.exists():
        raise UsageError(
            Diagnostic(
                "file-exists",
                f"`{passwords}` is there already, and passwords are not written over",
                hint="name a new file",
            )
        )
    check_output(results, plan_out, passwords)


def _summary(found: Chosen, *, on_demand: bool) -> SummaryRules | None:
    file = found.subject.file
    rules = file.summary(os.environ)[0] if file is not None else None
    if rules is None and on_demand:
        raise UsageError(
            Diagnostic(
                "no-summary",
                "`--send-summary` has nobody to send it to",
                expected="a `summary` block in onroll.yaml",
            )
        )
    return rules
