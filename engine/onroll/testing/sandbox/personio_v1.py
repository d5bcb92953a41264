"""Personio's API v1 as documented: a request in, an answer out. Nothing is sent from here.

Paths are served with and without the prefix `/v1`. `updated_since` is accepted and filters
nobody out. The documented largest page was 200 and is 100 since 2025; here it is 200, and a
larger `limit` is silently lowered, so that the fault `page-cap` decides what else is.
"""

import json
import re
from functools import partial
from urllib.parse import parse_qsl

from onroll.model import ABSENT
from onroll.testing.sandbox.account import Account, Responder, Route
from onroll.testing.sandbox.exchange import Answer, RefusalError, Request, json_answer, json_text
from onroll.testing.sandbox.listing import Page, Window
from onroll.testing.sandbox.tokens import Standing
from onroll.testing.sandbox.v1_records import ATTRIBUTES, record_writer

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200
WRONG_SECRET = "wrong"  # noqa: S105 - the secret that is never right

_SCOPE = "employees:read"
_EMPLOYEE = re.compile(r"/company/employees/(\w+)")


def route(request: Request) -> Route | None:
    """Find what answers a request, if v1 has its path."""
    path = request.path.removeprefix("/v1").rstrip("/")
    if path == "/auth":
        return Route("auth", _only("POST", _authenticate), failure)
    if path == "/company/employees":
        return Route("people", _only("GET", _list_employees), failure)
    if path in {"/company/employees/attributes", "/company/employees/custom-attributes"}:
        return Route("single", _only("GET", _list_attributes), failure)
    if match := _EMPLOYEE.fullmatch(path):
        return Route("single", _only("GET", partial(_show_employee, number=match[1])), failure)
    return None


def failure(status: int, message: str) -> Answer:
    """Word a failure in v1's shape."""
    error = {"code": status, "message": message}
    return json_answer(status, {"success": False, "error": error})


def _only(method: str, respond: Responder) -> Responder:
    """Refuse all methods but one."""

    def respond_to_method(request: Request, account: Account) -> Answer:
        if request.method != method:
            raise RefusalError(405, f"Only {method} is allowed here")
        return respond(request, account)

    return respond_to_method


def _authenticate(request: Request, account: Account) -> Answer:
    credentials = {**dict(request.parameters), **_body_fields(request)}
    client_id, secret = credentials.get("client_id"), credentials.get("client_secret")
    if not client_id or not secret:
        raise RefusalError(400, "client_id and client_secret are required")
    if secret == WRONG_SECRET:
        raise RefusalError(403, "Provided authorization is not valid")
    token = account.tokens.issue(client_id, secret)
    answer = {"token": token.text, "expires_in": token.expires_in, "scope": _SCOPE}
    return json_answer(200, {"success": True, "data": answer})


def _body_fields(request: Request) -> dict[str, str]:
    """Read the credentials from a JSON or form body."""
    if request.content_type != "application/json":
        return dict(parse_qsl(request.body.decode("utf-8", "replace")))
    try:
        fields = json.loads(request.body)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise RefusalError(400, "The body is not a JSON object")
    return {key: value for key, value in fields.items() if isinstance(value, str)}


def _authorized(request: Request, account: Account) -> tuple[tuple[str, str], ...]:
    """Check the token, and return the header that names the one for the next request."""
    if request.bearer_token is None:
        raise RefusalError(401, "Authorization is not provided")
    standing, following = account.tokens.use(request.bearer_token)
    if standing is Standing.ENDED:
        raise RefusalError(401, "Provided authorization is not valid")
    if standing is Standing.UNKNOWN:
        raise RefusalError(403, "Provided authorization is not valid")
    return (("authorization", f"Bearer {following}"),)


def _list_employees(request: Request, account: Account) -> Answer:
    headers = _authorized(request, account)
    limit = _number(request, "limit", DEFAULT_LIMIT, smallest=1)
    offset = _number(request, "offset", 0, smallest=0)
    window = Window(offset, min(limit, LARGEST_LIMIT), "offset")
    email = request.parameter("email")
    if email and not request.parameter("updated_since"):
        listing = account.listing_with_emails([email])
    else:
        listing = account.listing(window)
    keys = tuple(value for key, value in request.parameters if key == "attributes[]")
    page = account.people_page(listing, window, record_writer(keys or None))
    content = (("Content-Type", "application/json"), *headers)
    return Answer(200, content, _list_body(page, limit))


def _list_body(page: Page, limit: int) -> bytes:
    """Write the list's answer; `limit` and `offset` are given back as they were asked."""
    counts = {
        "total_elements": page.total,
        "current_page": page.window.page_index,
        "total_pages": page.page_count,
    }
    metadata = json_text({key: count for key, count in counts.items() if count is not ABSENT})
    before = f'"success":true,"metadata":{metadata},"offset":{page.window.start},"limit":{limit},'
    return page.body(before, "data", "")


def _number(request: Request, name: str, default: int, *, smallest: int) -> int:
    text = request.parameter(name)
    if text is None:
        return default
    if not text.isdecimal() or int(text) < smallest:
        raise RefusalError(400, f"The {name} must be a whole number of at least {smallest}.")
    return int(text)


def _show_employee(request: Request, account: Account, number: str) -> Answer:
    headers = _authorized(request, account)
    person = account.person_with_id(number)
    if person is None:
        raise RefusalError(404, "Es ist ein Problem aufgetreten ")  # documented, blank and all
    record = account.record(record_writer()(person), person.place)
    content = (("Content-Type", "application/json"), *headers)
    return Answer(200, content, f'{{"success":true,"data":{record}}}'.encode("ascii"))


def _list_attributes(request: Request, account: Account) -> Answer:
    headers = _authorized(request, account)
    attributes: list[dict[str, object]] = [
        {
            "key": attribute.key,
            "label": attribute.label,
            "type": attribute.type,
            "universal_id": attribute.universal_id,
            "options": [],
        }
        for attribute in ATTRIBUTES
    ]
    return json_answer(200, {"success": True, "data": attributes}, headers=headers)
