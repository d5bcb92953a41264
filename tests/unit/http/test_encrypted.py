"""What TLS adds: an end of its own, and bytes that are decrypted before they are read."""

from __future__ import annotations

import contextlib
import socket
import ssl
from typing import TYPE_CHECKING

import pytest

from onroll.errors import TransportError
from onroll.http.body import decode_json
from onroll.http.client import Counts, HttpClient
from onroll.http.retry import Policy
from onroll.http.transport import Network
from onroll.model import Limits, Request

from .identities import identity
from .rawserver import OK, RawServer

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def context(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> ssl.SSLContext:
    """Of a server for whom an authority of the environment vouches."""
    authority = identity("authority")
    server = identity("server", authority)
    (tmp_path / "authority.pem").write_text(authority.certificate_pem)
    (tmp_path / "server.pem").write_text(server.key_pem() + server.certificate_pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(tmp_path / "server.pem")
    made.minimum_version = made.maximum_version = request.param
    return made


def _client() -> HttpClient:
    return HttpClient(Limits(timeout_seconds=10), policy=Policy(attempts=1))


def _get(client: HttpClient, server: RawServer) -> bytes:
    return client.send(Request("GET", f"https://127.0.0.1:{server.port}"), decode_json)[0].body


def test_a_certificate_has_its_names_where_they_belong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An authority may let people choose whom theirs is made out to."""
    authority = identity("authority")
    server = identity("api.example.test", authority, has_names=False)
    (tmp_path / "server.pem").write_text(server.key_pem() + server.certificate_pem)
    (tmp_path / "authority.pem").write_text(authority.certificate_pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(tmp_path / "server.pem")
    network = Network(connections=1, look_up=lambda _: ["127.0.0.1"])
    with (
        RawServer(lambda connection, _: connection.sendall(OK), made) as asked,
        HttpClient(Limits(), transport=network) as client,
        pytest.raises(TransportError, match=r"another name than `api\.example\.test`"),
    ):
        client.send(Request("GET", f"https://api.example.test:{asked.port}"), decode_json)
    assert asked.heads == []


@pytest.mark.parametrize("blanks", [0, 9000], ids=["a small body", "a body beyond the first read"])
def test_what_is_decrypted_with_one_answer_is_not_the_next(
    context: ssl.SSLContext, blanks: int
) -> None:
    body = b"[" + b" " * blanks + b"]"

    def talk(connection: socket.socket, _head: bytes) -> None:
        # In one record, so that TLS hands out a part of it and keeps the rest.
        connection.sendall(_HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body + OK)
        connection.recv(65536)

    with RawServer(talk, context) as server, _client() as client:
        assert [_get(client, server) for _ in range(2)] == [body, body]
        assert len(server.heads) == 2
        assert client.counts == Counts(requests=2, retries=0)


def test_one_encrypted_connection_serves_one_request_after_the_other(
    context: ssl.SSLContext,
) -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        for _ in range(3):
            connection.sendall(OK)
            if not connection.recv(65536):
                return

    with RawServer(talk, context) as server, _client() as client:
        assert [_get(client, server) for _ in range(3)] == [b"{}"] * 3
        assert len(server.heads) == 1


@pytest.mark.parametrize(
    "answer",
    [
        _HEAD + b"\r\n[1]",
        _HEAD + b"Content-Length: 4\r\n\r\n[1]",
        _HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\n[1]\r\n",
    ],
    ids=["to the end", "announced", "chunked"],
)
def test_a_body_does_not_end_where_only_the_connection_does(
    context: ssl.SSLContext, answer: bytes
) -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(answer)
        socket.socket.shutdown(connection, socket.SHUT_RDWR)  # as anybody between could do

    with (
        RawServer(talk, context) as server,
        _client() as client,
        pytest.raises(TransportError, match="closed before the answer was whole"),
    ):
        _get(client, server)


def test_a_body_of_no_announced_length_ends_where_tls_does(context: ssl.SSLContext) -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        assert isinstance(connection, ssl.SSLSocket)
        connection.sendall(_HEAD + b"\r\n[1]")
        with contextlib.suppress(OSError):  # the client says nothing when it closes
            connection.unwrap()

    with RawServer(talk, context) as server, _client() as client:
        assert _get(client, server) == b"[1]"


def test_a_server_that_ends_before_its_answer_is_told_from_one_that_speaks_no_tls(
    context: ssl.SSLContext,
) -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        socket.socket.shutdown(connection, socket.SHUT_RDWR)

    with (
        RawServer(talk, context) as server,
        _client() as client,
        pytest.raises(TransportError, match="the connection was closed before the answer\n"),
    ):
        _get(client, server)
