"""`login`: the API's own login call, which answers with a token.

{"success": true, "data": {"token": "papi-…", "expires_in": 86400}}

auth:
  method: login
  endpoint: /auth
  json: {client_id: "${settings.client_id}", client_secret: "${settings.client_secret}"}
  token: data.token
  expires_in: data.expires_in
  renewed_token: {header: authorization}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from onroll.auth.answer import lifetime_from, read_answer, value_at
from onroll.auth.credential import after_scheme, refuse_unsendable, with_headers
from onroll.builtin import shipped_schema
from onroll.diagnostics import quoted_list
from onroll.expressions.locator import Locator, parse_locator
from onroll.expressions.reference import as_pairs, as_text
from onroll.model import Headers, Json, Request, Response, Token, is_sendable
from onroll.plugins import hookimpl
from onroll.protocols import Address, AuthExample, AuthKind, AuthMethod, CredentialsRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.protocols import AuthFlow


@dataclass(frozen=True, slots=True)
class Login:
    """Ask for a token by one request; take a renewed one from later answers, if they bring it."""

    request: Request = field(repr=False)
    token: Locator
    expires_in: Locator | None = None
    default_expires_in: float | None = None
    renewed_token: Locator | None = None
    header: str = "Authorization"
    scheme: str = "Bearer"

    def grant(self, previous: Token | None) -> AuthFlow:
        """Log in."""
        for name, value in self.request.headers.items():
            refuse_unsendable(name, value)
        response = yield self.request
        body = read_answer(response, needs_body=self.token.header is None)
        found = self.token.read(body, response.headers)
        token = self._bare(found) if isinstance(found, str) else ""
        if not token:
            raise CredentialsRefused(
                "token-not-found",
                f"the login call answered {response.status}, and {self.token} holds no token; "
                f"{_what_is_there(body)}",
                "name the place of the token in `auth.token`",
            )
        refuse_unsendable(self.header, token)
        lifetime = lifetime_from(self.expires_in, body, response, self.default_expires_in)
        return Token(token, lifetime)

    def apply(self, request: Request, token: Token) -> Request:
        """Put the token on the request."""
        return with_headers(request, {self.header: after_scheme(self.scheme, token.value)})

    def renewed(self, token: Token, response: Response) -> Token:
        """Adopt a token that differs from the one that was sent; a missing one is normal."""
        if self.renewed_token is None or not response.is_success:
            return token
        found = value_at(self.renewed_token, response)
        value = self._bare(found) if isinstance(found, str) else ""
        if value in ("", token.value) or not is_sendable(value):
            return token
        return Token(value, token.lifetime)

    def _bare(self, value: str) -> str:
        word, _, rest = value.strip().partition(" ")
        return rest.strip() if word.lower() == self.scheme.lower() else value.strip()


def _what_is_there(body: Json) -> str:
    if isinstance(body, dict):
        return f"the answer has the keys {quoted_list(list(body))}" if body else "it is empty"
    return "the answer is no object"


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    form = config.get("form")
    headers = {name: as_text(value) for name, value in config.get("headers", {}).items()}
    return Login(
        request=Request(
            method=config.get("http_method", "POST"),
            url=address(config["endpoint"]),
            params=as_pairs(config.get("params", {})),
            headers={"Accept": "application/json", **headers},
            json=config.get("json"),
            form=None if form is None else as_pairs(form),
        ),
        token=parse_locator(config["token"]),
        expires_in=parse_locator(config["expires_in"]) if "expires_in" in config else None,
        default_expires_in=config.get("default_expires_in"),
        renewed_token=(
            parse_locator(config["renewed_token"]) if "renewed_token" in config else None
        ),
        header=config.get("header", "Authorization"),
        scheme=config.get("scheme", "Bearer"),
    )


@hookimpl
def onroll_auth_methods() -> list[AuthKind]:
    """Offer `login`."""
    answer = Response(
        status=200,
        headers=Headers({"content-type": "application/json"}),
        body=b'{"success": true, "data": {"token": "papi-1", "expires_in": 86400}}',
        url="https://api.example.test/auth",
    )
    return [
        AuthKind(
            name="login",
            summary="The API's own login call, which answers with a token",
            schema=shipped_schema("auth/login"),
            build=_build,
            examples=(
                AuthExample(
                    config={
                        "endpoint": "/auth",
                        "json": {"client_id": "id", "client_secret": "s-123"},
                        "token": "data.token",
                        "expires_in": "data.expires_in",
                    },
                    answers=(answer,),
                    credential="Bearer papi-1",
                    secrets=("s-123",),
                ),
            ),
        )
    ]
