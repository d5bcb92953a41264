"""A kept token is encrypted, and is used for nothing but what it was granted for."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.fernet import Fernet

from onroll.auth.keeping import KeptToken
from onroll.errors import SettingsError, TargetError
from onroll.fetch.address import Addresses
from onroll.protocols import CredentialsRefused
from onroll.service.token_keeping import StoreKeeper, TokenPlace, binding_of
from onroll.store.database import open_store
from onroll.store.tokens import find_token, put_token

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TOKEN = KeptToken("access-token-1", "refresh-token-1", 1_000.0, 4_600.0)
_CONFIG: Mapping[str, Any] = {
    "method": "oauth2_authorization_code",
    "authorization_url": "https://login.example.test/authorize",
    "access_token_url": "https://login.example.test/token",
    "client_id": "app",
    "client_secret": "s3cret",
    "scopes": ["people.read", "offline_access"],
    "refresh_token": "configured-refresh-token",
}
_BASE = "https://api.example.test/v1"
_KEY = Fernet.generate_key().decode()


def _binding(
    name: str = "acme", base: str = _BASE, auth_base: str | None = None, **changed: Any
) -> dict[str, str]:
    return binding_of(name, {**_CONFIG, **changed}, Addresses(_BASE, base, auth_base))


def _keeper(
    folder: Path,
    binding: Mapping[str, str] | None = None,
    *,
    key: str = _KEY,
    connection: str = "acme",
    needs_sign_in: bool = True,
) -> closing[StoreKeeper]:
    place = TokenPlace(str(folder / "onroll.db"), connection, environment={"ONROLL_TOKEN_KEY": key})
    found = _binding() if binding is None else binding
    return closing(StoreKeeper(place, found, needs_sign_in=needs_sign_in))


def _save(folder: Path, **how: Any) -> None:
    with _keeper(folder, **how) as keeper, keeper.hold():
        keeper.save(_TOKEN)


def test_a_later_process_finds_the_token(tmp_path: Path) -> None:
    _save(tmp_path)
    with _keeper(tmp_path) as keeper:
        assert keeper.load() == _TOKEN


def test_the_store_holds_no_token_and_no_configured_secret_as_it_is(tmp_path: Path) -> None:
    with _keeper(tmp_path) as keeper:
        keeper.save(_TOKEN)
        # While it is open the newest pages are beside the file.
        files = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    assert any(b"tokens" in content for content in files.values())
    for content in [*files.values(), (tmp_path / "onroll.db").read_bytes()]:
        for secret in (b"access-token-1", b"refresh-token-1", b"configured-refresh", b"s3cret"):
            assert secret not in content


@pytest.mark.parametrize(
    ("binding", "part"),
    [
        (_binding(base="https://evil.example.test/v1"), "base_url"),
        (_binding(base="https://api.example.test:8443/v1"), "base_url"),
        (_binding(access_token_url="https://evil.example.test/token"), "access_token_url"),
        (_binding(authorization_url="https://evil.example.test/"), "authorization_url"),
        (_binding(auth_base="https://evil.example.test"), "access_token_url"),
        (_binding(revoke_url="https://evil.example.test/revoke"), "revoke_url"),
        (_binding(name="other"), "name"),
        (_binding(client_id="other"), "client_id"),
        (_binding(scopes=["people.write"]), "scopes"),
        (_binding(method="oauth2_device_code"), "method"),
    ],
)
def test_a_token_is_not_used_for_what_it_was_not_granted_for(
    tmp_path: Path, binding: Mapping[str, str], part: str
) -> None:
    _save(tmp_path)
    with _keeper(tmp_path, binding) as keeper, pytest.raises(CredentialsRefused) as caught:
        keeper.load()
    assert caught.value.code == "sign-in-again"
    assert f"`{part}`" in caught.value.message
    assert "run `onroll login acme`" in str(caught.value.hint)


@pytest.mark.parametrize(
    "binding",
    [
        _binding(base=f"{_BASE}/"),
        _binding(client_secret="a new one"),
        _binding(scopes=["offline_access", "people.read"]),
        _binding(access_token_url="https://login.example.test/v2/token"),
    ],
)
def test_what_makes_no_difference_keeps_the_token(
    tmp_path: Path, binding: Mapping[str, str]
) -> None:
    _save(tmp_path)
    with _keeper(tmp_path, binding) as keeper:
        assert keeper.load() == _TOKEN


def test_a_new_configured_refresh_token_supersedes_the_kept_one(tmp_path: Path) -> None:
    _save(tmp_path)
    changed = _binding(refresh_token="a-newer-one")
    with _keeper(tmp_path, changed, needs_sign_in=False) as keeper:
        assert keeper.load() is None


def test_a_token_cannot_be_read_with_another_key(tmp_path: Path) -> None:
    _save(tmp_path)
    other = Fernet.generate_key().decode()
    with _keeper(tmp_path, key=other) as keeper, pytest.raises(SettingsError) as caught:
        keeper.load()
    said = caught.value.diagnostic
    assert said.code == "token-not-readable"
    assert "the environment variable ONROLL_TOKEN_KEY" in said.message
    assert "`onroll login acme`" in str(said.hint)


def test_a_token_that_was_copied_to_another_connection_is_not_read(tmp_path: Path) -> None:
    _save(tmp_path)
    with open_store(str(tmp_path / "onroll.db"), for_writing=True) as store, store.begin() as db:
        payload = find_token(db, "acme")
        assert payload is not None
        put_token(db, "other", payload, "2026-01-01T00:00:00Z")
    with _keeper(tmp_path, connection="other") as keeper, pytest.raises(SettingsError) as caught:
        keeper.load()
    assert caught.value.diagnostic.code == "token-not-readable"


def test_for_somebody_who_never_signed_in_no_store_is_made(tmp_path: Path) -> None:
    with _keeper(tmp_path) as keeper, pytest.raises(CredentialsRefused) as caught:
        keeper.load()
    assert caught.value.code == "not-signed-in"
    assert caught.value.hint == "run `onroll login acme`"
    assert list(tmp_path.iterdir()) == []


def test_a_method_that_needs_nobody_begins_without_a_token(tmp_path: Path) -> None:
    with _keeper(tmp_path, needs_sign_in=False) as keeper:
        assert keeper.load() is None


def test_a_forgotten_token_is_gone(tmp_path: Path) -> None:
    _save(tmp_path)
    with _keeper(tmp_path) as keeper:
        assert keeper.forget()
        assert not keeper.forget()
    with _keeper(tmp_path, needs_sign_in=False) as keeper:
        assert keeper.load() is None


def test_a_store_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    with _keeper(tmp_path / "nowhere") as keeper, pytest.raises(TargetError) as caught:
        keeper.save(_TOKEN)
    assert caught.value.diagnostic.code == "store-unreachable"


def test_a_kept_token_shows_nothing() -> None:
    assert "token-1" not in repr(_TOKEN)
