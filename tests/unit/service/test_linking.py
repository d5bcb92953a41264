"""Links made by hand: one transaction, under the connection's lock, and who is meant by a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onroll.definition.targets import EMBEDDED
from onroll.errors import BlockedError, UsageError
from onroll.service.directory import find_user
from onroll.service.linking import link_person, unlink_person
from onroll.service.opened_places import open_place
from onroll.service.places import Place, find_target
from onroll.service.subject import Subject
from onroll.store import links, quarantine
from onroll.store.journal import open_intents
from onroll.store.lock import hold
from onroll.target import Draft

from .servers import connector

if TYPE_CHECKING:
    from onroll.store.links import Link

ACME = Subject("acme", connector().definition)


@pytest.fixture
def place(store_url: str) -> Place:
    """A directory with Ada and Bob, whom no connection knows."""
    found = Place(store_url, find_target(None, None))
    with open_place(found, for_writing=True) as opened:
        for name in ("ada", "bob"):
            draft = Draft(name, {"username": name, "email": f"{name}@example.test"}, "active")
            opened.target.create(draft)
    return found


def user_id(place: Place, name: str) -> str:
    with open_place(place, for_writing=False) as opened:
        return find_user(opened.target, name).id


def all_links(place: Place, name: str) -> list[Link]:
    user = user_id(place, name)
    with open_place(place, for_writing=False) as opened, opened.store.read() as db:
        return list(links.links_of_user(db, EMBEDDED, user))


@pytest.mark.parametrize("name", ["ada", "ADA", "ada@example.test", "Ada@Example.test"])
def test_a_user_is_meant_by_username_or_address_in_any_case(place: Place, name: str) -> None:
    assert link_person(place, ACME, name, "1").user == user_id(place, "ada")


def test_a_user_is_meant_by_id(place: Place) -> None:
    user = user_id(place, "bob")
    assert link_person(place, ACME, user, "1").email == "bob@example.test"


def test_one_user_s_name_that_is_another_s_address_is_ambiguous(place: Place) -> None:
    with open_place(place, for_writing=True) as opened:
        names = {"username": "ada@example.test", "email": "eve@example.test"}
        opened.target.create(Draft("eve", names, "active"))
    with pytest.raises(UsageError, match="may be 2 users"):
        link_person(place, ACME, "ada@example.test", "1")


def test_a_moved_link_leaves_the_old_one_behind_as_ended(place: Place) -> None:
    link_person(place, ACME, "ada", "1")
    assert link_person(place, ACME, "ada", "2").moved_from == "1"
    found = {one.source_id: one.ended_at is None for one in all_links(place, "ada")}
    assert found == {"1": False, "2": True}


def test_a_person_whose_link_was_ended_may_be_linked_to_another(place: Place) -> None:
    link_person(place, ACME, "ada", "1")
    unlink_person(place, ACME, "ada", "1")
    assert link_person(place, ACME, "bob", "1").moved_from is None


def test_a_person_is_not_linked_twice(place: Place) -> None:
    link_person(place, ACME, "ada", "1")
    with pytest.raises(UsageError, match="is linked to the user"):
        link_person(place, ACME, "bob", "1")
    assert all_links(place, "bob") == []


def test_no_write_stays_open(place: Place) -> None:
    link_person(place, ACME, "ada", "1")
    with open_place(place, for_writing=False) as opened, opened.store.read() as db:
        assert open_intents(db, EMBEDDED, "acme") == []


def test_whoever_the_target_refused_before_is_tried_again(place: Place) -> None:
    waiting = quarantine.Quarantined("1", 3, 99, b"", "not_unique", "a name is taken")
    with open_place(place, for_writing=True) as opened, opened.store.begin() as db:
        quarantine.put(db, EMBEDDED, "acme", waiting)
    link_person(place, ACME, "ada", "1")
    with open_place(place, for_writing=False) as opened, opened.store.read() as db:
        assert list(quarantine.quarantined(db, EMBEDDED, "acme")) == []


def test_nothing_is_linked_while_a_run_is_under_way(place: Place) -> None:
    with (
        open_place(place, for_writing=True) as opened,
        hold(opened.store, EMBEDDED, "acme"),
        pytest.raises(BlockedError, match="another run of `acme` is under way"),
    ):
        link_person(place, ACME, "ada", "1")
    assert all_links(place, "ada") == []


def test_a_user_who_is_gone_from_the_target_is_unlinked_by_id(place: Place) -> None:
    with open_place(place, for_writing=True) as opened, opened.store.begin() as db:
        links.add_link(
            db, target=EMBEDDED, user_id="gone", connection="acme", source_id="1", run="r", at="t"
        )
    assert unlink_person(place, ACME, "gone", "1").email is None
    with open_place(place, for_writing=False) as opened, opened.store.read() as db:
        assert links.find_link(db, EMBEDDED, "acme", "1") is None
