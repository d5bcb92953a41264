"""Import people: open everything that a run needs, make its plan, and apply it.

    with open_import(job) as run:
        planned = run.plan()
        report = run.apply(planned)

A run has an id, holds its connection's lock, and is written down in the store, whatever becomes of
it. A dry run writes nothing anywhere.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from onroll.definition.targets import read_target
from onroll.diagnostics import Diagnostic
from onroll.errors import BlockedError, UsageError
from onroll.model import ListingReport
from onroll.service.import_job import ImportJob
from onroll.service.import_plan import Planner
from onroll.service.import_report import (
    NOTHING_APPLIED,
    ImportReport,
    Planned,
    Status,
    count_applied,
    exit_code_of,
    item_json,
)
from onroll.service.import_run import LEFT_OVER, TROUBLES, StoredRun
from onroll.service.saved_plans import take_saved_plan
from onroll.service.targets import open_target
from onroll.service.token_keeping import place_of_target
from onroll.service.written import report_json
from onroll.store import items, memory, quarantine
from onroll.store.database import Store, open_store
from onroll.store.lock import hold
from onroll.sync.apply import Applier
from onroll.sync.ledger import Ledger, utc_now
from onroll.sync.model import WRITES, Counts, Item
from onroll.sync.passwords import Passwords, open_password_file
from onroll.sync.recording import Recorder
from onroll.sync.recovery import recover
from onroll.sync.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.errors import OnrollError
    from onroll.sync.apply import OnOutcome
    from onroll.target import Target

__all__ = ["Import", "ImportJob", "open_import"]

_UNREAD = ListingReport(reasons=("nothing was read yet",))


@contextmanager
def open_import(job: ImportJob) -> Iterator[Import]:
    """Open the store and the target of an import, under the connection's lock.

    Raises `BlockedError` when a run of the connection is under way, `TargetError` when store or
    target cannot be used. What a run that was killed left open is settled first.
    """
    config = job.target_config
    keys, secrets = read_target(config, job.environment)
    options = replace(
        job.target_options,
        secrets=(*job.target_options.secrets, *secrets),
        tokens=place_of_target(job.store, config.name, job.environment),
    )
    with ExitStack() as stack:
        store = stack.enter_context(open_store(job.store, for_writing=not job.is_dry_run))
        if not job.is_dry_run:
            stack.enter_context(hold(store, config.name, job.connection))
        target = stack.enter_context(
            open_target(config.name, config.kind, keys, store.engine, options)
        )
        _refuse_unheld_state(job, config.name, target)
        if not job.is_dry_run:
            recover(store, target, name=config.name, connection=job.connection)
        read_from = job.clock().astimezone(UTC).isoformat(timespec="seconds")
        stored = StoredRun(job, store, config.name, read_from=read_from)
        stored.start()
        with stored.watched(), Spool() as spool:
            yield Import(job, store, target, stored, spool)


def _refuse_unheld_state(job: ImportJob, name: str, target: Target) -> None:
    wanted = job.rules.create_as
    if wanted not in target.capabilities.states:
        raise UsageError(
            Diagnostic(
                "state-not-held",
                f"`import.create_as` is {wanted}, and the target `{name}` has no such state",
                expected="`create_as: active`",
            )
        )


class Import:
    """One open run. Make the plan once, then apply it, or decline it."""

    def __init__(
        self, job: ImportJob, store: Store, target: Target, stored: StoredRun, spool: Spool
    ) -> None:
        self._job = job
        self._store = store
        self._target = target
        self._stored = stored
        self._spool = spool
        self._listing = _UNREAD
        with store.read() as db:
            self._known = memory.recall(db, stored.target, job.connection)

    @property
    def id(self) -> str:
        """The run's id."""
        return self._stored.id

    def plan(self) -> Planned:
        """Read source and target, and decide for everybody; or take the saved plan.

        Raises `SourceError` when the source cannot be read, `TargetError` when the target cannot,
        `UsageError` when a selected person is nobody, or the saved plan is void.
        """
        if self._job.saved_plan is not None:
            return take_saved_plan(self._job, self._job.saved_plan, self._stored.target)
        return Planner(
            job=self._job,
            store=self._store,
            target_name=self._stored.target,
            target=self._target,
            spool=self._spool,
            known=self._known,
            on_read=self._note_listing,
        ).plan()

    def _note_listing(self, listing: ListingReport) -> None:
        self._listing = listing

    def apply(
        self, planned: Planned, on_outcome: OnOutcome = lambda _item, _outcome: None
    ) -> ImportReport:
        """Write the plan to the target and return what came of it.

        A plan that a safeguard forbids, or of an incomplete listing, writes nothing. Nor does a
        dry run. Raises `TargetError` when the target fails on the way: what was written until then
        stands, and running it again goes on from there.
        """
        if planned.objections:
            self._stored.write_plan(planned, is_blocked=True)
            return self._end(planned, "blocked", BlockedError.exit_code, planned.objections)
        if not planned.is_complete:
            self._stored.write_plan(planned)
            return self._end(planned, "incomplete", 4, (_incomplete(self._listing),))
        if self._job.is_dry_run:
            return self._end(planned, "planned", exit_code_of(planned.counts, NOTHING_APPLIED))
        with self._passwords() as passwords:
            self._stored.write_plan(planned)
            self._applier(planned, passwords, on_outcome).apply(planned.writes)
        with self._store.read() as db:
            has_troubles = items.count_reasons(db, self.id, TROUBLES) > 0
            is_left_over = items.count_reasons(db, self.id, LEFT_OVER) > 0
        exit_code = exit_code_of(planned.counts, self._applied(planned), has_troubles=has_troubles)
        self._stored.remember(planned, self._known, is_whole=exit_code == 0 and not is_left_over)
        return self._end(planned, "done", exit_code)

    def decline(self, planned: Planned) -> ImportReport:
        """End a run whose plan nobody wants."""
        self._stored.write_plan(planned)
        return self._end(planned, "declined", 0)

    def failed(self, error: OnrollError) -> ImportReport:
        """Return the report of a run that an error ended."""
        return ImportReport(
            run=self.id,
            connector=self._job.connection,
            target=self._stored.target,
            mode=self._job.mode,
            is_dry_run=self._job.is_dry_run,
            status="failed",
            exit_code=error.exit_code,
            listing=report_json(self._listing),
            counts=Counts(),
            applied=NOTHING_APPLIED,
            started_at=self._stored.started_at,
            finished_at=utc_now(),
            items=lambda: iter(()),
            errors=error.diagnostics,
        )

    @contextmanager
    def _passwords(self) -> Iterator[Passwords]:
        rules = self._target.capabilities.passwords
        if self._job.passwords is None:
            yield Passwords(rules)
            return
        descriptor = open_password_file(self._job.passwords)
        try:
            yield Passwords(rules, descriptor)
        finally:
            os.close(descriptor)

    def _applier(self, planned: Planned, passwords: Passwords, on_outcome: OnOutcome) -> Applier:
        number = 1 + (0 if self._known is None else self._known.runs)
        ledger = Ledger(self._store, self.id, self._stored.target, self._job.connection, number)
        with self._store.read() as db:
            failures = {
                one.source_id: one.failures
                for one in quarantine.quarantined(db, ledger.target, ledger.connection)
            }
        return Applier(
            target=self._target,
            ledger=ledger,
            recorder=Recorder(ledger),
            passwords=passwords,
            failures=failures,
            planned_at=planned.head.created_at if planned.is_from_file else None,
            on_outcome=on_outcome,
        )

    def _applied(self, planned: Planned) -> Mapping[str, int]:
        """Count what was done from what is written down, and who was skipped by the plan."""
        if self._job.is_dry_run:
            return NOTHING_APPLIED
        with self._store.read() as db:
            return count_applied(items.tiles(db, self.id), planned.counts)

    def _end(
        self,
        planned: Planned,
        status: Status,
        exit_code: int,
        errors: tuple[Diagnostic, ...] = (),
    ) -> ImportReport:
        self._stored.finish(status, exit_code, errors)
        return ImportReport(
            run=self.id,
            connector=self._job.connection,
            target=self._stored.target,
            mode=planned.head.mode,
            is_dry_run=self._job.is_dry_run,
            status=status,
            exit_code=exit_code,
            listing=planned.head.listing,
            counts=planned.counts,
            applied=self._applied(planned) if status == "done" else NOTHING_APPLIED,
            started_at=self._stored.started_at,
            finished_at=utc_now(),
            items=lambda: self._items(planned, status),
            absent=planned.absent,
            notes=planned.notes,
            errors=errors,
        )

    def _items(self, planned: Planned, status: Status) -> Iterator[Mapping[str, Any]]:
        """Yield everybody's line, with the outcomes as they are written down."""
        if status != "done":
            outcome = "blocked" if status == "blocked" else "planned"
            for item in planned.items():
                yield _line(item, outcome if item.action in WRITES else "skipped")
            return
        with self._store.read() as db:
            lines = items.items_of(db, self.id)
            line = next(lines, None)
            for item in planned.items():
                if line is not None and line.number == item.number:
                    yield _line(item, line.outcome, line.reason, line.message)
                    line = next(lines, None)
                else:
                    yield _line(item, "skipped")


def _incomplete(listing: ListingReport) -> Diagnostic:
    why = "; ".join(listing.reasons[:3]) or "the end of the list was not declared"
    return Diagnostic(
        "incomplete-listing",
        f"the listing is not complete, so nothing was written: {why}",
        hint="`onroll fetch` shows its certificate; `--allow-incomplete` creates and updates all "
        "the same, and suspends nobody for being absent",
    )


def _line(
    item: Item, outcome: str, reason: str | None = None, message: str | None = None
) -> dict[str, Any]:
    return item_json(
        source_id=item.id,
        email=item.email,
        action=item.action,
        changes=item.changes,
        outcome=outcome,
        reason=reason or item.reason,
        message=message or item.message,
        group=item.group,
    )
