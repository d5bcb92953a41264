"""A draft is written as a definition that validates, with the reason behind each guess."""

from __future__ import annotations

from dataclasses import replace

import pytest

from onroll.definition.load import parse_definition
from onroll.drafting.draft import AuthDraft, Draft, SettingDraft
from onroll.drafting.evidence import Guess
from onroll.drafting.writing import CHECK, write_definition

ACCESS = AuthDraft(
    Guess({"method": "bearer", "token": "${settings.token}"}, "`Authorization` in the request"),
    {"token": SettingDraft("API token", is_secret=True, value="t0p-s3cret")},
    headers={"X-Tenant": "acme"},
)
DRAFT = Draft(
    name="acme",
    title="Acme: people & more",
    base_url=Guess("https://api.example.com/v1", ""),
    endpoint="/people",
    access=ACCESS,
    resource_location=Guess("data", "a list of 2 objects with `mail`"),
    pagination=Guess({"style": "page", "page_name": "page"}, "`page` in the answer", is_sure=False),
    total_count=Guess({"header": "X-Total"}, "`X-Total` says 5, 2 came"),
    attributes={
        "id": Guess("id", "`id`, different in 2 of 2"),
        "email": Guess("mail", "`mail`, an address in 2 of 2"),
        "username": Guess("mail", "no field for a login, so the address"),
        "custom": Guess({"shirt": {"path": "extra.shirt"}}, "kept for you"),
    },
    params={"expand": "all"},
    unmapped=("extra.shoe",),
)


def written(draft: Draft) -> str:
    return write_definition(draft, "../connector.schema.json")


def test_what_is_written_validates_and_says_the_same() -> None:
    definition = parse_definition(written(DRAFT))
    assert definition.title == "Acme: people & more"
    assert definition.list_users.pagination == {"style": "page", "page_name": "page"}
    assert definition.attributes["custom"] == {"shirt": {"path": "extra.shirt"}}
    assert definition.settings["token"].secret


def test_a_secret_is_declared_and_not_written() -> None:
    assert "t0p-s3cret" not in written(DRAFT)


def test_the_reason_stands_behind_the_guess_without_its_path() -> None:
    assert "  id: id          # different in 2 of 2\n" in written(DRAFT)


def test_what_is_not_sure_is_marked() -> None:
    assert f"# {CHECK}`page` in the answer" in written(DRAFT)
    assert written(DRAFT).count(CHECK) == 2  # and the status that is missing


def test_pagination_that_nothing_shows_is_asked_for() -> None:
    assert "name `pagination`" in written(replace(DRAFT, pagination=None))


@pytest.mark.parametrize("evidence", ["two\nlines: {", "a # sign", "tab\tand \x1b[0m control"])
def test_no_evidence_can_break_the_file(evidence: str) -> None:
    draft = replace(DRAFT, resource_location=Guess("data", evidence))
    assert str(parse_definition(written(draft)).list_users.resource_location) == "data"


def test_no_name_of_a_file_can_break_the_file() -> None:
    draft = replace(DRAFT, sources=("a.json\nname: evil", "b.yaml (GET /p, \x1b[31mred)"))
    assert parse_definition(written(draft)).name == "acme"


def test_fields_that_are_left_stand_at_the_end() -> None:
    assert written(DRAFT).endswith("\n# Not used: extra.shoe\n")


def test_a_draft_without_status_says_that_everyone_counts_as_active() -> None:
    assert "everyone listed counts as active" in written(DRAFT)
    draft = replace(DRAFT, attributes={**DRAFT.attributes, "status": Guess("state", "")})
    assert "everyone listed counts as active" not in written(draft)
