"""What the OAuth 2.0 grants share: the call of the token endpoint, and the token on requests.

{"access_token": "…", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "…"}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from onroll.auth.answer import error_of, in_words, lifetime_from, read_answer, refusal_of
from onroll.auth.client_authentication import Client, client_from
from onroll.auth.credential import after_scheme, refuse_unsendable, with_headers
from onroll.expressions.locator import parse_locator
from onroll.expressions.reference import as_text
from onroll.model import Headers, Request, Response, Token
from onroll.protocols import Address, CredentialsRefused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onroll.auth.answer import Meaning
    from onroll.protocols import AuthFlow, RevokeFlow

__all__ = [
    "TokenEndpoint",
    "TokenGrant",
    "endpoint_from",
    "refresh_kept",
    "refreshed",
    "sample_answer",
    "scope_of",
]

_EXPIRES_IN: Final = parse_locator("expires_in")
_LOGIN: Final = "run `onroll login CONNECTION`"


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """A token endpoint (RFC 6749, 3.2), who asks there, and where the token goes."""

    url: str
    client: Client
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    header: str = "Authorization"
    scheme: str = "Bearer"
    revoke_url: str | None = None

    def request(self, fields: Mapping[str, str]) -> Request:
        """Build a token request. The definition's own parameters win over the grant's."""
        return self.client.request(self.url, {**fields, **self.params})

    def token(
        self,
        response: Response,
        refresh: str | None = None,
        meanings: Mapping[str, Meaning] = MappingProxyType({}),
    ) -> Token:
        """Read a token; `refresh` is the refresh token that stays when no other came.

        `meanings` are those of error codes after this grant, where it is not the usual. Raises
        `CredentialsRefused` for anything but a token.
        """
        body = read_answer(response, meanings=meanings)
        answer = body if isinstance(body, dict) else {}
        value = answer.get("access_token")
        if not _is_token(value) and error_of(response) is not None:
            raise refusal_of(response, meanings)  # some providers say so with a 200
        if not _is_token(value):
            raise CredentialsRefused(
                "token-not-found",
                f"the token endpoint answered {response.status} without an `access_token`",
                "check `access_token_url`; another shape of answer needs the method `login`",
            )
        refuse_unsendable(self.header, value)
        rotated = answer.get("refresh_token")
        lifetime = lifetime_from(_EXPIRES_IN, body, response, None)
        return Token(value, lifetime, refresh=rotated if _is_token(rotated) else refresh)

    def revoke(self, token: Token) -> RevokeFlow:
        """Give a grant back (RFC 7009): by its refresh token, which takes the access token along.

        Raises `CredentialsRefused` with the code `not-revoked` when the provider says no.
        """
        if self.revoke_url is None:
            return
        hint = "access_token" if token.refresh is None else "refresh_token"
        fields = {"token": token.refresh or token.value, "token_type_hint": hint}
        response = yield self.client.request(self.revoke_url, fields)
        if not response.is_success:
            error = error_of(response)
            said = f" ({in_words(error)})" if error else ""
            raise CredentialsRefused(
                "not-revoked",
                f"the provider answered {response.status}{said}, and did not take the grant back",
                "take it back in the provider's own settings",
            )


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """A grant whose access token goes into a header. Subclasses say how it is asked for."""

    endpoint: TokenEndpoint

    def apply(self, request: Request, token: Token) -> Request:
        """Put the access token on the request."""
        value = after_scheme(self.endpoint.scheme, token.value)
        return with_headers(request, {self.endpoint.header: value})

    def renewed(self, token: Token, response: Response) -> Token:
        """Keep what there is."""
        return token


def refreshed(
    endpoint: TokenEndpoint, refresh: Sequence[str], fields: Mapping[str, str], hint: str
) -> AuthFlow:
    """Ask by a refresh token (RFC 6749, 6), and by the next of them while each is refused.

    The token that is returned has the refresh token to use from now on. Raises
    `CredentialsRefused` with the code `sign-in-again` when the last is refused as well.
    """
    for current in refresh:
        asked = {"grant_type": "refresh_token", "refresh_token": current, **fields}
        response = yield endpoint.request(asked)
        if error_of(response) != "invalid_grant":
            return endpoint.token(response, current)
    raise CredentialsRefused(
        "sign-in-again",
        "the provider refuses the refresh token (invalid_grant): it has expired, was revoked or "
        "was used before",
        hint,
    )


def refresh_kept(endpoint: TokenEndpoint, kept: Token | None) -> AuthFlow:
    """Ask by the refresh token of an earlier sign-in.

    Raises `CredentialsRefused` with the code `not-signed-in` where there is none.
    """
    if kept is None:
        raise CredentialsRefused("not-signed-in", "nobody has signed in yet", _LOGIN)
    if kept.refresh is None:
        raise CredentialsRefused(
            "not-signed-in",
            "the access token is over, and the provider gave no refresh token",
            f"{_LOGIN}; many providers give a refresh token only for a scope such as "
            "`offline_access`, or for `authorization_params: {access_type: offline}`",
        )
    return (yield from refreshed(endpoint, (kept.refresh,), {}, _LOGIN))


def scope_of(scopes: tuple[str, ...]) -> dict[str, str]:
    """Return the parameter that asks for scopes; none when there are none."""
    return {"scope": " ".join(scopes)} if scopes else {}


def endpoint_from(config: Mapping[str, Any], address: Address) -> TokenEndpoint:
    """Return the token endpoint of an `auth` section."""
    extra: Mapping[str, Any] = config.get("token_params", {})
    revoke_url = config.get("revoke_url")
    return TokenEndpoint(
        url=address(config["access_token_url"]),
        client=client_from(config),
        params={name: as_text(value) for name, value in extra.items()},
        header=config.get("header", "Authorization"),
        scheme=config.get("scheme", "Bearer"),
        revoke_url=None if revoke_url is None else address(revoke_url),
    )


def sample_answer(body: bytes) -> Response:
    """Return an answer of a token endpoint, for the examples of grants."""
    return Response(
        status=200,
        headers=Headers({"content-type": "application/json"}),
        body=body,
        url="https://login.example.test/token",
    )


def _is_token(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and value != ""
