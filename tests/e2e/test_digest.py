"""HTTP Digest as servers check it that are not ours: Apache for lists, httpbin for algorithms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .command import assert_complete, assert_incomplete
from .servers.apache import Apache
from .servers.fault_proxy import FaultProxy, Rule
from .servers.httpbin import Httpbin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .command import CommandLine, Listing
    from .conftest import Servers

# A part of the address, which httpbin hashes as it reads it and not as it was sent.
_PASSWORD = "open-sesame"


@pytest.fixture(scope="module")
def httpbin(servers: Servers) -> Iterator[Httpbin]:
    with servers.running(Httpbin()) as server:
        yield server


@pytest.fixture(scope="module")
def _apache(servers: Servers) -> Iterator[Apache]:
    with servers.running(Apache()) as server:
        yield server


@pytest.fixture
def apache(_apache: Apache) -> Apache:
    """A server whose nonces live for two seconds, and that has challenged nobody yet."""
    _apache.forget()
    return _apache


@pytest.fixture(scope="module")
def proxy(servers: Servers, _apache: Apache) -> Iterator[FaultProxy]:
    with servers.running(FaultProxy(_apache.url)) as server:
        yield server


@pytest.fixture(scope="module")
def patient_apache(servers: Servers) -> Iterator[Apache]:
    with servers.running(Apache(nonce_seconds=300)) as server:
        yield server


def _fetch(onroll: CommandLine, url: str, definition: Path, **settings: str) -> Listing:
    given = {"username": Apache.username, "password": Apache.password, **settings}
    return onroll.fetch(definition, "--base-url", url, settings=given)


def _page(
    onroll: CommandLine, httpbin: Httpbin, definitions: Path, qop: str, algorithm: str, sent: str
) -> Listing:
    given = {
        "username": "reader", "expected": _PASSWORD, "qop": qop, "algorithm": algorithm,
    }  # fmt: skip
    words = [word for pair in given.items() for word in ("--set", "=".join(pair))]
    return onroll.fetch(
        definitions / "digest-page.yaml",
        "--base-url",
        httpbin.url,
        *words,
        settings={"password": sent},
    )


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "SHA-512"])
@pytest.mark.parametrize("qop", ["auth", "auth-int", "either"])
def test_each_algorithm_and_protection_is_accepted(
    onroll: CommandLine, httpbin: Httpbin, definitions: Path, algorithm: str, qop: str
) -> None:
    listing = _page(onroll, httpbin, definitions, qop, algorithm, _PASSWORD)

    assert_complete(listing, 2)
    shown = {"authenticated": True, "user": "reader"}
    assert [user["custom"] for user in listing.users] == [shown, shown], listing
    # The list, which is open, the challenge, and both pages by the answer to it.
    assert listing.report["requests"] == 4, listing


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_a_wrong_password_is_refused_after_one_answer(
    onroll: CommandLine, httpbin: Httpbin, definitions: Path, algorithm: str
) -> None:
    listing = _page(onroll, httpbin, definitions, "auth", algorithm, "close-sesame")

    assert_incomplete(listing)
    assert listing.users == [], listing
    # The list, which is open, the challenge, and one answer to it.
    assert listing.report["requests"] == 3, listing
    assert "answered 401: the credentials were not accepted" in listing.outcome.stderr, listing


def test_one_challenge_serves_a_whole_listing(
    onroll: CommandLine, patient_apache: Apache, definitions: Path
) -> None:
    listing = _fetch(onroll, patient_apache.url, definitions / "digest.yaml")

    assert_complete(listing, patient_apache.count)
    assert listing.report["requests"] == listing.report["pages"] + 1, listing


def test_the_next_nonce_that_an_answer_names_is_taken(
    onroll: CommandLine, apache: Apache, definitions: Path, tmp_path: Path
) -> None:
    # Thirteen pages at this pace take six seconds, in which three nonces end. Between two of them
    # is a second at most, so that none ends before it is used.
    slow = tmp_path / "digest.yaml"
    text = (definitions / "digest.yaml").read_text(encoding="utf-8")
    slow.write_text(f"{text}\nlimits: {{requests_per_second: 2}}\n", encoding="utf-8")

    listing = _fetch(onroll, apache.url, slow)

    assert_complete(listing, apache.count)
    assert listing.report["seconds"] > 2 * apache.nonce_seconds, listing
    assert listing.report["requests"] == listing.report["pages"] + 1, listing


def test_a_nonce_that_is_stale_in_mid_listing_is_replaced_and_nobody_is_lost(
    onroll: CommandLine, apache: Apache, proxy: FaultProxy, definitions: Path, tmp_path: Path
) -> None:
    # Also the nonce that these two answers name is over when they arrive.
    proxy.use(Rule("delay", at=(4, 9), path="/users", seconds=apache.nonce_seconds + 0.3))
    one_by_one = tmp_path / "digest.yaml"
    text = (definitions / "digest.yaml").read_text(encoding="utf-8")
    one_by_one.write_text(f"{text}\nlimits: {{concurrency: 1}}\n", encoding="utf-8")

    listing = _fetch(onroll, proxy.url, one_by_one)

    assert_complete(listing, apache.count)
    first, *others = apache.challenges()
    assert "stale=true" not in first, listing
    assert len(others) >= 2, listing
    assert all("stale=true" in challenge for challenge in others), listing
    requests = listing.report["pages"] + 1 + len(others)
    assert listing.report["requests"] == requests, listing


def test_a_wrong_password_for_a_list_is_told_and_asked_with_once(
    onroll: CommandLine, apache: Apache, definitions: Path
) -> None:
    listing = _fetch(
        onroll, apache.url, definitions / "digest.yaml", password="not the one it should be"
    )

    assert_incomplete(listing)
    assert listing.users == [], listing
    assert "answered 401: the credentials were not accepted" in listing.outcome.stderr, listing
    assert listing.report["requests"] == 2, listing
