"""Waits on this machine for the browser that a provider sends back (RFC 8252, 7.3 and 8.3)."""

from __future__ import annotations

import hmac
import queue
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Loopback"]

_HOST: Final = "127.0.0.1"
#: Nothing of the request is in it: the address holds a code, and may hold anything else.
_PAGE: Final = (
    b"<!doctype html>\n"
    b'<html lang="en"><meta charset="utf-8"><title>onroll</title>\n'
    b"<p>You can close this window, and go on in the terminal.</p>\n"
)
_HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": str(len(_PAGE)),
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "Referrer-Policy": "no-referrer",
}


class Loopback:
    """Listens on a port of 127.0.0.1, on any free one for 0. Use it in a `with`.

    Only a GET of the address that is waited for, with its `state`, is let in. All else gets a 404.
    """

    def __init__(self, port: int = 0) -> None:
        try:
            self._server = _Server((_HOST, port), _Handler)
        except OSError as error:
            raise UsageError(
                Diagnostic(
                    "port-not-free",
                    f"nothing can listen on port {port} of {_HOST}: {error.strerror}",
                    hint="choose another with `--port`, or sign in with `--no-browser`",
                )
            ) from None
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        port: int = self._server.server_address[1]
        return port

    def expect(self, redirect_uri: str, state: str) -> None:
        """Let in whoever comes to this address with this `state`."""
        self._server.expected = (redirect_uri, state)

    def answered(self, seconds: float) -> str | None:
        """Wait so long for the browser; return the address that it came to, None without one."""
        try:
            return self._server.arrived.get(timeout=seconds)
        except queue.Empty:
            return None


class _Server(socketserver.ThreadingTCPServer):
    # Threads: browsers open connections that they send nothing on.
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], handler: type[_Handler]) -> None:
        self.expected: tuple[str, str] | None = None
        self.arrived: queue.SimpleQueue[str] = queue.SimpleQueue()
        super().__init__(address, handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that broke."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_GET(self) -> None:
        query = self._query()
        if query is None:
            self.send_error(404)
            return
        expected = self.server.expected
        assert expected is not None
        self.server.arrived.put(f"{expected[0]}?{query}")
        self.send_response(200)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(_PAGE)

    def _query(self) -> str | None:
        """Return the query of the request that is waited for; None for any other."""
        if self.server.expected is None:
            return None
        uri, state = self.server.expected
        path, _, query = self.path.partition("?")
        wanted = urlsplit(uri)
        # Another name for this machine would be a page elsewhere that reaches in (DNS rebinding).
        if path != (wanted.path or "/") or self.headers.get("Host", "") != wanted.netloc:
            return None
        try:
            given = parse_qs(query, max_num_fields=50).get("state", [])
        except ValueError:
            return None
        is_ours = len(given) == 1 and hmac.compare_digest(given[0].encode(), state.encode())
        return query if is_ours else None

    def send_error(self, code: int, *_words: str | None) -> None:
        """Answer with a status alone: http.server's own page repeats what was asked."""
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def version_string(self) -> str:
        """Name no version."""
        return "onroll"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (http.server's name)
        """Log nothing: the address holds a code."""
