"""The connector for SCIM 2.0: its index, and services that do it their own way."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import onroll

from .connectors import answering

_SETTINGS = {"token": "token-of-the-tests"}


class _Service:
    """A SCIM service with so many users and pages of its own size."""

    def __init__(self, count: int, largest_page: int = 100) -> None:
        self.users = [{"id": f"u{number}", "active": True} for number in range(count)]
        self.largest_page = largest_page
        self.indexes: list[int] = []

    def __call__(self, url: str) -> dict[str, Any]:
        query = parse_qs(urlsplit(url).query)
        index = int(query["startIndex"][0])
        self.indexes.append(index)
        size = min(int(query["count"][0]), self.largest_page)
        page = self.users[index - 1 : index - 1 + size]
        answer: dict[str, Any] = {"totalResults": len(self.users), "startIndex": index}
        return {**answer, "Resources": page} if page else answer


def test_the_index_starts_at_one_and_goes_on_by_what_was_received() -> None:
    service = _Service(250, largest_page=60)
    people = onroll.load("scim").users(_SETTINGS, options=answering(service))

    assert len(list(people)) == 250
    assert people.report.complete
    # The last one finds nobody behind the total.
    assert service.indexes == [1, 61, 121, 181, 241, 251]


def test_a_list_that_is_left_out_means_nobody() -> None:
    people = onroll.load("scim").users(_SETTINGS, options=answering(_Service(0)))

    assert list(people) == []
    assert people.report.complete


def _emails(*emails: dict[str, Any]) -> Any:
    def answer(_url: str) -> dict[str, Any]:
        users = [{"id": "1", "emails": list(emails)}]
        return {"totalResults": 2, "Resources": users} if emails else {"totalResults": 0}

    people = onroll.load("scim").users(_SETTINGS, options=answering(answer))
    return next(iter(people)).attributes.get("email")


HOME = {"value": "home@example.test", "type": "home"}
WORK = {"value": "work@example.test", "type": "work"}
BEST = {"value": "best@example.test", "type": "work", "primary": True}
PRIMARY = {"value": "primary@example.test", "primary": True}


@pytest.mark.parametrize(
    ("emails", "taken"),
    [
        ((HOME, WORK, BEST), BEST),
        ((HOME, PRIMARY, WORK), WORK),
        ((HOME, PRIMARY), PRIMARY),
        ((HOME,), HOME),
    ],
    ids=["primary work", "work", "primary", "only"],
)
def test_of_several_addresses_the_one_for_work_is_taken(
    emails: tuple[dict[str, Any], ...], taken: dict[str, Any]
) -> None:
    assert _emails(*emails) == taken["value"]


def test_a_user_without_active_is_not_taken_for_active() -> None:
    def answer(_url: str) -> dict[str, Any]:
        return {"totalResults": 2, "Resources": [{"id": "1"}]}

    user = next(iter(onroll.load("scim").users(_SETTINGS, options=answering(answer))))

    assert user.attributes["status"] is None
