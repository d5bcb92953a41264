"""Read the answer of a login or token call: JSON, a status, and what went wrong in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from onroll.protocols import CredentialsRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.expressions.locator import Locator
    from onroll.model import Absent, Json, Response

__all__ = [
    "Meaning",
    "error_of",
    "hint_for",
    "in_words",
    "lifetime_from",
    "read_answer",
    "refusal_of",
    "value_at",
]

#: What each error code means for the person who set the connection up: RFC 6749 (4.1.2.1, 5.2),
#: RFC 7009 (2.2.1), RFC 8628 (3.5), RFC 8707 (2) and OpenID Connect Core (3.1.2.6).
_MEANINGS: Final = {
    "access_denied": "access was denied, by the person or by the provider",
    "authorization_pending": "nobody has allowed access yet",
    "consent_required": "the provider wants somebody to agree in the browser",
    "expired_token": "the code has expired before somebody allowed access",
    "interaction_required": "the provider wants somebody to act in the browser",
    "invalid_client": "the client id or the client secret is wrong",
    "invalid_grant": "the credentials were refused or have expired",
    "invalid_request": "the token endpoint misses something in the request",
    "invalid_scope": "a scope that was asked for does not exist or is not granted",
    "invalid_target": "the resource or audience that was asked for is not known",
    "login_required": "the provider wants somebody to sign in",
    "server_error": "the provider has a fault",
    "slow_down": "it was asked too often",
    "temporarily_unavailable": "the provider is overloaded or under maintenance",
    "unauthorized_client": "this client may not use this grant, or its id or secret is wrong",
    "unsupported_grant_type": "the token endpoint does not know this grant",
    "unsupported_response_type": "the provider does not give authorization codes to this client",
    "unsupported_token_type": "the provider cannot revoke this kind of token",
}

_CREDENTIALS: Final = (
    "check the credentials in the connection's settings, and that they are still valid"
)
#: What to change, where it is not the credentials.
_CHANGES: Final = {
    "invalid_client": "check client id and client secret in the connection's settings; some "
    "providers want them in another place (`auth.client_auth`: basic, post or json)",
    "invalid_request": "compare `auth` (`client_auth`, `token_params`) with the vendor's words",
    "invalid_scope": "correct `auth.scopes`, or grant the scope to this client at the provider",
    "invalid_target": "check the resource or audience in `auth`",
    "unauthorized_client": "allow this client the grant at the provider, or name another "
    "`auth.method`; check client id and secret too",
    "unsupported_grant_type": "name another `auth.method`, or check `access_token_url`",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an error code means where it says more than usual, and what to change."""

    words: str
    change: str


_NO_OTHER: Final[Mapping[str, Meaning]] = MappingProxyType({})


_LONGEST_SECONDS: Final = 10 * 365 * 86400.0


def read_answer(
    response: Response, *, needs_body: bool = True, meanings: Mapping[str, Meaning] = _NO_OTHER
) -> Json:
    """Return the decoded body, None when it is no JSON and `needs_body` is false.

    `meanings` are those of error codes here, where it is not the usual. Raises
    `CredentialsRefused` for any status but 2xx, and for a body that is needed.
    """
    body = _decoded(response)
    if response.is_success and (body is not None or not needs_body):
        return body
    if response.is_success:
        raise CredentialsRefused(
            "token-not-json",
            f"the token endpoint answered {response.status} without JSON",
            "check the URL of the token or login call",
        )
    raise refusal_of(response, meanings)


def refusal_of(
    response: Response, meanings: Mapping[str, Meaning] = _NO_OTHER
) -> CredentialsRefused:
    """Return a refusal by the token endpoint in words, as `read_answer` raises it."""
    error = error_of(response)
    meaning = meanings.get(error) if error is not None else None
    if error is None:
        said = ""
    else:
        said = f" ({in_words(error) if meaning is None else f'{error}: {meaning.words}'})"
    return CredentialsRefused(
        "credentials-refused",
        f"the token endpoint answered {response.status}{said}",
        hint_for(error, response.status) if meaning is None else meaning.change,
    )


def error_of(response: Response) -> str | None:
    """Return the error code of an answer of any status, if it is one of the RFCs'."""
    body = _decoded(response)
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, str) and error in _MEANINGS else None


def in_words(error: str) -> str:
    """Return an error code with its meaning; one of no RFC is not quoted, as it may be anything."""
    return f"{error}: {_MEANINGS[error]}" if error in _MEANINGS else "an error of its own"


def _decoded(response: Response) -> Json:
    try:
        return json.loads(response.body or b"null")
    except (ValueError, RecursionError):
        return None


def value_at(locator: Locator, response: Response) -> Json | Absent:
    """Return what an answer of any kind has at a locator; `ABSENT` when it cannot be read."""
    body = None if locator.header is not None else _decoded(response)
    return locator.read(body, response.headers)


def hint_for(error: str | None, status: int) -> str:
    """Return what to change after an error code of an RFC, or a status alone."""
    if error in _CHANGES:
        return _CHANGES[error]
    if status == 404:
        return "check the URL of the token or login call"
    if status >= 500:
        return "the provider has a fault; try again later"
    return _CREDENTIALS


def lifetime_from(
    locator: Locator | None, body: Json, response: Response, default: float | None
) -> float | None:
    """Return the seconds a token lives: what the answer says, else the default."""
    found = locator.read(body, response.headers) if locator is not None else None
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return default
    try:
        seconds = float(found)
    except (ValueError, OverflowError):
        return default
    # What is said to last forever has no end that could be written down.
    return min(seconds, _LONGEST_SECONDS) if seconds > 0 else default
