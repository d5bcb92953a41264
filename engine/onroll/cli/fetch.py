"""`onroll fetch`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from onroll.cli.certificate import certificate_lines
from onroll.cli.garbage import collecting_rarely
from onroll.cli.lines import let_go, note
from onroll.cli.options import Moment, choose, source_options, store_option
from onroll.cli.progress import ReadingProgress
from onroll.cli.stopping import stop_like_ctrl_c
from onroll.diagnostics import Diagnostic
from onroll.errors import OnrollError, SourceError, UsageError
from onroll.model import ListingReport
from onroll.service.opening import open_source
from onroll.service.reading import People
from onroll.service.written import report_json, user_json

_lines = msgspec.json.Encoder().encode_lines


@click.command("fetch")
@source_options
@store_option
@click.option(
    "--updated-since",
    type=Moment(),
    metavar="WHEN",
    help="Only people who changed since then, as 2026-11-01 or 2026-11-01T08:00:00Z.",
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the listing's certificate here, as JSON.",
)
def command(name: str, report_file: Path | None, **chosen: Any) -> int:
    """Write all mapped users to standard output, one JSON object a line, as they come.

    The listing's certificate goes to standard error (and to --report). The exit code is 4 when
    the listing is not proven complete, whatever was written before; 1 when it is complete and
    some people were refused.

    \b
    Examples:
      onroll fetch personio --report report.json > users.ndjson
    """  # noqa: D301  (\b is click's)
    found = choose(name, **chosen)
    if report_file is not None:
        _refuse_unwritable(report_file)
    settings = found.settings()
    try:
        with (
            collecting_rarely(),
            open_source(found.subject.definition, settings, found.options) as opened,
        ):
            people = People(opened, keeps_records=False)
            code = _write(people)
        report = people.report
    except OnrollError as error:
        _save(ListingReport(reasons=(error.diagnostic.message,)), report_file)
        raise
    _save(report, report_file)
    _say(report)
    if code is not None:
        return code
    if not report.complete:
        return 4
    return 1 if report.refused else 0


def _refuse_unwritable(file: Path) -> None:
    """Find out before anything is asked: afterwards the verdict would be lost."""
    try:
        with file.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"`--report {file}` cannot be written: {reason}"
        raise UsageError(Diagnostic("file-not-writable", message)) from None


def _save(report: ListingReport, file: Path | None) -> None:
    if file is not None:
        text = json.dumps(report_json(report), ensure_ascii=False, indent=2)
        file.write_text(text + "\n", encoding="utf-8")


def _write(people: People) -> int | None:
    """Write every page's users; return an exit code when something ended it early."""
    sheets = people.sheets()
    stop_like_ctrl_c()
    try:
        with ReadingProgress() as progress:
            for sheet in sheets:
                # Mostly what is there already: a copy of each would cost as much as to write it.
                written = [
                    user.attributes if user.unknown_status is None else user_json(user)
                    for user in sheet.users
                ]
                sys.stdout.buffer.write(_lines(written))
                del written
                sys.stdout.buffer.flush()
                progress.show(sheet)
                del sheet  # before the next page is read: see `People.sheets`
    except SourceError as error:
        from onroll.cli.terminal import print_error  # noqa: PLC0415  (only when something failed)

        print_error(error)
        return 4
    except BrokenPipeError:
        # Whoever read has enough.
        let_go(sys.stdout)
        return 4
    except OSError as error:
        # A full disk: what was written is not all, and the report says so.
        reason = error.strerror or type(error).__name__
        note(f"standard output cannot be written: {reason}")
        let_go(sys.stdout)
        return 4
    except KeyboardInterrupt:
        return 130
    finally:
        sheets.close()
    return None


def _say(report: ListingReport) -> None:
    for line in certificate_lines(report):
        note(line)
