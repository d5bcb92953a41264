"""Proxies that make a tunnel, with TLS to the source within, and with TLS to the proxy around."""

from __future__ import annotations

import base64
import contextlib
import select
import socket
import ssl
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from onroll.errors import SettingsError, TransportError
from onroll.http.body import decode_json
from onroll.http.client import Counts, HttpClient
from onroll.http.retry import Policy
from onroll.http.tls import TlsMaterial
from onroll.model import Limits, Request

from .identities import Identity, identity
from .rawserver import OK, RawServer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from .rawserver import Talk

AUTHORITY = identity("authority")
SOURCE = identity("source", AUTHORITY)
PROXY = identity("proxy", AUTHORITY)
CLIENT = identity("client", AUTHORITY)
URL = "https://api.example.test/people"
LARGE = b"[" + b" " * 3_000_000 + b"]"


def _context(one: Identity, folder: Path) -> ssl.SSLContext:
    file = folder / f"{id(one)}.pem"
    file.write_text(one.key_pem() + one.certificate_pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=AUTHORITY.certificate_pem)
    context.load_cert_chain(file)
    return context


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No proxy yet, and the authority is one that the environment names."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    file = tmp_path / "authority.pem"
    file.write_text(AUTHORITY.certificate_pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return monkeypatch


@pytest.fixture(params=["http", "https"])
def scheme(request: pytest.FixtureRequest) -> str:
    """How one speaks to the proxy."""
    found: str = request.param
    return found


@contextlib.contextmanager
def _proxy(scheme: str, folder: Path, to: RawServer | None) -> Iterator[tuple[RawServer, str]]:
    """A proxy whose tunnels all lead to one server, or to nobody who says anything."""

    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        if to is None:
            connection.recv(65536)
            proxy.pause(20)
            return
        with closing(socket.create_connection(("127.0.0.1", to.port), 10)) as onward:
            _carry(connection, onward)

    context = _context(PROXY, folder) if scheme == "https" else None
    with RawServer(talk, context) as proxy:
        yield proxy, f"{scheme}://ada:p%40ss@127.0.0.1:{proxy.port}"


def _carry(one: socket.socket, other: socket.socket) -> None:
    """Carry both ways until either end hangs up.

    By one thread: OpenSSL lets nobody read from a connection while another writes to it.
    """
    onward = {one: other, other: one}
    with contextlib.suppress(OSError):
        while ready := _readable(onward):
            for end in ready:
                came = end.recv(65536)
                if not came:
                    raise ConnectionResetError
                onward[end].sendall(came)
    for end in onward:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(end, socket.SHUT_RDWR)


def _readable(ends: Iterable[socket.socket]) -> list[socket.socket]:
    """The ends that have something to say; none when all are silent for ten seconds."""
    # What TLS has decrypted already is no longer in the socket.
    decrypted = [end for end in ends if isinstance(end, ssl.SSLSocket) and end.pending()]
    return [*decrypted] or select.select(list(ends), [], [], 10)[0]


def _twice(body: bytes) -> Talk:
    def talk(connection: socket.socket, _head: bytes) -> None:
        for _ in range(2):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            if not connection.recv(65536):
                return

    return talk


def _client(*, timeout: float = 10.0, tls: TlsMaterial | None = None) -> HttpClient:
    return HttpClient(Limits(timeout_seconds=timeout), policy=Policy(attempts=1), tls=tls)


def test_a_tunnel_carries_whole_pages_and_one_after_the_other(
    scheme: str, tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    with (
        RawServer(_twice(LARGE), _context(SOURCE, tmp_path)) as server,
        _proxy(scheme, tmp_path, server) as (proxy, url),
    ):
        environment.setenv("HTTPS_PROXY", url)
        with _client() as client:
            request = Request("GET", URL, headers={"Authorization": "Bearer s3cret"})
            for _ in range(2):
                assert client.send(request, decode_json)[0].body == LARGE
            assert client.counts == Counts(requests=2, retries=0)
    assert len(proxy.heads) == 1
    assert proxy.heads[0].startswith(b"CONNECT api.example.test:443 HTTP/1.1\r\n")
    assert base64.b64encode(b"ada:p@ss") in proxy.heads[0]
    assert b"s3cret" not in proxy.heads[0]
    assert b"Proxy-Authorization" not in server.heads[0]
    assert b"Bearer s3cret" in server.heads[0]


def test_a_client_certificate_is_shown_to_the_source_and_not_to_the_proxy(
    scheme: str, tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    context = _context(SOURCE, tmp_path)
    context.verify_mode = ssl.CERT_REQUIRED
    ours = TlsMaterial(CLIENT.certificate_pem, CLIENT.key_pem(), ca=AUTHORITY.certificate_pem)
    with RawServer(_twice(b"{}"), context) as server, _proxy(scheme, tmp_path, server) as (_, url):
        environment.setenv("HTTPS_PROXY", url)
        with _client(tls=ours) as client:
            assert client.send(Request("GET", URL), decode_json)[0].body == b"{}"
        with _client() as client, pytest.raises(TransportError):
            client.send(Request("GET", URL), decode_json)


def test_the_source_must_prove_who_it_is_within_a_tunnel_too(
    scheme: str, tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    stranger = identity("stranger")
    with (
        RawServer(_twice(b"{}"), _context(stranger, tmp_path)) as server,
        _proxy(scheme, tmp_path, server) as (_, url),
    ):
        environment.setenv("HTTPS_PROXY", url)
        with _client() as client, pytest.raises(TransportError, match="is not trusted"):
            client.send(Request("GET", URL), decode_json)
    assert server.heads == []


def test_a_body_that_is_cut_within_a_tunnel_is_no_body(
    scheme: str, tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n[1]")
        socket.socket.shutdown(connection, socket.SHUT_RDWR)

    with (
        RawServer(talk, _context(SOURCE, tmp_path)) as server,
        _proxy(scheme, tmp_path, server) as (_, url),
    ):
        environment.setenv("HTTPS_PROXY", url)
        with (
            _client() as client,
            pytest.raises(TransportError, match="before the answer was whole"),
        ):
            client.send(Request("GET", URL), decode_json)


def test_what_comes_behind_an_answer_in_a_tunnel_is_not_the_next(
    scheme: str, tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    body = b"[" + b" " * 9000 + b"]"

    def talk(connection: socket.socket, _head: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
        connection.sendall(head + body + OK)
        connection.recv(65536)

    with (
        RawServer(talk, _context(SOURCE, tmp_path)) as server,
        _proxy(scheme, tmp_path, server) as (_, url),
    ):
        environment.setenv("HTTPS_PROXY", url)
        with _client() as client:
            request = Request("GET", URL)
            found = [client.send(request, decode_json)[0].body for _ in range(2)]
    assert found == [body, body]
    assert len(server.heads) == 2


def test_a_tunnel_that_leads_nowhere_ends_at_the_deadline(
    scheme: str, tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    with _proxy(scheme, tmp_path, None) as (_, url):
        environment.setenv("HTTPS_PROXY", url)
        started = time.monotonic()
        with (
            _client(timeout=0.5) as client,
            pytest.raises(TransportError, match=r"did not answer in full within 0\.5 seconds"),
        ):
            client.send(Request("GET", URL), decode_json)
        assert time.monotonic() - started < 12


def test_a_body_that_drips_through_a_tunnel_ends_at_the_deadline(
    scheme: str, tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while server.pause(0.05):
            connection.sendall(b" ")

    with (
        RawServer(talk, _context(SOURCE, tmp_path)) as server,
        _proxy(scheme, tmp_path, server) as (_, url),
    ):
        environment.setenv("HTTPS_PROXY", url)
        started = time.monotonic()
        with (
            _client(timeout=0.7) as client,
            pytest.raises(TransportError, match=r"did not answer in full within 0\.7 seconds"),
        ):
            client.send(Request("GET", URL), decode_json)
        assert time.monotonic() - started < 12


@pytest.mark.parametrize("page", [b"", b"<html>Who are you?</html>"])
def test_what_a_proxy_says_is_told(environment: pytest.MonkeyPatch, page: bytes) -> None:
    head = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: %d\r\n\r\n"
    refusal = head % len(page) + page
    with RawServer(lambda connection, _: connection.sendall(refusal)) as proxy:
        environment.setenv("HTTPS_PROXY", proxy.url)
        with _client() as client, pytest.raises(TransportError, match="the proxy answered 407"):
            client.send(Request("GET", URL), decode_json)


def test_a_proxy_cannot_put_words_before_those_of_the_source(
    environment: pytest.MonkeyPatch,
) -> None:
    answer = b"HTTP/1.1 200 Connection established\r\n\r\n" + OK
    with RawServer(lambda connection, _: connection.sendall(answer)) as proxy:
        environment.setenv("HTTPS_PROXY", proxy.url)
        with _client() as client, pytest.raises(TransportError, match="does not speak HTTP"):
            client.send(Request("GET", URL), decode_json)


def test_a_name_that_no_host_can_have_is_an_error_in_words(
    scheme: str, tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    with _proxy(scheme, tmp_path, None) as (_, url):
        environment.setenv("HTTPS_PROXY", url)
        with _client() as client, pytest.raises(TransportError, match="cannot be reached"):
            client.send(Request("GET", f"https://{'a' * 70}.example.test"), decode_json)


def test_a_proxy_without_a_tunnel_is_shown_its_password_and_the_whole_address(
    tmp_path: Path, scheme: str, environment: pytest.MonkeyPatch
) -> None:
    context = _context(PROXY, tmp_path) if scheme == "https" else None
    with RawServer(lambda connection, _: connection.sendall(OK), context) as proxy:
        environment.setenv("HTTP_PROXY", f"{scheme}://ada:p%40ss@127.0.0.1:{proxy.port}")
        with _client() as client:
            request = Request("GET", "http://api.example.test:8080/people", (("a", "1"),))
            assert client.send(request, decode_json)[0].body == b"{}"
    assert proxy.heads[0].startswith(b"GET http://api.example.test:8080/people?a=1 HTTP/1.1\r\n")
    assert base64.b64encode(b"ada:p@ss") in proxy.heads[0]


@pytest.mark.parametrize(
    "written",
    [
        "socks5://127.0.0.1:1", "http://127.0.0.1:99999", "http://[::1", "http://:80",
        "http://ada:12/34@127.0.0.1:1",
    ],
)  # fmt: skip
def test_a_proxy_that_cannot_be_used_is_said_and_not_shown(
    environment: pytest.MonkeyPatch, written: str
) -> None:
    environment.setenv("HTTPS_PROXY", written)
    with _client() as client, pytest.raises(SettingsError, match="HTTPS_PROXY") as caught:
        client.send(Request("GET", URL), decode_json)
    assert written not in str(caught.value)


def test_authorities_that_cannot_be_read_are_said_when_they_are_needed(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("SSL_CERT_FILE", str(tmp_path / "nothing.pem"))
    with (
        RawServer(lambda connection, _: connection.sendall(OK)) as server,
        _client() as client,
    ):
        assert client.send(Request("GET", server.url), decode_json)[0].body == b"{}"
        with pytest.raises(SettingsError, match="SSL_CERT_FILE"):
            client.send(Request("GET", f"https://127.0.0.1:{server.port}"), decode_json)


def test_closing_ends_a_handshake_of_another_thread() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = _client(timeout=60)
        ended = threading.Event()

        def ask() -> None:
            with contextlib.suppress(TransportError):
                client.send(Request("GET", f"https://127.0.0.1:{silent.getsockname()[1]}"), str)
            ended.set()

        thread = threading.Thread(target=ask)
        thread.start()
        connection, _ = silent.accept()
        with connection:
            assert connection.recv(5)  # the handshake has begun
            client.close()
            assert ended.wait(20)
        thread.join(5)
