"""Take a saved plan for an import: what is left in its file, if it still holds."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from onroll.definition.digest import digest_of
from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.service.import_report import Planned
from onroll.sync.model import WRITES, Counts
from onroll.sync.planning import facts_of
from onroll.sync.safeguards import judge_plan
from onroll.sync.saved_plan import load_plan
from onroll.sync.scope import Scope, cut

if TYPE_CHECKING:
    from pathlib import Path

    from onroll.service.import_job import ImportJob
    from onroll.sync.saved_plan import PlanHead

__all__ = ["take_saved_plan"]


def take_saved_plan(job: ImportJob, path: Path, target: str) -> Planned:
    """Return the plan of a file. The safeguards are asked anew about what is left in it.

    Raises `UsageError` when it is void, expired, edited, or of another connection.
    """
    saved = load_plan(path)
    _refuse_void(job, path, saved.head, target)
    scope = Scope(mode=job.mode)
    chosen = tuple(cut(item, scope) for item in saved.items)
    counts = Counts(
        **{action: sum(one.action == action for one in chosen) for action in (*WRITES, "skipped")}
    )
    kept = tuple(one for one in chosen if one.action in WRITES)
    objections = judge_plan(
        facts_of(kept, saved.head.accounts),
        job.rules.limits,
        allowed_suspensions=job.allowed_suspensions,
    )
    ordered = sorted(chosen, key=lambda one: one.number)
    return Planned(
        head=replace(saved.head, mode=job.mode, counts=asdict(counts)),
        counts=counts,
        is_complete=True,
        items=lambda: iter(ordered),
        lines=lambda: iter(ordered),
        writes=lambda: iter(kept),
        objections=tuple(objections),
        is_from_file=True,
    )


def _refuse_void(job: ImportJob, path: Path, head: PlanHead, target: str) -> None:
    if (head.connector, head.target) != (job.connection, target):
        raise UsageError(
            Diagnostic(
                "plan-void",
                f"`{path}` is a plan of `{head.connector}` into `{head.target}`",
                expected=f"a plan of `{job.connection}` into `{target}`",
            )
        )
    if head.digest != digest_of(job.definition, job.subject.connection, job.target_config):
        raise UsageError(
            Diagnostic(
                "plan-void",
                f"`{path}` is void: the definition or the connection was edited since",
                hint="make a new plan",
            )
        )
