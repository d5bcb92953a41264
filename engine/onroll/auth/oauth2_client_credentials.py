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

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote_plus

from onroll.auth.answer import lifetime_from, read_answer
from onroll.auth.credential import after_scheme, refuse_unsendable, with_headers
from onroll.builtin import shipped_schema
from onroll.expressions.locator import parse_locator
from onroll.expressions.reference import as_text
from onroll.model import Headers, Json, Request, Response, Token
from onroll.plugins import hookimpl
from onroll.protocols import Address, AuthExample, AuthKind, AuthMethod, CredentialsRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.protocols import AuthFlow

_EXPIRES_IN: Final = parse_locator("expires_in")


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Ask the token endpoint with the client's own credentials. There is no refresh token."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    client_auth: str = "basic"
    scopes: tuple[str, ...] = ()
    token_params: Mapping[str, str] = field(default_factory=dict, repr=False)
    header: str = "Authorization"
    scheme: str = "Bearer"

    def grant(self, previous: Token | None) -> AuthFlow:
        """Ask for an access token."""
        response = yield self.token_request()
        body = read_answer(response)
        token = body.get("access_token") if isinstance(body, dict) else None
        if not isinstance(token, str) or not token:
            raise CredentialsRefused(
                "token-not-found",
                f"the token endpoint answered {response.status} without an `access_token`",
                "check `access_token_url`; another shape of answer needs the method `login`",
            )
        refuse_unsendable(self.header, token)
        return Token(token, lifetime_from(_EXPIRES_IN, body, response, None))

    def token_request(self) -> Request:
        """Build the token request with the client authentication that was chosen."""
        scope = {"scope": " ".join(self.scopes)} if self.scopes else {}
        fields = {"grant_type": "client_credentials", **scope, **self.token_params}
        headers = {"Accept": "application/json"}
        if self.client_auth == "json":
            secrets = {"client_id": self.client_id, "client_secret": self.client_secret}
            return Request("POST", self.url, headers=headers, json={**fields, **secrets})
        added, body = self._client_authentication(fields)
        form = tuple(parse_qsl(body, keep_blank_values=True))
        return Request("POST", self.url, headers={**headers, **added}, form=form)

    def _client_authentication(self, fields: Mapping[str, str]) -> tuple[dict[str, str], str]:
        # Imported here: Authlib costs start-up time, and most connectors do without it.
        from authlib.common.urls import url_encode  # noqa: PLC0415  (see above)
        from authlib.oauth2.auth import ClientAuth  # noqa: PLC0415  (see above)

        is_basic = self.client_auth == "basic"
        # RFC 6749, 2.3.1: form-urlencoded before they go into the Basic header. Authlib does not.
        encode = quote_plus if is_basic else str
        client = ClientAuth(
            encode(self.client_id),
            encode(self.client_secret),
            "client_secret_basic" if is_basic else "client_secret_post",
        )
        _, headers, body = client.prepare("POST", self.url, {}, url_encode(list(fields.items())))
        return {"Authorization": headers["Authorization"]} if is_basic else {}, body

    def apply(self, request: Request, token: Token) -> Request:
        """Put the access token on the request."""
        return with_headers(request, {self.header: after_scheme(self.scheme, token.value)})

    def renewed(self, token: Token, response: Response) -> Token:
        """Keep what there is."""
        return token


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    extra: Mapping[str, Json] = config.get("token_params", {})
    return ClientCredentials(
        url=address(config["access_token_url"]),
        client_id=as_text(config["client_id"]),
        client_secret=as_text(config["client_secret"]),
        client_auth=config.get("client_auth", "basic"),
        scopes=tuple(config.get("scopes", ())),
        token_params={name: as_text(value) for name, value in extra.items()},
        header=config.get("header", "Authorization"),
        scheme=config.get("scheme", "Bearer"),
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
    answer = Response(
        status=200,
        headers=Headers({"content-type": "application/json"}),
        body=b'{"access_token": "at-1", "token_type": "Bearer", "expires_in": 3600}',
        url="https://login.example.test/token",
    )
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
