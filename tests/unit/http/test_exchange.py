"""Bodies of every framing, and which connections are good for another request: on real sockets."""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from onroll.errors import ResponseError, TransportError
from onroll.http.address import address_of
from onroll.http.body import decode_json
from onroll.http.carrier import Asked, Sent
from onroll.http.client import Counts, HttpClient
from onroll.http.retry import Policy
from onroll.http.transport import Network
from onroll.model import Limits, Request

from .rawserver import OK, RawServer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from onroll.model import Response

_HEAD = b"HTTP/1.1 200 OK\r\n"
_LARGE = b"[" + b" " * 5_000_000 + b"]"


def _conversation(*answers: bytes) -> Callable[[socket.socket, bytes], None]:
    """Give one answer after the other over one connection."""

    def talk(connection: socket.socket, _head: bytes) -> None:
        for answer in answers:
            connection.sendall(answer)
            if not connection.recv(65536):
                return

    return talk


def _client(*, attempts: int = 1, timeout: float = 10.0, most: int = 4) -> HttpClient:
    return HttpClient(
        Limits(timeout_seconds=timeout),
        transport=Network(connections=most),
        policy=Policy(attempts=attempts),
        sleep=lambda _: None,
    )


def _get(client: HttpClient, server: RawServer) -> Response:
    return client.send(Request("GET", f"{server.url}/people"), decode_json)[0]


def _announced(body: bytes) -> bytes:
    return _HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


def _chunked(body: bytes, size: int) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    framed = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return _HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + framed + b"0\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        _announced(_LARGE),
        _chunked(_LARGE, 100_000),
        _HEAD + b"\r\n" + _LARGE,
        b"HTTP/1.0 200 OK\r\n\r\n" + _LARGE,
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + _announced(_LARGE),
        b"HTTP/1.1 100 Continue\r\n\r\n" + _chunked(_LARGE, 1 << 20),
    ],
    ids=["announced", "chunked", "to the end", "HTTP/1.0", "after a 103", "after a 100"],
)
def test_a_body_arrives_whole_however_it_is_framed(answer: bytes) -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(answer)

    with RawServer(talk) as server, _client() as client:
        assert _get(client, server).body == _LARGE


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n",
        _announced(b"[]"),
        _chunked(b"[]", 1),
    ],
    ids=["204", "204 with a length", "announced", "chunked"],
)
def test_one_connection_serves_one_request_after_the_other(answer: bytes) -> None:
    with RawServer(_conversation(answer, answer, answer)) as server, _client() as client:
        bodies = {_get(client, server).body for _ in range(3)}
        assert len(bodies) == 1
        assert len(server.heads) == 1


@pytest.mark.parametrize(
    "answer",
    [
        _HEAD + b"Connection: close\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        _announced(b"[]") + b"HTTP/1.1 500 Not Asked For\r\n\r\n",
        _chunked(b"[]", 1) + b"x",
        _chunked(b"[]", 1).replace(b"\r\n\r\n", b"\r\nContent-Length: 2\r\n\r\n", 1),
    ],
    ids=["close", "HTTP/1.0", "one that was not asked for", "more than the body", "two ends"],
)
def test_a_connection_that_is_not_good_any_more_is_not_used_again(answer: bytes) -> None:
    with RawServer(_conversation(answer, answer)) as server, _client() as client:
        assert [_get(client, server).body for _ in range(2)] == [b"[]", b"[]"]
        assert len(server.heads) == 2
        assert client.counts == Counts(requests=2, retries=0)


def test_a_connection_that_the_server_closed_meanwhile_costs_no_retry() -> None:
    is_closed = threading.Event()

    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(OK)
        connection.close()
        is_closed.set()

    with RawServer(talk) as server, _client() as client:
        _get(client, server)
        assert is_closed.wait(10)
        _get(client, server)
        assert client.counts == Counts(requests=2, retries=0)
        assert len(server.heads) == 2


@pytest.mark.parametrize(
    "answer",
    [
        _announced(_LARGE)[:-1],
        _HEAD + b"Content-Length: 9\r\n\r\n",
        _chunked(_LARGE, 1000)[:-1000],
        _chunked(b"[]", 2)[:-2],
    ],
    ids=["announced", "nothing of it", "chunked", "the last chunk"],
)
def test_a_body_that_is_cut_is_no_body(answer: bytes) -> None:
    with (
        RawServer(lambda connection, _: connection.sendall(answer)) as server,
        _client() as client,
        pytest.raises(TransportError, match="closed before the answer was whole"),
    ):
        _get(client, server)


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 2\r\nContent-Length: 3\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 0x2\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"X-Broken\r\n",
    ],
)
def test_a_head_that_can_be_read_in_two_ways_is_refused(head: bytes) -> None:
    answer = _HEAD + head + b"\r\n[]"
    with (
        RawServer(lambda connection, _: connection.sendall(answer)) as server,
        _client() as client,
        pytest.raises(TransportError, match="does not speak HTTP"),
    ):
        _get(client, server)


