"""Prism answers every page with the same example: a reader must notice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from .command import assert_incomplete

if TYPE_CHECKING:
    from .command import CommandLine
    from .conftest import Personio

_SETTINGS = {"client_id": "id-of-the-tests", "client_secret": "secret-of-the-tests"}


@pytest.fixture
def where(personio: Personio) -> tuple[str, ...]:
    return ("--base-url", personio.url, "--auth-base-url", personio.auth_url)


def test_the_connection_test_says_that_page_two_repeats_page_one(
    onroll: CommandLine, where: tuple[str, ...]
) -> None:
    outcome = onroll("test", "personio", *where, "--json", settings=_SETTINGS)

    answer = outcome.json()
    checks = {check["name"]: check for check in answer["checks"]}
    assert answer["ok"] is False, outcome
    assert answer["total_count"] == 2, outcome
    for name in ("definition", "settings", "reach", "authenticate", "list", "records"):
        assert checks[name]["ok"], outcome
    assert not checks["pagination"]["ok"], outcome
    assert not checks["pagination"]["skipped"], outcome
    assert re.search(r"repeat|same|again", checks["pagination"]["detail"]), outcome
    assert outcome.exit_code == 4, outcome


def test_the_preview_shows_the_example_mapped(onroll: CommandLine, where: tuple[str, ...]) -> None:
    outcome = onroll("preview", "personio", *where, "--json", settings=_SETTINGS)

    assert outcome.exit_code == 0, outcome
    answer = outcome.json()
    assert len(answer["records"]) == 1, outcome
    [user] = answer["users"]
    example = answer["records"][0]["attributes"]
    assert user["id"] == str(example["id"]["value"]), outcome
    assert user["email"] == example["email"]["value"], outcome
    assert user["hire_date"] == example["hire_date"]["value"][:10], outcome
    assert answer["coverage"]["email"]["filled"] == 1, outcome


def test_the_fetch_stops_and_says_that_the_listing_is_incomplete(
    onroll: CommandLine, where: tuple[str, ...]
) -> None:
    listing = onroll.fetch("personio", *where, settings=_SETTINGS, timeout_seconds=60)

    assert_incomplete(listing)
    assert len(listing.users) == 1, listing
    assert listing.report["total_count"] == 2, listing
    assert listing.report["distinct"] == 1, listing
    assert listing.report["pages"] < 10, listing
