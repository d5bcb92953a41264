"""`hmac`: requests signed with a shared key, over a text that the definition declares.

GET /v1/people?page=2 HTTP/1.1
X-Key-Id: reader
X-Timestamp: 1767225600
Authorization: HMAC-SHA256 9f86d081884c7d65…

auth:
  method: hmac
  key: "${settings.secret}"
  sign: [method, target, timestamp, body_hash]
  timestamp: {header: X-Timestamp, format: unix}
  headers: {X-Key-Id: "${settings.key_id}"}
  header_value: [{text: "HMAC-SHA256 "}, signature]
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from onroll.auth.credential import refuse_unsendable, with_headers
from onroll.auth.signing import (
    Part,
    encoded,
    hashed,
    joined,
    key_from,
    parts_from,
    request_facts,
    written_time,
)
from onroll.builtin import shipped_schema
from onroll.expressions.reference import as_text
from onroll.model import Request, Response, Token
from onroll.plugins import hookimpl
from onroll.protocols import Address, AuthExample, AuthKind, AuthMethod

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from onroll.protocols import AuthFlow

_NOTHING_GRANTED: Final = Token(value="", is_renewable=False)


@dataclass(frozen=True, slots=True)
class Stamps:
    """What is made for each request, how it is written, and the headers that carry it.

    `headers` has `timestamp`, `nonce` and `body_hash` as keys, as far as one carries them.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    time_format: str = "unix"
    body_algorithm: str = "sha256"
    body_encoding: str = "hex"
    clock: Callable[[], float] = time.time
    make_nonce: Callable[[], str] = secrets.token_hex

    def made_for(self, body: bytes) -> dict[str, str]:
        """Return timestamp, nonce and hash for one request."""
        return {
            "timestamp": written_time(self.clock(), self.time_format),
            "nonce": self.make_nonce(),
            "body_hash": hashed(body, self.body_algorithm, self.body_encoding),
        }


@dataclass(frozen=True, slots=True)
class Hmac:
    """Sign each request (RFC 2104). Nothing is granted or renewed."""

    key: str = field(repr=False)
    sign: tuple[Part, ...] = field(repr=False)
    header_value: tuple[Part, ...] = field(repr=False)
    key_encoding: str = "text"
    algorithm: str = "sha256"
    separator: str = "\n"
    encoding: str = "hex"
    header: str = "Authorization"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    stamps: Stamps = field(default_factory=Stamps)

    def grant(self, previous: Token | None) -> AuthFlow:
        """Grant at once; raises `CredentialsRefused` for a key that is not written as declared."""
        key_from(self.key, self.key_encoding)
        for name, value in self.headers.items():
            refuse_unsendable(name, value)
        for part in self.header_value:
            refuse_unsendable(self.header, part.text)
        yield from ()
        return _NOTHING_GRANTED

    def apply(self, request: Request, token: Token) -> Request:
        """Put the signature on the request, and what the server needs to make it again."""
        named = with_headers(request, self.headers)
        try:
            facts = request_facts(named)
        except ValueError:
            return request  # which cannot be sent at all; the client says why
        made = self.stamps.made_for(facts["body"])
        carried = {header: made[name] for name, header in self.stamps.headers.items()}
        stamped = with_headers(named, carried)
        facts |= {name: text.encode() for name, text in made.items()}
        signed = joined(self.sign, facts, stamped.headers, self.separator)
        key = key_from(self.key, self.key_encoding)
        signature = encoded(hmac.new(key, signed, self.algorithm).digest(), self.encoding)
        facts["signature"] = signature.encode()
        value = joined(self.header_value, facts, stamped.headers, "").decode("utf-8", "replace")
        return with_headers(stamped, {self.header: value})

    def renewed(self, token: Token, response: Response) -> Token:
        """Keep what there is."""
        return token


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    made = {name: config.get(name, {}) for name in ("timestamp", "nonce", "body_hash")}
    stamps = Stamps(
        headers={name: one["header"] for name, one in made.items() if "header" in one},
        time_format=made["timestamp"].get("format", "unix"),
        body_algorithm=made["body_hash"].get("algorithm", "sha256"),
        body_encoding=made["body_hash"].get("encoding", "hex"),
    )
    return Hmac(
        key=as_text(config["key"]),
        sign=parts_from(config["sign"]),
        header_value=parts_from(config.get("header_value", ["signature"])),
        key_encoding=config.get("key_encoding", "text"),
        algorithm=config.get("algorithm", "sha256"),
        separator=config.get("separator", "\n"),
        encoding=config.get("encoding", "hex"),
        header=config.get("header", "Authorization"),
        headers={name: as_text(value) for name, value in config.get("headers", {}).items()},
        stamps=stamps,
    )


@hookimpl
def onroll_auth_methods() -> list[AuthKind]:
    """Offer `hmac`."""
    return [
        AuthKind(
            name="hmac",
            summary="Requests signed with a shared key (HMAC)",
            schema=shipped_schema("auth/hmac"),
            build=_build,
            examples=(
                AuthExample(
                    config={
                        "key": "s-127",
                        "sign": ["method", "target", "timestamp", "body_hash"],
                        "timestamp": {"header": "X-Timestamp"},
                        "headers": {"X-Key-Id": "reader"},
                        "header_value": [{"text": "HMAC-SHA256 "}, "signature"],
                    },
                    credential="HMAC-SHA256",
                    secrets=("s-127",),
                    is_signature=True,
                ),
                AuthExample(
                    config={
                        "key": "czNjcjN0LWtleQ==",
                        "key_encoding": "base64",
                        "algorithm": "sha512",
                        "encoding": "base64",
                        "sign": ["host", "path", {"header": "Date"}, "nonce", {"text": "v1"}],
                        "separator": "",
                        "header": "X-Signature",
                        "timestamp": {"header": "Date", "format": "rfc1123"},
                        "nonce": {"header": "X-Nonce"},
                    },
                    secrets=("czNjcjN0LWtleQ==", "s3cr3t-key"),
                    is_signature=True,
                ),
            ),
        )
    ]
