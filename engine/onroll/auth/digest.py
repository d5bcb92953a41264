"""`digest`: a user name and a password that do not travel (RFC 7616).

WWW-Authenticate: Digest realm="HR", qop="auth", algorithm=SHA-256, nonce="7ypf/…", opaque="FQhe…"

auth: {method: digest, username: "${settings.user}", password: "${settings.password}"}
"""

from __future__ import annotations

import hashlib
import itertools
import json
import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from onroll.auth.challenge import parameters_in, parse_challenges
from onroll.auth.credential import with_headers
from onroll.builtin import shipped_schema
from onroll.expressions.reference import as_text
from onroll.model import Headers, Request, Response, Token
from onroll.plugins import hookimpl
from onroll.protocols import Address, AuthExample, AuthKind, AuthMethod

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from onroll.protocols import AuthFlow

_UNASKED: Final = Token(value="", is_renewable=False)
#: RFC 7616, 6.1. MD5 is what many servers still ask for.
_HASHES: Final = {"MD5": "md5", "SHA-256": "sha256", "SHA-512": "sha512"}
#: Of more nonces than this nobody is in use at once.
_REMEMBERED: Final = 64


class NonceCounts:
    """How often each nonce was used, over all threads: a server may refuse a count twice.

    The one thing here that is no configuration; a token is shared and frozen, so it cannot count.
    """

    def __init__(self) -> None:
        self._counts: dict[str, Iterator[int]] = {}
        self._lock = threading.Lock()

    def take(self, nonce: str) -> int:
        """Return the next count of a nonce, from 1."""
        with self._lock:
            if nonce not in self._counts and len(self._counts) >= _REMEMBERED:
                del self._counts[next(iter(self._counts))]
            return next(self._counts.setdefault(nonce, itertools.count(1)))


@dataclass(frozen=True, slots=True)
class Digest:
    """Answer the server's challenge; the first request goes without and learns it."""

    username: str
    password: str = field(repr=False)
    counts: NonceCounts = field(default_factory=NonceCounts, repr=False, compare=False)
    make_nonce: Callable[[], str] = secrets.token_urlsafe

    def grant(self, previous: Token | None) -> AuthFlow:
        """Grant at once: only an answer of the server itself can bring a challenge."""
        yield from ()
        return _UNASKED

    def apply(self, request: Request, token: Token) -> Request:
        """Put the answer to the challenge on the request, once there is a challenge."""
        if not token.value:
            return request
        # Imported here: httpx, which knows how an address is sent, costs start-up time.
        from onroll.http.encoding import body_of, target_of  # noqa: PLC0415  (see above)

        try:
            target, body = target_of(request), body_of(request) or b""
        except ValueError:
            return request  # which cannot be sent at all; the client says why
        value = self._authorization(request.method, target, body, json.loads(token.value))
        return with_headers(request, {"Authorization": value})

    def renewed(self, token: Token, response: Response) -> Token:
        """Take the challenge of a 401, or the next nonce that an answer names."""
        if response.status == 401:
            challenge = _answerable(response.headers.get("WWW-Authenticate", ""))
            # The same nonce again is no stale one: user name or password are wrong.
            if challenge is None or challenge["nonce"] == _nonce_of(token):
                return token
            return Token(json.dumps(challenge), is_renewable=False)
        following = parameters_in(response.headers.get("Authentication-Info", "")).get("nextnonce")
        if not token.value or not following or following == _nonce_of(token):
            return token
        return Token(
            json.dumps({**json.loads(token.value), "nonce": following}), is_renewable=False
        )

    def _authorization(
        self, method: str, target: str, body: bytes, challenge: Mapping[str, str]
    ) -> str:
        """Write the header (RFC 7616, 3.4). Texts of the challenge go back as they came."""
        nonce, realm = challenge["nonce"], challenge.get("realm", "")
        algorithm = challenge.get("algorithm", "MD5")
        qop = _protection(challenge)
        count, client_nonce = f"{self.counts.take(nonce):08x}", self.make_nonce()

        def hashed(*parts: str) -> str:
            return _hashed(algorithm, ":".join(parts))

        secret = hashed(self.username, realm, self.password)
        if algorithm.upper().endswith("-SESS"):
            secret = hashed(secret, nonce, client_nonce)
        what = [method, target]
        if qop == "auth-int":
            what.append(_hash_of(algorithm)(body).hexdigest())
        middle = [count, client_nonce, qop] if qop else []
        answer = hashed(secret, nonce, *middle, hashed(*what))
        pieces = [
            _named_user(self.username),
            f'realm="{realm}"',
            f'uri="{target}"',
            *([f"algorithm={algorithm}"] if "algorithm" in challenge else []),
            f'nonce="{nonce}"',
            *([f'nc={count}, cnonce="{client_nonce}", qop={qop}'] if qop else []),
            f'response="{answer}"',
            *([f'opaque="{challenge["opaque"]}"'] if "opaque" in challenge else []),
        ]
        return f"Digest {', '.join(pieces)}"


def _answerable(header: str) -> dict[str, str] | None:
    """Return the first Digest challenge whose algorithm and protection are known."""
    for one in parse_challenges(header):
        known = dict(one.parameters)
        is_known = known.get("algorithm", "MD5").upper().removesuffix("-SESS") in _HASHES
        if one.scheme == "digest" and known.get("nonce") and is_known:
            names = ("realm", "nonce", "opaque", "algorithm", "qop")
            return {name: known[name] for name in names if name in known}
    return None


def _nonce_of(token: Token) -> str | None:
    return json.loads(token.value)["nonce"] if token.value else None


def _protection(challenge: Mapping[str, str]) -> str | None:
    """Return `auth`, `auth-int` when nothing else is offered, None for servers before RFC 2617."""
    offered = [one.strip().lower() for one in challenge.get("qop", "").split(",")]
    return next((one for one in ("auth", "auth-int") if one in offered), None)


def _hash_of(algorithm: str) -> Any:
    return getattr(hashlib, _HASHES[algorithm.upper().removesuffix("-SESS")])


def _hashed(algorithm: str, text: str) -> str:
    digest: str = _hash_of(algorithm)(text.encode()).hexdigest()
    return digest


def _named_user(username: str) -> str:
    """Write the user name; one beyond ASCII in the form of RFC 5987 (RFC 7616, 3.4)."""
    if not username.isascii():
        return f"username*=UTF-8''{quote(username, safe='')}"
    quoted = username.replace("\\", "\\\\").replace('"', '\\"')
    return f'username="{quoted}"'


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    return Digest(username=as_text(config["username"]), password=as_text(config["password"]))


@hookimpl
def onroll_auth_methods() -> list[AuthKind]:
    """Offer `digest`."""
    config = {"username": "Mufasa", "password": "Circle of Life"}

    header = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )  # the sample of RFC 7616, 3.9.1
    url = "https://api.example.test/v1/people"
    challenge = Response(401, Headers({"WWW-Authenticate": header}), b"", url)
    return [
        AuthKind(
            name="digest",
            summary="A user name and a password that do not travel (HTTP Digest)",
            schema=shipped_schema("auth/digest"),
            build=_build,
            examples=(
                AuthExample(
                    config=config,
                    challenge=challenge,
                    credential='Digest username="Mufasa", realm="http-auth@example.org"',
                    secrets=("Circle of Life",),
                    is_signature=True,
                ),
            ),
        )
    ]
