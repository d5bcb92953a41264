"""Past runs: what the store kept of them, in the shape in which an import reports itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.service.import_report import NOTHING_APPLIED, ImportReport, count_applied, item_json
from onroll.store import items, journal, runs
from onroll.sync.model import Counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.store.database import Store
    from onroll.store.journal import Intent
    from onroll.store.runs import Run

__all__ = ["PastRun", "find_run", "list_runs"]


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run and its report. The items of people for whom nothing changed are only counted."""

    run: Run
    report: ImportReport
    writes: tuple[Intent, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return all but the items."""
        run = self.run
        said = None if run.reason is None else {"message": run.reason, "hint": None}
        is_mistake = run.status in ("blocked", "failed")
        return self.report.as_json() | {
            "connection": run.connection,
            "actor": run.actor,
            "exit_code": run.exit_code,
            "finished_at": run.finished_at,
            "reason": run.reason,
            "error": {"code": run.status, **said} if said is not None and is_mistake else None,
        }


def list_runs(store: Store, limit: int | None = None) -> list[PastRun]:
    """Return the runs, the latest first, without their items."""
    with store.read() as db:
        return [
            PastRun(run, _report(run, items.tiles(db, run.id))) for run in runs.list_runs(db, limit)
        ]


def find_run(store: Store, id_or_prefix: str) -> PastRun:
    """Return the run whose id this is, or starts so. The store stays open for its items.

    Raises `UsageError` when there is none, or several.
    """
    with store.read() as db:
        run = runs.get_run(db, id_or_prefix) if id_or_prefix else None
        if run is None:
            raise UsageError(
                Diagnostic(
                    "unknown-run",
                    f"there is no run `{id_or_prefix}`",
                    expected="the id of a run, or how it begins",
                    hint="`onroll runs` lists them",
                )
            )
        tiles = items.tiles(db, run.id)
        is_by_hand = run.mode in ("link", "unlink")
        writes = tuple(journal.writes_of(db, run.id)) if is_by_hand else ()

    def lines() -> Iterator[Mapping[str, Any]]:
        with store.read() as inner:
            for one in items.items_of(inner, run.id):
                yield item_json(
                    source_id=one.source_id,
                    email=one.email,
                    action=one.action,
                    changes=one.changes,
                    outcome=one.outcome,
                    reason=one.reason,
                    message=one.message,
                )

    return PastRun(run, _report(run, tiles, lines), writes)


def _report(
    run: Run,
    tiles: Mapping[tuple[str, str], int],
    lines: Any = lambda: iter(()),
) -> ImportReport:
    # What a person decides by hand has no plan, and is one link.
    counts = Counts(link=1) if run.mode == "link" else Counts(**(run.plan or {}))
    # A run that is done has a reason only when its plan was declined.
    is_written = (run.status == "done" and run.reason is None) or any(
        outcome in ("applied", "failed") for _, outcome in tiles
    )
    return ImportReport(
        run=run.id,
        connector=run.connection,
        target=run.target,
        mode=run.mode,
        is_dry_run=False,
        status=run.status,
        exit_code=run.exit_code or 0,
        listing=run.listing or {},
        counts=counts,
        applied=count_applied(tiles, counts) if is_written else NOTHING_APPLIED,
        started_at=run.started_at,
        finished_at=run.finished_at or "",
        items=lines,
    )
