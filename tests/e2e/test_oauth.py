"""Tokens by client credentials from a server whose tokens live for five seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .command import assert_complete, assert_incomplete
from .servers.fault_proxy import Rule

if TYPE_CHECKING:
    from pathlib import Path

    from .command import CommandLine
    from .servers.fault_proxy import FaultProxy
    from .servers.oidc import Oidc


def _settings(oidc: Oidc, client: str) -> dict[str, str]:
    client_id, client_secret = oidc.clients[client]
    return {"client_id": client_id, "client_secret": client_secret}


@pytest.mark.parametrize(
    ("client", "definition"),
    [("basic", "oauth-users"), ("odd", "oauth-users"), ("post", "oauth-users-post")],
)
def test_each_client_gets_one_token_and_all_people(
    onroll: CommandLine, oidc: Oidc, definitions: Path, client: str, definition: str
) -> None:
    before = oidc.token_requests()

    listing = onroll.fetch(
        definitions / f"{definition}.yaml",
        "--base-url",
        f"{oidc.url}/api",
        settings=_settings(oidc, client),
    )

    assert_complete(listing, oidc.count)
    # One, unless the machine is so slow that it ends meanwhile.
    further = oidc.token_requests() - before - 1
    assert 0 <= further <= oidc.renewals_in(listing.report["seconds"]), listing


def test_a_token_that_expires_in_mid_listing_is_renewed_and_nobody_is_lost(
    onroll: CommandLine, oidc: Oidc, oidc_proxy: FaultProxy, definitions: Path
) -> None:
    # Twelve pages at 0.8 s each: nearly ten seconds, in which a token of five expires once or
    # twice.
    oidc_proxy.use(Rule("delay", every=1, path="/api/users", seconds=0.8))
    before = oidc.token_requests()

    listing = onroll.fetch(
        definitions / "oauth-users.yaml",
        "--base-url",
        f"{oidc_proxy.url}/api",
        settings=_settings(oidc, "basic"),
    )

    assert_complete(listing, oidc.count)
    assert listing.report["seconds"] > oidc.token_seconds, listing
    # One request for each lifetime, which the server rounds down to whole seconds; far from one
    # for each page.
    tokens = oidc.token_requests() - before
    assert 2 <= tokens <= 1 + listing.report["seconds"] / (oidc.token_seconds - 2), listing


def test_a_token_that_is_refused_once_is_renewed_once(
    onroll: CommandLine, oidc: Oidc, oidc_proxy: FaultProxy, definitions: Path
) -> None:
    oidc_proxy.use(Rule("answer", at=(4,), path="/api/users", status=401))
    before = oidc.token_requests()

    listing = onroll.fetch(
        definitions / "oauth-users.yaml",
        "--base-url",
        f"{oidc_proxy.url}/api",
        settings=_settings(oidc, "basic"),
    )

    assert_complete(listing, oidc.count)
    further = oidc.token_requests() - before - 2
    assert 0 <= further <= oidc.renewals_in(listing.report["seconds"]), listing


def test_a_token_that_is_always_refused_is_not_asked_for_again_and_again(
    onroll: CommandLine, oidc: Oidc, oidc_proxy: FaultProxy, definitions: Path
) -> None:
    oidc_proxy.use(Rule("answer", every=1, path="/api/users", status=401))
    before = oidc.token_requests()

    listing = onroll.fetch(
        definitions / "oauth-users.yaml",
        "--base-url",
        f"{oidc_proxy.url}/api",
        settings=_settings(oidc, "basic"),
    )

    assert_incomplete(listing)
    assert listing.users == [], listing
    assert oidc.token_requests() - before == 2, listing
    assert len(oidc_proxy.faulty()) == 2, listing


def test_a_wrong_secret_is_an_error_and_is_not_printed(
    onroll: CommandLine, oidc: Oidc, definitions: Path
) -> None:
    listing = onroll.fetch(
        definitions / "oauth-users.yaml",
        "--base-url",
        f"{oidc.url}/api",
        settings={"client_id": "cc-basic", "client_secret": "not the one that it should be"},
    )

    assert_incomplete(listing)
    assert listing.users == [], listing
    assert "invalid_client" in listing.outcome.stderr, listing
