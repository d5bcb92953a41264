"""`oauth2_refresh_token`: a refresh token that somebody made elsewhere (RFC 6749, 6).

{"access_token": "…", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "…"}

auth:
  method: oauth2_refresh_token
  access_token_url: https://login.example.com/oauth2/token
  client_id: "${settings.client_id}"
  client_secret: "${settings.client_secret}"
  refresh_token: "${settings.refresh_token}"

A provider that rotates gives a new refresh token with each answer; that one is used from then on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from onroll.auth.token_endpoint import (
    TokenGrant,
    endpoint_from,
    refreshed,
    sample_answer,
    scope_of,
)
from onroll.builtin import shipped_schema
from onroll.expressions.reference import as_text
from onroll.model import Token
from onroll.plugins import hookimpl
from onroll.protocols import Address, AuthExample, AuthKind, AuthMethod

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.protocols import AuthFlow


@dataclass(frozen=True, slots=True)
class RefreshToken(TokenGrant):
    """Ask by the newest refresh token, and by the configured one when that is refused."""

    refresh_token: str = field(repr=False)
    scopes: tuple[str, ...] = ()

    def grant(self, previous: Token | None) -> AuthFlow:
        """Ask for an access token; the token returned holds the refresh token to use next."""
        kept = previous.refresh if previous is not None else None
        candidates = tuple(dict.fromkeys(one for one in (kept, self.refresh_token) if one))
        hint = "make a new refresh token at the provider and put it into the connection's settings"
        return (yield from refreshed(self.endpoint, candidates, scope_of(self.scopes), hint))


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    return RefreshToken(
        endpoint=endpoint_from(config, address),
        refresh_token=as_text(config["refresh_token"]),
        scopes=tuple(config.get("scopes", ())),
    )


@hookimpl
def onroll_auth_methods() -> list[AuthKind]:
    """Offer `oauth2_refresh_token`."""
    config: dict[str, Any] = {
        "access_token_url": "https://login.example.test/token",
        "client_id": "app-1",
        "client_secret": "s-125",
        "refresh_token": "rt-1",
    }
    answer = sample_answer(
        b'{"access_token": "at-1", "token_type": "Bearer", "expires_in": 3600,'
        b' "refresh_token": "rt-2"}'
    )
    return [
        AuthKind(
            name="oauth2_refresh_token",
            summary="OAuth 2.0 by a refresh token (RFC 6749, 6)",
            schema=shipped_schema("auth/oauth2_refresh_token"),
            build=_build,
            examples=(
                AuthExample(
                    config=config,
                    answers=(answer,),
                    credential="Bearer at-1",
                    secrets=("s-125", "rt-1"),
                ),
                AuthExample(
                    config={**config, "scopes": ["people.read"], "client_auth": "post"},
                    previous=Token("at-2", 3600, refresh="rt-kept"),
                    answers=(answer,),
                    credential="Bearer at-1",
                    secrets=("s-125", "rt-1", "rt-kept"),
                ),
            ),
            keeps_tokens=True,
        )
    ]
