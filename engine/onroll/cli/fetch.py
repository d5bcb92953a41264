"""`onroll fetch`."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from onroll.cli.options import choose, source_options
from onroll.cli.terminal import err, plain, print_error
from onroll.diagnostics import Diagnostic
from onroll.errors import OnrollError, SourceError, UsageError
from onroll.model import NO_STATUS, ListingReport
from onroll.service.connector import report_json
from onroll.service.opening import open_source
from onroll.service.preview import user_json
from onroll.service.reading import People, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_encode = msgspec.json.Encoder().encode


@click.command("fetch")
@source_options
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
    Example:
      onroll fetch personio --report report.json > users.ndjson
    """  # noqa: D301  (\b is click's)
    found = choose(name, **chosen)
    if report_file is not None:
        _refuse_unwritable(report_file)
    settings = found.settings()
    try:
        with open_source(found.subject.definition, settings, found.options) as opened:
            people = People(opened)
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


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _write(people: People) -> int | None:
    """Write every page's users; return an exit code when something ended it early."""
    sheets = people.sheets()
    # What stops a container or a service is as good as Ctrl-C: the report is still written.
    signal.signal(signal.SIGTERM, _stop)
    try:
        with _progress() as show:
            for sheet in sheets:
                lines = [_encode(user_json(user)) + b"\n" for user in sheet.users]
                sys.stdout.buffer.write(b"".join(lines))
                sys.stdout.buffer.flush()
                show(sheet)
    except SourceError as error:
        print_error(error)
        return 4
    except BrokenPipeError:
        # Whoever read has enough. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 4
    except OSError as error:
        # A full disk: what was written is not all, and the report says so.
        reason = error.strerror or type(error).__name__
        err().print(plain(f"standard output cannot be written: {reason}"))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 4
    except KeyboardInterrupt:
        return 130
    finally:
        sheets.close()
    return None


@contextmanager
def _progress() -> Iterator[Callable[[Sheet], None]]:
    """Show pages, people, people per second and the total; on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415  (slow, rarely used)

    started = time.monotonic()
    columns = (BarColumn(bar_width=24), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=err(), transient=True) as progress:
        task = progress.add_task("asking", total=None)

        def show(sheet: Sheet) -> None:
            rate = sheet.received / max(time.monotonic() - started, 0.001)
            of = f" of {sheet.total_count:,}" if sheet.total_count is not None else ""
            text = f"{sheet.received:,}{of} people · page {sheet.page:,} · {rate:,.0f} people/s"
            progress.update(
                task, completed=sheet.received, total=sheet.total_count, description=text
            )

        yield show


def _say(report: ListingReport) -> None:
    for line in _lines(report):
        err().print(plain(line), soft_wrap=True)


_PROOFS = {
    "total": "the total count agrees",
    "end_marker": "the source declared the end",
    "empty_page": "an empty page followed",
    "single_page": "the source has one page only",
}


def _lines(report: ListingReport) -> Iterator[str]:
    if report.complete:
        assert report.proof is not None
        partial = " (of a filtered list)" if report.partial else ""
        people = _count(report.distinct, "person", "people")
        yield f"complete: {people}{partial}; {_PROOFS[report.proof]}"
    else:
        yield f"INCOMPLETE: {_count(report.distinct, 'person', 'people')} read"
        reasons = report.reasons or ("the end of the list was not declared",)
        yield from (f"  because {reason}" for reason in reasons)
    yield (
        f"  {_count(report.pages, 'page')}, {_count(report.requests, 'request')}, "
        f"{report.retries:,} tried again, {report.seconds:.1f} s"
    )
    if report.excluded:
        yield f"  {report.excluded:,} left out by `exclude`"
    if report.refused:
        yield f"  {report.refused:,} refused:"
        for one in report.refusals[:5]:
            why = "; ".join(f"{reason.attribute}: {reason.message}" for reason in one.reasons)
            yield f"    record {one.record} (id {one.id or 'missing'}): {why}"
        if report.refused > 5:
            yield f"    and {report.refused - 5:,} more (--report FILE has up to 100)"
    for status, count in report.unknown_statuses.items():
        people = _count(count, "person", "people")
        if status == NO_STATUS:
            yield f"  {people} without a status: none is taken for active"
        else:
            yield f"  {people} with the unknown status {status!r}: add it to the `map` of `status`"
    yield from (f"  note: {warning}" for warning in report.warnings)


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
