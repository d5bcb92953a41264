"""450 people, a server that caps pages at 100 and always tells the total.

Connector engines that step by the limit they asked for, or end at a short page, give 100 or 250
people here and call it a success.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.testing.sandbox import Sandbox

from .command import assert_complete

if TYPE_CHECKING:
    from pathlib import Path

    from .command import CommandLine

_SETTINGS = {"client_id": "id-of-the-tests", "client_secret": "secret-of-the-tests"}
_PEOPLE = 450


def test_the_shipped_connector_gives_all_people(onroll: CommandLine) -> None:
    with Sandbox(users=_PEOPLE, faults=("page-cap=100",)) as sandbox:
        listing = onroll.fetch(
            "personio", "--base-url", f"{sandbox.url}/v1", "--no-rate-limit", settings=_SETTINGS
        )

    assert_complete(listing, _PEOPLE)
    assert listing.report["proof"] == "total", listing


def test_a_definition_that_asks_for_200_gives_all_people(
    onroll: CommandLine, definitions: Path
) -> None:
    with Sandbox(users=_PEOPLE, faults=("page-cap=100",)) as sandbox:
        listing = onroll.fetch(
            definitions / "large-pages.yaml",
            "--base-url",
            f"{sandbox.url}/v1",
            settings=_SETTINGS,
        )

    assert_complete(listing, _PEOPLE)
    assert listing.report["proof"] == "total", listing
    assert listing.report["total_count"] == _PEOPLE, listing
    assert listing.report["pages"] >= 5, listing
