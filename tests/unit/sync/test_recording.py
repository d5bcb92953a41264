"""What is written down of a run: the intent before each write, the outcome with the next intent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onroll.store import journal, memberships, quarantine
from onroll.sync.ledger import Ledger, utc_now
from onroll.sync.model import Item
from onroll.sync.recording import Recorder, runs_until_retry

from .ledgers import begin_run, lines_of, link_of

if TYPE_CHECKING:
    from onroll.store.database import Store

_ADA = Item(1, "17", "ada@x.io", "update", {"job_title": (None, "Poet")}, user_id="u1")
_BOB = Item(2, "18", "bob@x.io", "create", {"username": (None, "bob")}, digest=b"bob")


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return begin_run(store, "r", _ADA, _BOB)


def _outcomes(ledger: Ledger) -> list[tuple[str | None, str | None]]:
    with ledger.store.read() as db:
        return [(one.source_id, one.outcome) for one in journal.writes_of(db, ledger.run)]


def test_an_intent_stands_in_the_journal_before_anything_is_done(ledger: Ledger) -> None:
    Recorder(ledger).intend(_ADA, "update", _ADA.changes, "u1")
    assert _outcomes(ledger) == [("17", None)]


def test_an_outcome_is_written_together_with_the_next_intent(ledger: Ledger) -> None:
    recorder = Recorder(ledger)
    recorder.settle(recorder.intend(_ADA, "update", _ADA.changes, "u1"), "applied")
    recorder.conclude(_ADA, "applied")
    assert _outcomes(ledger) == [("17", None)]
    assert lines_of(ledger)["17"].outcome == "planned"
    recorder.intend(_BOB, "create", _BOB.changes)
    assert _outcomes(ledger) == [("17", "applied"), ("18", None)]
    assert lines_of(ledger)["17"].outcome == "applied"


def test_the_last_outcome_is_written_by_a_flush_once(ledger: Ledger) -> None:
    recorder = Recorder(ledger)
    entry = recorder.intend(_BOB, "create", _BOB.changes)
    recorder.settle(entry, "applied", user_id="u2")
    recorder.link(_BOB, "u2")
    recorder.conclude(_BOB, "applied", user_id="u2")
    assert link_of(ledger, "18") is None
    recorder.flush()
    recorder.flush()
    assert _outcomes(ledger) == [("18", "applied")]
    assert link_of(ledger, "18") == "u2"
    assert lines_of(ledger)["18"].user_id == "u2"


def test_what_cannot_be_written_leaves_nothing_of_it_behind(ledger: Ledger) -> None:
    recorder = Recorder(ledger)
    recorder.settle(recorder.intend(_ADA, "update", _ADA.changes, "u1"), "applied")
    with pytest.raises(TypeError):
        recorder.intend(_BOB, "create", {"username": (None, object())})
    assert _outcomes(ledger) == [("17", None)]
    recorder.flush()
    assert _outcomes(ledger) == [("17", "applied")]


def test_a_person_who_is_linked_already_keeps_that_link(ledger: Ledger) -> None:
    recorder = Recorder(ledger)
    for user_id in ("u1", "u2"):
        recorder.link(_ADA, user_id)
        recorder.flush()
    assert link_of(ledger, "17") == "u1"


def test_memberships_that_rules_gave_and_took_are_noted(ledger: Ledger) -> None:
    recorder = Recorder(ledger)
    recorder.note_groups("u1", ("sales", "vip"), ())
    recorder.note_groups("u1", (), ("sales", "other"))
    recorder.flush()
    with ledger.store.read() as db:
        assert list(memberships.owned(db, "directory", "hr")) == [("u1", "vip")]


def test_whom_the_target_refused_waits_until_released(ledger: Ledger) -> None:
    recorder = Recorder(ledger)
    recorder.quarantine(_BOB, "not_unique", "no", failures=3)
    recorder.flush()
    with ledger.store.read() as db:
        (waiting,) = quarantine.quarantined(db, "directory", "hr")
    assert (waiting.source_id, waiting.failures, waiting.digest) == ("18", 3, b"bob")
    assert waiting.next_run == ledger.number + 4
    recorder.release(_BOB)
    recorder.flush()
    with ledger.store.read() as db:
        assert list(quarantine.quarantined(db, "directory", "hr")) == []


def test_people_are_tried_again_less_and_less_often_and_once_a_day_at_last() -> None:
    waits = [runs_until_retry(failures) for failures in range(1, 9)]
    assert waits == [1, 2, 4, 8, 16, 24, 24, 24]


def test_instants_are_utc_to_the_millisecond() -> None:
    assert len(utc_now()) == len("2026-01-01T00:00:00.000Z")
    assert utc_now().endswith("Z")
