"""scim2-server lists 1,200 people in an order of its own, by index or by cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .command import assert_complete
from .servers.people import people

if TYPE_CHECKING:
    from pathlib import Path

    from .command import CommandLine
    from .servers.scim import Scim


def test_the_index_that_starts_at_one_gives_all_people(
    onroll: CommandLine, scim_by_index: Scim
) -> None:
    listing = onroll.fetch(
        "scim", "--base-url", scim_by_index.base_url, settings={"token": scim_by_index.token}
    )

    assert_complete(listing, scim_by_index.count)
    assert listing.report["proof"] == "total", listing
    assert listing.emails == {person.email for person in people()}, listing


def test_the_index_also_gives_all_people_where_pages_are_capped(
    onroll: CommandLine, scim_by_cursor: Scim
) -> None:
    # The same connector against a server that prefers cursors and caps pages at 100: an index
    # that is asked for is answered by index.
    listing = onroll.fetch(
        "scim", "--base-url", scim_by_cursor.base_url, settings={"token": scim_by_cursor.token}
    )

    assert_complete(listing, scim_by_cursor.count)
    assert listing.emails == {person.email for person in people()}, listing


def test_the_cursor_gives_all_people(
    onroll: CommandLine, scim_by_cursor: Scim, definitions: Path
) -> None:
    listing = onroll.fetch(
        definitions / "scim-cursor.yaml",
        "--base-url",
        scim_by_cursor.base_url,
        settings={"token": scim_by_cursor.token},
    )

    assert_complete(listing, scim_by_cursor.count)
    assert listing.report["proof"] in {"total", "end_marker"}, listing
    assert listing.report["pages"] == 12, listing
    numbers = {user["employee_number"] for user in listing.users}
    assert numbers == {person.id for person in people()}, listing


def test_only_people_who_changed_since_a_moment_are_asked_for(
    onroll: CommandLine, scim_by_index: Scim
) -> None:
    settings = {"token": scim_by_index.token}
    base = ("scim", "--base-url", scim_by_index.base_url)

    everybody = onroll.fetch(*base, "--updated-since", "2000-01-01", settings=settings)
    nobody = onroll.fetch(*base, "--updated-since", "2999-01-01", settings=settings)

    assert_complete(everybody, scim_by_index.count)
    assert everybody.report["partial"], everybody
    assert everybody.report["updated_since"] == "2000-01-01T00:00:00Z", everybody
    assert (nobody.report["complete"], nobody.report["distinct"]) == (True, 0), nobody
