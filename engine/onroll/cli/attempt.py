"""One import on the command line: the plan is shown and asked about, and everybody is told."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import click
import msgspec

from onroll.cli.certificate import certificate_lines
from onroll.cli.garbage import collecting_rarely
from onroll.cli.import_words import plan_lines, result_lines
from onroll.cli.lines import lasting_output, note, utf8_output
from onroll.cli.progress import ReadingProgress, WritingProgress
from onroll.cli.stopping import stop_like_ctrl_c
from onroll.cli.terminal import err, out, text_of
from onroll.diagnostics import Diagnostic
from onroll.errors import MailError, OnrollError, UsageError
from onroll.model import ListingReport
from onroll.service.importing import open_import
from onroll.service.past_runs import find_run
from onroll.service.report_files import (
    open_private,
    report_without_run,
    save_results,
    write_report,
)
from onroll.service.telling import tell
from onroll.store.database import open_store
from onroll.sync.model import WRITES
from onroll.sync.saved_plan import write_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from onroll.definition.summary_rules import SummaryRules
    from onroll.service.import_report import ImportReport, Planned, Status
    from onroll.service.importing import Import, ImportJob
    from onroll.sync.model import Item

__all__ = ["Attempt", "Wishes", "print_failure"]

#: Objections that another run can answer with an option of its own. Others are about the source,
#: which a plan that was kept does not look at again.
_ANSWERABLE = frozenset({"limit-exceeded", "too-many-suspensions"})


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the operator wants to see and to keep. `is_agreed`: nobody is to be asked."""

    is_agreed: bool
    as_json: bool
    plan_out: Path | None
    results: Path | None
    summary: SummaryRules | None
    sends_summary: bool


