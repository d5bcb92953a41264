"""A run's lines as they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onroll.store.items import Line, add_items, items_of, settle_item, tiles
from onroll.store.runs import start_run

if TYPE_CHECKING:
    from onroll.store.database import Store


@pytest.fixture
def run(store: Store) -> str:
    with store.begin() as db:
        start_run(
            db,
            id="r",
            connection="c",
            connector="k",
            target="d",
            mode="all",
            actor="ada",
            at="2026-01-01T00:00:00Z",
        )
    return "r"


def test_lines_come_back_as_they_were_added(store: Store, run: str) -> None:
    lines = [
        Line(2, None, None, "refused", reason="no-id", message="the record has no id"),
        Line(1, "17", "a@example.com", "create", changes={"email": [None, "a@example.com"]}),
    ]
    with store.begin() as db:
        add_items(db, run, lines)
    with store.read() as db:
        assert list(items_of(db, run)) == lines[::-1]
        assert list(items_of(db, "other")) == []


def test_more_lines_than_a_portion_holds_are_all_added(store: Store, run: str) -> None:
    with store.begin() as db:
        add_items(db, run, (Line(number, str(number), None, "update") for number in range(6_001)))
        add_items(db, run, [])
    with store.read() as db:
        assert [line.number for line in items_of(db, run)] == list(range(6_001))


def test_a_line_is_settled_and_keeps_what_is_not_given(store: Store, run: str) -> None:
    with store.begin() as db:
        add_items(
            db, run, [Line(1, "17", None, "create", reason="why"), Line(2, "18", None, "update")]
        )
        settle_item(db, run, 1, outcome="applied", user_id="u1")
        settle_item(db, run, 2, outcome="failed", reason="not_unique", message="taken")
    with store.read() as db:
        assert list(items_of(db, run)) == [
            Line(1, "17", None, "create", "u1", {}, "applied", "why", None),
            Line(2, "18", None, "update", None, {}, "failed", "not_unique", "taken"),
        ]


def test_tiles_count_actions_and_outcomes(store: Store, run: str) -> None:
    with store.begin() as db:
        add_items(
            db, run, [Line(n, str(n), None, "create" if n < 3 else "update") for n in range(5)]
        )
        settle_item(db, run, 0, outcome="applied")
        assert tiles(db, run) == {
            ("create", "applied"): 1,
            ("create", "planned"): 2,
            ("update", "planned"): 2,
        }
        assert tiles(db, "other") == {}


def test_a_line_shows_no_person() -> None:
    line = Line(1, "17", "ada@example.com", "update", changes={"job_title": ["Poet", "Countess"]})
    assert "ada" not in repr(line)
    assert "Poet" not in repr(line)
