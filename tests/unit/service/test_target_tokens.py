"""Tokens of targets: what is rotated is kept, and nobody can be asked to sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import httpx
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine

from onroll.errors import DefinitionError
from onroll.model import Request
from onroll.service.targets import TargetOptions, open_target
from onroll.service.token_keeping import place_of_target

from .test_targets import BASE, connected, registry

if TYPE_CHECKING:
    from pathlib import Path

_URLS = {"access_token_url": "https://login.example.test/token", "client_id": "onroll"}


def test_a_rotated_refresh_token_of_a_target_outlives_the_run(tmp_path: Path) -> None:
    used: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/token":
            return httpx.Response(200, json={})
        used.append(parse_qs(request.content.decode())["refresh_token"][0])
        number = len(used)
        token = {"access_token": f"a-{number}", "refresh_token": f"r-{number}", "expires_in": 0.001}
        return httpx.Response(200, json=token)

    auth = {"method": "oauth2_refresh_token", "refresh_token": "r-0", **_URLS}
    environment = {"ONROLL_TOKEN_KEY": Fernet.generate_key().decode()}
    for _ in range(3):
        options = TargetOptions(
            transport=httpx.MockTransport(answer),
            tokens=place_of_target(str(tmp_path / "onroll.db"), "acme", environment),
            registry=registry(),
        )
        engine = create_engine("sqlite://")
        config = {"base_url": BASE, "auth": auth}
        with open_target("acme", "plain", config, engine, options) as send:
            send(Request("GET", f"{BASE}/Users"))  # type: ignore[operator]  # gives its connection
        engine.dispose()
    assert used == ["r-0", "r-1", "r-2"]


def test_a_method_that_needs_a_person_is_refused() -> None:
    auth = {
        "method": "oauth2_authorization_code",
        "authorization_url": "https://login.example.test/authorize",
        **_URLS,
    }
    with (
        pytest.raises(DefinitionError) as caught,
        connected(lambda _: httpx.Response(200), auth),
    ):
        pass
    assert caught.value.diagnostic.code == "needs-sign-in"
