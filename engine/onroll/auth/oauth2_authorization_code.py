"""`oauth2_authorization_code`: a person allows access in the browser (RFC 6749, 4.1).

{"access_token": "…", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "…"}

auth:
  method: oauth2_authorization_code
  authorization_url: https://login.example.com/oauth2/authorize
  access_token_url: https://login.example.com/oauth2/token
  revoke_url: https://login.example.com/oauth2/revoke
  client_id: "${settings.client_id}"
  client_secret: "${settings.client_secret}"      # left out for a public client
  scopes: [people.read, offline_access]

`onroll login CONNECTION` signs in. PKCE (RFC 7636, S256) and `state` are always used.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from onroll.auth.answer import in_words
from onroll.auth.token_endpoint import (
    TokenGrant,
    endpoint_from,
    refresh_kept,
    sample_answer,
    scope_of,
)
from onroll.builtin import shipped_schema
from onroll.expressions.reference import as_pairs
from onroll.model import Response, Token, origin_of
from onroll.plugins import hookimpl
from onroll.protocols import (
    Address,
    AuthExample,
    AuthKind,
    AuthMethod,
    CredentialsRefused,
    Visit,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.protocols import AuthFlow, RevokeFlow, SignInFlow


@dataclass(frozen=True, slots=True)
class AuthorizationCode(TokenGrant):
    """A person signs in once; from then on the refresh token does."""

    authorization_url: str
    scopes: tuple[str, ...] = ()
    authorization_params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    issuer: str | None = None

    def grant(self, previous: Token | None) -> AuthFlow:
        """Ask by the refresh token; raises `CredentialsRefused` where there is none."""
        return (yield from refresh_kept(self.endpoint, previous))

    def sign_in(self, redirect_uri: str) -> SignInFlow:
        """Send a person to the provider, check what comes back, and trade it for a token."""
        # Imported here: Authlib costs start-up time, and most commands do without it.
        from authlib.common.security import generate_token  # noqa: PLC0415  (see above)
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415  (see above)

        state, verifier = generate_token(43), generate_token(64)
        challenge = create_s256_code_challenge(verifier)
        answered = yield Visit(self._visited(redirect_uri, state, challenge))
        assert isinstance(answered, str), "a visit is answered by the address it ended at"
        code = self._code_in(answered, state)
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        response = yield self.endpoint.request(fields)
        assert isinstance(response, Response)
        return self.endpoint.token(response)

    def revoke(self, token: Token) -> RevokeFlow:
        """Give the grant back (RFC 7009), where the definition names a `revoke_url`."""
        return self.endpoint.revoke(token)

    def _visited(self, redirect_uri: str, state: str, challenge: str) -> str:
        ours = {
            "response_type": "code",
            "client_id": self.endpoint.client.id or "",
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        extra = [pair for pair in self.authorization_params if pair[0] not in ours]
        named = {name for name, _ in extra}
        scope = [pair for pair in scope_of(self.scopes).items() if pair[0] not in named]
        query = urlencode([*ours.items(), *scope, *extra], quote_via=quote)
        url = self.authorization_url.partition("#")[0]
        return url + ("&" if urlsplit(url).query else "?") + query

    def _code_in(self, answered: str, state: str) -> str:
        """Return the code of a callback; raises `CredentialsRefused` for all that is not ours."""
        given = _parameters(answered)
        if not hmac.compare_digest(given.get("state", "").encode(), state.encode()):
            raise CredentialsRefused(
                "sign-in-refused",
                "the address that the browser was sent to does not belong to this sign-in "
                "(`state` differs)",
                "sign in again, and use the page that was opened last",
            )
        self._refuse_other_issuer(given.get("iss"))
        if "error" in given:
            raise CredentialsRefused(
                "access-denied" if given["error"] == "access_denied" else "sign-in-refused",
                f"the provider did not allow access ({in_words(given['error'])})",
                _error_hint(given["error"]),
            )
        if not given.get("code"):
            raise CredentialsRefused(
                "sign-in-refused",
                "the address that the browser was sent to holds no `code`",
                "copy the whole address out of the browser's address bar",
            )
        return given["code"]

    def _refuse_other_issuer(self, issuer: str | None) -> None:
        """Refuse an answer of another provider (RFC 9207): its code would go to this one."""
        if self.issuer is not None:
            is_right = issuer == self.issuer
        else:
            is_right = issuer is None or _is_of(issuer, self.authorization_url)
        if not is_right:
            raise CredentialsRefused(
                "wrong-issuer",
                "the answer names no issuer (`iss`)"
                if issuer is None
                else "the answer comes from another issuer (`iss`) than was asked",
                "write the provider's issuer, as its metadata names it, into `auth.issuer`",
            )


def _parameters(answered: str) -> Mapping[str, str]:
    """Return the parameters of a callback; one that is given twice is none (RFC 6749, 3.1)."""
    query = answered.strip().partition("#")[0].partition("?")[2]
    found = parse_qs(query, keep_blank_values=True)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _is_of(issuer: str, url: str) -> bool:
    try:
        return origin_of(issuer) == origin_of(url)
    except ValueError:
        return False


def _error_hint(error: str) -> str:
    if error == "access_denied":
        return "sign in again and allow access, or ask an administrator to allow it"
    if error == "invalid_scope":
        return "compare `auth.scopes` with what the provider grants to this client"
    return "compare client id, redirect address and scopes with what the provider has registered"


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    issuer = config.get("issuer")
    return AuthorizationCode(
        endpoint=endpoint_from(config, address),
        authorization_url=address(config["authorization_url"]),
        scopes=tuple(config.get("scopes", ())),
        authorization_params=as_pairs(config.get("authorization_params", {})),
        # An operator who moves the provider to another address moves its issuer along.
        issuer=None if issuer is None else address(issuer),
    )


@hookimpl
def onroll_auth_methods() -> list[AuthKind]:
    """Offer `oauth2_authorization_code`."""
    config: dict[str, Any] = {
        "authorization_url": "https://login.example.test/authorize",
        "access_token_url": "https://login.example.test/token",
        "revoke_url": "https://login.example.test/revoke",
        "client_id": "app-1",
        "scopes": ["people.read", "offline_access"],
    }
    answer = sample_answer(
        b'{"access_token": "at-2", "token_type": "Bearer", "expires_in": 3600,'
        b' "refresh_token": "rt-2"}'
    )
    kept = Token("at-1", 3600, refresh="rt-1")
    return [
        AuthKind(
            name="oauth2_authorization_code",
            summary="OAuth 2.0: a person allows access in the browser (RFC 6749, 4.1)",
            schema=shipped_schema("auth/oauth2_authorization_code"),
            build=_build,
            examples=(
                AuthExample(
                    config={**config, "client_secret": "s-124"},
                    previous=kept,
                    answers=(answer,),
                    credential="Bearer at-2",
                    secrets=("s-124", "rt-1"),
                ),
                AuthExample(
                    config=config,
                    previous=kept,
                    answers=(answer,),
                    credential="Bearer at-2",
                    secrets=("rt-1",),
                ),
            ),
            keeps_tokens=True,
        )
    ]
