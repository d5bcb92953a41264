"""`oauth2_password`: a user name and a password for a token (RFC 6749, 4.3).

{"access_token": "…", "token_type": "Bearer", "expires_in": 3600}

auth:
  method: oauth2_password
  access_token_url: https://login.example.com/oauth2/token
  username: "${settings.username}"
  password: "${settings.password}"
  client_id: "${settings.client_id}"
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from onroll.auth.answer import Meaning
from onroll.auth.token_endpoint import TokenGrant, endpoint_from, sample_answer, scope_of
from onroll.builtin import shipped_schema
from onroll.expressions.reference import as_text
from onroll.plugins import hookimpl
from onroll.protocols import Address, AuthExample, AuthKind, AuthMethod

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.model import Token
    from onroll.protocols import AuthFlow

_MEANINGS: Final = {
    "invalid_grant": Meaning(
        "the user name or the password is wrong, or this user may not sign in this way",
        "check user name and password in the connection's settings; a user with a second factor "
        "or with a password that has expired cannot sign in this way",
    )
}


@dataclass(frozen=True, slots=True)
class Password(TokenGrant):
    """Ask with a user name and a password, each time anew."""

    username: str
    password: str = field(repr=False)
    scopes: tuple[str, ...] = ()

    def grant(self, previous: Token | None) -> AuthFlow:
        """Ask for an access token."""
        fields = {
            "grant_type": "password",
            "username": self.username,
            "password": self.password,
            **scope_of(self.scopes),
        }
        response = yield self.endpoint.request(fields)
        return self.endpoint.token(response, meanings=_MEANINGS)


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    return Password(
        endpoint=endpoint_from(config, address),
        username=as_text(config["username"]),
        password=as_text(config["password"]),
        scopes=tuple(config.get("scopes", ())),
    )


@hookimpl
def onroll_auth_methods() -> list[AuthKind]:
    """Offer `oauth2_password`."""
    config: dict[str, Any] = {
        "access_token_url": "https://login.example.test/token",
        "username": "reader@example.test",
        "password": "open sesame",
        "scopes": ["people.read"],
    }
    answer = sample_answer(b'{"access_token": "at-1", "token_type": "Bearer", "expires_in": 3600}')
    return [
        AuthKind(
            name="oauth2_password",
            summary="OAuth 2.0 by a user name and a password (RFC 6749, 4.3)",
            schema=shipped_schema("auth/oauth2_password"),
            build=_build,
            examples=tuple(
                AuthExample(
                    config={**config, **client},
                    answers=(answer,),
                    credential="Bearer at-1",
                    secrets=("open sesame", *client.get("client_secret", "").split()),
                )
                for client in ({}, {"client_id": "app-1", "client_secret": "s-126"})
            ),
        )
    ]
