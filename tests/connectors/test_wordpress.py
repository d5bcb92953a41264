"""The connector for WordPress: a status made of roles, and people who are counted and not shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

import onroll
from onroll.http.replay import Replay
from onroll.model import Headers, Response

_SETTINGS = {"username": "admin", "application_password": "password-of-the-tests"}


def _users(*people: dict[str, Any], total: int | None = None) -> onroll.Users:
    counted = str(len(people) if total is None else total)
    headers = Headers({"X-WP-Total": counted, "X-WP-TotalPages": "1"})
    body = json.dumps(people).encode()
    transport = Replay(lambda asked: Response(200, headers, body, asked.url))
    options = onroll.Options(base_url="http://127.0.0.1:1/here", transport=transport)
    return onroll.load("wordpress").users(_SETTINGS, options=options)


@pytest.mark.parametrize(
    ("record", "status"),
    [
        ({"roles": ["author"]}, "active"),
        ({"roles": ["author", "editor"]}, "active"),
        ({"roles": []}, "inactive"),
        ({}, None),
    ],
    ids=["one role", "two roles", "no role", "roles that are not shown"],
)
def test_who_has_no_role_is_inactive_and_nobody_else(
    record: dict[str, Any], status: str | None
) -> None:
    [user] = _users({"id": 1, "email": "a@example.test", "username": "a", **record})

    assert user.attributes["status"] == status


def test_people_who_are_counted_and_not_shown_make_it_incomplete() -> None:
    users = _users({"id": 1, "roles": ["author"]}, total=2)
    list(users)

    assert not users.report.complete
    assert users.report.total_count == 2
