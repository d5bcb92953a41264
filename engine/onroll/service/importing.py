"""Import people: open everything that a run needs, make its plan, and apply it.

    with open_import(job) as run:
        planned = run.plan()
        report = run.apply(planned)

A run has an id, holds its connection's lock, and is written down in the store, whatever becomes of
it. A dry run writes nothing anywhere.
"""

from __future__ import annotations

import getpass
import os
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onroll.definition.digest import digest_of, filters_digest, fingerprint, mapping_digests
from onroll.definition.targets import EMBEDDED, TargetConfig, read_target
from onroll.definition.traits import appends_id, clearable
from onroll.diagnostics import Diagnostic
from onroll.errors import BlockedError, OnrollError, UsageError
from onroll.keys import identity_key
from onroll.model import ListingReport
from onroll.service.connector import report_json
from onroll.service.import_report import (
    NOTHING_APPLIED,
    ImportReport,
    Planned,
    Status,
    count_applied,
    exit_code_of,
    item_json,
)
from onroll.service.opening import Options, open_source
from onroll.service.reading import People
from onroll.service.targets import TargetOptions, open_target
from onroll.store import items, links, memory, pending, quarantine, runs
from onroll.store.database import Store, open_store
from onroll.store.lock import hold
from onroll.sync.apply import Applier
from onroll.sync.decide import Policy
from onroll.sync.gathering import gather_links, gather_users, listed
from onroll.sync.model import WRITES, Counts, Item
from onroll.sync.passwords import Passwords, open_password_file
from onroll.sync.planning import Edits, Mode, Plan, Scope, Waiting, cut, facts_of, make_plan
from onroll.sync.recording import Ledger, Recorder, utc_now
from onroll.sync.recovery import recover
from onroll.sync.safeguards import SourceFacts, judge_plan, judge_source
from onroll.sync.saved_plan import LIFETIME, PlanHead, load_plan
from onroll.sync.spool import Spool
from onroll.sync.standing import Calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from onroll.definition.import_rules import ImportRules
    from onroll.definition.settings import Settings
    from onroll.service.opening import OpenSource
    from onroll.service.reading import Sheet
    from onroll.service.subject import Subject
    from onroll.sync.apply import OnOutcome
    from onroll.target import Target

__all__ = ["Import", "ImportJob", "open_import"]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ImportJob:
    """What is to be imported, from where into what, and with whose leave.

    `selected` are source ids or e-mail addresses; empty means everybody. `clock` is the present,
    by which people join and leave.
    """

    subject: Subject
    settings: Settings
    store: str
    options: Options = field(default_factory=Options)
    target: str | None = None
    mode: Mode = "all"
    selected: tuple[str, ...] = ()
    is_dry_run: bool = False
    is_confirmed: bool = False
    allowed_suspensions: int | None = None
    allows_incomplete: bool = False
    passwords: Path | None = None
    saved_plan: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    target_options: TargetOptions = field(default_factory=TargetOptions)
    clock: Callable[[], datetime] = _now
    on_sheet: Callable[[Sheet], None] = lambda _sheet: None

    @property
    def rules(self) -> ImportRules:
        """The connection's rules."""
        return self.subject.import_rules

    @property
    def target_name(self) -> str:
        """The name of the target."""
        return self.target or self.rules.target


@contextmanager
def open_import(job: ImportJob) -> Iterator[Import]:
    """Open the store and the target of an import, under the connection's lock.

    Raises `BlockedError` when a run of the connection is under way, `TargetError` when store or
    target cannot be used. What a run that was killed left open is settled first.
    """
    config = _target_config(job)
    keys, secrets = read_target(config, job.environment)
    options = replace(job.target_options, secrets=(*job.target_options.secrets, *secrets))
    with ExitStack() as stack:
        store = stack.enter_context(open_store(job.store, for_writing=not job.is_dry_run))
        if not job.is_dry_run:
            stack.enter_context(hold(store, config.name, job.subject.name))
        run = Import(job, store, config.name)
        with run.written_down():
            target = stack.enter_context(
                open_target(config.name, config.kind, keys, store.engine, options)
            )
            run.attach(target, stack.enter_context(Spool()))
            yield run