class Attempt:
    """An import from its first request to its last word."""

    def __init__(self, job: ImportJob, wishes: Wishes) -> None:
        self._reading = ReadingProgress()
        self._job = replace(job, on_sheet=self._reading.show)
        self._wishes = wishes
        self._import: Import | None = None
        self._planned: Planned | None = None
        self._is_told = False
        self._is_writing = False

    def run(self) -> int:
        """Import, and return the exit code. Raises what ended it, after it was told."""
        stop_like_ctrl_c()
        try:
            with open_import(self._job) as opened:
                self._import = opened
                report = self._carry_out(opened)
                self._conclude(report)
                return report.exit_code
        except OnrollError as error:
            # Who typed something wrong sits before the screen, and needs no mail.
            is_mailed = not isinstance(error, UsageError) or self._wishes.sends_summary
            self._give_up(error, "failed", error.exit_code, is_mailed=is_mailed)
            raise
        except KeyboardInterrupt:
            stopped = Diagnostic("interrupted", "the import was stopped before its end")
            self._give_up(OnrollError(stopped), "interrupted", 130, is_mailed=False)
            self._say_stopped()
            raise

    def _say_stopped(self) -> None:
        if self._import is None or self._job.is_dry_run:
            note("nothing was written")
        elif self._is_writing:
            note(f"`onroll runs {self._import.id}` shows what was written")
        else:
            note(f"nothing was written: `onroll runs {self._import.id}` shows how far it came")

    def _carry_out(self, opened: Import) -> ImportReport:
        with self._reading, collecting_rarely():
            planned = opened.plan()
        self._planned = planned
        self._say_listing(planned)
        self._keep_plan(planned)
        can_be_applied = planned.is_complete and not planned.objections and planned.has_writes
        must_ask = can_be_applied and not self._wishes.is_agreed
        if planned.is_complete and (must_ask or not self._wishes.as_json):
            self._show(planned)
        if must_ask and not _is_wanted():
            return opened.decline(planned)
        total = sum(getattr(planned.counts, action) for action in WRITES)
        self._is_writing = can_be_applied and not self._job.is_dry_run
        with WritingProgress(total) as progress:
            return opened.apply(planned, progress.show)

    # ---- the plan --------------------------------------------------------------------------------

    def _say_listing(self, planned: Planned) -> None:
        listing = planned.head.listing
        is_asked = listing.get("requests", 0) > 0
        if is_asked and not planned.is_from_file:
            report = msgspec.convert(listing, ListingReport)
            for line in certificate_lines(report, names_refused=False):
                note(line)
        for one in planned.notes:
            if one not in listing.get("warnings", ()):
                note(f"  note: {one}")

    def _keep_plan(self, planned: Planned) -> None:
        path = self._wishes.plan_out
        if path is None:
            return
        about_source = [one for one in planned.objections if one.code not in _ANSWERABLE]
        if about_source or not planned.is_complete:
            note(f"the plan is not kept in {path}: first the source must be right")
            return
        with open_private(path) as stream:
            write_plan(stream, planned.head, _kept(planned))
        note(f"the plan is in {path}, and good until {planned.head.expires_at}")

    def _show(self, planned: Planned) -> None:
        is_paged = not self._wishes.is_agreed or self._job.is_dry_run
        console = err() if self._wishes.as_json else out()
        is_paged = is_paged and not self._wishes.as_json and console.is_terminal
        dry = ", dry run" if self._job.is_dry_run else ""
        head = planned.head
        title = f"Plan: {head.connector} → {head.target} ({head.mode}{dry})"
        limit = None if is_paged else 20
        lines = plan_lines(planned, title=title, width=console.width, limit=limit)
        with lasting_output():
            if is_paged:
                _page(lines, console.height)
            else:
                _print(lines, is_error=self._wishes.as_json)

    # ---- the end ---------------------------------------------------------------------------------

    def _conclude(self, report: ImportReport) -> None:
        """Tell how it ended: in words or JSON, in the file of results, and by e-mail."""
        self._is_told = True
        self._print_json(report)
        if report.status == "done" and not self._wishes.as_json:
            with lasting_output():
                click.echo()
                _print(result_lines(report, width=out().width))
        self._save_results(report)
        console = err()
        for one in report.errors:
            console.print()
            console.print(text_of(one, console=console), soft_wrap=True)
        self._say_end(report)
        self._tell(report)

    def _say_end(self, report: ImportReport) -> None:
        if report.status == "declined":
            note("nothing was written")
        elif report.status == "planned":
            note("\nthis was a dry run: nothing was written")
        elif report.status == "done":
            note(f"\n`onroll runs {report.run}` shows this again")

    def _give_up(
        self, error: OnrollError, status: Status, exit_code: int, *, is_mailed: bool
    ) -> None:
        """Tell of an import that was ended early; the error itself is printed by the caller."""
        if self._is_told:
            return
        with ExitStack() as stack:
            report = self._stored(stack)
            if report is None and self._import is not None:
                report = self._import.failed(error)
            if report is None:
                report = report_without_run(
                    error,
                    connector=self._job.subject.name,
                    target=self._job.target_name,
                    mode=self._job.mode,
                    is_dry_run=self._job.is_dry_run,
                )
            report = replace(report, status=status, exit_code=exit_code, errors=error.diagnostics)
            self._print_json(report)
            self._save_results(report)
            if is_mailed:
                self._tell(report)

    def _stored(self, stack: ExitStack) -> ImportReport | None:
        """Return what the store has of a run that had begun to write."""
        if self._import is None or self._planned is None or self._job.is_dry_run:
            return None
        try:
            store = stack.enter_context(open_store(self._job.store, for_writing=False))
            return find_run(store, self._import.id).report
        except OnrollError:
            return None  # the store is what failed

    def _print_json(self, report: ImportReport) -> None:
        if self._wishes.as_json:
            with lasting_output(), utf8_output() as stream:
                write_report(report, stream)

    def _save_results(self, report: ImportReport) -> None:
        if self._wishes.results is None or self._planned is None:
            return
        try:
            save_results(report, self._wishes.results)
        except UsageError as error:
            # What was written stays written: the exit code tells of that.
            note(error)

    def _tell(self, report: ImportReport) -> None:
        if self._wishes.summary is None:
            return
        try:
            warnings = tell(report, self._wishes.summary, on_demand=self._wishes.sends_summary)
        except MailError as error:
            note(f"\nnote: the summary was not sent\n{error}")
        else:
            for one in warnings:
                note(one.text())


def print_failure(error: OnrollError, **known: Any) -> None:
    """Print the JSON of an import that could not even be prepared."""
    with lasting_output(), utf8_output() as stream:
        write_report(report_without_run(error, **known), stream)


def _kept(planned: Planned) -> Iterator[Item]:
    """Yield what a plan file holds: what is to be written, in that order, and what cannot be."""
    return chain(
        planned.writes(),
        (one for one in planned.lines() if one.action in ("conflict", "refused")),
    )


def _is_wanted() -> bool:
    try:
        return click.confirm("Apply?", default=False, err=True)
    except click.Abort:
        raise KeyboardInterrupt from None


def _print(lines: Iterable[str], *, is_error: bool = False) -> None:
    for line in lines:
        click.echo(line, err=is_error)


def _page(lines: Iterator[str], height: int) -> None:
    """Show lines, through a pager when they are more than a screen."""
    first = list(islice(lines, height - 2))
    rest = next(lines, None)
    if rest is None:
        _print(first)
    else:
        sys.stdout.flush()
        click.echo_via_pager(f"{line}\n" for line in chain(first, [rest], lines))
