"""A client that is closed while threads use it: they end at once, and ask for nothing more."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from onroll.errors import TransportError
from onroll.http.client import HttpClient
from onroll.http.transport import Network
from onroll.model import Limits, Request

from .rawserver import OK, RawServer

if TYPE_CHECKING:
    import socket


def test_closing_ends_the_requests_that_are_under_way_and_none_is_tried_again() -> None:
    arrived = threading.Semaphore(0)

    def talk(connection: socket.socket, head: bytes) -> None:
        arrived.release()
        connection.recv(1)  # nothing comes but the end

    with RawServer(talk) as server, ThreadPoolExecutor(3) as threads:
        client = HttpClient(Limits(timeout_seconds=60))
        request = Request("GET", server.url)
        waiting = [threads.submit(client.send, request, lambda _: None) for _ in range(3)]
        for _ in waiting:
            assert arrived.acquire(timeout=20)
        client.close()
        for one in waiting:
            with pytest.raises(TransportError):
                one.result(20)
        assert len(server.heads) == 3


def test_a_closed_client_opens_no_connection() -> None:
    with RawServer(lambda connection, _: connection.sendall(OK)) as server:
        client = HttpClient(Limits())
        client.send(Request("GET", server.url), lambda _: None)
        client.close()
        with pytest.raises(TransportError, match="the connections were closed"):
            client.send(Request("GET", server.url), lambda _: None)
        assert len(server.heads) == 1


def test_a_connection_that_comes_too_late_is_closed() -> None:
    """The client is closed while a thread looks for the host's address."""
    asked, closed = threading.Event(), threading.Event()

    def look_up(host: str) -> list[str]:
        asked.set()
        assert closed.wait(20)
        return ["127.0.0.1"]

    with RawServer(lambda connection, _: connection.sendall(OK)) as server:
        transport = Network(connections=1, look_up=look_up)
        client = HttpClient(Limits(), transport=transport)
        with ThreadPoolExecutor(1) as threads:
            request = Request("GET", f"http://people.example.test:{server.port}")
            late = threads.submit(client.send, request, lambda _: None)
            assert asked.wait(20)
            client.close()
            closed.set()
            with pytest.raises(TransportError, match="the connections were closed"):
                late.result(20)
        assert server.heads == []
