"""The laws of targets. Subclasses say how an open one is made.

    class TestMine(TargetContract):
        @pytest.fixture
        def target(self) -> Iterator[Target]:
            with open_mine() as target:
                yield target

The target may hold users before; what is here in tests is told apart by random names. For
`test_more_users_than_a_page_has`, pages should be small.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, get_args

import pytest
from jsonschema import Draft202012Validator

from onroll.target import State, Target, TargetKind, TargetUser
from onroll.testing.contract_kinds import NAME, KindContract, loose_parts
from onroll.testing.contract_target_people import TEXTS, draft_of
from onroll.testing.contract_target_refusals import RefusalLaws
from onroll.testing.contract_target_writes import WritingLaws

__all__ = ["TargetContract", "TargetKindContract"]

#: More than the pages of a target that a test opens.
_MANY: Final = 30


class TargetKindContract(KindContract):
    """Laws of kinds of target: what is said of them, and the schema of their keys."""

    registered_as = "targets"

    def test_is_described(self, kind: TargetKind) -> None:
        """A kind has a plain name and a summary in one line."""
        assert NAME.fullmatch(kind.name), "letters, digits and single underscores"
        assert kind.summary.strip()
        assert "\n" not in kind.summary

    def test_schema_is_valid_and_described(self, kind: TargetKind) -> None:
        """The schema is JSON Schema 2020-12, closed, and says what each key is for."""
        Draft202012Validator.check_schema(kind.schema)
        assert not list(loose_parts(kind.schema, is_root=True))
        assert set(kind.schema.get("required", ())) <= set(kind.schema.get("properties", {}))
        assert "kind" not in kind.schema.get("properties", {}), "this key is onroll's own"


class TargetContract(WritingLaws, RefusalLaws):
    """What an import relies on: what is written is there, and what is refused is not."""

    @pytest.fixture
    def target(self) -> Target:
        """Return an open target."""
        raise NotImplementedError("a subclass of TargetContract has a fixture `target`")

    @pytest.fixture
    def user(self, target: Target) -> TargetUser:
        """Create a user."""
        return target.create(draft_of())

    def test_a_created_user_is_read(self, target: Target) -> None:
        """A user is there as it was created, by id, and `create` returns the same."""
        draft = draft_of()
        created = target.create(draft)
        assert created.attributes == draft.attributes
        assert (created.state, created.manager_id, created.groups) == ("active", None, frozenset())
        assert target.read(created.id) == created

    def test_a_created_user_is_listed(self, target: Target) -> None:
        """The list has a user once, as it is read alone."""
        created = target.create(draft_of())
        assert [one for page in target.users() for one in page if one.id == created.id] == [created]

    def test_more_users_than_a_page_has(self, target: Target) -> None:
        """All pages together have everybody once."""
        wanted = {target.create(draft_of()).id for _ in range(_MANY)}
        pages = list(target.users())
        ids = [one.id for page in pages for one in page]
        assert all(pages), "a page is never empty"
        assert len(set(ids)) == len(ids)
        assert wanted <= set(ids)

    def test_the_list_can_be_read_again(self, target: Target, user: TargetUser) -> None:
        """A list is read anew each time."""
        first = {one.id for page in target.users() for one in page}
        assert {one.id for page in target.users() for one in page} == first >= {user.id}

    def test_an_unknown_id_is_nobody(self, target: Target, user: TargetUser) -> None:
        """Nobody is read by an id that no user has."""
        assert target.read(f"{user.id[:-2]}zz") is None
        assert target.read("a/b?c=d#e") is None

    def test_a_user_is_found_by_name(self, target: Target) -> None:
        """Users are found by username and e-mail, whatever the case."""
        created = target.create(draft_of())
        target.create(draft_of())
        for attribute in ("username", "email"):
            value = created.attributes[attribute]
            assert list(target.find(attribute, value)) == [created]
            assert list(target.find(attribute, value.upper())) == [created]

    def test_a_user_is_found_by_the_source_id(self, target: Target) -> None:
        """A target that keeps the source's id finds users by it."""
        draft = draft_of()
        created = target.create(draft)
        kept = [created] if created.external_id is not None else []
        assert created.external_id in (draft.source_id, None)
        assert list(target.find("external_id", draft.source_id)) == kept

    @pytest.mark.parametrize("text", list(TEXTS.values()), ids=list(TEXTS))
    def test_nobody_is_found_by_an_odd_name(
        self, target: Target, user: TargetUser, text: str
    ) -> None:
        """No text gets out of the question that it stands in."""
        for attribute in ("username", "email", "external_id"):
            assert list(target.find(attribute, text)) == []
            assert list(target.find(attribute, text + user.attributes["username"])) == []

    def test_no_pattern_finds_anybody(self, target: Target, user: TargetUser) -> None:
        """What is a pattern elsewhere is just text."""
        for text in ("%", "*", user.attributes["username"][:-1] + "_", ""):
            assert user not in target.find("username", text)

    def test_capabilities_make_sense(self, target: Target) -> None:
        """They name our attributes and states; people can at least be active and suspended."""
        said = target.capabilities
        assert {"username", "email", "first_name", "last_name"} <= said.attributes
        assert {"active", "suspended"} <= said.states <= set(get_args(State))
        assert said.unique <= {"username", "email"}
        assert set(said.longest) <= said.attributes
        assert said.bulk >= 1

    def test_a_password_is_shown_nowhere(self, target: Target) -> None:
        """No `repr` has a password or a person's values."""
        draft = replace(draft_of(), password="correct-Horse-7-battery")  # noqa: S106  (nobody's)
        shown = f"{draft!r} {target.create(draft)!r} {target!r}"
        assert "correct-Horse" not in shown
        assert draft.attributes["email"] not in shown
