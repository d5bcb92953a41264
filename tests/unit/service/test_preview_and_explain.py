"""Preview and explain: a sample with its coverage, and the plan in words."""

from __future__ import annotations

import pytest

from onroll.service.explain import explain

from .servers import asking, company, connector, people


def test_a_preview_has_as_many_records_as_asked_for() -> None:
    preview = connector().preview(limit=3, options=asking(company(9)))
    assert [item.id for item in preview.items] == ["p1", "p2", "p3"]
    assert preview.total_count == 9
    assert preview.coverage["email"].filled == 3


@pytest.mark.parametrize(("limit", "requests"), [(1, 1), (2, 1), (3, 2), (20, 3)])
def test_a_preview_asks_for_no_more_pages_than_it_needs(limit: int, requests: int) -> None:
    asked = []
    honest = company(4)

    def serve(request):  # type: ignore[no-untyped-def]
        asked.append(request)
        return honest(request)

    connector().preview(limit=limit, options=asking(serve))
    assert len(asked) == requests


def test_a_preview_shows_records_beside_users_and_who_was_refused() -> None:
    records = [*people("a"), {"email": "x", "extra": 1}]
    preview = connector({"pagination": {"style": "none"}}).preview(
        options=asking(lambda _: {"people": records, "total": 2})
    )
    shown = preview.as_json()
    assert shown["users"] == [
        {"id": "a", "username": "a", "email": "a@example.test", "status": "active"}
    ]
    assert shown["records"] == records
    assert shown["refused"] == [
        {
            "record": 2,
            "id": None,
            "reasons": [{"attribute": "id", "code": "no-id", "message": "the record has no id"}],
        }
    ]
    assert shown["unmapped"] == ["extra"]


_EXPLAINED = """\
Acme HR (acme)
People of Acme.

1. Authenticate with `login`: The API's own login call, which answers with a token.
   POST https://<company>.example.test/v1/auth
   One token serves all requests; it is renewed before it expires,
   and once more if the API answers 401.
   Settings to supply: company, api_key (secret).
2. Ask for people:
   GET https://<company>.example.test/v1/people?active=true&limit=100&offset=0
   Records: the list at `data.people`. Total count: `meta.total`.
   Each answer must have `ok` = true.
3. Go on with `offset`: Skip as many records as were received.
   limit_name: limit
   limit: 100
   offset_name: offset
   more: body meta.has_more, equals true
   Another page exists while `meta.has_more` = true.
4. The listing ends with as many different ids as the total count, or an empty page.
   A short page is no end. The listing is complete only with that proof and when the total agrees;
   an id listed twice makes it incomplete.
   At most 5 requests a second and 100 requests a minute are sent.
5. For each person ask for `job`, 4 at once at most:
   GET https://<company>.example.test/v1/people/<record.id>/job
   What lies at `job` joins the record as `job`.
6. Read the list `team` once:
   GET https://<company>.example.test/v1/teams
   The entry whose `id` equals the record's `job.team_id`
   joins the record as `team`.

Maps 4 attributes: id, email, username, team.
There is no status: everyone listed counts as active.
Verified: documentation, 2026-01-02."""


def test_a_definition_is_explained_in_the_order_of_its_requests() -> None:
    acme = connector(
        {
            "params": {"active": True},
            "resource_location": "data.people",
            "total_count": "meta.total",
            "pagination": {
                "style": "offset",
                "limit_name": "limit",
                "limit": 100,
                "offset_name": "offset",
                "more": {"body": "meta.has_more", "equals": True},
            },
            "details": {
                "job": {"endpoint": "/people/${record.id}/job", "resource_location": "job"}
            },
        },
        title="Acme HR",
        description="People of Acme.",
        base_url="https://${settings.company}.example.test/v1",
        settings={"company": {}, "api_key": {"secret": True}},
        auth={
            "method": "login",
            "endpoint": "/auth",
            "json": {"key": "${settings.api_key}"},
            "token": "token",
        },
        success={"body": "ok", "equals": True},
        limits={"requests_per_second": 5, "requests_per_minute": 100},
        lookups={
            "team": {
                "endpoint": "/teams",
                "resource_location": "items",
                "key": "id",
                "match": "job.team_id",
                "pagination": {"style": "none"},
            }
        },
        attributes={"id": "id", "email": "email", "username": "id", "team": "team.name"},
        verified={"by": "documentation", "date": "2026-01-02"},
    )
    assert explain(acme.definition).text() == _EXPLAINED


def test_who_is_left_out_is_explained() -> None:
    exclude = [{"path": "kind", "in": ["bot", "guest"]}, {"attribute": "email", "present": False}]
    explained = explain(connector({"exclude": exclude}).definition).text()
    assert "Left out, after they were counted: records with `kind` = bot or guest." in explained
    assert "Left out, after they were counted: records with `email` absent." in explained


def test_a_method_that_needs_a_person_is_explained_with_the_command_for_it() -> None:
    auth = {
        "method": "oauth2_authorization_code",
        "authorization_url": "https://login.example.test/authorize",
        "access_token_url": "https://login.example.test/token",
        "client_id": "app",
    }
    explained = explain(connector(auth=auth).definition).text()
    assert "Somebody allows access first, once: `onroll login acme`." in explained
