"""What became of a write that a kill cut off: the target is asked, and the journal completed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from onroll.store import journal, links, memberships, runs
from onroll.sync.ledger import Ledger, utc_now
from onroll.sync.model import Item
from onroll.sync.recording import Recorder
from onroll.sync.recovery import recover
from onroll.target import Change, Draft
from onroll.targets.directory.directory import Directory

from .ledgers import begin_run, lines_of, link_of

if TYPE_CHECKING:
    from onroll.store.database import Store

_ADA = {"username": "ada", "email": "ada@x.io"}
_MEANT: dict[str, tuple[Any, Any]] = {
    "username": (None, "ada"), "email": (None, "ada@x.io"), "state": (None, "active"),
}  # fmt: skip
_CREATE = Item(1, "17", "ada@x.io", "create", _MEANT)


@pytest.fixture
def directory(store: Store) -> Directory:
    return Directory(store.engine, "directory")


def _recover(ledger: Ledger, directory: Directory) -> int:
    return recover(ledger.store, directory, name="directory", connection="hr")


def _outcome(ledger: Ledger) -> str | None:
    with ledger.store.read() as db:
        (write,) = journal.writes_of(db, ledger.run)
    return write.outcome


def _update(user_id: str, changes: dict[str, tuple[Any, Any]], action: Any = "update") -> Item:
    return Item(1, "17", "ada@x.io", action, changes, user_id=user_id, is_link=action == "link")


# ---- create --------------------------------------------------------------------------------------


@pytest.fixture
def creating(store: Store) -> Ledger:
    ledger = begin_run(store, "r", _CREATE)
    Recorder(ledger).intend(_CREATE, "create", _MEANT)
    return ledger


def test_a_user_who_was_created_is_linked(creating: Ledger, directory: Directory) -> None:
    user = directory.create(Draft("17", _ADA, "active"))
    assert _recover(creating, directory) == 1
    assert (_outcome(creating), link_of(creating, "17")) == ("applied", user.id)
    assert lines_of(creating)["17"].outcome == "applied"


def test_a_user_who_was_not_created_is_linked_to_nobody(
    creating: Ledger, directory: Directory
) -> None:
    assert _recover(creating, directory) == 1
    assert (_outcome(creating), link_of(creating, "17")) == ("lost", None)
    assert lines_of(creating)["17"].outcome == "planned"


@pytest.mark.parametrize(
    ("source_id", "attributes"),
    [
        ("99", _ADA),
        ("17", {"username": "ada", "email": "another@x.io"}),
        ("17", {"username": "another", "email": "ada@x.io"}),
        ("17", {"username": "ada"}),
    ],
)
def test_somebody_with_one_of_the_names_is_not_taken_for_them(
    creating: Ledger, directory: Directory, source_id: str, attributes: dict[str, str]
) -> None:
    directory.create(Draft(source_id, attributes, "active"))
    _recover(creating, directory)
    assert (_outcome(creating), link_of(creating, "17")) == ("lost", None)


def test_a_user_whom_somebody_else_was_linked_to_by_then_is_left_to_them(
    creating: Ledger, directory: Directory
) -> None:
    user = directory.create(Draft("17", _ADA, "active"))
    with creating.store.begin() as db:
        links.add_link(
            db, target="directory", user_id=user.id, connection="payroll", source_id="5",
            run="r", at=utc_now(),
        )  # fmt: skip
    _recover(creating, directory)
    assert link_of(creating, "17") is None


# ---- update and link -----------------------------------------------------------------------------


def _interrupted(store: Store, item: Item) -> Ledger:
    ledger = begin_run(store, "r", item)
    operation: Any = "link" if item.is_link else "update"
    Recorder(ledger).intend(item, operation, item.changes, item.user_id)
    return ledger


def test_a_suspension_that_was_written_is_applied(store: Store, directory: Directory) -> None:
    user = directory.create(Draft("17", _ADA, "active"))
    ledger = _interrupted(store, _update(user.id, {"state": ("active", "suspended")}, "suspend"))
    directory.update(user, Change(state="suspended"))
    _recover(ledger, directory)
    assert (_outcome(ledger), lines_of(ledger)["17"].outcome) == ("applied", "applied")


def test_a_suspension_that_was_not_written_is_lost(store: Store, directory: Directory) -> None:
    user = directory.create(Draft("17", _ADA, "active"))
    ledger = _interrupted(store, _update(user.id, {"state": ("active", "suspended")}, "suspend"))
    _recover(ledger, directory)
    assert (_outcome(ledger), lines_of(ledger)["17"].outcome) == ("lost", "planned")


def test_groups_and_managers_are_looked_at_as_well(store: Store, directory: Directory) -> None:
    boss = directory.create(Draft("1", {"username": "boss", "email": "boss@x.io"}, "active"))
    user = directory.create(Draft("17", _ADA, "active"))
    changes: dict[str, tuple[Any, Any]] = {
        "groups": ([], ["vip"]),
        "manager_email": (None, "boss@x.io"),
    }
    ledger = _interrupted(store, _update(user.id, changes))
    directory.update(user, Change(manager_id=boss.id, join=("vip",)))
    _recover(ledger, directory)
    assert _outcome(ledger) == "applied"
    with store.read() as db:
        assert list(memberships.owned(db, "directory", "hr")) == [(user.id, "vip")]


def test_a_user_who_is_gone_has_nothing_that_was_written(
    store: Store, directory: Directory
) -> None:
    ledger = _interrupted(store, _update("nobody", {"job_title": (None, "Poet")}))
    _recover(ledger, directory)
    assert _outcome(ledger) == "lost"


@pytest.mark.parametrize("was_written", [True, False])
def test_a_link_is_made_only_if_the_write_was(
    store: Store,
    directory: Directory,
    was_written: bool,
) -> None:
    user = directory.create(Draft("by-hand", _ADA, "active"))
    item = _update(user.id, {"job_title": (None, "Poet")}, "link")
    ledger = _interrupted(store, item)
    if was_written:
        directory.update(user, Change({"job_title": "Poet"}, source_id="17"))
    _recover(ledger, directory)
    assert link_of(ledger, "17") == (user.id if was_written else None)


# ---- the run -------------------------------------------------------------------------------------


def test_a_run_that_was_killed_is_filed_as_interrupted(
    creating: Ledger, directory: Directory
) -> None:
    _recover(creating, directory)
    with creating.store.read() as db:
        found = runs.get_run(db, "r")
    assert found is not None
    assert found.status == "interrupted"


def test_what_is_settled_is_not_asked_about_again(creating: Ledger, directory: Directory) -> None:
    assert [_recover(creating, directory) for _ in range(2)] == [1, 0]


def test_the_runs_of_another_connection_are_left_alone(
    creating: Ledger, directory: Directory
) -> None:
    assert recover(creating.store, directory, name="directory", connection="payroll") == 0
    assert recover(creating.store, directory, name="other", connection="hr") == 0
    assert _outcome(creating) is None
