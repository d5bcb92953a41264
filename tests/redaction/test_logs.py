"""With every library at its most talkative, no log of a whole fetch and import has a secret."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.redaction.scanner import Scanner
from tests.unit.service.socket_api import Asked, Said, SocketApi

from onroll.definition.load import parse_definition
from onroll.definition.settings import settle
from onroll.plugins.registry import installed
from onroll.service.connector import Connector
from onroll.service.opening import Options, open_source
from onroll.service.token_keeping import TokenPlace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from onroll.protocols import Visit

_LOGGERS = ("alembic", "authlib", "httpx", "onroll", "sqlalchemy", "urllib3")
_CLIENT = {"access_token_url": "/token", "client_id": "me", "client_secret": "s3cr3t-client"}
_BROWSER = {**_CLIENT, "authorization_url": "/authorize", "scopes": ["people"]}
_KEY = ec.generate_private_key(ec.SECP256R1()).private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
)


@dataclass(frozen=True)
class Case:
    """A way in, and what is secret about it beside what is marked as such."""

    method: str
    config: Mapping[str, Any] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.method


_HMAC = {"key": "s3cr3t-signing", "sign": ["method"], "header": "X-Signature"}
CASES = [
    Case("none"),
    Case("api_key", {"in": "query", "name": "key", "value": "s3cr3t-key"}),
    Case("basic", {"username": "me", "password": "s3cr3t-word"}),
    Case("bearer", {"token": "s3cr3t-token"}),
    Case("digest", {"username": "me", "password": "s3cr3t-word"}),
    Case("hmac", _HMAC),
    Case(
        "login",
        {
            "endpoint": "/login",
            "json": {"key": "s3cr3t-key"},
            "token": "token",
            "renewed_token": {"header": "authorization"},
        },
    ),
    Case("oauth2_authorization_code", _BROWSER),
    Case("oauth2_client_credentials", _CLIENT),
    Case(
        "oauth2_device_code",
        {**_CLIENT, "device_authorization_url": "/device", "scopes": ["people"]},
    ),
    Case(
        "oauth2_jwt_bearer",
        {
            "access_token_url": "/token",
            "issuer": "me",
            "private_key": _KEY.decode(),
            "algorithm": "ES256",
        },
        tuple(line for line in _KEY.decode().splitlines() if "-" not in line),
    ),
    Case("oauth2_password", {**_CLIENT, "username": "me", "password": "s3cr3t-word"}),
    Case("oauth2_refresh_token", {**_CLIENT, "refresh_token": "s3cr3t-refresh"}),
]


def _answer(asked: Asked) -> Any:
    if asked.path == "/login":
        return {"token": "s3cr3t-of-the-login"}
    if asked.path == "/device":
        return {
            "device_code": "s3cr3t-device",
            "user_code": "ABCD",
            "verification_uri": "https://login.example.test/device",
            "expires_in": 300,
        }
    if asked.path == "/token":
        return {
            "access_token": "s3cr3t-access",
            "refresh_token": "s3cr3t-refresh-2",
            "token_type": "Bearer",
            "expires_in": 3600,
        }
    sent = {name.lower(): value for name, value in asked.headers.items()}
    if sent.get("x-wants") == "digest" and "authorization" not in sent:
        challenge = 'Digest realm="hr", qop="auth", nonce="n1", algorithm=SHA-256'
        return Said(401, {}, {"WWW-Authenticate": challenge})
    people = [{"id": f"p{n}", "email": f"p{n}@example.test"} for n in range(3)]
    found = people if asked.number("offset") == 0 else []
    body = {"people": found, "total": len(people)}
    return Said(200, body, {"Authorization": "Bearer s3cr3t-renewed", "Set-Cookie": "s3cr3t=1"})


def _connector(case: Case) -> Connector:
    written = {
        "format": 1,
        "name": "acme",
        "base_url": "https://api.example.test",
        "headers": {"X-Wants": case.method},
        "auth": {"method": case.method, **case.config},
        "list_users": {
            "endpoint": "/people",
            "resource_location": "people",
            "total_count": "total",
            "pagination": {"style": "offset", "offset_name": "offset"},
        },
        "attributes": {"id": "id", "email": "email", "username": "id"},
    }
    return Connector(parse_definition(json.dumps(written)))


def _sign_in(connector: Connector, options: Options) -> None:
    settled = settle(connector.definition, "acme", given={}, environment={}, filed={})

    def show(visit: Visit) -> str | None:
        if not visit.is_answered:
            return None
        asked = parse_qs(urlsplit(visit.url).query)
        return f"{asked['redirect_uri'][0]}?code=s3cr3t-code&state={asked['state'][0]}"

    with open_source(connector.definition, settled, options) as opened:
        if opened.source.has_sign_in:
            opened.source.sign_in("http://127.0.0.1:1/callback", show, lambda _: None)


def _fetch_and_import(case: Case, folder: Path) -> int:
    """Read everybody, import them, and return how many."""
    connector, store = _connector(case), str(folder / "onroll.db")
    key = Fernet.generate_key().decode()
    place = TokenPlace(store, "acme", environment={"ONROLL_TOKEN_KEY": key})
    with SocketApi(_answer) as api:
        options = Options(base_url=api.url, tokens=place, attempts=1)
        _sign_in(connector, options)
        count = len(list(connector.users(options=options)))
        with connector.importing(store=store, options=options) as opened:
            opened.apply(opened.plan())
    return count


def test_every_way_in_is_tried() -> None:
    built_in = {
        name for name, one in installed().auth.items() if one.kind.build.__module__[:7] == "onroll."
    }
    assert {case.method for case in CASES} >= built_in


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_log_has_a_secret(case: Case, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    for name in _LOGGERS:
        caplog.set_level(logging.DEBUG, name)
    assert _fetch_and_import(case, tmp_path) == 3
    said = [(one.name, one.getMessage()) for one in caplog.records]
    assert {name.partition(".")[0] for name, _ in said} >= {"sqlalchemy"}
    scanner = Scanner()
    for secret in case.secrets:
        scanner.add(secret)
    leaks = [f"{name}: {text[:40]}" for name, text in said if scanner.is_in_text(text)]
    assert leaks == []
    assert scanner.leaks_below(tmp_path) == []
