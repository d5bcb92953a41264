"""The embedded directory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from onroll.errors import TargetError
from onroll.store.database import Store, open_store
from onroll.store.tables import directory_users
from onroll.target import (
    WRITABLE_ATTRIBUTES,
    Change,
    Draft,
    Refused,
    Stale,
    TargetContext,
    TargetUser,
)
from onroll.targets.directory import onroll_targets
from onroll.targets.directory.directory import Directory

_ADA = {"username": "ada", "email": "ada@example.com", "first_name": "Ada"}


@pytest.fixture
def directory(store: Store) -> Directory:
    return Directory(store.engine, "directory")


def _draft(source_id: str = "17", **attributes: Any) -> Draft:
    return Draft(source_id, attributes or _ADA, "active")


def _create(directory: Directory, name: str) -> TargetUser:
    return directory.create(_draft(f"id-{name}", username=name, email=f"{name}@example.com"))


def _everybody(directory: Directory) -> list[TargetUser]:
    return [user for page in directory.users() for user in page]


def test_a_user_is_read_as_it_was_created(directory: Directory) -> None:
    created = directory.create(Draft("17", {**_ADA, "custom.shoe": {"size": 38}}, "staged"))
    assert created.attributes == {**_ADA, "custom.shoe": {"size": 38}}
    assert (created.state, created.external_id, created.version) == ("staged", "17", "1")
    assert directory.read(created.id) == created
    assert _everybody(directory) == [created]


def test_every_attribute_can_be_kept(directory: Directory) -> None:
    attributes: dict[str, Any] = {name: f"{name} “ß” 🙂" for name in WRITABLE_ATTRIBUTES}
    attributes |= {"roles": ["a", "b"], "address": {"city": "Köln"}, "custom.x": None}
    created = directory.create(Draft("17", attributes, "active"))
    del attributes["custom.x"]
    assert directory.capabilities.attributes == set(WRITABLE_ATTRIBUTES)
    read = directory.read(created.id)
    assert read is not None
    assert read.attributes == attributes


@pytest.mark.parametrize(
    ("attributes", "named"),
    [
        ({"username": "ADA", "email": "other@example.com"}, "`username`"),
        ({"username": "other", "email": " Ada@Example.COM"}, "`email`"),
        (_ADA, "`username` and `email`"),
    ],
)
def test_a_name_belongs_to_one_user(
    directory: Directory, attributes: dict[str, str], named: str
) -> None:
    _create(directory, "ada")
    with pytest.raises(Refused) as caught:
        directory.create(_draft("18", **attributes))
    assert caught.value.code == "not_unique"
    assert caught.value.message == f"another user of the directory has this {named}"
    assert len(_everybody(directory)) == 1


def test_several_users_may_have_no_email(directory: Directory) -> None:
    for name in ("ada", "bob"):
        assert directory.create(_draft(username=name)).attributes == {"username": name}
    assert directory.find("email", "") == ()


def test_directories_of_one_store_share_nothing(store: Store, directory: Directory) -> None:
    other = Directory(store.engine, "other")
    ada, twin = _create(directory, "ada"), _create(other, "ada")
    assert directory.read(twin.id) is None
    assert [user.id for user in directory.find("username", "ada")] == [ada.id]
    with pytest.raises(Refused) as caught:
        directory.update(twin, Change(state="suspended"))
    assert caught.value.code == "not_found"
    with pytest.raises(Refused):
        directory.update(ada, Change(manager_id=twin.id))


@pytest.mark.parametrize(
    ("attribute", "value", "is_found"),
    [
        ("username", " ADA ", True),
        ("email", "ADA@example.com", True),
        ("external_id", "id-ada", True),
        ("external_id", "ID-ADA", False),
        ("username", "ad", False),
        ("username", "%", False),
        ("first_name", "Ada", False),
    ],
)
def test_a_user_is_found_by_its_names(
    directory: Directory, attribute: str, value: str, is_found: bool
) -> None:
    ada = _create(directory, "ada")
    _create(directory, "bob")
    assert list(directory.find(attribute, value)) == ([ada] if is_found else [])


def test_a_change_touches_nothing_else(directory: Directory) -> None:
    ada = directory.create(_draft("17", **_ADA, job_title="Poet"))
    changed = directory.update(
        ada, Change({"job_title": None, "department": "Engines"}, state="suspended")
    )
    assert changed.attributes == {**_ADA, "department": "Engines"}
    assert (changed.state, changed.version, changed.external_id) == ("suspended", "2", "17")
    assert directory.read(ada.id) == changed
    again = directory.update(changed, Change(source_id="18"))
    assert again == replace(changed, version="3", external_id="18")


def test_a_new_name_is_the_one_that_is_found(directory: Directory) -> None:
    ada = _create(directory, "ada")
    directory.update(ada, Change({"username": "Ada.King", "email": "King@example.com"}))
    assert directory.find("username", "ada") == directory.find("email", "ada@example.com") == []
    assert [one.id for one in directory.find("username", "ADA.KING")] == [ada.id]
    assert [one.id for one in directory.find("email", "king@example.com")] == [ada.id]


def test_only_the_name_that_is_taken_is_named(directory: Directory) -> None:
    ada, _ = _create(directory, "ada"), _create(directory, "bob")
    with pytest.raises(Refused) as caught:
        directory.update(ada, Change({"username": "ada", "email": "BOB@example.com"}))
    assert caught.value.code == "not_unique"
    assert caught.value.message == "another user of the directory has this `email`"
    assert directory.read(ada.id) == ada


def test_who_was_written_in_between_is_stale(directory: Directory) -> None:
    ada = _create(directory, "ada")
    changed = directory.update(ada, Change({"job_title": "Poet"}))
    with pytest.raises(Stale):
        directory.update(ada, Change({"job_title": "Countess"}))
    with pytest.raises(Stale):
        directory.update(replace(ada, version=None), Change({"job_title": "Countess"}))
    assert directory.read(ada.id) == changed


def test_to_join_a_group_is_a_write_that_others_see(directory: Directory) -> None:
    ada = _create(directory, "ada")
    directory.update(ada, Change(join=("sales",)))
    with pytest.raises(Stale):
        directory.update(ada, Change(state="suspended"))


def test_who_is_not_there_is_not_found(directory: Directory) -> None:
    nobody = TargetUser("nobody", {}, "active", version="1")
    assert directory.read("nobody") is None
    with pytest.raises(Refused) as caught:
        directory.update(nobody, Change(state="suspended"))
    assert caught.value.code == "not_found"


def test_groups_are_made_when_somebody_joins(directory: Directory) -> None:
    ada, bob = _create(directory, "ada"), _create(directory, "bob")
    ada = directory.update(ada, Change(join=("sales", "Köln 🏰")))
    bob = directory.update(bob, Change(join=("sales",)))
    assert ada.groups == {"sales", "Köln 🏰"}
    assert bob.groups == {"sales"}
    ada = directory.update(ada, Change(join=("sales",), leave=("Köln 🏰", "none")))
    assert ada.groups == {"sales"}
    assert {user.id: user.groups for user in _everybody(directory)} == {
        ada.id: {"sales"},
        bob.id: {"sales"},
    }


def test_a_manager_is_set_and_cleared(directory: Directory) -> None:
    ada, bob = _create(directory, "ada"), _create(directory, "bob")
    ada = directory.update(ada, Change(manager_id=bob.id))
    assert ada.manager_id == bob.id
    assert directory.update(ada, Change({"job_title": "Poet"})).manager_id == bob.id
    ada = directory.update(replace(ada, version="3"), Change(manager_id=None))
    assert ada.manager_id is None


@pytest.mark.parametrize("who", ["nobody", "self"])
def test_a_manager_is_another_user_of_the_directory(directory: Directory, who: str) -> None:
    ada = _create(directory, "ada")
    with pytest.raises(Refused) as caught:
        directory.update(ada, Change(manager_id=ada.id if who == "self" else "nobody"))
    assert caught.value.code == "invalid_value"
    assert directory.read(ada.id) == ada


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"username": None}, "missing"),
        ({"username": " "}, "missing"),
        ({"username": "x" * 321}, "too_long"),
        ({"email": "x" * 321}, "too_long"),
        ({"email": "a\0b@example.com"}, "invalid_value"),
        ({"email": "a\ud800@example.com"}, "invalid_value"),
        ({"email": 5}, "invalid_value"),
        ({"first_name": "\udfff"}, "invalid_value"),
        ({"custom.x": {"deep": ["\udfff"]}}, "invalid_value"),
        ({"manager_id": "17"}, "not_supported"),
        ({"shoe_size": 38}, "not_supported"),
    ],
)
def test_what_cannot_be_kept_is_said_before_and_refused_after(
    directory: Directory, attributes: dict[str, Any], code: str
) -> None:
    ada = _create(directory, "ada")
    (reason,) = directory.objections(attributes)
    assert (reason.attribute, reason.code) == (next(iter(attributes)), code)
    with pytest.raises(Refused) as created:
        directory.create(_draft(**{**_ADA, "username": "new", **attributes}))
    with pytest.raises(Refused) as changed:
        directory.update(ada, Change(attributes))
    for refused in (created.value, changed.value):
        assert refused.code == "invalid_value"
        assert "example.com" not in refused.message
    assert _everybody(directory) == [ada]


def test_a_user_needs_a_username(directory: Directory) -> None:
    with pytest.raises(Refused):
        directory.create(_draft(email="ada@example.com"))


def test_whatever_is_not_objected_to_is_accepted(directory: Directory) -> None:
    attributes = {
        "username": "\U0001f642" * 320,
        "email": "\u0390" * 320,
        "first_name": "a\0b\n",
        "display_name": "“quoted” " * 200,
    }
    assert directory.objections(attributes) == []
    assert directory.create(Draft("17", attributes, "active")).attributes == attributes


@pytest.mark.parametrize("text", ["x" * 401, "a\0b", "\udfff"])
def test_ids_and_groups_that_no_column_holds_are_refused(directory: Directory, text: str) -> None:
    ada = _create(directory, "ada")
    with pytest.raises(Refused):
        directory.create(_draft(text, username="bob"))
    for change in (Change(source_id=text), Change(join=(text,)), Change(join=(" ",))):
        with pytest.raises(Refused):
            directory.update(ada, change)
    assert directory.read(ada.id) == ada


def test_a_password_is_kept_as_a_salted_hash(store: Store, directory: Directory) -> None:
    for name in ("ada", "bob"):
        directory.create(Draft(name, {"username": name}, "active", password="pw-secret-pw"))
    directory.create(_draft(username="eve"))
    with store.read() as db:
        hashes = db.execute(
            select(directory_users.c.password_hash).order_by(directory_users.c.username_key)
        ).scalars()
        ada, bob, eve = hashes
    assert ada.startswith("blake2b$")
    assert ada != bob
    assert eve is None
    with store.read() as db:
        assert "pw-secret-pw" not in repr(db.execute(select(directory_users)).all())


def test_everybody_is_read_over_many_pages(directory: Directory) -> None:
    created = {_create(directory, f"u{number}").id for number in range(2_001)}
    first = min(created)
    directory.update(_of(directory, first), Change(join=("sales",)))
    pages = list(directory.users())
    assert [len(page) for page in pages] == [1000, 1000, 1]
    assert {user.id for page in pages for user in page} == created
    assert [user.id for page in pages for user in page if user.groups] == [first]


def _of(directory: Directory, user_id: str) -> TargetUser:
    user = directory.read(user_id)
    assert user is not None
    return user


def test_users_can_be_written_while_they_are_read(directory: Directory) -> None:
    for number in range(1_001):
        _create(directory, f"u{number}")
    for page in directory.users():
        directory.update(page[0], Change(state="suspended"))
    assert sum(user.state == "suspended" for user in _everybody(directory)) == 2


def test_it_is_read_and_not_written_in_a_store_for_reading(store_url: str) -> None:
    with open_store(store_url, for_writing=False) as store:
        directory = Directory(store.engine, "directory")
        assert _everybody(directory) == []
        with pytest.raises(TargetError):
            _create(directory, "ada")


def test_a_plug_in_offers_it(store: Store) -> None:
    (kind,) = onroll_targets()
    context = TargetContext("directory", store.engine, _unused)
    with kind.open({}, context) as target:
        assert target.create(_draft()).attributes == _ADA
    assert kind.is_in_store


def _unused(*_: object) -> Any:
    raise AssertionError


def test_it_shows_no_person(directory: Directory) -> None:
    created = directory.create(Draft("17", _ADA, "active", password="pw-secret-pw"))
    assert "example.com" not in repr([created, directory])
