"""The connector for Redmine: which lists it asks for, and how they make a status."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import onroll

from .connectors import answering

_SETTINGS = {"api_key": "key-of-the-tests"}


class _Redmine:
    """A Redmine as it answers: no status in the list, pages cut, active people by default."""

    def __init__(self, *statuses: int, largest_page: int = 100) -> None:
        self.statuses = statuses
        self.largest_page = largest_page
        self.urls: list[str] = []

    def __call__(self, url: str) -> dict[str, Any]:
        self.urls.append(url)
        query = parse_qs(urlsplit(url).query, keep_blank_values=True)
        status = query.get("status", ["1"])[0]
        people = [
            {"id": number, "login": f"u{number}", "mail": f"u{number}@example.test"}
            for number, has in enumerate(self.statuses, 1)
            if status in ("", str(has))
        ]
        offset = int(query["offset"][0])
        page = people[offset : offset + min(int(query["limit"][0]), self.largest_page)]
        return {"users": page, "total_count": len(people), "offset": offset, "limit": len(page)}

    def read(self) -> tuple[list[Any], onroll.Users]:
        people = onroll.load("redmine").users(_SETTINGS, options=answering(self))
        return [user.attributes["status"] for user in people], people


def test_locked_people_are_inactive_and_registered_ones_are_onboarding() -> None:
    statuses, _ = _Redmine(1, 3, 2, 1).read()

    assert statuses == ["active", "inactive", "onboarding", "active"]


def test_people_of_every_status_are_listed_and_counted() -> None:
    _, people = _Redmine(1, 3, 2, 1).read()

    assert people.report.complete
    assert people.report.distinct == 4


def test_locked_people_on_later_pages_are_inactive_too() -> None:
    statuses, people = _Redmine(*[1, 3] * 20, largest_page=7).read()

    assert statuses == ["active", "inactive"] * 20
    assert people.report.complete


def test_the_lists_by_status_are_read_once_however_many_people_there_are() -> None:
    redmine = _Redmine(*[1] * 250)
    redmine.read()

    assert len([url for url in redmine.urls if "status=3" in url]) == 1


def test_the_address_is_needed_unless_it_is_overridden() -> None:
    people = onroll.load("redmine").users(_SETTINGS)

    with pytest.raises(onroll.SettingsError):
        list(people)


def test_the_key_does_not_travel_unencrypted() -> None:
    people = onroll.load("redmine").users({**_SETTINGS, "url": "http://redmine.example.com"})

    with pytest.raises(onroll.SettingsError, match="unencrypted"):
        list(people)
