"""Tokens by a signed JWT and by a password, from a server whose tokens live for five seconds.

The server takes each JWT once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from .command import assert_complete, assert_incomplete
from .servers.fault_proxy import Rule

if TYPE_CHECKING:
    from pathlib import Path

    from .command import CommandLine, Listing
    from .servers.fault_proxy import FaultProxy
    from .servers.oidc import Oidc

_GRANTS = ("oauth-jwt", "oauth-password")
#: Thirteen requests at this pace outlive a token twice.
_SLOWLY = Rule("delay", every=1, path="/api/users", seconds=0.8)


def _settings(oidc: Oidc, grant: str, client: str = "public") -> dict[str, str]:
    if grant == "oauth-jwt":
        account = oidc.accounts["RS256"]
        return {"issuer": account.issuer, "private_key": account.private_key}
    ((username, password),) = oidc.users.items()
    client_id, secret = oidc.password_clients[client]
    settings = {"username": username, "password": password, "client_id": client_id}
    return settings if secret is None else {**settings, "client_secret": secret}


def _changed(definition: Path, folder: Path, old: str, new: str) -> Path:
    """Write a copy of a definition with this difference."""
    text = definition.read_text(encoding="utf-8")
    assert text.count(old) == 1
    copy = folder / definition.name
    copy.write_text(text.replace(old, new), encoding="utf-8")
    return copy


def _fetch(
    onroll: CommandLine, oidc: Oidc, definition: Path, settings: dict[str, str], url: str = ""
) -> Listing:
    # The provider itself is asked for tokens: behind a proxy it would be another audience.
    addresses = ["--base-url", f"{url or oidc.url}/api", "--auth-base-url", oidc.url]
    listing = onroll.fetch(definition, *addresses, settings=settings)
    said = listing.outcome.stdout + listing.outcome.stderr
    lines = settings.get("private_key", "").replace("\\n", "\n").splitlines()
    assert not [line for line in lines if line in said], "a line of the key was printed"
    return listing


def _said(listing: Listing) -> str:
    """Return the error of a listing that read nobody, in one line."""
    assert_incomplete(listing)
    assert listing.users == [], listing
    return " ".join(listing.outcome.stderr.split())


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
@pytest.mark.parametrize("for_somebody", [False, True])
def test_a_service_account_gets_one_token_and_all_people(
    onroll: CommandLine,
    oidc: Oidc,
    definitions: Path,
    tmp_path: Path,
    algorithm: str,
    for_somebody: bool,
) -> None:
    signs = f"algorithm: {algorithm}"
    definition = _changed(definitions / "oauth-jwt.yaml", tmp_path, "algorithm: RS256", signs)
    account = oidc.accounts[algorithm]
    settings = {"issuer": account.issuer, "private_key": account.private_key}
    if for_somebody:
        settings["subject"] = account.subject
    before = oidc.token_requests()

    listing = _fetch(onroll, oidc, definition, settings)

    assert_complete(listing, oidc.count)
    # One, unless the machine is so slow that it ends meanwhile.
    further = oidc.token_requests() - before - 1
    assert 0 <= further <= oidc.renewals_in(listing.report["seconds"]), listing


def test_a_key_with_its_line_breaks_written_as_in_json_signs(
    onroll: CommandLine, oidc: Oidc, definitions: Path
) -> None:
    settings = _settings(oidc, "oauth-jwt")
    settings["private_key"] = settings["private_key"].replace("\n", "\\n")

    listing = _fetch(onroll, oidc, definitions / "oauth-jwt.yaml", settings)

    assert_complete(listing, oidc.count)


@pytest.mark.parametrize("client", ["public", "confidential"])
def test_a_password_gets_one_token_and_all_people(
    onroll: CommandLine, oidc: Oidc, definitions: Path, client: str
) -> None:
    before = oidc.token_requests()

    listing = _fetch(
        onroll,
        oidc,
        definitions / "oauth-password.yaml",
        _settings(oidc, "oauth-password", client),
    )

    assert_complete(listing, oidc.count)
    # One, unless the machine is so slow that it ends meanwhile.
    further = oidc.token_requests() - before - 1
    assert 0 <= further <= oidc.renewals_in(listing.report["seconds"]), listing


@pytest.mark.parametrize("grant", _GRANTS)
def test_a_token_that_expires_in_mid_listing_is_asked_for_anew(
    onroll: CommandLine, oidc: Oidc, oidc_proxy: FaultProxy, definitions: Path, grant: str
) -> None:
    oidc_proxy.use(_SLOWLY)
    before = oidc.token_requests()

    listing = _fetch(
        onroll, oidc, definitions / f"{grant}.yaml", _settings(oidc, grant), oidc_proxy.url
    )

    assert_complete(listing, oidc.count)
    assert listing.report["seconds"] > oidc.token_seconds, listing
    # One request for each lifetime, which the server rounds down to whole seconds; far from one
    # for each page.
    tokens = oidc.token_requests() - before
    assert 2 <= tokens <= 1 + listing.report["seconds"] / (oidc.token_seconds - 2), listing


@pytest.mark.parametrize("grant", _GRANTS)
def test_a_token_that_is_refused_once_is_asked_for_once_more(
    onroll: CommandLine, oidc: Oidc, oidc_proxy: FaultProxy, definitions: Path, grant: str
) -> None:
    oidc_proxy.use(Rule("answer", at=(4,), path="/api/users", status=401))
    before = oidc.token_requests()

    listing = _fetch(
        onroll, oidc, definitions / f"{grant}.yaml", _settings(oidc, grant), oidc_proxy.url
    )

    assert_complete(listing, oidc.count)
    further = oidc.token_requests() - before - 2
    assert 0 <= further <= oidc.renewals_in(listing.report["seconds"]), listing


def _foreign_key() -> str:
    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"private_key": _foreign_key()},
        {"audience": "https://elsewhere.example/token"},
        {"subject": "somebody.else@staff.example"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_jwt_that_is_not_accepted_says_what_to_check(
    onroll: CommandLine, oidc: Oidc, definitions: Path, wrong: dict[str, str]
) -> None:
    before = oidc.token_requests()

    settings = {**_settings(oidc, "oauth-jwt"), **wrong}
    listing = _fetch(onroll, oidc, definitions / "oauth-jwt.yaml", settings)

    said = _said(listing)
    assert "answered 400 (invalid_grant: it does not accept the signed JWT)" in said, listing
    assert "check `issuer`, `subject` and `audience` in `auth`, and that the private key" in said
    assert "clock" not in said, listing
    assert oidc.token_requests() - before == 1, listing


def test_an_issuer_that_is_not_known_is_not_told_to_check_a_client_secret(
    onroll: CommandLine, oidc: Oidc, definitions: Path
) -> None:
    settings = {**_settings(oidc, "oauth-jwt"), "issuer": "nobody@project.example"}

    said = _said(_fetch(onroll, oidc, definitions / "oauth-jwt.yaml", settings))

    assert "answered 401 (invalid_client: the issuer is not known)" in said
    assert "hint: check `issuer`" in said


def test_a_wrong_password_is_told_as_one(
    onroll: CommandLine, oidc: Oidc, definitions: Path
) -> None:
    settings = {**_settings(oidc, "oauth-password"), "password": "not the one that it should be"}
    before = oidc.token_requests()

    said = _said(_fetch(onroll, oidc, definitions / "oauth-password.yaml", settings))

    assert "(invalid_grant: the user name or the password is wrong, or this user may not" in said
    assert "hint: check user name and password in the connection's settings" in said
    assert oidc.token_requests() - before == 1


def test_a_wrong_client_secret_is_not_told_as_a_wrong_password(
    onroll: CommandLine, oidc: Oidc, definitions: Path
) -> None:
    settings = _settings(oidc, "oauth-password", "confidential")
    settings["client_secret"] = "not the one that it should be"

    said = _said(_fetch(onroll, oidc, definitions / "oauth-password.yaml", settings))

    assert "(invalid_client: the client id or the client secret is wrong)" in said


@pytest.mark.parametrize("grant", _GRANTS)
def test_a_scope_that_the_provider_does_not_know_is_named_as_the_cause(
    onroll: CommandLine, oidc: Oidc, definitions: Path, grant: str, tmp_path: Path
) -> None:
    definition = _changed(
        definitions / f"{grant}.yaml", tmp_path, "scopes: [users.read]", "scopes: [users.write]"
    )

    said = _said(_fetch(onroll, oidc, definition, _settings(oidc, grant)))

    assert "(invalid_scope: a scope that was asked for does not exist or is not granted)" in said
    assert "hint: correct `auth.scopes`" in said


@pytest.mark.parametrize("grant", _GRANTS)
def test_a_token_without_the_scope_of_the_list_is_told_from_wrong_credentials(
    onroll: CommandLine, oidc: Oidc, definitions: Path, grant: str, tmp_path: Path
) -> None:
    definition = _changed(
        definitions / f"{grant}.yaml", tmp_path, "scopes: [users.read]", "scopes: []"
    )
    before = oidc.token_requests()

    said = _said(_fetch(onroll, oidc, definition, _settings(oidc, grant)))

    assert "answered 403: the credentials are right, but lack a scope" in said
    assert "ask for it in `auth.scopes`" in said
    assert oidc.token_requests() - before == 1
