"""The laws of targets about what is refused: nothing of it is written, and it is said so."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from onroll.target import Change, Refused, Stale, Target, TargetUser
from onroll.testing.contract_target_people import draft_of

__all__ = ["RefusalLaws"]


class RefusalLaws:
    """One person's trouble ends no run, and shows no value."""

    def test_unique_names_are_unique(self, target: Target, user: TargetUser) -> None:
        """Nobody is created with a name that somebody has, in whatever case, and it is said so."""
        for name in target.capabilities.unique:
            taken = {name: user.attributes[name].upper()}
            draft = draft_of(attributes=taken)
            with pytest.raises(Refused) as caught:
                target.create(draft)
            assert caught.value.code == "not_unique"
            free = next(one for one in ("username", "email") if one != name)
            assert list(target.find(free, draft.attributes[free])) == []
            other = target.create(draft_of())
            with pytest.raises(Refused) as caught:
                target.update(other, Change(attributes=taken))
            assert caught.value.code == "not_unique"
            assert target.read(other.id) == other

    def test_unique_names_beyond_ascii_are_unique(self, target: Target) -> None:
        """Letters of other alphabets have two cases, too."""
        mark = uuid4().hex[:12]
        target.create(draft_of(attributes={"username": f"zoë-{mark}"}))
        with pytest.raises(Refused) as caught:
            target.create(draft_of(attributes={"username": f"ZOË-{mark}"}))
        assert caught.value.code == "not_unique"

    def test_own_names_are_no_clash(self, target: Target, user: TargetUser) -> None:
        """A user may be written with the names that it has, or with another case of them."""
        louder = {"username": user.attributes["username"].upper()}
        changed = target.update(user, Change(attributes={**user.attributes, **louder}))
        assert changed.attributes == {**user.attributes, **louder}

    def test_a_user_that_changed_is_not_written(self, target: Target, user: TargetUser) -> None:
        """Who decided on an older state writes nothing."""
        now = target.update(user, Change(attributes={"job_title": "Captain"}))
        for change in (
            Change(attributes={"job_title": "Cook"}),
            Change(attributes={"email": "cook@example.com"}),
            Change(state="suspended"),
            *([Change(join=("Cooks",))] if target.capabilities.has_groups else []),
        ):
            with pytest.raises(Stale):
                target.update(user, change)
        assert target.read(user.id) == now

    def test_an_unknown_user_is_not_written(self, target: Target, user: TargetUser) -> None:
        """A user that is gone is refused, and not made again."""
        gone = replace(user, id=f"{user.id[:-2]}zz")
        for change in (
            Change(attributes={"job_title": "Captain"}),
            Change(attributes={"phone": "+49 30 1"}),
        ):
            with pytest.raises(Refused) as caught:
                target.update(gone, change)
            assert caught.value.code == "not_found"
        assert target.read(gone.id) is None

    def test_objections_come_before_the_write(self, target: Target) -> None:
        """Right values bring no objection; a missing username does, and is not written."""
        assert list(target.objections(draft_of().attributes)) == []
        assert [one.attribute for one in target.objections({"username": None})] == ["username"]
        draft = draft_of(attributes={"username": None})
        with pytest.raises(Refused):
            target.create(draft)
        assert list(target.find("email", draft.attributes["email"])) == []

    def test_too_long_text_is_objected_to(self, target: Target) -> None:
        """What the capabilities bound in length is objected to when it is longer."""
        for name, longest in target.capabilities.longest.items():
            assert [one.attribute for one in target.objections({name: "x" * (longest + 1)})] == [
                name
            ]

    def test_half_a_letter_is_that_person_s_problem(self, target: Target, user: TargetUser) -> None:
        """Text that no encoding can write is refused, and ends no run."""
        with pytest.raises(Refused):
            target.create(draft_of(attributes={"job_title": "\ud83d"}))
        with pytest.raises(Refused):
            target.update(user, Change(attributes={"job_title": "\ud83d"}))
        for text in ("\ud83d", "\0", "\r\n"):
            assert list(target.find("username", text)) == []
        assert target.read(user.id) == user

    def test_no_message_names_a_person(self, target: Target, user: TargetUser) -> None:
        """What is refused is told in terms of attributes."""
        twin = draft_of(attributes={"username": user.attributes["username"]})
        with pytest.raises(Refused) as caught:
            target.create(twin)
        told = f"{caught.value!r} {caught.value.message}"
        assert not [text for text in twin.attributes.values() if text in told]
