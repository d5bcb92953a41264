"""The connector for Auth0: a list of a thousand is never taken for a whole one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import onroll

from .connectors import answering

_SETTINGS = {"domain": "company.example.com", "client_id": "id", "client_secret": "secret"}


def _read(people: int) -> onroll.Users:
    """Read a tenant as Auth0 answers: pages from 0, and nobody behind the first thousand."""

    def answer(url: str) -> dict[str, Any]:
        page = int(parse_qs(urlsplit(url).query)["page"][0])
        numbers = range(page * 100, min(people, page * 100 + 100, 1000))
        users = [{"user_id": f"auth0|{number}", "email": "a@example.test"} for number in numbers]
        return {"start": page * 100, "users": users, "total": min(people, 1000)}

    options = replace(answering(answer), use_auth=False, use_rate_limits=False)
    users = onroll.load("auth0").users(_SETTINGS, options=options)
    assert len(list(users)) == min(people, 1000)
    return users


def test_a_tenant_of_999_users_is_complete() -> None:
    assert _read(999).report.complete


def test_a_tenant_of_more_is_not_complete_though_the_total_agrees() -> None:
    report = _read(1200).report

    assert not report.complete
    assert report.total_count == report.distinct == 1000
    assert "limits.records" in report.reasons[0]
