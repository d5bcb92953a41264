"""The laws of targets about what is written: it is there afterwards, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from onroll.target import STATES, Change, Refused, State, Target, TargetUser
from onroll.testing.contract_target_people import FORMED, TEXTS, draft_of

__all__ = ["WritingLaws"]


class WritingLaws:
    """What the capabilities name is really held."""

    def test_each_attribute_is_held(self, target: Target) -> None:
        """Every attribute that the capabilities name comes back as it was written."""
        draft = draft_of()
        for name in target.capabilities.attributes - set(draft.attributes):
            value = FORMED.get(name, f"{name} of hers")
            draft = replace(draft, attributes={**draft.attributes, name: value})
        if "alternate_email" in draft.attributes:
            changed = {**draft.attributes, "alternate_email": "hopper@home.example"}
            draft = replace(draft, attributes=changed)
        created = target.create(draft)
        assert created.attributes == draft.attributes
        assert target.read(created.id) == created

    def test_each_attribute_is_changed_and_cleared(self, target: Target, user: TargetUser) -> None:
        """Each attribute is written alone, changed and cleared, and takes no other along."""
        before = dict(user.attributes)
        for name in sorted(target.capabilities.attributes - {"username", "email"}):
            value = FORMED.get(name, "one@home.example")
            other = value if name in FORMED else "two@home.example"
            for new in (value, other, None):
                user = target.update(user, Change(attributes={name: new}))
                expected = {**before, name: new}
                held = {key: one for key, one in expected.items() if one is not None}
                assert user.attributes == held, name
                assert target.read(user.id) == user
            before = dict(user.attributes)

    def test_names_are_changed(self, target: Target, user: TargetUser) -> None:
        """A user that gets another username and e-mail stays the same user."""
        new = draft_of().attributes
        renamed = target.update(user, Change(attributes=new))
        assert (renamed.id, renamed.attributes) == (user.id, new)
        assert list(target.find("email", new["email"])) == [renamed]
        assert list(target.find("email", user.attributes["email"])) == []

    def test_names_that_were_given_up_are_free(self, target: Target, user: TargetUser) -> None:
        """Who needs the former name of somebody may have it."""
        target.update(user, Change(attributes=draft_of().attributes))
        again = target.create(draft_of(user.attributes["username"]))
        assert again.id != user.id

    def test_custom_attributes_are_held(self, target: Target) -> None:
        """Where there may be custom attributes, they keep their JSON types."""
        if not target.capabilities.has_custom:
            assert not target.capabilities.can_hold("custom.shoe_size")
            return
        custom = {"custom.shoe_size": 38, "custom.tags": ["a", {"b": None}], "custom.is_new": True}
        created = target.create(draft_of(attributes=custom))
        assert created.attributes.items() >= custom.items()
        cleared = target.update(created, Change(attributes={"custom.shoe_size": None}))
        assert "custom.shoe_size" not in cleared.attributes
        assert cleared.attributes["custom.is_new"] is True

    @pytest.mark.parametrize("text", list(TEXTS.values()), ids=list(TEXTS))
    def test_any_text_comes_back(self, target: Target, user: TargetUser, text: str) -> None:
        """Quotes, emoji and long text are kept as they are; or it is said how long text may be."""
        longest = target.capabilities.longest.get("job_title", len(text))
        wanted = text[:longest]
        changed = target.update(user, Change(attributes={"job_title": wanted}))
        assert changed.attributes["job_title"] == wanted
        created = target.create(draft_of(attributes={"job_title": wanted}))
        assert created.attributes["job_title"] == wanted

    @pytest.mark.parametrize("state", STATES)
    def test_each_state_is_held(self, target: Target, user: TargetUser, state: State) -> None:
        """States that the capabilities name are created and written; no other is taken."""
        if state in target.capabilities.states:
            assert target.create(draft_of(state=state)).state == state
            changed = target.update(user, Change(state=state))
            assert (changed.state, changed.attributes) == (state, user.attributes)
            return
        draft = draft_of(state=state)
        with pytest.raises(Refused):
            target.create(draft)
        assert list(target.find("username", draft.attributes["username"])) == []
        with pytest.raises(Refused):
            target.update(user, Change(state=state))

    def test_a_user_is_suspended_and_comes_back(self, target: Target, user: TargetUser) -> None:
        """Access ends and begins again, and nothing else of the user changes."""
        suspended = target.update(user, Change(state="suspended"))
        assert suspended.state == "suspended"
        back = target.update(suspended, Change(state="active", attributes={"job_title": "Admiral"}))
        assert back.state == "active"
        assert back.attributes == {**user.attributes, "job_title": "Admiral"}

    def test_a_user_is_created_with_a_manager(self, target: Target, user: TargetUser) -> None:
        """Who has a manager who is there gets one with the creation."""
        if not target.capabilities.has_manager:
            return
        created = target.create(replace(draft_of(), manager_id=user.id))
        assert created.manager_id == user.id
        now = target.read(created.id)
        assert now is not None
        assert now.manager_id == user.id

    def test_a_manager_is_set_and_cleared(self, target: Target, user: TargetUser) -> None:
        """A manager is named by id, and goes again; other changes leave it alone."""
        if not target.capabilities.has_manager:
            return
        boss, other = target.create(draft_of()), target.create(draft_of())
        user = target.update(user, Change(manager_id=boss.id))
        assert user.manager_id == boss.id
        user = target.update(user, Change(attributes={"job_title": "Captain"}))
        assert user.manager_id == boss.id
        user = target.update(user, Change(manager_id=other.id))
        assert user.manager_id == other.id
        user = target.update(user, Change(manager_id=None))
        assert user.manager_id is None
        assert target.read(user.id) == user

    def test_groups_are_joined_and_left(self, target: Target, user: TargetUser) -> None:
        """Groups are there when somebody joins; to join or leave twice is nothing new."""
        if not target.capabilities.has_groups:
            return
        one, two = f"Sales {uuid4().hex[:8]}", f'"Büro" 👋 {uuid4().hex[:8]}'
        user = target.update(user, Change(join=(one, two)))
        assert user.groups == {one, two}
        second = target.update(target.create(draft_of()), Change(join=(one,)))
        user = target.update(user, Change(join=(one,), leave=(two, "nobody is in here")))
        user = target.update(user, Change(leave=(two,)))
        assert user.groups == {one}
        assert target.read(user.id) == user
        listed = {each.id: each.groups for page in target.users() for each in page}
        assert listed[user.id] == listed[second.id] == {one}
        user = target.update(user, Change(leave=(one,)))
        kept = target.read(second.id)
        assert user.groups == frozenset()
        assert kept is not None
        assert kept.groups == {one}

    def test_the_source_id_is_kept_when_a_user_is_linked(
        self, target: Target, user: TargetUser
    ) -> None:
        """A user that was there before gets the source's id, where the target keeps one."""
        linked = target.update(user, Change(source_id="linked-7"))
        assert linked.external_id in ("linked-7", None)
        assert linked.attributes == user.attributes
