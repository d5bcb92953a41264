"""`onroll preview`: what it says of people, beside the tables."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

import onroll as package
from onroll.cli.preview_words import unused_fields
from onroll.mapping.coverage import RawField
from onroll.testing.sandbox import Sandbox

from .conftest import at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onroll.service.preview import Preview

    from .conftest import Outcome

    Onroll = Callable[..., Outcome]

_CONNECTION = """\
format: 1
connections:
  berlin:
    connector: personio
    settings: {client_id: demo, client_secret: "s3cr3t-of-the-demo"}
    import: {time_zone: Europe/Berlin, create_days_before: 7, inactive_statuses: [leave]}
"""


def definition(*changes: tuple[str, str]) -> Path:
    """Write Personio's definition, changed, into the working directory."""
    text = Path(package.load("personio").definition.source.name).read_text(encoding="utf-8")
    text = text.partition("\nexamples:")[0] + "\n"
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path = Path("people.yaml")
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def sixty() -> Iterator[Sandbox]:
    with Sandbox(users=60) as running:
        yield running


def _shown(onroll: Onroll, sandbox: Sandbox, *arguments: str) -> str:
    return onroll("preview", *arguments, *at(sandbox), "--limit", "60").out


def test_unknown_statuses_are_listed_with_their_counts(onroll: Onroll, sixty: Sandbox) -> None:
    definition(("onboarding: onboarding, ", ""), ("inactive: inactive", "leave2: leave"))
    said = _shown(onroll, sixty, "./people.yaml")
    assert "status: its `map` does not know 'inactive' (4), 'onboarding' (3)" in said
    # Who has left is inactive, whatever the status says.
    assert "(by the default rules, UTC): 3 unknown, 53 active, 4 inactive" in " ".join(said.split())


def test_people_without_a_status_are_counted(onroll: Onroll, sixty: Sandbox) -> None:
    definition(("path: attributes.status.value", "path: attributes.no_status.value"))
    said = _shown(onroll, sixty, "./people.yaml")
    assert "status: 60 people have none, so an import does nothing to them" in said


def test_the_import_block_of_a_connection_counts(onroll: Onroll, sixty: Sandbox) -> None:
    Path("onroll.yaml").write_text(_CONNECTION)
    said = onroll("preview", "berlin", "--base-url", f"{sixty.url}/v1", "--limit", "60").out
    words = " ".join(said.split())
    assert "(by the rules of `berlin`, Europe/Berlin): 3 too early, 53 active, 4 inactive" in words
    assert "2031-01-31 00:00 Europe/Berlin (create_days_before: 7)" in words
    assert "left since 2015-02-27 00:00 Europe/Berlin" in words


def test_shared_names_are_listed(onroll: Onroll, sixty: Sandbox) -> None:
    definition(("username: attributes.email.value", "username: attributes.office.value.type"))
    said = _shown(onroll, sixty, "./people.yaml")
    assert "Shared by several people:" in said
    assert "  username Office (records 1, 2, 3, 4, 5 and " in said


def test_one_record_is_shown_beside_what_it_gives(onroll: Onroll, sixty: Sandbox) -> None:
    said = onroll("preview", "personio", *at(sixty), "--record", "2").out
    assert "Record 2 of 10, id 9001: inactive, status `inactive`" in said
    assert "…department…name" in said
    assert "Marketing" in said.partition("department…name")[2].partition("│")[0]


@pytest.mark.parametrize("half", ["--raw", "--mapped"])
def test_one_half_of_a_record_may_be_wanted(onroll: Onroll, sixty: Sandbox, half: str) -> None:
    said = onroll("preview", "personio", *at(sixty), "--record", "2", half).out
    assert "│" not in said
    assert ("attributes.gender.value" in said) is (half == "--raw")
    assert ("job_title" in said) is (half == "--mapped")


def test_a_record_that_is_not_there_is_said_so(onroll: Onroll, sixty: Sandbox) -> None:
    outcome = onroll("preview", "personio", *at(sixty), "--record", "99")
    assert (outcome.code, outcome.out) == (2, "")
    assert "there is no record 99: 60 were read, 1 to 60" in outcome.err


def test_as_many_records_are_read_as_the_wanted_one_takes(onroll: Onroll, sixty: Sandbox) -> None:
    outcome = onroll("preview", "personio", *at(sixty), "--record", "50")
    assert outcome.code == 0
    assert "Record 50 of 50, id 9049" in outcome.out


def test_what_is_folded_says_how_much_it_holds() -> None:
    schema = (
        RawField("id", used_by=["id"]),
        RawField("tag"),
        RawField("more.phone"),
        RawField("more.room"),
    )
    found = SimpleNamespace(schema=schema)
    assert unused_fields(cast("Preview", found)) == (["tag", "more (2 fields)"], [])


def test_a_field_that_no_record_has_is_named_all_the_same(onroll: Onroll, sixty: Sandbox) -> None:
    definition(("path: attributes.status.value", "path: state"))
    said = _shown(onroll, sixty, "./people.yaml", "--limit", "3")
    assert "state (in no record)" in said


@pytest.mark.parametrize("arguments", [("--limit", "60"), ("--record", "7")])
def test_all_of_it_fits_80_columns(
    onroll: Onroll,
    sixty: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    definition(
        ("onboarding: onboarding, ", ""),
        ("username: attributes.email.value", "username: attributes.office.value.type"),
    )
    said = onroll("preview", "./people.yaml", *at(sixty), *arguments).out
    assert max(len(line.rstrip()) for line in said.splitlines()) <= 80
