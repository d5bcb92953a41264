"""Personio's API v2 as documented: a request in, an answer out. Nothing is sent from here.

The cursor of the next page is found in `_meta.links.next.href` and nowhere else. The link can be
followed as it is; a `limit` sent with the cursor counts, filters sent with it do not.
Of the filters, `id`, `email` and `status` are served; the others are accepted and filter nobody.
"""

import re
from functools import partial
from urllib.parse import parse_qsl

from onroll.testing.sandbox.account import Account, Responder, Route
from onroll.testing.sandbox.exchange import Answer, RefusalError, Request, json_answer, json_text
from onroll.testing.sandbox.listing import Listing, Page
from onroll.testing.sandbox.people import Person
from onroll.testing.sandbox.personio_v1 import WRONG_SECRET
from onroll.testing.sandbox.tokens import Standing
from onroll.testing.sandbox.v2_paging import ListRequest, read_list
from onroll.testing.sandbox.v2_records import (
    ACTIVE_STATUSES,
    COST_CENTER_RECORDS,
    INACTIVE_STATUSES,
    LEGAL_ENTITIES,
    WORKPLACES,
    employment_records,
    org_units,
    person_record,
)

_FORM = "application/x-www-form-urlencoded"
_PROBLEM = "application/problem+json"
_TIMESTAMP = "2026-01-15T09:00:00+00:00"
_TRACE_ID = "sandbox-0000-0000-0000"
_SCOPE = "personio:persons:read"
_ERRORS_PAGE = "https://developer.personio.de/reference/errors"
_TITLES = {
    400: ("Bad request", "common.bad_request"),
    401: ("Unauthorized Request", "common.unauthorized"),
    403: ("Forbidden", "common.forbidden"),
    404: ("Resource not found", "common.resource_not_found"),
    405: ("Method not allowed", "common.method_not_allowed"),
    429: ("Too many requests", "common.too_many_requests"),
    503: ("Service unavailable", "common.service_unavailable"),
}
_OTHER_TITLE = ("Internal server error", "common.internal_server_error")
# The rate limit's headers are not documented, but observed by two authors of clients.
_HEADERS = (
    ("Content-Type", "application/json"),
    ("x-ratelimit-burst-capacity", "100"),
    ("x-ratelimit-replenish-rate", "100"),
    ("x-ratelimit-remaining", "99"),
    ("x-ratelimit-requested-tokens", "1"),
)
_STATUSES = {"ACTIVE": ACTIVE_STATUSES, "INACTIVE": INACTIVE_STATUSES}
_LOOK_UPS = {
    "/v2/workplaces": WORKPLACES,
    "/v2/cost-centers": COST_CENTER_RECORDS,
    "/v2/legal-entities": LEGAL_ENTITIES,
}
_PERSON = re.compile(r"/v2/persons/(\w+)")
_EMPLOYMENTS = re.compile(r"/v2/persons/(\w+)/employments")
_ORG_UNIT = re.compile(r"/v2/org-units/(\w+)")


def route(request: Request) -> Route | None:
    """Find what answers a request, if v2 has its path."""
    path = request.path.rstrip("/")
    if path == "/v2/auth/token":
        return Route("auth", _issue_token, failure)
    if path == "/v2/auth/revoke":
        return Route("auth", _revoke_token, failure)
    if path == "/v2/persons":
        return Route("people", _reading(_list_persons), failure)
    if match := _PERSON.fullmatch(path):
        return Route("single", _reading(partial(_show_person, number=match[1])), failure)
    if match := _EMPLOYMENTS.fullmatch(path):
        return Route("list", _reading(partial(_list_employments, number=match[1])), failure)
    if path == "/v2/org-units":
        return Route("list", _reading(_list_org_units), failure)
    if match := _ORG_UNIT.fullmatch(path):
        return Route("single", _reading(partial(_show_org_unit, number=match[1])), failure)
    if path in _LOOK_UPS:
        records = _LOOK_UPS[path]
        return Route("list", _reading(partial(_list_records, records=records)), failure)
    return None


def failure(status: int, message: str) -> Answer:
    """Word a failure in v2's shape."""
    title, kind = _TITLES.get(status, _OTHER_TITLE)
    error = {"title": title, "detail": message, "type": f"{_ERRORS_PAGE}#{kind}", "_meta": {}}
    problem = {"personio_trace_id": _TRACE_ID, "timestamp": _TIMESTAMP, "errors": [error]}
    return json_answer(status, problem, content_type=_PROBLEM)


def _auth_failure(error: str, description: str) -> Answer:
    """Word a failure as v2's token endpoint does, always with the status 400."""
    problem = {
        "timestamp": _TIMESTAMP,
        "trace_id": _TRACE_ID,
        "error": error,
        "error_description": description,
        "error_uri": f"{_ERRORS_PAGE}#{error}",
        "meta": {},
    }
    return json_answer(400, problem, content_type=_PROBLEM)


