"""A small API on a real socket, with or without TLS, that answers as a function says."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Asked:
    """A request as a test's server looks at it."""

    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]

    def number(self, name: str, default: int = 0) -> int:
        return int(self.params.get(name, default))


@dataclass(frozen=True)
class Said:
    """An answer: JSON, or text or bytes as they are."""

    status: int = 200
    body: Any = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class SocketApi:
    """Serves `answer`, which returns a `Said`, or the JSON of a 200."""

    def __init__(self, answer: Callable[[Asked], Any], tls: ssl.SSLContext | None = None) -> None:
        self._server = _Server(answer, tls)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Callable[[Asked], Any], tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.answer = answer
        self.tls = tls

    def finish_request(self, request: Any, client_address: Any) -> None:
        # The handshake belongs to the connection's own thread.
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        with suppress(OSError):
            try:
                wrapped = self.tls.wrap_socket(request, server_side=True)
            except ssl.SSLError:
                # The client shall read the alert before the connection is gone.
                with suppress(OSError):
                    request.shutdown(socket.SHUT_WR)
                    request.recv(65536)
                raise
            with wrapped:
                super().finish_request(wrapped, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are what some tests are about."""


class _Talk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.rfile.read(length)
        parts = urlsplit(self.path)
        params = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        said = self.server.answer(Asked(parts.path, params, dict(self.headers)))
        said = said if isinstance(said, Said) else Said(body=said)
        is_text = isinstance(said.body, str | bytes)
        text = said.body if is_text else json.dumps(said.body)
        body = text if isinstance(text, bytes) else text.encode()
        self.send_response_only(said.status)
        kind = "text/plain" if is_text else "application/json"
        headers = {"Content-Type": kind, **said.headers, "Content-Length": str(len(body))}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  (the base class looks for this name)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
