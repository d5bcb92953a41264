"""Applying a plan: each user is looked at before it is written, and nobody stops the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from onroll.store import journal, links, quarantine
from onroll.sync.apply import Applier
from onroll.sync.ledger import utc_now
from onroll.sync.model import Item, Manager
from onroll.sync.passwords import Passwords
from onroll.sync.recording import Recorder
from onroll.target import Change, Draft
from onroll.targets.directory.directory import Directory

from .ledgers import begin_run, lines_of, link_of

if TYPE_CHECKING:
    from onroll.store.database import Store
    from onroll.sync.ledger import Ledger
    from onroll.target import TargetUser


@pytest.fixture
def directory(store: Store) -> Directory:
    return Directory(store.engine, "directory")


def _apply(store: Store, directory: Directory, *plan: Item, **options: Any) -> Ledger:
    ledger = begin_run(store, "r", *plan)
    passwords = Passwords(directory.capabilities.passwords)
    Applier(directory, ledger, Recorder(ledger), passwords, **options).apply(lambda: plan)
    return ledger


def _creation(number: int, name: str, **changes: Any) -> Item:
    meant = {
        "username": (None, name),
        "email": (None, f"{name}@x.io"),
        "state": (None, "active"),
        **changes,
    }
    return Item(number, str(number), f"{name}@x.io", "create", meant, digest=b"d")


def _user(directory: Directory, name: str) -> TargetUser:
    (found,) = directory.find("username", name)
    return found


def _by_hand(directory: Directory, name: str) -> TargetUser:
    return directory.create(Draft(f"id-{name}", {"username": name, "job_title": "Cook"}, "active"))


def _suspension(user: TargetUser) -> Item:
    return Item(7, "7", None, "suspend", {"state": ("active", "suspended")}, user_id=user.id)


def test_who_is_created_is_linked_and_in_their_groups(store: Store, directory: Directory) -> None:
    ledger = _apply(store, directory, _creation(1, "ada", groups=([], ["vip"])))
    user = _user(directory, "ada")
    assert user.groups == {"vip"}
    assert (user.state, link_of(ledger, "1")) == ("active", user.id)
    assert lines_of(ledger)["1"].outcome == "applied"


def test_one_whom_the_target_refuses_waits_and_stops_nobody(
    store: Store, directory: Directory
) -> None:
    _by_hand(directory, "ada")
    ledger = _apply(store, directory, _creation(1, "ada"), _creation(2, "bob"))
    lines = lines_of(ledger)
    assert (lines["1"].outcome, lines["1"].reason) == ("failed", "not_unique")
    assert lines["2"].outcome == "applied"
    with store.read() as db:
        assert [one.source_id for one in quarantine.quarantined(db, "directory", "hr")] == ["1"]


def test_who_waited_is_released_once_they_are_written(store: Store, directory: Directory) -> None:
    person = quarantine.Quarantined("1", 2, 1, b"d", "not_unique", "no")
    with store.begin() as db:
        quarantine.put(db, "directory", "hr", person)
    _apply(store, directory, _creation(1, "ada"), failures={"1": 2})
    with store.read() as db:
        assert list(quarantine.quarantined(db, "directory", "hr")) == []


def test_a_user_who_was_changed_since_is_stale(store: Store, directory: Directory) -> None:
    user = _by_hand(directory, "ada")
    item = Item(7, "7", None, "update", {"job_title": ("Cook", "Poet")}, user_id=user.id)
    directory.update(user, Change({"job_title": "Clerk"}))
    line = lines_of(_apply(store, directory, item))["7"]
    assert (line.outcome, line.reason) == ("skipped", "stale")
    assert _user(directory, "ada").attributes["job_title"] == "Clerk"


def test_a_user_who_is_gone_is_stale(store: Store, directory: Directory) -> None:
    item = Item(7, "7", None, "suspend", {"state": ("active", "suspended")}, user_id="nobody")
    line = lines_of(_apply(store, directory, item))["7"]
    assert (line.outcome, line.reason) == ("skipped", "stale")


def test_a_user_who_is_as_planned_already_is_no_trouble(store: Store, directory: Directory) -> None:
    user = _by_hand(directory, "ada")
    directory.update(user, Change(state="suspended"))
    assert lines_of(_apply(store, directory, _suspension(user)))["7"].outcome == "applied"


@pytest.mark.parametrize("linked", ["the person", "the user"])
def test_who_was_linked_since_is_not_linked_again(
    store: Store, directory: Directory, linked: str
) -> None:
    user, other = _by_hand(directory, "ada"), _by_hand(directory, "bob")
    with store.begin() as db:
        links.add_link(
            db, target="directory", connection="hr", run="by-hand", at=utc_now(),
            user_id=other.id if linked == "the person" else user.id,
            source_id="7" if linked == "the person" else "8",
        )  # fmt: skip
    ledger = _apply(store, directory, _linking(user))
    assert lines_of(ledger)["7"].reason == "stale"
    assert link_of(ledger, "7") == (other.id if linked == "the person" else None)


def _linking(user: TargetUser, email: str | None = None) -> Item:
    return Item(
        7, "7", email, "link", {}, user_id=user.id, is_link=True, user_state="active"
    )  # fmt: skip


def test_who_is_found_is_linked_under_their_id(store: Store, directory: Directory) -> None:
    user = _by_hand(directory, "ada")
    ledger = _apply(store, directory, _linking(user))
    assert (lines_of(ledger)["7"].outcome, link_of(ledger, "7")) == ("applied", user.id)
    assert _user(directory, "ada").external_id == "7"


@pytest.mark.parametrize(
    "change", [Change(state="suspended"), Change({"email": "other@x.io"})], ids=["state", "email"]
)
def test_a_user_who_is_not_as_found_is_not_linked(
    store: Store, directory: Directory, change: Change
) -> None:
    user = _by_hand(directory, "ada")
    directory.update(user, change)
    ledger = _apply(store, directory, _linking(user, "ada@x.io"))
    assert (lines_of(ledger)["7"].reason, link_of(ledger, "7")) == ("stale", None)


def test_a_user_whom_another_connection_is_just_creating_is_not_linked(
    store: Store, directory: Directory
) -> None:
    """Killed between the creation and its link: whose user it is, the journal says."""
    user, run = _by_hand(directory, "ada"), _other_run(store)
    with store.begin() as db:
        journal.intend(
            db, run=run, item=1, operation="create", connection="payroll",
            target="directory", source_id="p1", user_id=None,
            intent={"username": [None, "ADA"]}, at=utc_now(),
        )  # fmt: skip
    ledger = _apply(store, directory, _linking(user))
    assert (lines_of(ledger)["7"].reason, link_of(ledger, "7")) == ("stale", None)


def _other_run(store: Store) -> str:
    begin_run(store, "other")
    return "other"


def test_a_link_that_the_target_refuses_is_given_back(store: Store, directory: Directory) -> None:
    user = _by_hand(directory, "ada")
    _by_hand(directory, "bob")
    item = replace(_linking(user), changes={"username": ("ada", "bob")})
    ledger = _apply(store, directory, item)
    assert (lines_of(ledger)["7"].reason, link_of(ledger, "7")) == ("not_unique", None)


def test_a_kept_plan_creates_nobody_who_was_linked_since(
    store: Store, directory: Directory
) -> None:
    user = _by_hand(directory, "bob")
    with store.begin() as db:
        links.add_link(
            db, target="directory", connection="hr", run="by-hand", at=utc_now(),
            user_id=user.id, source_id="1",
        )  # fmt: skip
    ledger = _apply(store, directory, _creation(1, "ada"), planned_at=utc_now())
    assert lines_of(ledger)["1"].reason == "stale"
    assert directory.find("username", "ada") == []


def test_a_manager_is_set_when_both_are_there(store: Store, directory: Directory) -> None:
    manager = Manager(source_id="2")
    led = replace(_creation(1, "ada", manager_email=(None, "bob@x.io")), manager=manager)
    _apply(store, directory, led, _creation(2, "bob"))
    assert _user(directory, "ada").manager_id == _user(directory, "bob").id


def test_who_has_a_manager_already_is_created_with_them_in_one_write(
    store: Store, directory: Directory
) -> None:
    led = replace(
        _creation(2, "ada", manager_email=(None, "bob@x.io")), manager=Manager(source_id="1")
    )
    _apply(store, directory, _creation(1, "bob"), led)
    assert _user(directory, "ada").manager_id == _user(directory, "bob").id
    with store.read() as db:
        writes = [one for one in journal.writes_of(db, "r") if one.source_id == "2"]
    assert [(one.operation, one.intent["manager_email"]) for one in writes] == [
        ("create", [None, "bob@x.io"])
    ]


def test_a_manager_who_could_not_be_created_leaves_the_rest_as_it_is(
    store: Store, directory: Directory
) -> None:
    _by_hand(directory, "bob")
    manager = Manager(source_id="2")
    led = replace(_creation(1, "ada", manager_email=(None, "bob@x.io")), manager=manager)
    ledger = _apply(store, directory, led, _creation(2, "bob"))
    assert [lines_of(ledger)[one].outcome for one in "12"] == ["applied", "failed"]
    assert _user(directory, "ada").manager_id is None


def test_a_manager_is_cleared(store: Store, directory: Directory) -> None:
    boss, user = _by_hand(directory, "bob"), _by_hand(directory, "ada")
    directory.update(user, Change(manager_id=boss.id))
    changes = {"manager_email": ("bob@x.io", None)}
    item = Item(7, "7", None, "update", changes, user_id=user.id, manager=Manager())
    _apply(store, directory, item)
    assert _user(directory, "ada").manager_id is None


def test_everybodys_outcome_is_told(store: Store, directory: Directory) -> None:
    told: list[tuple[str | None, str]] = []
    _by_hand(directory, "ada")
    _apply(
        store, directory, _creation(1, "ada"), _creation(2, "bob"),
        on_outcome=lambda item, outcome: told.append((item.id, outcome)),
    )  # fmt: skip
    assert told == [("1", "failed"), ("2", "applied")]


def test_a_suspension_is_not_stale_for_what_else_was_changed(
    store: Store, directory: Directory
) -> None:
    user = _by_hand(directory, "ada")
    changes = {"job_title": ("Cook", "Poet"), "state": ("active", "suspended")}
    directory.update(user, Change({"job_title": "Clerk"}))
    line = lines_of(_apply(store, directory, replace(_suspension(user), changes=changes)))["7"]
    after = _user(directory, "ada")
    assert (line.outcome, after.state) == ("applied", "suspended")
    assert after.attributes["job_title"] == "Clerk"


@pytest.mark.parametrize(
    ("source_id", "connection", "outcome"),
    [("7", "hr", "applied"), ("8", "hr", "skipped"), ("7", "payroll", "skipped")],
)
def test_a_kept_plan_holds_only_for_whom_the_user_belongs_to(
    store: Store, directory: Directory, source_id: str, connection: str, outcome: str
) -> None:
    user = _by_hand(directory, "ada")
    with store.begin() as db:
        links.add_link(
            db, target="directory", connection=connection, run="r0", at=utc_now(),
            user_id=user.id, source_id=source_id,
        )  # fmt: skip
    ledger = _apply(store, directory, _suspension(user), planned_at=utc_now())
    assert lines_of(ledger)["7"].outcome == outcome


def test_a_kept_plan_does_nothing_to_whom_another_run_wrote_since(
    store: Store, directory: Directory
) -> None:
    user, run = _by_hand(directory, "ada"), _other_run(store)
    with store.begin() as db:
        links.add_link(
            db, target="directory", connection="hr", run="r0", at=utc_now(),
            user_id=user.id, source_id="7",
        )  # fmt: skip
        at = "2999-01-01T00:00:00.000Z"
        entry = journal.intend(
            db, run=run, item=1, operation="update", connection="hr",
            target="directory", source_id="7", user_id=user.id, intent={}, at=at,
        )  # fmt: skip
        journal.settle(db, entry, outcome="applied", at=at)
    ledger = _apply(store, directory, _suspension(user), planned_at=utc_now())
    assert lines_of(ledger)["7"].reason == "stale"


def test_who_was_skipped_gets_no_manager_either(store: Store, directory: Directory) -> None:
    user = _by_hand(directory, "ada")
    directory.update(user, Change({"job_title": "Clerk"}))
    changes = {"job_title": ("Cook", "Poet"), "manager_email": (None, "bob@x.io")}
    item = Item(
        7, "7", None, "update", changes, user_id=user.id, manager=Manager(source_id="2")
    )  # fmt: skip
    ledger = _apply(store, directory, item, _creation(2, "bob"))
    assert lines_of(ledger)["7"].outcome == "skipped"
    assert _user(directory, "ada").manager_id is None


@pytest.mark.parametrize("action", ["update", "link"])
def test_a_manager_who_got_no_user_is_said_to_be_pending(
    store: Store, directory: Directory, action: Any
) -> None:
    _by_hand(directory, "bob")
    user = _by_hand(directory, "ada")
    item = replace(
        _linking(user), action=action, is_link=action == "link",
        changes={"manager_email": (None, "bob@x.io")}, manager=Manager(source_id="2"),
    )  # fmt: skip
    line = lines_of(_apply(store, directory, item, _creation(2, "bob")))["7"]
    assert line.reason == "manager_pending"
    assert line.outcome == ("skipped" if action == "update" else "applied")


def test_a_manager_alone_is_one_write(store: Store, directory: Directory) -> None:
    user = _by_hand(directory, "ada")
    item = Item(
        7, "7", None, "update", {"manager_email": (None, "bob@x.io")}, user_id=user.id,
        manager=Manager(source_id="2"),
    )  # fmt: skip
    ledger = _apply(store, directory, item, _creation(2, "bob"))
    assert lines_of(ledger)["7"].outcome == "applied"
    with store.read() as db:
        writes = [one.intent for one in journal.writes_of(db, "r") if one.source_id == "7"]
    assert writes == [{"manager_email": [None, "bob@x.io"]}]


def test_a_suspension_that_the_target_refuses_waits_for_nothing(
    store: Store, directory: Directory
) -> None:
    user = _by_hand(directory, "ada")
    _by_hand(directory, "bob")
    changes = {"username": ("ada", "bob"), "state": ("active", "suspended")}
    item = replace(_suspension(user), changes=changes)
    line = lines_of(_apply(store, directory, item))["7"]
    assert (line.outcome, line.reason) == ("applied", "rest_refused")
    after = _user(directory, "ada")
    assert (after.state, after.attributes["username"]) == ("suspended", "ada")
    with store.read() as db:
        assert list(quarantine.quarantined(db, "directory", "hr")) == []
