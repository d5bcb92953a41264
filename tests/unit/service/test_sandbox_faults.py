"""Every failure that the sandbox can serve, end to end: who comes, and what is said of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

import onroll
from onroll.definition.load import parse_definition
from onroll.errors import SourceError
from onroll.service.connector import Connector
from onroll.testing.sandbox import Sandbox
from onroll.testing.sandbox.faults import FAULTS

SETTINGS = {"client_id": "me", "client_secret": "right"}
USERS = 130

_TOKEN = {
    "method": "oauth2_client_credentials",
    "access_token_url": "https://api.personio.de/v2/auth/token",
    "client_id": "${settings.client_id}",
    "client_secret": "${settings.client_secret}",
    "client_auth": "post",
}
_SIZE = {"limit_name": "limit", "limit": 50}
_PAGINATION: dict[str, dict[str, Any]] = {
    "cursor": {
        "style": "cursor",
        "cursor_name": "cursor",
        "cursor": {"body": "_meta.links.next.href", "parameter": "cursor"},
        **_SIZE,
    },
    "next_link": {"style": "next_link", "next": "_meta.links.next.href", **_SIZE},
}


def _persons(style: str) -> Connector:
    """Make a small definition of API v2 that pages in this style."""
    written = {
        "format": 1,
        "name": "persons",
        "base_url": "https://api.personio.de",
        "settings": {"client_id": {}, "client_secret": {"secret": True}},
        "auth": _TOKEN,
        "list_users": {
            "endpoint": "/v2/persons",
            "resource_location": "_data",
            "pagination": _PAGINATION[style],
        },
        "attributes": {"id": "id", "email": "email", "username": "email"},
    }
    return Connector(parse_definition(json.dumps(written)))


@dataclass
class Result:
    ids: list[str]
    report: onroll.ListingReport
    error: SourceError | None


def _read(
    connector: str,
    *faults: str,
    users: int = USERS,
    attempts: int = 3,
    concurrency: int | None = None,
) -> Result:
    is_v1 = connector == "personio"
    chosen = onroll.load("personio") if is_v1 else _persons(connector)
    with Sandbox(users=users, faults=faults) as sandbox:
        base = sandbox.url + ("/v1" if is_v1 else "")
        options = onroll.Options(
            base_url=base,
            auth_base_url=base,
            use_rate_limits=False,
            attempts=attempts,
            concurrency=concurrency,
        )
        listing = chosen.users(SETTINGS, options=options)
        ids: list[str] = []
        error = None
        try:
            for user in listing:
                ids.append(user.id)  # noqa: PERF401  (those before an error count too)
        except SourceError as caught:
            error = caught
        return Result(ids, listing.report, error)


@dataclass(frozen=True)
class Case:
    """What must come of a fault: how many people, by which proof, or why not."""

    fault: str
    people: int = USERS
    proof: str | None = None
    reason: str = ""
    error: str | None = None
    refused: int = 0
    retries: bool = False
    #: 1 where it counts which request comes second.
    concurrency: int | None = None

    def __str__(self) -> str:
        return self.fault


_V1 = [
    Case("page-cap=30", proof="total"),
    Case("drift", 129, reason="total_count changed from 130 to 129 at page 2"),
    Case("duplicate", reason="page 2 lists 1 record again"),
    Case("first=60", 60, proof="total"),
    Case("lost", 129, reason="total_count says 130, but 129 different people were received"),
    Case("empty", 0, proof="empty_page"),
    Case("short-page", proof="total"),
    Case(
        "empty-page=2",
        100,
        reason="total_count says 130, but 100 different people",
        concurrency=1,
    ),
    Case("repeat-page", 100, reason="page 2 repeats records and brings no new one"),
    Case("total-text", proof="total"),
    Case("total-null", proof="empty_page"),
    Case("total-missing", proof="empty_page"),
    Case("total-page", reason="(`metadata.total_elements`) is the length of each page"),
    Case("no-id", 129, reason="page 1 has 1 record without an id", refused=1),
    Case("null-id", 129, reason="page 1 has 1 record without an id", refused=1),
    Case("bad-date", 129, proof="total", refused=1),
    Case("status-unknown", proof="total"),
    Case("missing-attributes", proof="total"),
    Case("no-data", 0, reason="page 1 has nothing at `data`", error="resource-location-not-found"),
    Case("deep-json", 0, reason="nested too deep", error="json-too-deep", retries=True),
    Case("fat-page=70", 0, reason="larger than 67,108,864 bytes", error="page-too-large"),
    Case("http-500-every=3", proof="total", retries=True),
    Case("http-503-every=3", proof="total", retries=True),
    Case("http-503-every=1", 0, reason="answered 503", error="source-failed", retries=True),
    Case("unauthorized-every=3", proof="total"),
    Case("unauthorized-every=1", 0, reason="answered 401", error="token-refused"),
    Case("token-lifetime=0.9", proof="total"),  # said to be 0 seconds, so that each page gets one
    Case("rotate", proof="total"),
    Case("forbidden", 0, reason="answered 403", error="forbidden"),
    Case("not-found", 0, reason="answered 404", error="endpoint-not-found"),
    Case("success-false", 0, reason="`success`: Something went wrong", error="source-says-no"),
    Case("redirect", 0, reason="redirects (302) to http://foreign.example", error="redirect"),
    Case("html=3", proof="total", retries=True),
    Case("html=1", 0, reason="is an HTML page, not JSON", error="not-json", retries=True),
    Case("cut-json=3", proof="total", retries=True),
    Case("cut-json=1", 0, reason="cut or broken", error="broken-body", retries=True),
    Case("gzip", proof="total"),
    Case("gzip-bomb=100", 0, reason="larger than 67,108,864 bytes", error="page-too-large"),
    Case("truncate=3", proof="total", retries=True),
    Case("close=3", proof="total", retries=True),
    Case("close=1", 0, reason="cannot be reached", error="unreachable", retries=True),
    Case("slow=0.05", proof="total"),
    Case("drip=2000000", proof="total"),
    Case("429=86400", proof="total"),
]

_V2 = [
    Case("page-cap=30", proof="end_marker"),
    Case("duplicate", reason="page 3 lists 1 record again"),
    Case("empty", 0, proof="end_marker"),
    Case("short-page", proof="end_marker"),
    Case("drift", proof="end_marker"),
    Case("repeat-page", 50, reason="page 2 repeats records and brings no new one"),
    Case("repeat-next", 50, reason="page 2 repeats records and brings no new one"),
    Case("relative-next", proof="end_marker"),
    Case("no-data", 0, reason="nothing at `_data`", error="resource-location-not-found"),
    Case("http-500-every=3", proof="end_marker", retries=True),
    Case("gzip", proof="end_marker"),
    Case("cut-json=3", proof="end_marker", retries=True),
]


def _assert_case(case: Case, result: Result) -> None:
    report = result.report
    assert len(result.ids) == len(set(result.ids)) == case.people, report
    assert (report.complete, report.proof) == (case.proof is not None, case.proof), report
    if case.proof is None:
        assert case.reason in report.reasons[0]
    else:
        assert report.reasons == ()
    assert (result.error.diagnostic.code if result.error else None) == case.error
    assert report.refused == case.refused
    assert (report.retries > 0) is case.retries


@pytest.mark.parametrize("case", _V1, ids=str)
def test_personio_under_a_fault(case: Case) -> None:
    _assert_case(case, _read("personio", case.fault, concurrency=case.concurrency))


@pytest.mark.parametrize("style", _PAGINATION)
@pytest.mark.parametrize("case", _V2, ids=str)
def test_cursors_and_links_under_a_fault(case: Case, style: str) -> None:
    _assert_case(case, _read(style, case.fault, concurrency=case.concurrency))


def test_a_foreign_next_link_is_refused_after_the_people_before_it() -> None:
    result = _read("next_link", "foreign-next")
    assert len(result.ids) == 50
    assert result.error is not None
    assert result.error.diagnostic.code == "foreign-next-link"
    assert not result.report.complete


def test_a_cursor_out_of_a_foreign_link_is_only_a_cursor() -> None:
    result = _read("cursor", "foreign-next")
    assert (len(result.ids), result.report.proof) == (USERS, "end_marker")


@pytest.mark.parametrize(
    ("fault", "seconds"), [("429", 1.0), ("429-date", 1.0), ("rate-limit-reset", 1.0)]
)
def test_a_rate_limit_is_waited_for(fault: str, seconds: float) -> None:
    result = _read("personio", fault, "page-cap=30")
    assert (len(result.ids), result.report.proof) == (USERS, "total")
    assert result.report.retries == 1
    assert result.report.seconds >= seconds


def test_requests_over_the_limit_are_tried_again_when_it_allows() -> None:
    result = _read("personio", "limits=4", "page-cap=30")
    assert (len(result.ids), result.report.proof) == (USERS, "total")


def test_a_wait_of_a_day_ends_the_reading_with_a_sentence() -> None:
    # Which request is the fifth is known only when they come one by one.
    result = _read("personio", "429=86400", "page-cap=20", concurrency=1)
    assert result.error is not None
    assert result.error.diagnostic.code == "rate-limited"
    assert "waiting did not help or would take too long" in result.report.reasons[0]
    assert len(result.ids) == 80


@pytest.mark.parametrize(
    "faults",
    [
        ("page-cap=30", "total-page"),
        ("page-cap=30", "lost"),
        ("short-page", "duplicate"),
        ("page-cap=30", "drift", "http-500-every=4"),
        ("total-page", "repeat-page"),
        ("total-null", "repeat-page"),
        ("lost", "duplicate"),
        ("total-page", "empty-page=3", "page-cap=30"),
        ("total-missing", "duplicate", "cut-json=4"),
        ("total-null", "no-id", "gzip"),
    ],
    ids="+".join,
)
def test_faults_together_are_never_complete_when_the_list_is_not(faults: tuple[str, ...]) -> None:
    result = _read("personio", *faults)
    assert len(result.ids) == len(set(result.ids))
    assert not result.report.complete
    assert result.report.reasons


@pytest.mark.parametrize("users", [0, 1, 99, 100, 101, 200, 201])
def test_every_number_of_people_around_a_page_is_complete(users: int) -> None:
    result = _read("personio", users=users)
    assert len(result.ids) == users
    assert result.report.complete, result.report.reasons


@pytest.mark.parametrize("users", [0, 1, 49, 51, 100, 101])
@pytest.mark.parametrize("style", _PAGINATION)
def test_so_it_is_with_cursors_and_links(style: str, users: int) -> None:
    result = _read(style, users=users)
    assert len(result.ids) == users
    assert result.report.complete, result.report.reasons


@pytest.mark.parametrize("style", _PAGINATION)
def test_a_full_page_without_a_next_one_is_the_end_where_its_links_are_there(style: str) -> None:
    # Exactly as many people as asked for: `_meta.links` is there, and holds no `next`.
    result = _read(style, users=50)
    assert len(result.ids) == 50
    assert (result.report.complete, result.report.proof) == (True, "end_marker")


def test_every_fault_of_the_sandbox_has_a_case() -> None:
    tried = {case.fault.partition("=")[0] for case in (*_V1, *_V2)}
    tried |= {"foreign-next", "429", "429-date", "rate-limit-reset", "limits"}
    assert tried >= {fault.name for fault in FAULTS}
