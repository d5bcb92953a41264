"""The network itself: deadlines, connections that break, TLS and proxies, on real sockets."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import struct
import time
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from onroll.errors import ResponseError, TransportError
from onroll.http.body import decode_json
from onroll.http.client import HttpClient
from onroll.http.retry import Policy
from onroll.model import Limits, Request

from .rawserver import OK, RawServer

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def _get(url: str, *, timeout: float = 5.0, **limits: int) -> bytes:
    found = Limits(timeout_seconds=timeout, **limits)  # type: ignore[arg-type]
    with HttpClient(found, policy=Policy(attempts=1)) as client:
        return client.send(Request("GET", url), decode_json)[0].body


def _drip(server: RawServer, connection: socket.socket, data: bytes) -> None:
    for byte in data:
        connection.sendall(bytes([byte]))
        if not server.pause(0.1):
            return


def _assert_ends_in_time(url: str) -> None:
    started = time.monotonic()
    with pytest.raises(TransportError, match=r"did not answer in full within 0\.5 seconds"):
        _get(url, timeout=0.5)
    # To the end it would take ten seconds and more.
    assert 0.4 < time.monotonic() - started < 8


def test_headers_that_drip_end_at_the_deadline() -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        _drip(server, connection, _HEAD + b"X-Padding: " + b"x" * 100)

    with RawServer(talk) as server:
        _assert_ends_in_time(server.url)


def test_a_body_that_drips_ends_at_the_deadline() -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(_HEAD + b"Content-Length: 1000\r\n\r\n")
        _drip(server, connection, b" " * 1000)

    with RawServer(talk) as server:
        _assert_ends_in_time(server.url)


def test_a_chunked_body_that_drips_ends_at_the_deadline() -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        _drip(server, connection, b"1\r\n \r\n" * 100)

    with RawServer(talk) as server:
        _assert_ends_in_time(server.url)


def test_a_server_that_says_nothing_ends_at_the_deadline() -> None:
    def talk(_connection: socket.socket, _head: bytes) -> None:
        server.pause(20)

    with RawServer(talk) as server:
        _assert_ends_in_time(server.url)


def test_a_tls_handshake_that_does_not_come_ends_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        _assert_ends_in_time(f"https://127.0.0.1:{silent.getsockname()[1]}")


def test_the_deadline_of_one_request_is_not_that_of_the_next() -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        for _ in range(3):
            server.pause(1.4)
            connection.sendall(OK)
            connection.recv(65536)

    # All three take longer than the time for one, which leaves more than two seconds besides.
    with RawServer(talk) as server, HttpClient(Limits(timeout_seconds=4)) as client:
        for _ in range(3):
            assert client.send(Request("GET", server.url), decode_json)[0].body == b"{}"
        assert client.counts.retries == 0


def test_a_host_that_refuses_the_connection_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(TransportError, match=rf"127\.0\.0\.1:{port} cannot be reached"):
        _get(f"http://127.0.0.1:{port}")


def test_a_connection_that_is_reset_is_a_transport_error() -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with RawServer(talk) as server, pytest.raises(TransportError, match="cannot be reached"):
        _get(server.url)


def test_a_connection_that_is_closed_without_an_answer_is_a_transport_error() -> None:
    with (
        RawServer(lambda _connection, _head: None) as server,
        pytest.raises(TransportError, match="the connection was closed before the answer"),
    ):
        _get(server.url)


def test_a_body_shorter_than_announced_is_a_transport_error() -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(_HEAD + b'Content-Length: 1000\r\n\r\n{"people": []}')

    with RawServer(talk) as server, pytest.raises(TransportError):
        _get(server.url)


def test_an_answer_that_is_no_http_is_a_transport_error() -> None:
    with (
        RawServer(lambda connection, _: connection.sendall(b"SSH-2.0-x\r\n\r\n")) as server,
        pytest.raises(TransportError),
    ):
        _get(server.url)


def test_headers_without_end_are_a_transport_error() -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(_HEAD)
        while server.pause(0):
            connection.sendall(b"X-Padding: " + b"x" * 10_000 + b"\r\n")

    with RawServer(talk) as server, pytest.raises(TransportError):
        _get(server.url)


def test_a_body_over_the_limit_is_not_read_to_its_end() -> None:
    sent = 0

    def talk(connection: socket.socket, _head: bytes) -> None:
        nonlocal sent
        connection.sendall(_HEAD + b"Content-Length: 1000000000\r\n\r\n")
        while server.pause(0):
            sent += connection.send(b" " * 65536)

    with RawServer(talk) as server, pytest.raises(ResponseError, match="larger than 2,000 bytes"):
        _get(server.url, page_bytes=2000)
    assert sent < 50_000_000


# --- TLS ----------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate for 127.0.0.1 that signs itself; key and certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    with (
        RawServer(lambda connection, _: connection.sendall(OK), _tls(certificate)) as server,
        pytest.raises(TransportError, match="it vouches for itself"),
    ):
        _get(f"https://127.0.0.1:{server.port}")
    assert server.heads == []


def test_a_certificate_that_the_environment_vouches_for_is_accepted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with RawServer(lambda connection, _: connection.sendall(OK), _tls(certificate)) as server:
        assert _get(f"https://127.0.0.1:{server.port}") == b"{}"


# --- the environment ----------------------------------------------------------------------------


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def test_http_goes_through_the_proxy_of_the_environment(
    bare_environment: pytest.MonkeyPatch,
) -> None:
    with RawServer(lambda connection, _: connection.sendall(OK)) as proxy:
        bare_environment.setenv("HTTP_PROXY", proxy.url)
        assert _get("http://api.example.test/people") == b"{}"
    assert proxy.heads[0].startswith(b"GET http://api.example.test/people HTTP/1.1")


def test_https_asks_the_proxy_for_a_tunnel(bare_environment: pytest.MonkeyPatch) -> None:
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    with RawServer(lambda connection, _: connection.sendall(refusal)) as proxy:
        bare_environment.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(TransportError):
            _get("https://api.example.test/people")
    assert proxy.heads[0].startswith(b"CONNECT api.example.test:443 HTTP/1.1")


def test_credentials_do_not_go_to_the_proxy_of_a_tunnel(
    bare_environment: pytest.MonkeyPatch,
) -> None:
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    request = Request(
        "GET", "https://api.example.test/", (("key", "s3cret"),), {"Authorization": "Bearer s3cret"}
    )
    with RawServer(lambda connection, _: connection.sendall(refusal)) as proxy:
        bare_environment.setenv("HTTPS_PROXY", proxy.url)
        client = HttpClient(Limits(), policy=Policy(attempts=1))
        with client, pytest.raises(TransportError):
            client.send(request, decode_json)
    assert b"s3cret" not in b"".join(proxy.heads)


@pytest.mark.parametrize("excepted", ["127.0.0.1", "api.example.test,127.0.0.1", ""])
def test_loopback_never_goes_through_a_proxy(
    bare_environment: pytest.MonkeyPatch, excepted: str
) -> None:
    with (
        RawServer(lambda connection, _: connection.sendall(OK)) as proxy,
        RawServer(lambda connection, _: connection.sendall(OK)) as server,
    ):
        bare_environment.setenv("HTTP_PROXY", proxy.url)
        bare_environment.setenv("NO_PROXY", excepted)
        assert _get(server.url) == b"{}"
    assert proxy.heads == []


@pytest.mark.parametrize("excepted", ["example.invalid", ".invalid", "*", "api.example.invalid:81"])
def test_no_proxy_names_hosts_that_are_asked_directly(
    bare_environment: pytest.MonkeyPatch, excepted: str
) -> None:
    looked_up: list[str] = []

    def nobody(host: str, *_: object, **__: object) -> list[object]:
        looked_up.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "no name server is asked in a test")

    bare_environment.setattr(socket, "getaddrinfo", nobody)
    with RawServer(lambda connection, _: connection.sendall(OK)) as proxy:
        bare_environment.setenv("HTTP_PROXY", proxy.url)
        bare_environment.setenv("NO_PROXY", excepted)
        with pytest.raises(TransportError):
            _get("http://api.example.invalid:81/people")
    assert (proxy.heads, looked_up) == ([], ["api.example.invalid"])


def test_a_name_that_only_looks_like_loopback_goes_through_the_proxy(
    bare_environment: pytest.MonkeyPatch,
) -> None:
    with RawServer(lambda connection, _: connection.sendall(OK)) as proxy:
        bare_environment.setenv("HTTP_PROXY", proxy.url)
        assert _get("http://127.0.0.1.example.test/people") == b"{}"
    assert len(proxy.heads) == 1


def test_a_netrc_file_gives_nobody_credentials(
    bare_environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login ada password s3cret\n", encoding="utf-8")
    netrc.chmod(0o600)
    bare_environment.setenv("HOME", str(tmp_path))
    bare_environment.setenv("NETRC", str(netrc))
    with RawServer(lambda connection, _: connection.sendall(OK)) as server:
        _get(server.url)
    assert b"authorization" not in server.heads[0].lower()