def _issue_token(request: Request, account: Account) -> Answer:
    if request.method != "POST":
        raise RefusalError(405, "Only POST is allowed here")
    if request.content_type != _FORM:
        return _auth_failure("invalid_request", f"The content type of the request must be {_FORM}")
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    if form.get("grant_type") != "client_credentials":
        return _auth_failure("unsupported_grant_type", "The only grant_type is client_credentials")
    client_id, secret = form.get("client_id"), form.get("client_secret")
    if not client_id or not secret:
        return _auth_failure("invalid_request", "client_id and client_secret are required")
    if secret == WRONG_SECRET:
        return _auth_failure("unauthorized_client", "The client credentials are not valid")
    token = account.tokens.issue(client_id, secret)
    grant = {
        "access_token": token.text,
        "expires_in": token.expires_in,
        "token_type": "Bearer",
        "scope": form.get("scope", _SCOPE),
    }
    return json_answer(200, grant)


def _revoke_token(request: Request, account: Account) -> Answer:
    if request.method != "POST":
        raise RefusalError(405, "Only POST is allowed here")
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    account.tokens.revoke(form.get("token", ""))
    return Answer(200, (), b"")


def _reading(respond: Responder) -> Responder:
    """Let a request in that reads and has a token."""

    def respond_to_reader(request: Request, account: Account) -> Answer:
        if request.method != "GET":
            raise RefusalError(405, "Only GET is allowed here")
        token = request.bearer_token
        if token is None or account.tokens.standing(token) is not Standing.VALID:
            raise RefusalError(401, "Unauthorized Request")
        return respond(request, account)

    return respond_to_reader


def _list_persons(request: Request, account: Account) -> Answer:
    reading = read_list(request, ("id", "email", "status"), default=10, most=50)
    page = account.people_page(
        _filtered(account, reading),
        reading.window,
        lambda person: person_record(person, request.origin),
        partial(reading.link, request.origin),
    )
    return _list_answer(page, f"{request.origin}{reading.path}")


def _filtered(account: Account, reading: ListRequest) -> Listing:
    """List the people that all filters let through."""
    filters = dict(reading.filters)
    listings: list[Listing] = []
    if "id" in filters:
        ids = [int(text) for text in filters["id"].split(",") if text.isdecimal()]
        listings.append(account.listing_with_ids(ids))
    if "email" in filters:
        listings.append(account.listing_with_emails(filters["email"].split(",")))
    if "status" in filters:
        if filters["status"] not in _STATUSES:
            raise RefusalError(400, "The status must be ACTIVE or INACTIVE.")
        listings.append(account.listing_with_statuses(_STATUSES[filters["status"]]))
    if not listings:
        return account.listing(reading.window)
    first, *others = (listing.spans[0] for listing in listings)
    if not others:
        return listings[0]
    return Listing.of(sorted(set(first).intersection(*others)))


def _show_person(request: Request, account: Account, number: str) -> Answer:
    person = _person(account, number)
    record = account.record(person_record(person, request.origin), person.place)
    return _json(record)


def _list_employments(request: Request, account: Account, number: str) -> Answer:
    person = _person(account, number)
    reading = read_list(request, ("id",), default=10, most=50)
    wanted = dict(reading.filters).get("id")
    records = [
        account.record(record, person.place)
        for record in employment_records(person, request.origin)
        if wanted is None or record.startswith(tuple(f'{{"id":"{i}"' for i in wanted.split(",")))
    ]
    # As documented, self and next name a path that the API does not have.
    named = f"{request.origin}/v2/employments"
    link = partial(reading.link, request.origin, path="/v2/employments")
    return _list_answer(account.page(records, reading.window, link), named)


def _list_org_units(request: Request, account: Account) -> Answer:
    reading = read_list(request, ("type",), default=20, most=100)
    kind = _unit_kind(dict(reading.filters).get("type"))
    link = partial(reading.link, request.origin)
    page = account.page(org_units(kind), reading.window, link)
    return _list_answer(page, f"{request.origin}{reading.path}")


def _show_org_unit(request: Request, account: Account, number: str) -> Answer:
    del account
    kind = _unit_kind(request.parameter("type"))
    start = f'{{"id":"{number}",'
    record = next((text for text in org_units(kind) if text.startswith(start)), None)
    if record is None:
        raise RefusalError(404, f"There is no {kind} with the id {number}.")
    return _json(record)


def _list_records(request: Request, account: Account, records: list[str]) -> Answer:
    reading = read_list(request, (), default=20, most=100)
    page = account.page(records, reading.window, partial(reading.link, request.origin))
    return _list_answer(page, f"{request.origin}{reading.path}")


def _person(account: Account, number: str) -> Person:
    person = account.person_with_id(number)
    if person is None:
        raise RefusalError(404, f"There is no person with the id {number}.")
    return person


def _unit_kind(text: str | None) -> str:
    if text not in {"department", "team"}:
        raise RefusalError(400, "The type must be department or team.")
    return text


def _list_answer(page: Page, self_href: str) -> Answer:
    links = {"self": {"href": self_href}}
    if page.next_href is not None:
        links["next"] = {"href": page.next_href}
    after = f',"_meta":{json_text({"links": links})}'
    return Answer(200, _HEADERS, page.body("", "_data", after))


def _json(text: str) -> Answer:
    return Answer(200, _HEADERS, text.encode("ascii"))
