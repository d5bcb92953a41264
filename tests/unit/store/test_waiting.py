"""What waits for a later run, and what is remembered for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from onroll.store import memberships, pending, quarantine
from onroll.store.memory import Remembered, recall, remember
from onroll.store.pending import Pending
from onroll.store.quarantine import Quarantined

if TYPE_CHECKING:
    from onroll.store.database import Store

_ADA = Quarantined("17", 1, 2, b"\x00\xff", "not_unique", "another user has this `email`")
_BOB = replace(_ADA, source_id="18")
_DAY = "2026-01-01T00:00:00Z"


def test_who_is_quarantined_waits_until_released(store: Store) -> None:
    with store.begin() as db:
        for person in (_BOB, _ADA):
            quarantine.put(db, "d", "c", person)
        quarantine.put(db, "d", "other", _ADA)
        assert list(quarantine.quarantined(db, "d", "c")) == [_ADA, _BOB]
        quarantine.release(db, "d", "c", "17")
        quarantine.release(db, "d", "c", "17")
        assert list(quarantine.quarantined(db, "d", "c")) == [_BOB]
        assert list(quarantine.quarantined(db, "d", "other")) == [_ADA]


def test_who_is_refused_again_waits_anew(store: Store) -> None:
    again = replace(_ADA, failures=2, next_run=6, digest=b"new", reason="too_long", message="long")
    with store.begin() as db:
        quarantine.put(db, "d", "c", _ADA)
        quarantine.put(db, "d", "c", again)
        assert list(quarantine.quarantined(db, "d", "c")) == [again]


def test_a_pending_manager_is_put_replaced_and_removed(store: Store) -> None:
    ada, bob = Pending("17", "99", None, _DAY), Pending("18", None, "boss@example.com", _DAY)
    with store.begin() as db:
        pending.put(db, "d", "c", bob, ada)
        assert list(pending.pending(db, "d", "c")) == [ada, bob]
        later = replace(ada, manager_id="98")
        pending.put(db, "d", "c", later)
        pending.remove(db, "d", "c", "18")
        assert list(pending.pending(db, "d", "c")) == [later]
        pending.put(db, "d", "other", ada)
        pending.replace(db, "d", "c", [bob])
        assert list(pending.pending(db, "d", "c")) == [bob]
        pending.replace(db, "d", "c", [])
        assert list(pending.pending(db, "d", "c")) == []
        assert list(pending.pending(db, "d", "other")) == [ada]
    assert "boss" not in repr(bob)


def test_a_membership_is_owned_once_and_disowned_once(store: Store) -> None:
    with store.begin() as db:
        memberships.own(db, "d", "c", "u1", "sales", "all")
        memberships.own(db, "d", "c", "u1", "sales")
        memberships.own(db, "d", "c", "u2")
        memberships.own(db, "d", "other", "u1", "sales")
        assert list(memberships.owned(db, "d", "c")) == [("u1", "all"), ("u1", "sales")]
        memberships.disown(db, "d", "c", "u1", "sales", "none")
        memberships.disown(db, "d", "c", "u1")
        assert list(memberships.owned(db, "d", "c")) == [("u1", "all")]
        assert list(memberships.owned(db, "d", "other")) == [("u1", "sales")]


def test_more_memberships_than_a_portion_holds_are_all_read(store: Store) -> None:
    names = [f"g{number:05}" for number in range(3_001)]
    with store.begin() as db:
        for user in ("u1", "u2"):
            memberships.own(db, "d", "c", user, *names)
        assert list(memberships.owned(db, "d", "c")) == [
            (user, name) for user in ("u1", "u2") for name in names
        ]


def test_a_connection_is_remembered_as_its_last_run_left_it(store: Store) -> None:
    first = Remembered("f" * 64, "g" * 64, {"email": "e" * 64}, 10, 1, _DAY)
    second = replace(first, attributes={}, people=11, runs=2)
    with store.begin() as db:
        assert recall(db, "d", "c") is None
        remember(db, "d", "c", first)
        assert recall(db, "d", "c") == first
        remember(db, "d", "c", second)
        remember(db, "other", "c", first)
        assert recall(db, "d", "c") == second
