"""What became of a write, by what the user has: all of it, a part, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from onroll.store import journal, memberships
from onroll.sync.aftermath import what_was_done
from onroll.sync.model import Item
from onroll.sync.recording import Recorder
from onroll.sync.recovery import recover
from onroll.target import Change, Draft
from onroll.targets.directory.directory import Directory

from .ledgers import begin_run, lines_of

if TYPE_CHECKING:
    from onroll.store.database import Store

_MEANT: dict[str, tuple[Any, Any]] = {
    "job_title": ("Cook", "Poet"),
    "state": ("active", "suspended"),
    "groups": (["kitchen", "staff"], ["poets", "staff"]),
}


@pytest.fixture
def directory(store: Store) -> Directory:
    return Directory(store.engine, "directory")


def _cook(directory: Directory) -> Any:
    user = directory.create(Draft("17", {"username": "ada", "job_title": "Cook"}, "active"))
    return directory.update(user, Change(join=("kitchen", "staff")))


@pytest.mark.parametrize(
    ("change", "done"),
    [
        (Change(), {}),
        (Change({"job_title": "Poet"}), {"job_title": ("Cook", "Poet")}),
        (Change(state="suspended"), {"state": ("active", "suspended")}),
        (Change(leave=("kitchen",)), {"groups": (["kitchen", "staff"], ["staff"])}),
        (
            Change(join=("poets",)),
            {"groups": (["kitchen", "staff"], ["kitchen", "poets", "staff"])},
        ),
        (Change({"job_title": "Poet"}, "suspended", join=("poets",), leave=("kitchen",)), _MEANT),
    ],
    ids=["nothing", "attribute", "state", "left", "joined", "all"],
)
def test_only_what_the_user_has_was_done(
    directory: Directory, change: Change, done: dict[str, Any]
) -> None:
    user = directory.update(_cook(directory), change)
    found = what_was_done(directory, user, _MEANT)
    assert found.intent == done
    assert found.is_whole(_MEANT) is (done == _MEANT)


def test_memberships_of_other_origin_are_none_of_its_business(directory: Directory) -> None:
    change = Change({"job_title": "Poet"}, "suspended", join=("poets", "choir"), leave=("kitchen",))
    user = directory.update(_cook(directory), change)
    assert what_was_done(directory, user, _MEANT).is_whole(_MEANT)


@pytest.mark.parametrize(
    ("email", "known", "is_done"),
    [
        ("boss@x.io", (), True),
        ("Boss@X.io", (), True),
        ("old@x.io", (), False),
        ("old@x.io", ("old@x.io",), True),
        (None, (), False),
    ],
)
def test_a_manager_is_known_by_any_address_of_the_run(
    directory: Directory, email: str | None, known: tuple[str, ...], is_done: bool
) -> None:
    boss = directory.create(Draft("1", {"username": "boss", "email": "boss@x.io"}, "active"))
    user = directory.update(_cook(directory), Change(manager_id=boss.id))
    meant = {"manager_email": (None, email)}
    assert bool(what_was_done(directory, user, meant, known).intent) is is_done


def test_a_write_that_was_cut_off_half_way_is_told_as_far_as_it_came(
    store: Store, directory: Directory
) -> None:
    user = _cook(directory)
    item = Item(1, "17", None, "update", _MEANT, user_id=user.id)
    ledger = begin_run(store, "r", item)
    Recorder(ledger).intend(item, "update", _MEANT, user.id)
    directory.update(user, Change({"job_title": "Poet"}, join=("poets",)))

    recover(store, directory, name="directory", connection="hr")

    with store.read() as db:
        (write,) = journal.history(db, "directory", user.id)
        assert list(memberships.owned(db, "directory", "hr")) == [(user.id, "poets")]
    assert write.changes == {
        "job_title": ["Cook", "Poet"],
        "groups": [["kitchen", "staff"], ["kitchen", "poets", "staff"]],
    }
    line = lines_of(ledger)["17"]
    assert (line.outcome, line.reason) == ("applied", "interrupted")


def test_who_was_created_but_is_in_no_group_yet_was_created(
    store: Store, directory: Directory
) -> None:
    changes: dict[str, tuple[Any, Any]] = {"username": (None, "ada"), "groups": ([], ["poets"])}
    item = Item(1, "17", None, "create", changes)
    ledger = begin_run(store, "r", item)
    recorder = Recorder(ledger)
    entry = recorder.intend(item, "create", {"username": (None, "ada")})
    user = directory.create(Draft("17", {"username": "ada"}, "active"))
    recorder.settle(entry, "applied", user_id=user.id)
    recorder.intend(item, "update", {"groups": ([], ["poets"])}, user.id)

    recover(store, directory, name="directory", connection="hr")

    line = lines_of(ledger)["17"]
    assert (line.outcome, line.reason) == ("applied", "interrupted")
