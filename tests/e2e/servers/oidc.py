"""oidc-provider, a certified OAuth 2.0 server, beside a list of people that its tokens guard.

`oidc_browser` signs in there as a person would, and allows access.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from .installation import cache_folder, node, npm_package, replace_file
from .people import people
from .server import Server

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PROGRAM = Path(__file__).with_name("oidc_provider.mjs")
_NO_BROWSER: Mapping[str, list[str]] = {"redirect_uris": [], "response_types": []}
_GRANTS = Path(__file__).with_name("oidc_grants.mjs")


@dataclass(frozen=True)
class ServiceAccount:
    """Who may sign a JWT for a token, on behalf of `subject` or of nobody; the keys are PEM."""

    issuer: str
    subject: str
    algorithm: str
    private_key: str
    public_key: str


@cache
def _account(algorithm: str) -> ServiceAccount:
    key = (
        ec.generate_private_key(ec.SECP256R1())
        if algorithm == "ES256"
        else rsa.generate_private_key(65537, 2048)
    )
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return ServiceAccount(
        issuer=f"reader-{algorithm.lower()}@project.example",
        subject="admin@staff.example",
        algorithm=algorithm,
        private_key=private.decode(),
        public_key=public.decode(),
    )


class Oidc(Server):
    """The token endpoint is `/token`, the guarded list `/api/users` (200 a page at most).

    Access tokens live `token_seconds`; clients are in `clients`, whose names say how they must
    prove who they are, and `apps`, for which a person allows access. `accounts` sign a JWT, and
    `users` have a password.
    """

    name = "oidc"
    count = len(people())
    clients: Mapping[str, tuple[str, str]] = {
        "basic": ("cc-basic", "cc-secret"),
        "post": ("cc-post", "cc-secret"),
        # RFC 6749, section 2.3.1: both halves are form-urlencoded before they are joined by a
        # colon, which these two show when it is left out.
        "odd": ("cc:odd", "s3cr+t/with%25 :chars&=x"),
    }

    #: The public one has no secret. Any port of this machine may be sent back to.
    apps: Mapping[str, tuple[str, str | None]] = {
        "public": ("app-public", None),
        "confidential": ("app-confidential", "app-secret-1234"),
    }

    #: A user name and a password may be sent by these: the first has no secret.
    password_clients: Mapping[str, tuple[str, str | None]] = {
        "public": ("form-public", None),
        "confidential": ("form-confidential", "form-secret-1234"),
    }
    users: Mapping[str, str] = {"reader@staff.example": "päss & wörd + 100 %"}

    def __init__(self, port: int | None = None, *, token_seconds: int = 60) -> None:
        super().__init__(port)
        self.token_seconds = token_seconds

    def install(self) -> None:
        node()
        npm_package("oidc", "oidc-provider@9.13.3")

    def prepare(self) -> None:
        # Node.js looks for packages from the script's own folder upwards.
        for name, content in {
            "grants.mjs": _GRANTS.read_text(encoding="utf-8"),
            "provider.mjs": _PROGRAM.read_text(encoding="utf-8"),
            "people.json": json.dumps([asdict(person) for person in people()]),
        }.items():
            replace_file(self.folder() / name, content)

    def command(self) -> Sequence[str | Path]:
        return [node(), "provider.mjs"]

    def folder(self) -> Path:
        return cache_folder() / "npm" / "oidc"

    def environment(self) -> Mapping[str, str]:
        clients = [
            {
                "client_id": id_,
                "client_secret": secret,
                "token_endpoint_auth_method": "client_secret_"
                + ("post" if how == "post" else "basic"),
                "grant_types": ["client_credentials"],
                "redirect_uris": [],
                "response_types": [],
            }
            for how, (id_, secret) in self.clients.items()
        ]
        clients += [_app(*one) for one in self.apps.values()]
        clients += [_by_password(*one) for one in self.password_clients.values()]
        clients += [_by_assertion(one.issuer) for one in self.accounts.values()]
        accounts = [
            {
                "issuer": one.issuer,
                "subject": one.subject,
                "algorithm": one.algorithm,
                "key": one.public_key,
            }
            for one in self.accounts.values()
        ]
        return {
            "PORT": str(self.port),
            "TOKEN_SECONDS": str(self.token_seconds),
            "CLIENTS": json.dumps(clients),
            "ACCOUNTS": json.dumps(accounts),
            "USERS": json.dumps(self.users),
        }

    @property
    def accounts(self) -> Mapping[str, ServiceAccount]:
        """The service accounts by the algorithm that they sign with, with keys of this process."""
        return {algorithm: _account(algorithm) for algorithm in ("RS256", "ES256")}

    def is_ready(self, client: httpx.Client) -> bool:
        return client.get(f"{self.url}/stats").status_code == 200

    def renewals_in(self, seconds: float) -> int:
        """Return how many tokens may end of age in so many seconds.

        At times one is said to live a second less, and each is renewed a tenth early.
        """
        return int(seconds / (self.token_seconds - 2))

    def token_requests(self) -> int:
        """Return how many times a token was asked for since the start, granted or not."""
        stats: dict[str, Any] = httpx.get(f"{self.url}/stats", trust_env=False).json()
        count: int = stats["token_requests"]
        return count


def _by_password(id_: str, secret: str | None) -> dict[str, Any]:
    return {**_app(id_, secret), "grant_types": ["password"], **_NO_BROWSER}


def _by_assertion(issuer: str) -> dict[str, Any]:
    """The assertion says who the client is."""
    return {
        "client_id": issuer,
        "token_endpoint_auth_method": "none",
        "grant_types": ["urn:ietf:params:oauth:grant-type:jwt-bearer"],
        **_NO_BROWSER,
    }


def _app(id_: str, secret: str | None) -> dict[str, Any]:
    return {
        "client_id": id_,
        **({} if secret is None else {"client_secret": secret}),
        "token_endpoint_auth_method": "none" if secret is None else "client_secret_basic",
        "application_type": "native",
        "grant_types": [
            "authorization_code",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "redirect_uris": ["http://127.0.0.1/callback"],
    }