def _target_config(job: ImportJob) -> TargetConfig:
    file = job.subject.file
    if file is not None:
        return file.target(job.target_name)
    if job.target_name != EMBEDDED:
        raise UsageError(
            Diagnostic(
                "unknown-target",
                f"there is no target called `{job.target_name}`",
                expected=f"`{EMBEDDED}`, or one that is declared in onroll.yaml",
            )
        )
    return TargetConfig(EMBEDDED, EMBEDDED, {}, folder=Path())


class Import:
    """One run. Make the plan once, then apply it, or leave it."""

    def __init__(self, job: ImportJob, store: Store, target_name: str) -> None:
        self._job = job
        self._store = store
        self._target_name = target_name
        self._target: Target
        self._spool: Spool
        self.id = uuid.uuid4().hex[:12]
        self.started_at = utc_now()
        self._listing = ListingReport(reasons=("nothing was read yet",))
        self._remembered: memory.Remembered | None = None
        self._fingerprint = ""
        self._plan: Plan | None = None

    def attach(self, target: Target, spool: Spool) -> None:
        """Take the open target; settle what a killed run left open."""
        self._target, self._spool = target, spool
        self._refuse_unheld()
        if not self._job.is_dry_run:
            recover(self._store, target, name=self._target_name, connection=self._job.subject.name)
            self._start()
        with self._store.read() as db:
            self._remembered = memory.recall(db, self._target_name, self._job.subject.name)

    def _refuse_unheld(self) -> None:
        wanted = self._job.rules.create_as
        if wanted not in self._target.capabilities.states:
            raise UsageError(
                Diagnostic(
                    "state-not-held",
                    f"`import.create_as` is {wanted}, which the target `{self._target_name}` "
                    "does not know",
                    expected="`create_as: active`",
                )
            )

    # ---- planning --------------------------------------------------------------------------------

    def plan(self) -> Planned:
        """Read source and target, and decide for everybody; or take the saved plan.

        Raises `SourceError` when the source cannot be read, `TargetError` when the target cannot,
        `UsageError` when a selected person is nobody, or the saved plan is void.
        """
        if self._job.saved_plan is not None:
            return self._saved(self._job.saved_plan)
        blocked = self._read_source()
        if blocked:
            return self._unread(blocked)
        if not self._listing.complete and not self._job.allows_incomplete:
            return self._unread([])
        gather_users(self._spool, self._target)
        name = self._job.subject.name
        gather_links(self._spool, self._store, target=self._target_name, connection=name)
        self._spool.index()
        scope = self._scope()
        plan = make_plan(self._spool, self._policy(), scope)
        self._plan = plan
        objections = judge_source(self._source_facts(plan), is_confirmed=self._job.is_confirmed)
        objections += judge_plan(
            plan.facts,
            self._job.rules.limits,
            allowed_suspensions=self._job.allowed_suspensions,
        )
        return Planned(
            head=self._head(plan.facts.accounts, plan.counts),
            counts=plan.counts,
            is_complete=True,
            items=plan.items,
            lines=plan.lines,
            writes=plan.writes,
            objections=tuple(objections),
            notes=tuple(self._notes(plan)),
            absent=plan.absent,
        )

    def _read_source(self) -> list[Diagnostic]:
        """Read the listing into the spool, twice when it is not complete the first time."""
        job = self._job
        calendar = Calendar(job.clock(), job.rules.time_zone)
        with open_source(job.subject.definition, job.settings, job.options) as opened:
            self._fingerprint = fingerprint(opened.source.addresses.base, job.settings)
            if self._is_other_source():
                # Not even asked: settings that are secret would go to another host.
                facts = SourceFacts(0, 0, 0, 0, is_other_source=True)
                return [
                    one
                    for one in judge_source(facts, is_confirmed=job.is_confirmed)
                    if one.code == "source-changed"
                ]
            self._read_listing(opened, calendar)
            if not self._listing.complete:
                # People join and leave while pages are read: the next reading may be whole.
                self._spool.forget_people()
                self._read_listing(opened, calendar)
        return []

    def _is_other_source(self) -> bool:
        known = self._remembered
        is_other = known is not None and known.fingerprint != self._fingerprint
        return is_other and not self._job.is_confirmed

    def _read_listing(self, opened: OpenSource, calendar: Calendar) -> None:
        people = People(opened)
        rules = self._job.rules
        try:
            for sheet in people.sheets():
                self._spool.add_people(
                    listed(one.number, one.id, one.mapped, rules, calendar) for one in sheet.items
                )
                self._job.on_sheet(sheet)
        finally:
            self._listing = people.report

    def _policy(self) -> Policy:
        job, definition = self._job, self._job.subject.definition
        return Policy(
            rules=job.rules,
            calendar=Calendar(job.clock(), job.rules.time_zone),
            capabilities=self._target.capabilities,
            objections=self._target.objections,
            clearable=clearable(definition),
            appends_id=appends_id(definition),
        )

    def _scope(self) -> Scope:
        known = self._remembered
        with self._store.read() as db:
            waiting = {
                one.source_id: Waiting(one.next_run, one.digest, one.message)
                for one in quarantine.quarantined(db, self._target_name, self._job.subject.name)
            }
        return Scope(
            mode=self._job.mode,
            selected=self._selected(),
            run_number=self._number,
            waiting=waiting,
            edits=self._edits() if known is not None else Edits(),
            absences_count=self._listing.complete and not self._listing.partial,
        )

    @property
    def _number(self) -> int:
        return 1 + (self._remembered.runs if self._remembered is not None else 0)

    def _selected(self) -> frozenset[str] | None:
        if not self._job.selected:
            return None
        chosen: set[str] = set()
        for text in self._job.selected:
            key = identity_key(text)
            found = self._spool.execute(
                "SELECT 1 FROM person WHERE id = ? OR email_key = ? "
                "UNION ALL SELECT 1 FROM link WHERE source_id = ? LIMIT 1",
                (text, key, text),
            ).fetchone()
            if found is None:
                raise UsageError(
                    Diagnostic(
                        "nobody-selected",
                        f"`--select {text}` matches nobody in the listing",
                        expected="the source's id of a person, or their e-mail address",
                    )
                )
            chosen |= {text, key}
        return frozenset(chosen)

    def _edits(self) -> Edits:
        assert self._remembered is not None
        definition, before = self._job.subject.definition, self._remembered.attributes
        now = mapping_digests(definition)
        edited = {name for name in {*now, *before} if now.get(name) != before.get(name)}
        filters = filters_digest(definition, self._job.subject.connection)
        return Edits(frozenset(edited), filters != self._remembered.filters)

    def _source_facts(self, plan: Plan) -> SourceFacts:
        linked, returned = self._spool.execute(
            """
            SELECT COUNT(*), COUNT(p.number) FROM link l JOIN user u ON u.id = l.user_id
            LEFT JOIN person p ON p.id = l.source_id WHERE u.state <> 'suspended'
            """
        ).fetchone()
        return SourceFacts(
            people=plan.people,
            people_before=self._remembered.people if self._remembered is not None else 0,
            linked=linked,
            returned=returned,
        )

    def _notes(self, plan: Plan) -> Iterator[str]:
        """Yield what a person should know about the plan beside its lines."""
        capabilities = self._target.capabilities
        mapped = mapping_digests(self._job.subject.definition)
        unheld = [
            name
            for name in mapped
            if name not in _NOT_HELD_ANYWHERE and not capabilities.can_hold(name)
        ]
        if unheld:
            yield f"the target cannot hold {', '.join(f'`{one}`' for one in sorted(unheld))}"
        if not capabilities.has_manager and {"manager_id", "manager_email"} & set(mapped):
            yield "the target cannot hold managers"
        if not capabilities.has_groups and self._job.rules.groups:
            yield "the target has no groups: the group rules do nothing"
        if plan.absent:
            what = "person is" if plan.absent == 1 else "people are"
            yield f"{plan.absent:,} linked {what} not in the listing"
        yield from self._listing.warnings

    def _head(self, accounts: int, counts: Counts) -> PlanHead:
        now = datetime.now(UTC).replace(microsecond=0)
        return PlanHead(
            connector=self._job.subject.name,
            target=self._target_name,
            mode=self._job.mode,
            digest=digest_of(self._job.subject.definition, self._job.subject.connection),
            created_at=_written(now),
            expires_at=_written(now + LIFETIME),
            accounts=accounts,
            listing=report_json(self._listing),
            counts=asdict(counts),
        )

    def _unread(self, objections: list[Diagnostic]) -> Planned:
        return Planned(
            head=self._head(0, Counts()),
            counts=Counts(),
            is_complete=False,
            items=lambda: iter(()),
            lines=lambda: iter(()),
            writes=lambda: iter(()),
            objections=tuple(objections),
        )

    def _saved(self, path: Path) -> Planned:
        saved = load_plan(path)
        head = saved.head
        self._refuse_void(path, head)
        scope = Scope(mode=self._job.mode)
        writes = tuple(one for one in (cut(item, scope) for item in saved.items))
        kept = tuple(one for one in writes if one.action in WRITES)
        counts = Counts(
            **{action: sum(one.action == action for one in writes) for action in WRITES}
        )
        facts = facts_of(kept, head.accounts)
        objections = judge_plan(
            facts, self._job.rules.limits, allowed_suspensions=self._job.allowed_suspensions
        )
        ordered = sorted(writes, key=lambda one: one.number)
        return Planned(
            head=replace(head, counts=asdict(counts)),
            counts=counts,
            is_complete=True,
            items=lambda: iter(ordered),
            lines=lambda: iter(ordered),
            writes=lambda: iter(kept),
            objections=tuple(objections),
            is_from_file=True,
        )

    def _refuse_void(self, path: Path, head: PlanHead) -> None:
        subject = self._job.subject
        if (head.connector, head.target) != (subject.name, self._target_name):
            raise UsageError(
                Diagnostic(
                    "plan-void",
                    f"`{path}` is a plan of `{head.connector}` into `{head.target}`",
                    expected=f"a plan of `{subject.name}` into `{self._target_name}`",
                )
            )
        if head.digest != digest_of(subject.definition, subject.connection):
            raise UsageError(
                Diagnostic(
                    "plan-void",
                    f"`{path}` is void: the definition or the connection was edited since",
                    hint="make a new plan",
                )
            )

    # ---- applying --------------------------------------------------------------------------------

    def apply(self, planned: Planned, on_outcome: OnOutcome = lambda _i, _o: None) -> ImportReport:
        """Write the plan to the target and return what came of it.

        A plan that a safeguard forbids, or of an incomplete listing, writes nothing. So does a dry
        run. Raises `TargetError` when the target fails on the way; run it again then.
        """
        ending = self._ending_of(planned)
        if ending is not None:
            return self._end(planned, *ending)
        with ExitStack() as stack:
            rules = self._target.capabilities.passwords
            descriptor: int | None = None
            if self._job.passwords is not None:
                descriptor = open_password_file(self._job.passwords)
                stack.callback(os.close, descriptor)
            self._write_down(planned, "planned")
            ledger = Ledger(
                self._store, self.id, self._target_name, self._job.subject.name, self._number
            )
            with self._store.read() as db:
                failures = {
                    one.source_id: one.failures
                    for one in quarantine.quarantined(db, ledger.target, ledger.connection)
                }
            Applier(
                target=self._target,
                ledger=ledger,
                recorder=Recorder(ledger),
                passwords=Passwords(rules, descriptor),
                failures=failures,
                checks_links=planned.is_from_file,
                on_outcome=on_outcome,
            ).apply(planned.writes)
        self._remember(planned)
        return self._end(planned, "done", None)

    def decline(self, planned: Planned) -> ImportReport:
        """End a run whose plan nobody wants."""
        return self._end(planned, "declined", 0)

    def _ending_of(self, planned: Planned) -> tuple[Status, int | None] | None:
        """Return how a run ends that writes nothing; None for one that does."""
        if planned.objections:
            return "blocked", BlockedError.exit_code
        if not planned.is_complete:
            return "incomplete", 4
        return ("planned", None) if self._job.is_dry_run else None

    def _write_down(self, planned: Planned, outcome: str) -> None:
        """Write the plan's lines into the store, before the first of them is applied."""
        with self._store.begin() as db:
            runs.note_listing(db, self.id, planned.head.listing)
            runs.note_plan(
                db,
                self.id,
                asdict(planned.counts),
                digest=planned.head.digest,
                at=planned.head.created_at,
                is_from_file=planned.is_from_file,
            )
            items.add_items(db, self.id, (_line(one, outcome) for one in planned.lines()))

    def _remember(self, planned: Planned) -> None:
        """Keep what the next run asks about: the source, its size, and who was absent."""
        if planned.is_from_file:
            return  # it read nothing
        definition = self._job.subject.definition
        known, listing = self._remembered, self._listing
        is_whole = listing.complete and not listing.partial
        is_of_all = self._job.selected == () or known is None
        name, target = self._job.subject.name, self._target_name
        with self._store.begin() as db:
            memory.remember(
                db,
                target,
                name,
                memory.Remembered(
                    fingerprint=self._fingerprint,
                    filters=filters_digest(definition, self._job.subject.connection)
                    if is_of_all or known is None
                    else known.filters,
                    attributes=mapping_digests(definition)
                    if is_of_all or known is None
                    else known.attributes,
                    people=listing.distinct if listing.complete or known is None else known.people,
                    runs=self._number,
                    confirmed_at=utc_now(),
                ),
            )
            if is_whole:
                links.set_absences(db, self._absences())
            self._keep_pending(db, planned, is_whole=is_whole)

    def _absences(self) -> list[tuple[int, int]]:
        rows = self._spool.execute(
            """
            SELECT l.link_id, CASE WHEN p.number IS NULL THEN l.absences + 1 ELSE 0 END
            FROM link l LEFT JOIN person p ON p.id = l.source_id
            WHERE p.number IS NULL OR l.absences > 0
            """
        )
        return [(link_id, count) for link_id, count in rows]

    def _keep_pending(self, db: Any, planned: Planned, *, is_whole: bool) -> None:
        at = utc_now()
        waiting = (
            pending.Pending(one.id, *one.pending_manager, at)
            for one in planned.lines()
            if one.pending_manager is not None and one.id is not None
        )
        if is_whole:
            pending.replace(db, self._target_name, self._job.subject.name, waiting)
        else:
            pending.put(db, self._target_name, self._job.subject.name, *waiting)

    # ---- ending ----------------------------------------------------------------------------------

    def _end(self, planned: Planned, status: Status, exit_code: int | None) -> ImportReport:
        finished_at = utc_now()
        if self._job.is_dry_run:
            applied = dict(NOTHING_APPLIED)
        else:
            if status in ("blocked", "incomplete", "declined"):
                self._write_down(planned, "blocked" if status == "blocked" else "planned")
            with self._store.read() as db:
                applied = count_applied(items.tiles(db, self.id))
                troubles = items.count_reasons(db, self.id, ("manager_failed", "groups_failed"))
        if exit_code is None:
            has_troubles = not self._job.is_dry_run and troubles > 0
            exit_code = exit_code_of(planned.counts, applied, has_troubles=has_troubles)
        errors = planned.objections or self._about_listing(status)
        if not self._job.is_dry_run:
            self._finish(status, exit_code, errors)
        return ImportReport(
            run=self.id,
            connector=self._job.subject.name,
            target=self._target_name,
            mode=planned.head.mode,
            is_dry_run=self._job.is_dry_run,
            status=status,
            exit_code=exit_code,
            listing=planned.head.listing,
            counts=planned.counts,
            applied=applied,
            started_at=self.started_at,
            finished_at=finished_at,
            items=lambda: self._items(planned, status),
            absent=planned.absent,
            notes=planned.notes,
            errors=errors,
        )

    def _about_listing(self, status: Status) -> tuple[Diagnostic, ...]:
        if status != "incomplete":
            return ()
        why = "; ".join(self._listing.reasons[:3]) or "the end of the list was not declared"
        return (
            Diagnostic(
                "incomplete-listing",
                f"the listing is not complete, so nothing was written: {why}",
                hint="`onroll fetch` shows its certificate; `--allow-incomplete` creates and "
                "updates all the same, and suspends nobody by absence",
            ),
        )

    def _items(self, planned: Planned, status: Status) -> Iterator[Mapping[str, Any]]:
        """Yield everybody's line, with the outcomes as they are written down."""
        if self._job.is_dry_run or status != "done":
            blocked = "blocked" if status == "blocked" else "planned"
            for item in planned.items():
                yield _shown(item, blocked if item.action in WRITES else "skipped")
            return
        with self._store.read() as db:
            lines = items.items_of(db, self.id)
            line = next(lines, None)
            for item in planned.items():
                if line is not None and line.number == item.number:
                    yield _of_line(line, item.group)
                    line = next(lines, None)
                else:
                    yield _shown(item, "skipped")

    # ---- the run in the store --------------------------------------------------------------------

    def _start(self) -> None:
        with self._store.begin() as db:
            runs.start_run(
                db,
                id=self.id,
                connection=self._job.subject.name,
                connector=self._job.subject.definition.name,
                target=self._target_name,
                mode=self._job.mode,
                actor=actor(),
                at=self.started_at,
            )

    @contextmanager
    def written_down(self) -> Iterator[None]:
        """Write down how the run ended when it ends by an error or a signal."""
        try:
            yield
        except OnrollError as error:
            self._finish("failed", error.exit_code, error.diagnostics)
            raise
        except (KeyboardInterrupt, SystemExit):
            self._finish("interrupted", 130, ())
            raise

    def failed(self, error: OnrollError) -> ImportReport:
        """Return the report of a run that an error ended."""
        return ImportReport(
            run=self.id,
            connector=self._job.subject.name,
            target=self._target_name,
            mode=self._job.mode,
            is_dry_run=self._job.is_dry_run,
            status="failed",
            exit_code=error.exit_code,
            listing=report_json(self._listing),
            counts=Counts(),
            applied=NOTHING_APPLIED,
            started_at=self.started_at,
            finished_at=utc_now(),
            items=lambda: iter(()),
            errors=error.diagnostics,
        )

    def _finish(self, status: str, exit_code: int, diagnostics: tuple[Diagnostic, ...]) -> None:
        if self._job.is_dry_run:
            return
        stored: runs.Status = (
            "blocked"
            if status == "blocked"
            else "failed"
            if status in ("failed", "incomplete")
            else "interrupted"
            if status == "interrupted"
            else "done"
        )
        reason = "; ".join(one.message for one in diagnostics) or (
            "the plan was declined" if status == "declined" else None
        )
        with self._store.begin() as db:
            runs.finish_run(
                db, self.id, status=stored, exit_code=exit_code, at=utc_now(), reason=reason
            )


#: Shown in other ways: state, manager, membership. Or the source's own.
_NOT_HELD_ANYWHERE = frozenset(
    {"id", "status", "manager_id", "manager_email", "groups", "created_at", "updated_at"}
)


def actor() -> str:
    """Return the account that runs this program."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"  # a container without a user database


def _line(item: Item, outcome: str) -> items.Line:
    return items.Line(
        number=item.number,
        source_id=item.id,
        email=item.email,
        action=item.action,
        user_id=item.user_id,
        changes=item.changes,
        outcome=outcome if item.action in WRITES else "skipped",
        reason=item.reason,
        message=item.message,
    )


def _shown(item: Item, outcome: str) -> dict[str, Any]:
    return item_json(
        source_id=item.id,
        email=item.email,
        action=item.action,
        changes=item.changes,
        outcome=outcome,
        reason=item.reason,
        message=item.message,
        group=item.group,
    )


def _of_line(line: items.Line, group: str | None) -> dict[str, Any]:
    return item_json(
        source_id=line.source_id,
        email=line.email,
        action=line.action,
        changes=line.changes,
        outcome=line.outcome,
        reason=line.reason,
        message=line.message,
        group=group,
    )


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
