"""`signature`: a keyed HMAC-SHA256 (RFC 2104) of method and path in a header.

auth: {method: signature, key_id: "${settings.key_id}", secret: "${settings.secret}"}
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from onroll.model import Request, Response, Token
from onroll.plugins import hookimpl
from onroll.protocols import Address, AuthExample, AuthFlow, AuthKind, AuthMethod

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Signature:
    """Sign each request. Nothing is granted, so nothing can be renewed."""

    key_id: str
    secret: str = field(repr=False)
    header: str = "X-Signature"

    def grant(self, previous: Token | None) -> AuthFlow:
        """Grant at once, without a request."""
        yield from ()
        return Token("", is_renewable=False)

    def apply(self, request: Request, token: Token) -> Request:
        """Return the request with its signature."""
        signed = f"{request.method} {urlsplit(request.url).path}"
        digest = hmac.new(self.secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
        theirs = {
            name: value
            for name, value in request.headers.items()
            if name.lower() != self.header.lower()
        }
        return replace(request, headers={**theirs, self.header: f"{self.key_id}:{digest}"})

    def renewed(self, token: Token, response: Response) -> Token:
        """Keep what there is."""
        return token


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    return Signature(config["key_id"], config["secret"], config.get("header", "X-Signature"))


@hookimpl
def onroll_auth_methods() -> list[AuthKind]:
    """Offer `signature`."""
    return [
        AuthKind(
            name="signature",
            summary="A keyed HMAC-SHA256 of method and path in a header",
            schema={
                "properties": {
                    "key_id": {
                        "type": "string",
                        "minLength": 1,
                        "description": "Which key signs; the API knows it by this name.",
                    },
                    "secret": {
                        "type": "string",
                        "minLength": 16,
                        "description": "The key itself, usually `${settings.…}`.",
                    },
                    "header": {
                        "$ref": "urn:onroll:common#/$defs/header_name",
                        "description": "The header that carries the signature.",
                        "default": "X-Signature",
                    },
                },
                "required": ["key_id", "secret"],
            },
            build=_build,
            examples=(
                AuthExample(
                    config={"key_id": "k-1", "secret": "a very secret key"},
                    credential="k-1:",
                    secrets=("a very secret key",),
                ),
            ),
        )
    ]
