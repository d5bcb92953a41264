"""Runs: what was started, how it ended, and its certificate and counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec
from sqlalchemy import func, insert, select, text, update

from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.store.tables import plans, runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row

    from onroll.model import Json

__all__ = [
    "Run",
    "Status",
    "finish_run",
    "get_run",
    "interrupt_runs",
    "list_runs",
    "note_listing",
    "note_plan",
    "start_run",
]

Status: TypeAlias = Literal["running", "done", "blocked", "failed", "interrupted"]


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is stored. `number` is its place in the order of runs, from 1."""

    id: str
    number: int
    connection: str
    connector: str
    target: str
    mode: str
    actor: str
    status: Status
    started_at: str
    finished_at: str | None = None
    exit_code: int | None = None
    listing: Mapping[str, Json] | None = field(default=None, repr=False)
    plan: Mapping[str, Json] | None = field(default=None, repr=False)
    reason: str | None = None


def start_run(
    db: Connection,
    *,
    id: str,  # noqa: A002  # the column's name, as in every other row
    connection: str,
    connector: str,
    target: str,
    mode: str,
    actor: str,
    at: str,
) -> int:
    """Note that a run has started and return its number."""
    if db.dialect.name == "postgresql":
        # Two runs of different connections may start at once. In SQLite only one transaction
        # writes; here the second waits for the first to commit its number.
        db.execute(text("SELECT pg_advisory_xact_lock(hashtext('onroll.runs.number'))"))
    number = int(db.execute(select(func.coalesce(func.max(runs.c.number), 0))).scalar_one()) + 1
    db.execute(
        insert(runs),
        {
            "id": id,
            "number": number,
            "connection": connection,
            "connector": connector,
            "target": target,
            "mode": mode,
            "actor": actor,
            "status": "running",
            "started_at": at,
        },
    )
    return number


def note_listing(db: Connection, run_id: str, listing: Mapping[str, Json]) -> None:
    """Keep the certificate of the listing that a run has read."""
    _set(db, run_id, listing=_encode(listing))


def note_plan(
    db: Connection,
    run_id: str,
    counts: Mapping[str, int],
    *,
    digest: str,
    at: str,
    is_from_file: bool = False,
) -> None:
    """Keep the counts of a run's plan, and what the plan was made of."""
    _set(db, run_id, plan=_encode(counts))
    db.execute(
        insert(plans),
        {"run": run_id, "digest": digest, "created_at": at, "is_from_file": is_from_file},
    )


def finish_run(
    db: Connection,
    run_id: str,
    *,
    status: Status,
    exit_code: int | None,
    at: str,
    reason: str | None = None,
) -> None:
    """Note how a run ended."""
    _set(db, run_id, status=status, exit_code=exit_code, reason=reason, finished_at=at)


def interrupt_runs(db: Connection, target: str, connection: str, at: str) -> int:
    """Note that the runs still marked as running are over, and return how many there were.

    Only for the holder of the connection's lock: nobody else can be running then.
    """
    ended = db.execute(
        update(runs)
        .where(runs.c.target == target, runs.c.connection == connection, runs.c.status == "running")
        .values(status="interrupted", finished_at=at)
    )
    return ended.rowcount


def list_runs(db: Connection, limit: int | None = None) -> list[Run]:
    """Return the runs, the latest first."""
    return [
        _run(row) for row in db.execute(select(runs).order_by(runs.c.number.desc()).limit(limit))
    ]


def get_run(db: Connection, id_or_prefix: str) -> Run | None:
    """Return the run with this id, or the only one whose id starts so.

    Raises `UsageError` when several do.
    """
    begins = runs.c.id.startswith(id_or_prefix, autoescape=True)
    found = db.execute(select(runs).where(begins).order_by(runs.c.number.desc()).limit(2)).all()
    exact = [row for row in found if row.id == id_or_prefix]
    if len(found) < 2 or exact:
        return _run((exact or found)[0]) if found else None
    if (row := db.execute(select(runs).where(runs.c.id == id_or_prefix)).one_or_none()) is not None:
        return _run(row)
    raise UsageError(
        Diagnostic(
            "ambiguous-run",
            f"several runs have an id that starts with `{id_or_prefix}`",
            hint="give more of the id; `onroll runs` lists them",
        )
    )


def _set(db: Connection, run_id: str, **values: object) -> None:
    db.execute(update(runs).where(runs.c.id == run_id).values(**values))


def _encode(value: Mapping[str, Any]) -> str:
    return msgspec.json.encode(value).decode()


def _run(row: Row[Any]) -> Run:
    values = dict(row._mapping)
    for name in ("listing", "plan"):
        if values[name] is not None:
            values[name] = msgspec.json.decode(values[name])
    return Run(**values)
