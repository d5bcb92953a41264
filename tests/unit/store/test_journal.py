"""The journal: intents, outcomes, and a user's history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from onroll.store.journal import Write, history, intend, open_intents, settle, writes_of
from onroll.store.runs import start_run

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from onroll.store.database import Store

_START, _INTENT, _END = (f"2026-01-01T00:00:0{second}Z" for second in range(3))


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
            at=_START,
        )
    return "r"


def _intend(db: Connection, run: str, source: str, **others: Any) -> int:
    given: dict[str, Any] = {
        "operation": "update",
        "connection": "c",
        "target": "d",
        "user_id": "u1",
        "intent": {"job_title": ["Poet", "Countess"]},
    }
    return intend(db, run=run, item=1, source_id=source, at=_INTENT, **given | others)


def test_an_intent_is_open_until_it_is_settled(store: Store, run: str) -> None:
    with store.begin() as db:
        first, second = _intend(db, run, "17"), _intend(db, run, "18")
        _intend(db, run, "19", connection="other")
        _intend(db, run, "20", target="other")
        assert [one.id for one in open_intents(db, "d", "c")] == [first, second]
        settle(db, first, outcome="applied", at=_END)
        (left,) = open_intents(db, "d", "c")
    assert (left.id, left.source_id, left.intent) == (
        second,
        "18",
        {"job_title": ["Poet", "Countess"]},
    )


def test_the_id_of_a_created_user_is_kept(store: Store, run: str) -> None:
    with store.begin() as db:
        settle(
            db,
            _intend(db, run, "17", operation="create", user_id=None),
            outcome="applied",
            at=_END,
            user_id="u9",
        )
        settle(db, _intend(db, run, "18"), outcome="refused", at=_END, message="taken")
    with store.read() as db:
        created, refused = writes_of(db, run)
    assert (created.user_id, created.outcome, created.ended_at) == ("u9", "applied", _END)
    assert (refused.user_id, refused.outcome, refused.message) == ("u1", "refused", "taken")


def test_the_history_of_a_user_is_what_was_applied(store: Store, run: str) -> None:
    with store.begin() as db:
        applied, refused = _intend(db, run, "17"), _intend(db, run, "17")
        settle(db, applied, outcome="applied", at=_END)
        settle(db, refused, outcome="refused", at=_END)
        settle(db, _intend(db, run, "18", user_id="u2"), outcome="applied", at=_END)
        _intend(db, run, "17")
    with store.read() as db:
        assert list(history(db, "d", "u1")) == [
            Write(
                applied, _END, "r", "c", "17", "ada", "update", {"job_title": ["Poet", "Countess"]}
            )
        ]
        assert list(history(db, "other", "u1")) == []


def test_it_shows_no_person_and_no_value(store: Store, run: str) -> None:
    with store.begin() as db:
        settle(db, _intend(db, run, "17"), outcome="applied", at=_END)
        shown = repr([*history(db, "d", "u1"), *writes_of(db, run)])
    assert "Countess" not in shown
