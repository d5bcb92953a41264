"""Make an import's plan: read source and target into the spool, and decide for everybody."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from onroll.definition.digest import digest_of, filters_digest, fingerprint, mapping_digests
from onroll.definition.traits import appends_id, clearable
from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.keys import identity_key
from onroll.service.import_mark import changes_since
from onroll.service.import_report import Planned
from onroll.service.opening import open_source
from onroll.service.reading import People
from onroll.service.written import report_json
from onroll.store import pending, quarantine
from onroll.sync.decide import Policy
from onroll.sync.gathering import gather_links, gather_users, listed
from onroll.sync.model import Counts
from onroll.sync.planning import make_plan
from onroll.sync.safeguards import SourceFacts, judge_plan, judge_source
from onroll.sync.saved_plan import LIFETIME, PlanHead
from onroll.sync.scope import Edits, Scope, Selection, Waiting
from onroll.sync.standing import Calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onroll.model import ListingReport
    from onroll.service.import_job import ImportJob
    from onroll.service.opening import OpenSource
    from onroll.store.database import Store
    from onroll.store.memory import Remembered
    from onroll.sync.planning import Plan
    from onroll.sync.spool import Spool
    from onroll.target import Target

__all__ = ["Planner"]

#: Of a source, and never a target's own: or shown in another way, as the state is.
_NOT_HELD_ANYWHERE: Final = frozenset(
    {"id", "status", "manager_id", "manager_email", "groups", "created_at", "updated_at"}
)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Planner:
    """All that a plan is made of. `known` is what the connection's last run left."""

    job: ImportJob
    store: Store
    target_name: str
    target: Target
    spool: Spool
    known: Remembered | None
    on_read: Callable[[ListingReport], None]

    def plan(self) -> Planned:
        """Read everybody and decide.

        Raises `SourceError` when the source cannot be read, `TargetError` when the target cannot,
        `UsageError` when a selected person is nobody. An incomplete listing, or another source
        than before, gives a plan of nothing.
        """
        return self._plan_since(self._updated_since())

    def _plan_since(self, since: datetime | None) -> Planned:
        calendar = Calendar(self.job.clock(), self.job.rules.time_zone)
        options = replace(self.job.source_options, updated_since=since)
        with open_source(self.job.definition, self.job.settings, options) as opened:
            identity = fingerprint(opened.source.addresses.base, self.job.settings)
            if self.known is not None and self.known.fingerprint != identity:
                # Not even asked, unless confirmed: secrets would go to another host.
                facts = SourceFacts(is_other_source=True)
                if found := judge_source(facts, is_confirmed=self.job.is_confirmed):
                    return self._nothing(People(opened).report, found)
            listing = self._read(opened, calendar)
        if not listing.complete and not self.job.allows_incomplete:
            return self._nothing(listing, [])
        if since is not None and self.job.updated_since == "last" and self._has_awaited_manager():
            self.spool.forget_people()
            return self._plan_since(None)
        return self._of_everybody(listing, calendar, identity)

    def _updated_since(self) -> datetime | None:
        """Return since when changes are asked for; None for everybody."""
        wish, known = self.job.updated_since, self.known
        if wish != "last":
            return wish
        if self.job.definition.updated_since is None:
            return self.job.clock()  # which opening refuses, with words
        if self.job.is_confirmed:
            return None  # it may be another source, of whom nobody was taken in
        return changes_since(known, self._digest, self.job.clock())

    @property
    def _digest(self) -> str:
        job = self.job
        return digest_of(job.definition, job.subject.connection, job.target_config)

    def _has_awaited_manager(self) -> bool:
        """Whether somebody is listed whom others await as their manager.

        Those others have no newer change, and are not listed.
        """
        with self.store.read() as db:
            awaited = list(pending.pending(db, self.target_name, self.job.connection))
        ids = {one.manager_id for one in awaited if one.manager_id}
        keys = {identity_key(one.manager_email) for one in awaited if one.manager_email}
        listed_people = self.spool.execute("SELECT id, email_key FROM person WHERE kind = 'user'")
        return any(person_id in ids or key in keys for person_id, key in listed_people)

    def _read(self, opened: OpenSource, calendar: Calendar) -> ListingReport:
        """Read the listing, once more when it was not complete.

        People join and leave while pages are read: the next reading may be whole.
        """
        listing = self._read_once(opened, calendar)
        if not listing.complete:
            self.spool.forget_people()
            listing = self._read_once(opened, calendar)
        return listing

    def _read_once(self, opened: OpenSource, calendar: Calendar) -> ListingReport:
        people, rules = People(opened, keeps_records=False), self.job.rules
        try:
            for sheet in people.sheets():
                self.spool.add_people(
                    listed(number, identifier, mapped, rules, calendar)
                    for number, identifier, mapped in sheet.rows
                )
                self.job.on_sheet(sheet)
                del sheet  # let a page go before the next is read
        finally:
            self.on_read(people.report)
        return people.report

    def _of_everybody(self, listing: ListingReport, calendar: Calendar, identity: str) -> Planned:
        gather_users(self.spool, self.target)
        name = self.job.connection
        gather_links(self.spool, self.store, target=self.target_name, connection=name)
        self.spool.index()
        plan = make_plan(self.spool, self._policy(calendar), self._scope(listing))
        job = self.job
        objections: list[Diagnostic] = []
        if listing.updated_since is None:
            objections += judge_source(self._source_facts(plan), is_confirmed=job.is_confirmed)
        objections += judge_plan(
            plan.facts, job.rules.limits, allowed_suspensions=job.allowed_suspensions
        )
        return Planned(
            head=self._head(plan, listing, identity),
            counts=plan.counts,
            is_complete=True,
            items=plan.items,
            lines=plan.lines,
            writes=plan.writes,
            objections=tuple(objections),
            notes=(*self._notes(plan, listing), *listing.warnings),
            absent=0 if listing.updated_since is not None else len(plan.absent),
            stands_until=self.spool.stands_until(),
        )

    def _nothing(self, listing: ListingReport, objections: list[Diagnostic]) -> Planned:
        """Return the plan of a source that was not read, or not to its end."""
        return Planned(
            head=self._head(None, listing, ""),
            counts=Counts(),
            is_complete=False,
            items=lambda: iter(()),
            lines=lambda: iter(()),
            writes=lambda: iter(()),
            objections=tuple(objections),
        )

    def _head(self, plan: Plan | None, listing: ListingReport, identity: str) -> PlanHead:
        """Return what the plan says of itself, also when it is kept."""
        now = datetime.now(UTC)
        is_whole = listing.complete and not listing.partial
        return PlanHead(
            connector=self.job.connection,
            target=self.target_name,
            mode=self.job.mode,
            digest=self._digest,
            created_at=_written(now),
            expires_at=_written(now + LIFETIME),
            accounts=plan.facts.accounts if plan is not None else 0,
            fingerprint=identity,
            absent=plan.absent if plan is not None and is_whole else None,
            listing=report_json(listing),
            counts=asdict(plan.counts if plan is not None else Counts()),
        )

    def _policy(self, calendar: Calendar) -> Policy:
        return Policy(
            rules=self.job.rules,
            calendar=calendar,
            capabilities=self.target.capabilities,
            objections=self.target.objections,
            clearable=clearable(self.job.definition),
            appends_id=appends_id(self.job.definition),
        )

    def _scope(self, listing: ListingReport) -> Scope:
        with self.store.read() as db:
            waiting = {
                one.source_id: Waiting(one.next_run, one.digest, one.message)
                for one in quarantine.quarantined(db, self.target_name, self.job.connection)
            }
        return Scope(
            mode=self.job.mode,
            selected=self._selected(),
            run_number=1 + (0 if self.known is None else self.known.runs),
            waiting=waiting,
            edits=self._edits(),
            absences_count=listing.complete and not listing.partial,
        )

    def _selected(self) -> Selection | None:
        """Return whom was asked for; None for everybody."""
        if not self.job.selected:
            return None
        for text in self.job.selected:
            if not self.spool.has_person(text):
                raise UsageError(
                    Diagnostic(
                        "nobody-selected",
                        f"`--select {text}` matches nobody in the listing",
                        expected="the source's id of a person, or their e-mail address",
                    )
                )
        keys = frozenset(identity_key(text) for text in self.job.selected)
        return Selection(frozenset(self.job.selected), keys)

    def _edits(self) -> Edits:
        """Return what was edited since the last run; nothing was before the first."""
        if self.known is None:
            return Edits()
        before, now = self.known.attributes, mapping_digests(self.job.definition)
        edited = frozenset(one for one in {*now, *before} if now.get(one) != before.get(one))
        filters = filters_digest(self.job.definition, self.job.subject.connection)
        return Edits(edited, has_other_filters=filters != self.known.filters)

    def _source_facts(self, plan: Plan) -> SourceFacts:
        linked, returned = self.spool.execute(
            """
            SELECT COUNT(*), COUNT(p.number) FROM link l JOIN user u ON u.id = l.user_id
            LEFT JOIN person p ON p.id = l.source_id WHERE u.state <> 'suspended'
            """
        ).fetchone()
        before = 0 if self.known is None else self.known.people
        return SourceFacts(plan.people, people_before=before, linked=linked, returned=returned)

    def _notes(self, plan: Plan, listing: ListingReport) -> Iterator[str]:
        """Yield what a person should know about the plan beside its lines."""
        capabilities = self.target.capabilities
        mapped = set(mapping_digests(self.job.definition))
        unheld = [one for one in mapped - _NOT_HELD_ANYWHERE if not capabilities.can_hold(one)]
        if unheld:
            yield f"the target cannot hold {', '.join(f'`{one}`' for one in sorted(unheld))}"
        if not capabilities.has_manager and {"manager_id", "manager_email"} & mapped:
            yield "the target cannot hold managers"
        if not capabilities.has_groups and self.job.rules.groups:
            yield "the target has no groups: the group rules do nothing"
        if self.job.updated_since == "last" and listing.updated_since is None:
            yield "everybody was read: the changes alone might have left somebody out"
        if plan.absent and listing.updated_since is None:
            what = "person is" if len(plan.absent) == 1 else "people are"
            yield f"{len(plan.absent):,} linked {what} not in the listing"
