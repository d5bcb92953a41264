"""`oauth2_client_credentials`: OAuth 2.0's grant for programs (RFC 6749, 4.4).

{"access_token": "…", "token_type": "Bearer", "expires_in": 3600}

auth:
  method: oauth2_client_credentials
  access_token_url: https://login.example.com/oauth2/token
  client_id: "${settings.client_id}"
  client_secret: "${settings.client_secret}"
  scopes: [users.read]
  client_auth: basic          # or post, or json
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onroll.auth.token_endpoint import TokenGrant, endpoint_from, sample_answer, scope_of
from onroll.builtin import shipped_schema
from onroll.plugins import hookimpl
from onroll.protocols import Address, AuthExample, AuthKind, AuthMethod

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.model import Token
    from onroll.protocols import AuthFlow


@dataclass(frozen=True, slots=True)
class ClientCredentials(TokenGrant):
    """Ask the token endpoint with the client's own credentials. No refresh token is used."""

    scopes: tuple[str, ...] = ()

    def grant(self, previous: Token | None) -> AuthFlow:
        """Ask for an access token."""
        fields = {"grant_type": "client_credentials", **scope_of(self.scopes)}
        response = yield self.endpoint.request(fields)
        return self.endpoint.token(response)


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    return ClientCredentials(
        endpoint=endpoint_from(config, address), scopes=tuple(config.get("scopes", ()))
    )


@hookimpl
def onroll_auth_methods() -> list[AuthKind]:
    """Offer `oauth2_client_credentials`."""
    config: dict[str, Any] = {
        "access_token_url": "https://login.example.test/token",
        "client_id": "cc:odd",
        "client_secret": "s3cr+t/with%25 :chars&=x",
        "scopes": ["users.read"],
    }
    answer = sample_answer(b'{"access_token": "at-1", "token_type": "Bearer", "expires_in": 3600}')
    return [
        AuthKind(
            name="oauth2_client_credentials",
            summary="OAuth 2.0 client credentials (RFC 6749, 4.4)",
            schema=shipped_schema("auth/oauth2_client_credentials"),
            build=_build,
            examples=tuple(
                AuthExample(
                    config={**config, "client_auth": client_auth},
                    answers=(answer,),
                    credential="Bearer at-1",
                    secrets=(config["client_secret"],),
                )
                for client_auth in ("basic", "post", "json")
            ),
        )
    ]
