"""The connector for Slack: pages of any length, errors with the status 200, and who is a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import onroll

from .connectors import answering

_SETTINGS = {"token": "token-of-the-tests"}


class _Slack:
    """A workspace whose pages are as long as they happen to be, some of them empty."""

    def __init__(self, *pages: list[dict[str, Any]]) -> None:
        self.pages = pages
        self.queries: list[dict[str, list[str]]] = []

    def __call__(self, url: str) -> dict[str, Any]:
        query = parse_qs(urlsplit(url).query)
        self.queries.append(query)
        number = int(query.get("cursor", ["0"])[0])
        cursor = str(number + 1) if number + 1 < len(self.pages) else ""
        following = {"response_metadata": {"next_cursor": cursor}}
        return {"ok": True, "members": self.pages[number], **following}

    def users(self, **settings: str) -> onroll.Users:
        options = replace(answering(self), use_rate_limits=False)
        return onroll.load("slack").users({**_SETTINGS, **settings}, options=options)


def _member(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"U{number}", "deleted": False, "is_bot": False, **more}


def test_short_and_empty_pages_are_not_the_end() -> None:
    users = _Slack([_member(1)], [], [_member(2), _member(3)]).users()

    assert len(list(users)) == 3
    assert users.report.complete


def test_an_error_with_the_status_200_is_an_error_in_slack_s_words() -> None:
    options = answering(lambda _url: {"ok": False, "error": "missing_scope"})

    with pytest.raises(onroll.SourceError, match="missing_scope"):
        list(onroll.load("slack").users(_SETTINGS, options=options))


def test_bots_and_slack_s_own_helper_are_counted_and_left_out() -> None:
    users = _Slack([_member(1), _member(2, is_bot=True), {**_member(3), "id": "USLACKBOT"}]).users()

    assert [user.attributes["id"] for user in users] == ["U1"]
    assert (users.report.distinct, users.report.excluded) == (3, 2)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, "active"),
        ({"deleted": True}, "inactive"),
        ({"is_invited_user": True}, "onboarding"),
        ({"is_invited_user": True, "deleted": True}, "inactive"),
        ({"deleted": None}, None),
    ],
    ids=["active", "deactivated", "invited", "invited and deactivated", "not said"],
)
def test_a_member_s_status_follows_two_fields(more: dict[str, Any], status: str | None) -> None:
    [user] = _Slack([_member(1, **more)]).users()

    assert user.attributes["status"] == status


def test_the_workspace_is_named_only_where_it_is_set() -> None:
    slack = _Slack([_member(1)])
    list(slack.users())
    list(slack.users(team_id="T1"))

    assert "team_id" not in slack.queries[0]
    assert slack.queries[1]["team_id"] == ["T1"]
