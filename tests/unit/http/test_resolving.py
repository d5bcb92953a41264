"""Connections go to addresses that were checked, on real sockets; names are a function here."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from onroll.errors import SourceError, TransportError
from onroll.http.body import decode_json
from onroll.http.client import HttpClient
from onroll.http.networks import NetworkPolicy
from onroll.http.resolving import system_addresses
from onroll.http.retry import Policy
from onroll.http.transport import Network
from onroll.model import Limits, Request

from .rawserver import OK, RawServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STRICT = NetworkPolicy()
LENIENT = NetworkPolicy(allows_private=True)


@pytest.fixture(autouse=True)
def _without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(lambda connection, _: connection.sendall(OK)) as found:
        yield found


def client(
    networks: NetworkPolicy,
    look_up: Callable[[str], list[str]] = system_addresses,
    *,
    timeout: float = 20.0,
    attempts: int = 1,
) -> HttpClient:
    return HttpClient(
        Limits(timeout_seconds=timeout),
        transport=Network(connections=4, networks=networks, look_up=look_up),
        policy=Policy(attempts=attempts),
        sleep=lambda _: None,
    )


def refusal(networks: NetworkPolicy, url: str, *addresses: str) -> str:
    def look_up(host: str) -> list[str]:
        return list(addresses) or system_addresses(host)

    with client(networks, look_up, attempts=3) as opened:
        with pytest.raises(TransportError) as caught:
            opened.send(Request("GET", url), decode_json)
        assert opened.counts.retries == 0
    assert caught.value.diagnostic.code == "private-network"
    return str(caught.value)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "017700000001", "0",
     "[::ffff:127.0.0.1]", "localhost", "LOCALHOST", "localhost.", "127.0.0.1."],
)  # fmt: skip
def test_this_machine_is_refused_however_it_is_spelled(server: RawServer, host: str) -> None:
    words = refusal(STRICT, f"http://{host}:{server.port}/people")
    assert "--base-url" in words
    assert "allow_private_network: true" in words
    assert "ONROLL_ALLOW_PRIVATE_NETWORK=1" in words
    assert server.heads == []


@pytest.mark.parametrize(
    "host", ["①②⑦.⓪.⓪.①", "127。0。0。1", "\uff11\uff12\uff17.0.0.1", "ⓛocalhost"]
)
def test_letters_that_only_look_like_a_host_reach_nothing(server: RawServer, host: str) -> None:
    with client(STRICT) as opened, pytest.raises(SourceError):
        opened.send(Request("GET", f"http://{host}:{server.port}/"), decode_json)
    assert server.heads == []


def test_a_name_that_leads_to_this_machine_is_refused(server: RawServer) -> None:
    url = f"http://api.example.test:{server.port}/"
    assert "a loopback address" in refusal(STRICT, url, "127.0.0.1")
    assert server.heads == []


def test_one_private_address_among_others_is_enough(server: RawServer) -> None:
    url = f"http://api.example.test:{server.port}/"
    assert "a private address" in refusal(STRICT, url, "93.184.215.14", "10.0.0.1")


def test_a_metadata_address_is_refused_to_an_operator_too() -> None:
    words = refusal(LENIENT, "http://169.254.169.254/latest")
    assert "no option allows it" in words
    assert "--base-url" not in words


def test_a_name_of_a_metadata_address_is_refused_before_it_is_resolved() -> None:
    refusal(LENIENT, "http://metadata.google.internal/", "93.184.215.14")


def test_what_is_allowed_is_reached_by_its_name(server: RawServer) -> None:
    with client(LENIENT, lambda _: ["127.0.0.1"]) as opened:
        url = f"http://api.example.test:{server.port}/"
        assert opened.send(Request("GET", url), decode_json)[0].body == b"{}"
    assert f"Host: api.example.test:{server.port}".encode() in server.heads[0]


def test_a_name_is_resolved_once_in_a_run() -> None:
    asked: list[str] = []

    def look_up(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.9"]

    closing = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with (
        RawServer(lambda connection, _: connection.sendall(closing)) as server,
        client(LENIENT, look_up) as opened,
    ):
        for _ in range(3):
            url = f"http://api.example.test:{server.port}/"
            opened.send(Request("GET", url), decode_json)
    assert asked == ["api.example.test"]
    assert len(server.heads) == 3


def test_a_host_that_is_gone_from_its_addresses_is_looked_for_anew(server: RawServer) -> None:
    with socket.create_server(("127.0.0.2", 0)):
        pass
    answers = iter([["127.0.0.2"], ["127.0.0.1"]])
    with client(LENIENT, lambda _: next(answers), attempts=2) as opened:
        url = f"http://api.example.test:{server.port}/"
        assert opened.send(Request("GET", url), decode_json)[0].body == b"{}"


def test_the_second_address_is_tried_when_nobody_is_at_the_first(server: RawServer) -> None:
    with client(LENIENT, lambda _: ["127.0.0.2", "127.0.0.1"]) as opened:
        url = f"http://api.example.test:{server.port}/"
        assert opened.send(Request("GET", url), decode_json)[0].body == b"{}"


def test_a_name_that_does_not_exist_is_an_unreachable_host() -> None:
    def look_up(_: str) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with (
        client(STRICT, look_up) as opened,
        pytest.raises(TransportError, match=r"no host of the name `api\.example\.test`"),
    ):
        opened.send(Request("GET", "https://api.example.test/"), decode_json)


def test_a_name_server_that_is_silent_ends_at_the_deadline() -> None:
    is_over = threading.Event()

    def look_up(_: str) -> list[str]:
        is_over.wait(30)
        return []

    started = time.monotonic()
    with client(STRICT, look_up, timeout=0.3) as opened:
        with pytest.raises(TransportError, match="did not answer in full"):
            opened.send(Request("GET", "https://api.example.test/"), decode_json)
        assert time.monotonic() - started < 15
    is_over.set()


def test_requests_at_once_ask_for_a_name_once(server: RawServer) -> None:
    asked: list[str] = []
    are_all_there = threading.Barrier(4)

    def look_up(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with client(LENIENT, look_up) as opened:

        def ask() -> None:
            are_all_there.wait(20)
            url = f"http://api.example.test:{server.port}/"
            opened.send(Request("GET", url), decode_json)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(20)
    assert asked == ["api.example.test"]
    assert len(server.heads) == 4


# --- behind a proxy -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "192.168.1", "a.localhost", "0xa000001", "[fd00::1]", "localhost."]
)
def test_a_proxy_is_not_asked_for_what_is_plainly_private(
    server: RawServer, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url)
    refusal(STRICT, f"http://{host}/people")
    assert server.heads == []


def test_a_proxy_may_be_on_this_machine_and_resolves_names(
    server: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url)
    with client(STRICT) as opened:
        opened.send(Request("GET", "http://api.example.test/people"), decode_json)
    assert server.heads[0].startswith(b"GET http://api.example.test/people ")


def test_another_transport_is_not_concerned() -> None:
    answers = httpx.MockTransport(lambda _: httpx.Response(200, json={}))
    with HttpClient(Limits(), transport=answers, networks=STRICT) as opened:
        opened.send(Request("GET", "http://127.0.0.1/people"), decode_json)
