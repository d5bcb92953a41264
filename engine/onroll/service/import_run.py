"""A run in the store: started, its plan and lines, its end, and what the next run asks about."""

from __future__ import annotations

import getpass
import uuid
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from onroll.definition.digest import filters_digest, mapping_digests
from onroll.errors import OnrollError
from onroll.service.import_mark import Mark, mark_after, mark_of
from onroll.store import items, links, memory, pending, runs
from onroll.sync.ledger import utc_now
from onroll.sync.model import WRITES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onroll.diagnostics import Diagnostic
    from onroll.service.import_job import ImportJob
    from onroll.service.import_report import Planned
    from onroll.store.database import Store
    from onroll.sync.model import Item

__all__ = ["LEFT_OVER", "TROUBLES", "StoredRun", "actor", "new_run_id"]

#: Reasons on lines that were applied, but for a part.
TROUBLES: Final = ("manager_failed", "groups_failed", "rest_refused")

#: Reasons on lines that nobody is blamed for, and that a later run has to take up again.
LEFT_OVER: Final = ("quarantined", "stale")

#: How a run that ended is filed.
_FILED: Final[dict[str, runs.Status]] = {
    "done": "done",
    "declined": "done",
    "blocked": "blocked",
    "incomplete": "failed",
    "failed": "failed",
    "interrupted": "interrupted",
}

#: Lines that are written in one transaction.
_PORTION: Final = 2_000

#: Skipped for these reasons, people are counted and have no line: they would be most lines of most
#: runs.
_SILENT: Final = frozenset({"inactive", "too_early", "not_selected", "mode"})


def new_run_id() -> str:
    """Return an id that no other run has."""
    return uuid.uuid4().hex[:12]


def actor() -> str:
    """Return the account that runs this program."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"  # a container without a user database


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run's own rows. For a dry run there are none, and every method does nothing.

    `read_from` is the present, as the job's clock has it, before anything was read.
    """

    job: ImportJob
    store: Store
    target: str
    id: str = field(default_factory=new_run_id)
    started_at: str = field(default_factory=utc_now)
    read_from: str = ""

    def start(self) -> None:
        """Write down that the run has begun."""
        if self.job.is_dry_run:
            return
        with self.store.begin() as db:
            runs.start_run(
                db,
                id=self.id,
                connection=self.job.connection,
                connector=self.job.definition.name,
                target=self.target,
                mode=self.job.mode,
                actor=actor(),
                at=self.started_at,
            )

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Write down how the run ended when an error or a signal ends it.

        One that has ended already stays so: what comes then happens to its results.
        """
        try:
            yield
        except OnrollError as error:
            self.finish("failed", error.exit_code, error.diagnostics, is_first=True)
            raise
        except (KeyboardInterrupt, SystemExit):
            self.finish("interrupted", 130, is_first=True)
            raise

    def write_plan(self, planned: Planned, *, is_blocked: bool = False) -> None:
        """Write down the plan and its lines, before the first of them is applied."""
        if self.job.is_dry_run:
            return
        with self.store.begin() as db:
            runs.note_listing(db, self.id, planned.head.listing)
            runs.note_plan(
                db,
                self.id,
                asdict(planned.counts),
                digest=planned.head.digest,
                at=planned.head.created_at,
                is_from_file=planned.is_from_file,
            )
        outcome = "blocked" if is_blocked else "planned"
        lines = (_line(one, outcome) for one in planned.lines() if _is_told(one))
        # In portions: nobody else can write while one of them is written.
        while portion := list(islice(lines, _PORTION)):
            with self.store.begin() as db:
                items.add_items(db, self.id, portion)

    def finish(
        self,
        status: str,
        exit_code: int,
        said: Sequence[Diagnostic] = (),
        *,
        is_first: bool = False,
    ) -> None:
        """Write down how the run ended; when `is_first`, only if nothing is written down yet."""
        if self.job.is_dry_run:
            return
        reason = "; ".join(one.message for one in said)
        if status == "declined":
            reason = "the plan was declined"
        with self.store.begin() as db:
            if is_first and (run := runs.get_run(db, self.id)) and run.status != "running":
                return
            runs.finish_run(
                db,
                self.id,
                status=_FILED[status],
                exit_code=exit_code,
                at=utc_now(),
                reason=reason or None,
            )

    def remember(
        self, planned: Planned, known: memory.Remembered | None, *, is_whole: bool
    ) -> None:
        """Keep what the next run asks about: the source, its size, and who was absent.

        `is_whole`: nobody's change is left to be taken in by a later run.
        """
        head = planned.head
        # A run of a few, or of a part of what is to be done, has not shown the rest to anybody.
        listing = head.listing
        of_changes = listing.get("updated_since") is not None
        takes_all = not self.job.selected and self.job.mode == "all"
        is_of_all = known is None or (takes_all and not of_changes)
        is_confirmed = known is None or not self.job.selected
        mark = mark_of(known)
        if takes_all and is_whole and listing["complete"] and not planned.is_from_file:
            taken_in = Mark(self.read_from, head.digest, planned.stands_until)
            mark = mark_after(known, taken_in, listing.get("updated_since"))
        filters = filters_digest(self.job.definition, self.job.subject.connection)
        attributes = mapping_digests(self.job.definition)
        now = memory.Remembered(
            fingerprint=head.fingerprint if known is None or is_confirmed else known.fingerprint,
            filters=filters if known is None or is_of_all else known.filters,
            attributes=attributes if known is None or is_of_all else known.attributes,
            people=listing["distinct"]
            if not of_changes and (known is None or (is_confirmed and listing["complete"]))
            else (0 if known is None else known.people),
            runs=1 + (0 if known is None else known.runs),
            confirmed_at=utc_now(),
            read_from=mark.read_from,
            read_as=mark.read_as,
            stands_until=mark.stands_until,
        )
        at = utc_now()
        waiting = [
            pending.Pending(one.id, *one.pending_manager, at)
            for one in planned.lines()
            if one.pending_manager is not None and one.id is not None
        ]
        with self.store.begin() as db:
            memory.remember(db, self.target, self.job.connection, now)
            if head.absent is not None:
                links.count_absences(db, self.target, self.job.connection, head.absent)
            # A plan from a file may have been cut down: it does not say who else waits.
            if head.absent is not None and not planned.is_from_file:
                pending.replace(db, self.target, self.job.connection, waiting)
            else:
                pending.put(db, self.target, self.job.connection, *waiting)


def _is_told(item: Item) -> bool:
    """Whether a person has a line in the store, and not only a place in the counts."""
    return item.action != "unchanged" and item.reason not in _SILENT


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
