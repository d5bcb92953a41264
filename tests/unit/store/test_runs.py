"""Runs as they are stored."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from onroll.errors import UsageError
from onroll.store.runs import (
    Run,
    finish_run,
    get_run,
    interrupt_runs,
    list_runs,
    note_listing,
    note_plan,
    start_run,
)
from onroll.store.tables import plans

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from onroll.store.database import Store


def _start(db: Connection, run_id: str, connection: str = "c") -> int:
    return start_run(
        db,
        id=run_id,
        connection=connection,
        connector="k",
        target="d",
        mode="all",
        actor="ada",
        at="2026-01-01T00:00:00Z",
    )


def test_a_run_is_numbered_after_those_before(store: Store) -> None:
    with store.begin() as db:
        assert [_start(db, "a"), _start(db, "b", "other")] == [1, 2]
    with store.read() as db:
        assert [run.id for run in list_runs(db)] == ["b", "a"]
        assert [run.id for run in list_runs(db, limit=1)] == ["b"]


def test_runs_that_start_at_once_have_different_numbers(store: Store) -> None:
    numbers: list[int] = []

    def start(first: int) -> None:
        for number in range(first, first + 10):
            with store.begin() as db:
                numbers.append(_start(db, f"r{number}"))

    threads = [threading.Thread(target=start, args=(first,)) for first in (0, 10, 20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 31))


def test_a_run_keeps_what_was_noted(store: Store) -> None:
    with store.begin() as db:
        _start(db, "a")
        note_listing(db, "a", {"complete": True, "reasons": []})
        note_plan(db, "a", {"create": 3}, digest="x" * 64, at="2026-01-01T00:00:01Z")
        finish_run(
            db, "a", status="blocked", exit_code=6, at="2026-01-01T00:00:02Z", reason="too many"
        )
    with store.read() as db:
        assert get_run(db, "a") == Run(
            id="a",
            number=1,
            connection="c",
            connector="k",
            target="d",
            mode="all",
            actor="ada",
            status="blocked",
            started_at="2026-01-01T00:00:00Z",
            finished_at="2026-01-01T00:00:02Z",
            exit_code=6,
            listing={"complete": True, "reasons": []},
            plan={"create": 3},
            reason="too many",
        )
        kept = db.execute(select(plans)).one()
    assert tuple(kept) == ("a", "x" * 64, "2026-01-01T00:00:01Z", False)


def test_only_runs_of_the_connection_that_go_on_are_interrupted(store: Store) -> None:
    with store.begin() as db:
        for run_id, connection in (("done", "c"), ("cut-off", "c"), ("elsewhere", "other")):
            _start(db, run_id, connection)
        finish_run(db, "done", status="done", exit_code=0, at="2026-01-01T00:00:02Z")
        assert interrupt_runs(db, "d", "c", "2026-01-02T00:00:00Z") == 1
    with store.read() as db:
        assert {run.id: run.status for run in list_runs(db)} == {
            "done": "done",
            "cut-off": "interrupted",
            "elsewhere": "running",
        }


def test_a_run_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    with store.begin() as db:
        for run_id in ("ab1", "ab2", "c%1"):
            _start(db, run_id)
    with store.read() as db:
        assert [run and run.id for run in (get_run(db, "ab1"), get_run(db, "c"))] == ["ab1", "c%1"]
        assert get_run(db, "x") is None
        assert get_run(db, "%") is None
        with pytest.raises(UsageError) as caught:
            get_run(db, "ab")
    assert caught.value.diagnostic.code == "ambiguous-run"


def test_a_whole_id_is_never_ambiguous(store: Store) -> None:
    with store.begin() as db:
        for run_id in ("a", "a1", "a2", "a3"):
            _start(db, run_id)
        found = get_run(db, "a")
    assert found is not None
    assert found.id == "a"
