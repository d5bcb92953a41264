"""The laws of targets find what they are for: a directory with a mistake in it fails one."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from inspect import signature
from typing import TYPE_CHECKING, Any

import pytest

from onroll.store.database import open_store
from onroll.target import Change, Refused
from onroll.targets.directory.directory import Directory
from onroll.testing.contract import TargetContract
from onroll.testing.contract_target_people import draft_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from onroll.model import Json, Reason
    from onroll.target import Capabilities, Draft, TargetUser

#: Those that pytest does not run several times with different values.
_LAWS = [
    name
    for name in dir(TargetContract)
    if name.startswith("test_") and not hasattr(getattr(TargetContract, name), "pytestmark")
]


def broken(target: Any) -> set[str]:
    """Return the laws that a target breaks."""
    found = set()
    for name in _LAWS:
        law = getattr(TargetContract(), name)
        needs_user = "user" in signature(law).parameters
        user = {"user": target.create(draft_of())} if needs_user else {}
        try:
            law(target=target, **user)
        except (Exception, pytest.fail.Exception):  # noqa: BLE001  (a law is broken by any)
            found.add(name)
    return found


@contextmanager
def directory(kind: type[Directory], folder: Path) -> Iterator[Directory]:
    with open_store(f"sqlite:///{folder / 'onroll.db'}", for_writing=True) as store:
        yield kind(store.engine, "directory")


class LosesThePages(Directory):
    def users(self) -> Iterator[Sequence[TargetUser]]:
        yield [user for page in super().users() for user in page][:10]


class ListsTwice(Directory):
    def users(self) -> Iterator[Sequence[TargetUser]]:
        yield from super().users()
        yield from super().users()


class FindsPatterns(Directory):
    def find(self, attribute: str, value: str) -> Sequence[TargetUser]:
        everybody = [user for page in self.users() for user in page]
        start = value.rstrip("%_*").lower()
        return [one for one in everybody if one.attributes.get(attribute, "").startswith(start)]


class MindsTheCase(Directory):
    def find(self, attribute: str, value: str) -> Sequence[TargetUser]:
        found = super().find(attribute, value)
        return [one for one in found if value in (one.attributes.get(attribute), one.external_id)]


class WritesOverOthers(Directory):
    def update(self, user: TargetUser, change: Change) -> TargetUser:
        return super().update(self.read(user.id) or user, change)


class MakesThemAgain(Directory):
    def update(self, user: TargetUser, change: Change) -> TargetUser:
        if self.read(user.id) is None:
            return user
        return super().update(user, change)


class ForgetsToClear(Directory):
    def update(self, user: TargetUser, change: Change) -> TargetUser:
        filled = {name: one for name, one in change.attributes.items() if one is not None}
        return super().update(user, replace(change, attributes=filled))


class ForgetsTheManager(Directory):
    def update(self, user: TargetUser, change: Change) -> TargetUser:
        manager = None if change.manager_id is not None and change.attributes else change.manager_id
        return super().update(user, replace(change, manager_id=manager))


class AnswersAsAsked(Directory):
    """Says that all is written, and writes half of it."""

    def create(self, draft: Draft) -> TargetUser:
        kept = {k: v for k, v in draft.attributes.items() if k != "cost_center"}
        created = super().create(replace(draft, attributes=kept))
        return replace(created, attributes=draft.attributes)


class QuotesPeople(Directory):
    def create(self, draft: Draft) -> TargetUser:
        try:
            return super().create(draft)
        except Refused as refused:
            raise Refused(refused.code, f"{draft.attributes['username']} is taken") from None


class ClaimsTooMuch(Directory):
    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, attributes=frozenset({"username", "shoe_size"}))


class NeverObjects(Directory):
    def objections(self, attributes: dict[str, Json]) -> Sequence[Reason]:  # type: ignore[override]  # as careless as the rest
        return ()


class ShowsPasswords(Directory):
    last: Draft | None = None

    def create(self, draft: Draft) -> TargetUser:
        self.last = draft
        return super().create(draft)

    def __repr__(self) -> str:
        return f"ShowsPasswords({self.last and self.last.password})"


class KicksEverybodyOut(Directory):
    def update(self, user: TargetUser, change: Change) -> TargetUser:
        if change.leave:
            for page in list(self.users()):
                for one in page:
                    if one.id != user.id and one.groups & set(change.leave):
                        super().update(one, Change(leave=change.leave))
        return super().update(user, change)


def test_a_directory_without_mistakes_passes(tmp_path: Path) -> None:
    with directory(Directory, tmp_path) as target:
        assert broken(target) == set()
    assert len(_LAWS) > 20


@pytest.mark.parametrize(
    ("kind", "law"),
    [
        (LosesThePages, "test_more_users_than_a_page_has"),
        (ListsTwice, "test_more_users_than_a_page_has"),
        (ListsTwice, "test_a_created_user_is_listed"),
        (FindsPatterns, "test_no_pattern_finds_anybody"),
        (MindsTheCase, "test_a_user_is_found_by_name"),
        (WritesOverOthers, "test_a_user_that_changed_is_not_written"),
        (MakesThemAgain, "test_an_unknown_user_is_not_written"),
        (ForgetsToClear, "test_each_attribute_is_changed_and_cleared"),
        (ForgetsTheManager, "test_a_manager_is_set_and_cleared"),
        (AnswersAsAsked, "test_each_attribute_is_held"),
        (QuotesPeople, "test_no_message_names_a_person"),
        (ClaimsTooMuch, "test_capabilities_make_sense"),
        (NeverObjects, "test_objections_come_before_the_write"),
        (ShowsPasswords, "test_a_password_is_shown_nowhere"),
        (KicksEverybodyOut, "test_groups_are_joined_and_left"),
    ],
)
def test_a_directory_with_a_mistake_fails_a_law(
    kind: type[Directory], law: str, tmp_path: Path
) -> None:
    with directory(kind, tmp_path) as target:
        assert law in broken(target)
