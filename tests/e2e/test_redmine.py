"""Redmine caps pages at 100 without a word, and lists 1,201 people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .command import assert_complete, assert_incomplete
from .servers.people import people

if TYPE_CHECKING:
    from .command import CommandLine
    from .servers.redmine import Redmine


def test_the_fetch_gives_all_people_and_proves_it_by_the_total(
    onroll: CommandLine, redmine: Redmine
) -> None:
    listing = onroll.fetch(
        "redmine", "--base-url", redmine.url, settings={"api_key": redmine.api_key}
    )

    assert_complete(listing, redmine.count)
    assert listing.report["proof"] == "total", listing
    assert listing.report["total_count"] == redmine.count, listing
    assert listing.report["duplicates"] == 0, listing
    assert listing.report["pages"] >= 13, listing
    assert listing.emails >= {person.email for person in people()}, listing
    names = {(user["first_name"], user["last_name"]) for user in listing.users}
    assert names >= {(person.first_name, person.last_name) for person in people()}, listing


def test_the_connection_test_passes(onroll: CommandLine, redmine: Redmine) -> None:
    outcome = onroll(
        "test", "redmine", "--base-url", redmine.url, "--json",
        environment={"ONROLL_REDMINE_API_KEY": redmine.api_key},
    )  # fmt: skip

    answer = outcome.json()
    checks = {check["name"]: check for check in answer["checks"]}
    assert outcome.exit_code == 0, outcome
    assert answer["ok"] is True, outcome
    assert answer["total_count"] == redmine.count, outcome
    assert checks["pagination"]["ok"], outcome
    assert redmine.api_key not in outcome.stdout + outcome.stderr


def test_a_wrong_key_is_an_error_and_not_an_empty_company(
    onroll: CommandLine, redmine: Redmine
) -> None:
    wrong = "0123456789" * 4
    listing = onroll.fetch("redmine", "--base-url", redmine.url, settings={"api_key": wrong})

    assert_incomplete(listing)
    assert listing.users == [], listing
    assert "401" in listing.outcome.stderr, listing
