"""`onroll runs`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click
import msgspec

from onroll.cli.certificate import certificate_lines
from onroll.cli.import_words import change_lines, result_lines
from onroll.cli.lines import cleaned, lasting_output, note, utf8_output
from onroll.cli.options import config_option, json_option, store_option
from onroll.cli.terminal import out, plain
from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.model import ListingReport
from onroll.service.past_runs import find_run, list_runs
from onroll.service.report_files import write_json, write_json_array
from onroll.service.results import write_results
from onroll.service.store_place import find_store
from onroll.service.subject import find_connections
from onroll.store.database import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from onroll.service.past_runs import PastRun

_SHOWN = 20
_LINES = 50


@click.command("runs")
@click.argument("run_id", metavar="[ID]", required=False)
@store_option
@config_option
@click.option("--csv", "as_csv", is_flag=True, help="The lines of one run as CSV.")
@json_option
def command(
    run_id: str | None, store: str | None, config: Path | None, as_csv: bool, as_json: bool
) -> int:
    """List past imports, the latest first; or show one, named by its id or how that begins.

    People for whom nothing changed are counted, and have no line.

    \b
    Examples:
      onroll runs
      onroll runs 26f2
    """  # noqa: D301  (\b is click's)
    if as_csv and (as_json or run_id is None):
        raise UsageError(
            Diagnostic(
                "wrong-option", "`--csv` is for the lines of one run", expected="`runs ID --csv`"
            )
        )
    file = find_connections(config)
    address = find_store(store, file, os.environ)
    with open_store(address, for_writing=False) as opened:
        if run_id is None:
            found = list_runs(opened, None if as_json else _SHOWN + 1)
            with lasting_output():
                _write_list(found, as_json=as_json)
        else:
            past = find_run(opened, run_id)
            with lasting_output():
                _write_one(past, as_csv=as_csv, as_json=as_json)
    return 0


def _write_list(found: list[PastRun], *, as_json: bool) -> None:
    if as_json:
        with utf8_output() as stream:
            write_json_array((one.as_json() for one in found), stream)
            stream.write("\n")
        return
    if not found:
        note("there were no runs yet")
        return
    for past in found[:_SHOWN]:
        for line in _short_lines(past):
            click.echo(line)
    if len(found) > _SHOWN:
        note("and older ones (`--json` has all)")


def _short_lines(past: PastRun) -> Iterator[str]:
    """Yield a run's two lines in the list: what it was, and what it did."""
    run = past.run
    started = run.started_at[:16].replace("T", " ")
    where = cleaned(f"{run.connection} → {run.target}", 26)
    code = "" if run.exit_code is None else f" ({run.exit_code})"
    yield f"{run.id:<12}  {started}  {where}  {run.mode}  {run.status}{code}"
    done = [f"{count:,} {name}" for name, count in past.report.applied.items() if count]
    yield f"{'':14}{', '.join(done) or 'nothing'}"


def _write_one(past: PastRun, *, as_csv: bool, as_json: bool) -> None:
    if as_json or as_csv:
        with utf8_output() as stream:
            if as_csv:
                write_results(past.report.items(), stream)
            else:
                write_json(past.as_json(), past.report.items(), stream)
        return
    width = out().width
    for line in _lines(past, width):
        click.echo(line)


def _lines(past: PastRun, width: int) -> Iterator[str]:
    run = past.run
    for write in past.writes:
        yield f"Run {run.id}: {run.connection} {write.source_id} → {run.target} {write.user_id}"
        yield from change_lines(write.intent, width)
    if not past.writes:
        yield from result_lines(past.report, width=width)
    yield ""
    yield f"{run.status}, {run.mode}, by {cleaned(run.actor, 40)}"
    yield f"started {run.started_at}, ended {run.finished_at or '–'}, exit code {run.exit_code}"
    if run.reason:
        yield cleaned(run.reason, 400)
    if run.listing:
        report = msgspec.convert(run.listing, ListingReport)
        for line in certificate_lines(report, names_refused=False):
            yield plain(line).plain
    if not past.writes:
        yield from _written(past, width)


def _written(past: PastRun, width: int) -> Iterator[str]:
    """Yield the first lines of people who were written."""
    count = 0
    for item in past.report.items():
        if item["outcome"] not in ("applied", "blocked", "planned"):
            continue
        count += 1
        if count == 1:
            yield ""
        if count <= _LINES:
            yield from _line(item, width)
    if count > _LINES:
        yield f"and {count - _LINES:,} more (`onroll runs {past.run.id} --csv` has all)"


def _line(item: Mapping[str, Any], width: int) -> Iterator[str]:
    who = cleaned(f"{item['email'] or '(no e-mail)'} ({item['id']})", width - 24)
    yield f"{item['action']:<10} {who}: {item['outcome']}"
    if item["action"] != "create":
        yield from change_lines(item["changes"], width)
