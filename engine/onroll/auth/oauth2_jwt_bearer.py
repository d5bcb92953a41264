"""`oauth2_jwt_bearer`: a signed JWT for a token, as service accounts do (RFC 7523, 2.1).

{"access_token": "…", "token_type": "Bearer", "expires_in": 3599}

auth:
  method: oauth2_jwt_bearer
  access_token_url: https://oauth2.googleapis.com/token
  issuer: "${settings.client_email}"
  subject: "${settings.admin_email}"
  private_key: "${settings.private_key}"
  scopes: ["https://www.googleapis.com/auth/admin.directory.user.readonly"]
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from onroll.auth.answer import Meaning
from onroll.auth.token_endpoint import TokenGrant, endpoint_from, sample_answer, scope_of
from onroll.builtin import shipped_schema
from onroll.expressions.reference import as_text
from onroll.plugins import hookimpl
from onroll.protocols import Address, AuthExample, AuthKind, AuthMethod, CredentialsRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from onroll.model import Json, Response, Token
    from onroll.protocols import AuthFlow

_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_CHECK: Final = (
    "check `issuer`, `subject` and `audience` in `auth`, and that the private key is the issuer's "
    "and still valid"
)
#: Clocks that are this far apart show in an answer's `Date`; providers forgive less or more.
_CLOCK_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class JwtBearer(TokenGrant):
    """Sign a JWT for each token. There is no refresh token."""

    private_key: str = field(repr=False)
    claims: Mapping[str, Json] = field(repr=False)
    algorithm: str = "RS256"
    key_id: str | None = None
    lifetime_seconds: int = 3600
    params: Mapping[str, str] = field(default_factory=dict)
    clock: Callable[[], float] = time.time

    def grant(self, previous: Token | None) -> AuthFlow:
        """Ask for an access token; raises `CredentialsRefused` for a key that cannot sign."""
        fields = {"grant_type": _GRANT, "assertion": self._assertion(), **self.params}
        response = yield self.endpoint.request(fields)
        return self.endpoint.token(response, meanings=self._meanings(response))

    def _meanings(self, response: Response) -> dict[str, Meaning]:
        off = _seconds_ahead(response, self.clock())
        clock = (
            f"this machine's clock is {abs(off)} s {'ahead of' if off > 0 else 'behind'} the "
            f"provider's: set it right; else {_CHECK}"
        )
        meanings = {
            "invalid_grant": Meaning(
                "it does not accept the signed JWT", clock if abs(off) > _CLOCK_SECONDS else _CHECK
            ),
            "unauthorized_client": Meaning(
                "the issuer may not do this",
                "allow the issuer the scopes at the provider, and to act for the subject if there "
                "is one (Google: domain-wide delegation)",
            ),
        }
        if self.endpoint.client.id is None:
            meanings["invalid_client"] = Meaning(
                "the issuer is not known",
                f"{_CHECK}; some providers want `client_id` and `client_secret` as well",
            )
        return meanings

    def _assertion(self) -> str:
        # Imported here: it costs start-up time, and most connectors do without it.
        from joserfc import jwt  # noqa: PLC0415  (see above)
        from joserfc.errors import JoseError, SecurityWarning  # noqa: PLC0415  (see above)
        from joserfc.jwk import ECKey, RSAKey  # noqa: PLC0415  (see above)

        kind = ECKey if self.algorithm.startswith("ES") else RSAKey
        header = {"alg": self.algorithm, **({"kid": self.key_id} if self.key_id else {})}
        now = int(self.clock())
        times = {"iat": now, "exp": now + self.lifetime_seconds, "jti": uuid4().hex}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", SecurityWarning)
                key = kind.import_key(self.private_key)
                return jwt.encode(header, {**times, **self.claims}, key, [self.algorithm])
        except (JoseError, SecurityWarning, ValueError, TypeError) as error:
            # Not the library's own words: nothing of a key may be in a message.
            raise _wrong_key(error, self.private_key, self.algorithm) from None


def _seconds_ahead(response: Response, now: float) -> int:
    """Return how far our clock is ahead of the one that the answer was dated by; 0 if not dated."""
    try:
        dated = parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return 0
    return round(now - dated.timestamp()) if dated.tzinfo is not None else 0


def _wrong_key(error: Exception, key: str, algorithm: str) -> CredentialsRefused:
    hint = "give the whole private key as PEM text, from `-----BEGIN` to the end of its last line"
    if "-----BEGIN " not in key:
        reason = "it is no PEM text"
    elif isinstance(error, TypeError) or "ENCRYPTED" in key:
        reason = "it is encrypted with a passphrase"
    elif "PUBLIC KEY" in key or "CERTIFICATE" in key:
        reason = "it is the public half"
    elif isinstance(error, ValueError):
        reason = "it is damaged, or was cut"
    elif isinstance(error, Warning):
        reason = "it is shorter than 2048 bits"
    else:
        reason = f"it is of another kind than {algorithm} needs"
        hint = "set `algorithm` to one of this key's kind: RS256 or PS256 for RSA, ES256 for P-256"
    return CredentialsRefused(
        "wrong-key",
        f"`auth.private_key` cannot sign with {algorithm}: {reason}",
        hint,
    )


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    endpoint = endpoint_from(config, address)
    scope = scope_of(tuple(config.get("scopes", ())))
    where = config.get("scope_in", "claim")
    named = {"iss": config["issuer"], "sub": config.get("subject")}
    claims = {
        **{name: as_text(value) for name, value in named.items() if value is not None},
        "aud": config.get("audience", endpoint.url),
        **(scope if where != "parameter" else {}),
        **config.get("claims", {}),
    }
    return JwtBearer(
        endpoint=endpoint,
        # As JSON key files write it; PEM itself has no backslash.
        private_key=as_text(config["private_key"]).replace("\\n", "\n").strip(),
        claims=claims,
        algorithm=config.get("algorithm", "RS256"),
        key_id=config.get("key_id"),
        lifetime_seconds=config.get("lifetime_seconds", 3600),
        params=scope if where != "claim" else {},
    )


#: The key of RFC 7515, A.3, which everybody has.
_SAMPLE_KEY: Final = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff
H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp
7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt
-----END PRIVATE KEY-----
"""


@hookimpl
def onroll_auth_methods() -> list[AuthKind]:
    """Offer `oauth2_jwt_bearer`."""
    config: dict[str, Any] = {
        "access_token_url": "https://login.example.test/token",
        "issuer": "reader@project.example.test",
        "private_key": _SAMPLE_KEY.strip().replace("\n", "\\n"),
        "algorithm": "ES256",
        "key_id": "key-1",
        "scopes": ["people.read"],
    }
    answer = sample_answer(b'{"access_token": "at-1", "token_type": "Bearer", "expires_in": 3599}')
    return [
        AuthKind(
            name="oauth2_jwt_bearer",
            summary="OAuth 2.0 by a signed JWT, as service accounts do (RFC 7523)",
            schema=shipped_schema("auth/oauth2_jwt_bearer"),
            build=_build,
            examples=(
                AuthExample(
                    config=config,
                    answers=(answer,),
                    credential="Bearer at-1",
                    secrets=(_SAMPLE_KEY, _SAMPLE_KEY.splitlines()[1]),
                ),
            ),
        )
    ]