def test_a_server_may_refuse_a_request_before_it_has_read_it() -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        connection.shutdown(1)
        with contextlib.suppress(OSError):
            while connection.recv(1 << 20):
                pass

    request_body = {"text": "x" * 20_000_000}
    with RawServer(talk) as server, _client() as client:
        request = Request("POST", server.url, json=request_body)
        assert client.send(request, decode_json)[0].status == 413
        assert client.send(Request("POST", server.url), decode_json)[0].status == 413
        assert len(server.heads) == 2
        assert b"Content-Length: 0\r\n" in server.heads[1]


@pytest.mark.parametrize("announced", [1001, 10**18])
def test_a_page_that_is_announced_too_large_is_not_waited_for(announced: int) -> None:
    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(_HEAD + b"Content-Length: %d\r\n\r\n" % announced)
        connection.recv(1)

    limits = Limits(timeout_seconds=10, page_bytes=1000)
    with (
        RawServer(talk) as server,
        HttpClient(limits, policy=Policy(attempts=1)) as client,
        pytest.raises(ResponseError, match="larger than 1,000 bytes"),
    ):
        _get(client, server)


def test_many_small_chunks_come_as_few_pieces() -> None:
    answer = _chunked(b" " * 4000, 2)
    with (
        RawServer(lambda connection, _: connection.sendall(answer)) as server,
        closing(Network(connections=1)) as network,
    ):
        address = address_of(server.url)
        found = network.carry(
            Sent("GET", address, (), None, time.monotonic() + 10),
            Asked(Request("GET", server.url), 1, has_credentials=False),
        )
        pieces = list(found.chunks)
        found.close()
    assert b"".join(pieces) == b" " * 4000
    assert len(pieces) < 1000


def test_letters_beyond_ascii_in_a_header_are_read() -> None:
    answer = _HEAD + "X-Name: Zoë\r\n".encode() + "X-Old: Zoë\r\n".encode("latin-1")
    with (
        RawServer(lambda connection, _: connection.sendall(answer + b"\r\n[]")) as server,
        _client() as client,
    ):
        found = _get(client, server)
    assert (found.headers["x-name"], found.headers["x-old"]) == ("Zoë", "Zoë")


# --- how many connections there are -------------------------------------------------------------


def test_there_are_never_more_connections_than_allowed() -> None:
    lock, now, highest = threading.Lock(), 0, 0

    def talk(connection: socket.socket, _head: bytes) -> None:
        nonlocal now, highest
        with lock:
            now += 1
            highest = max(highest, now)
        try:
            while True:
                server.pause(0.02)
                connection.sendall(OK)
                if not connection.recv(65536):
                    return
        finally:
            with lock:
                now -= 1

    with RawServer(talk) as server, _client(most=2) as client, ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda _: _get(client, server).body, range(12)))
        assert found == [b"{}"] * 12
        assert highest == 2
        assert client.counts == Counts(requests=12, retries=0)


def test_a_connection_to_one_host_makes_room_for_one_to_another() -> None:
    with (
        RawServer(_conversation(OK, OK)) as one,
        RawServer(_conversation(OK, OK)) as other,
        _client(most=1) as client,
    ):
        for server in (one, other, one):
            _get(client, server)
        assert (len(one.heads), len(other.heads)) == (2, 1)


def test_waiting_for_a_connection_ends_at_the_deadline() -> None:
    has_arrived, may_answer = threading.Event(), threading.Event()

    def talk(connection: socket.socket, _head: bytes) -> None:
        has_arrived.set()
        may_answer.wait(20)
        connection.sendall(OK)

    network = Network(connections=1)
    patient = HttpClient(Limits(timeout_seconds=20), transport=network)
    hasty = HttpClient(Limits(timeout_seconds=0.2), transport=network, policy=Policy(attempts=1))
    with RawServer(talk) as server, ThreadPoolExecutor(1) as threads, patient:
        first = threads.submit(_get, patient, server)
        assert has_arrived.wait(10)
        with pytest.raises(TransportError, match=r"within 0\.2 seconds"):
            _get(hasty, server)
        may_answer.set()
        assert first.result(10).body == b"{}"
        assert len(server.heads) == 1


def test_a_connection_that_fails_leaves_its_place_to_the_next() -> None:
    def talk(connection: socket.socket, head: bytes) -> None:
        if len(server.heads) > 3:
            connection.sendall(OK)

    with RawServer(talk) as server, _client(most=1, attempts=6) as client:
        assert _get(client, server).body == b"{}"
        assert client.counts.retries == 3


@pytest.mark.parametrize(
    "beginning", [b"Content-Length: 1000\r\n\r\n[", b"\r\n[]"], ids=["announced", "to the end"]
)
def test_closing_ends_a_body_that_another_thread_reads(beginning: bytes) -> None:
    has_begun = threading.Event()

    def talk(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(_HEAD + beginning)
        has_begun.set()
        connection.recv(1)

    with RawServer(talk) as server, ThreadPoolExecutor(1) as threads:
        client = _client(timeout=60, attempts=3)
        reading = threads.submit(_get, client, server)
        assert has_begun.wait(10)
        client.close()
        with pytest.raises(TransportError):
            reading.result(20)
        assert len(server.heads) == 1
