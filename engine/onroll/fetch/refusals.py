"""Say what a refusing answer means, and what to change: by status, headers and the kind of page.

Nothing of a body is quoted. What is taken from a header is a scope's or a method's name.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from onroll.auth.challenge import parse_challenges

if TYPE_CHECKING:
    from onroll.auth.challenge import Challenge
    from onroll.model import Response

__all__ = ["Explanation", "explain_refusal"]

#: A scope as RFC 6749 (3.3) allows it.
_SCOPES: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_METHODS: Final = re.compile(r"\b[A-Z]{3,7}\b")
_HTML: Final = (b"<!doctype html", b"<html", b"<head", b"<body")
_MOST: Final = 200
_WEB_PAGE: Final = (
    "the answer is a web page: `base_url` may be the website's address, not the API's"
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A diagnostic code, what the status means, and what to change."""

    code: str
    sentence: str
    hint: str


def explain_refusal(method: str, response: Response, *, is_token_fresh: bool) -> Explanation:
    """Explain an answer that is not 2xx to a request by `method`.

    `is_token_fresh` says that a token was granted for this very request, so that the credentials
    are right.
    """
    status = response.status
    if status in (401, 403) and (lacking := _insufficient_scope(response)) is not None:
        return _lacks_scope(lacking)
    if status == 401:
        return _unauthorized(response, is_token_fresh=is_token_fresh)
    if status == 403:
        return _forbidden(response)
    if status in (404, 410):
        return _nothing_there(response)
    if status == 429:
        return Explanation(
            "rate-limited",
            "too many requests, and waiting did not help or would take too long",
            "set `limits.requests_per_minute` to what the vendor allows",
        )
    if status >= 500:
        return Explanation(
            "source-failed", "the source failed", "try again later, or tell the provider"
        )
    return _refused(method, response)


def _insufficient_scope(response: Response) -> str | None:
    """Return the scopes that are wanted (RFC 6750, 3.1), empty where they are not named."""
    for challenge in _challenges(response):
        if challenge.parameters.get("error") == "insufficient_scope":
            return _scopes_in(challenge.parameters.get("scope", ""))
    accepted = response.headers.get("x-accepted-oauth-scopes", "")
    if response.status == 403 and accepted:
        return _scopes_in(accepted.replace(",", " "))
    return "" if _error_in(response) in ("insufficient_scope", "missing_scope") else None


def _challenges(response: Response) -> list[Challenge]:
    return parse_challenges(response.headers.get("www-authenticate", ""))


def _scopes_in(text: str) -> str:
    return " ".join(_SCOPES.findall(text))[:_MOST]


def _error_in(response: Response) -> str | None:
    try:
        body = json.loads(response.body[:10_000])
    except (ValueError, RecursionError):
        return None
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, str) else None


def _lacks_scope(scopes: str) -> Explanation:
    one = "scopes" if " " in scopes else "scope"
    named = f"the {one} `{scopes}`" if scopes else "a scope"
    wanted = f"`{scopes}`" if scopes else "the scope for reading people"
    return Explanation(
        "insufficient-scope",
        f"the credentials are right, but lack {named}",
        f"grant {wanted} to the client or token at the provider, and ask for it in `auth.scopes` "
        "where the method has that key",
    )


def _unauthorized(response: Response, *, is_token_fresh: bool) -> Explanation:
    schemes = ", ".join(f"`{one.scheme}`" for one in _challenges(response))[:_MOST]
    asks = f"; the answer asks for the scheme {schemes}" if schemes else ""
    if is_token_fresh:
        return Explanation(
            "token-refused",
            "a token that was granted a moment ago is not accepted here",
            "the credentials are right: most likely they lack the right to read people, which some "
            "APIs answer with 401; else the token is sent in the wrong way "
            f"(`auth.header`, `auth.scheme`){asks}",
        )
    if any(one.parameters.get("error") == "invalid_token" for one in _challenges(response)):
        return Explanation(
            "unauthorized",
            "the token was not accepted (invalid_token)",
            "it has expired, was revoked, or is for another API or tenant: make a new one",
        )
    return Explanation(
        "unauthorized",
        "the credentials were not accepted",
        "check the credentials and how they are sent (`auth`); "
        f"some APIs answer 401 also when a right or scope is missing{asks}",
    )


def _forbidden(response: Response) -> Explanation:
    if _is_web_page(response):
        return Explanation(
            "forbidden",
            "a web page says that this is not allowed",
            "it comes from a firewall or the website more often than from an API: check "
            "`base_url`, and whether the provider lets only certain addresses in",
        )
    return Explanation(
        "forbidden",
        "the credentials lack a right or a scope, or were not accepted",
        "give the API user the right to read people",
    )


def _nothing_there(response: Response) -> Explanation:
    put_together = "check `base_url` and `endpoint`: they are put together as they stand"
    hint = f"{put_together}; {_WEB_PAGE}" if _is_web_page(response) else put_together
    return Explanation("endpoint-not-found", "there is nothing at this address", hint)


def _refused(method: str, response: Response) -> Explanation:
    status = response.status
    start = response.body[:2000].lower()
    if status in (405, 501):
        allowed = _METHODS.findall(response.headers.get("allow", ""))
        other = next((one for one in allowed if one in ("GET", "POST")), None)
        better = f"`method: {other}`" if other not in (None, method) else "another `endpoint`"
        return Explanation(
            "wrong-method",
            f"the endpoint does not take {method}",
            f"try {better}; the vendor's documentation names both",
        )
    if b"ssl certificate" in start or status in (495, 496):
        return Explanation(
            "client-certificate",
            "the source wants a client certificate, or another one",
            "give both PEM texts of `tls: {client_certificate, client_key}`",
        )
    if b"plain http request" in start:
        return Explanation(
            "request-refused", "the port speaks TLS", "`base_url` must begin with https://"
        )
    hint = {
        402: "the API, or this part of it, may not be in the account's plan: ask the provider",
        406: "the source does not give this format: compare `headers: {Accept}` and `decoder`",
        415: "the source takes another kind of body: `form` instead of `json`, or the reverse",
    }.get(
        status,
        "compare parameters and headers with the vendor's documentation; "
        "a `limit` beyond what is allowed is often refused",
    )
    return Explanation("request-refused", "the source refused the request", hint)


def _is_web_page(response: Response) -> bool:
    return response.body[:200].lstrip().lower().startswith(_HTML)
