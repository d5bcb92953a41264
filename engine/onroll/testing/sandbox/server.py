"""The sandbox itself: the account and the APIs behind a local HTTP server."""

import itertools
import socket
import sys
from collections.abc import Callable, Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self

from onroll.diagnostics import nearest
from onroll.testing.sandbox import calendar, personio_v1, personio_v2
from onroll.testing.sandbox.account import Account, Call, Route
from onroll.testing.sandbox.days import Day
from onroll.testing.sandbox.exchange import Answer, RefusalError, Request, RequestLog, RequestSeen
from onroll.testing.sandbox.faults import effects

HOST = "127.0.0.1"
CONNECTORS: Mapping[str, Callable[[Request], Route | None]] = {
    "personio": personio_v1.route,
    "personio-v2": personio_v2.route,
}
_LARGEST_BODY = 1_000_000
_DRIPS_PER_SECOND = 20


class Sandbox:
    """A local HR API with made-up people, serving from the moment it is made.

    `users` is how many there are at first; `day` days have gone by since. `faults` are written
    `name` or `name=value`, see `FAULTS`. `port` 0 picks a free one. Raises ValueError for a
    negative number and for a fault or connector that is not known.
    """

    def __init__(
        self,
        users: int = 450,
        seed: int = 1,
        faults: Iterable[str] = (),
        port: int = 0,
        connectors: Iterable[str] = tuple(CONNECTORS),
        *,
        day: int = 0,
    ) -> None:
        for name, number in (("users", users), ("days", day)):
            if number < 0:
                raise ValueError(f"The number of {name} must be at least 0, not {number}.")
        self.requests = RequestLog()
        self._account = Account(users, seed, effects(faults, users))
        for _ in range(day):
            self._account.next_day()
        self._finders = [_finder(name) for name in connectors]
        self._list_numbers = itertools.count(1)
        self._closing = Event()
        self._server = _Server((HOST, port), self)
        self._thread = Thread(target=self._serve, name="onroll-sandbox", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that the sandbox listens on."""
        return self._server.server_port

    @property
    def url(self) -> str:
        """The address that the APIs' paths are appended to."""
        return f"http://{HOST}:{self.port}"

    @property
    def users(self) -> int:
        """How many people there are by now; whoever left is counted, as the APIs do."""
        return self._account.users

    def next_day(self, changes: int | None = None) -> Day:
        """Let a day go by on which about one person in a hundred, or so many, join or change.

        The same seed and days make the same company. Ids stay with their people for good.
        """
        return self._account.next_day(changes)

    def wait(self) -> None:
        """Block until Ctrl-C is pressed or another thread closes the sandbox."""
        try:
            # A wait without an end does not see Ctrl-C on every platform.
            while not self._closing.wait(1.0):
                pass
        except KeyboardInterrupt:
            return

    def close(self) -> None:
        """Stop serving and close all connections; closing again does nothing."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.close_connections()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def answer(self, request: Request) -> Answer:
        """Answer a request without the network, faults included, and note it."""
        seen = RequestSeen(request.method, request.path, request.query, request.headers)
        self.requests.append(seen)
        if calendar.is_asked(request):
            return calendar.answer(request, self._account)
        route = self._route(request)
        is_list = route.kind in {"people", "list"}
        call = Call(request, route, next(self._list_numbers) if is_list else None)
        try:
            answer = route.respond(request, self._account)
        except RefusalError as refusal:
            answer = route.failure(refusal.status, refusal.message)
        return self._account.answer(answer, call)

    def pause(self, seconds: float) -> bool:
        """Wait, and return whether the sandbox is still to serve."""
        return not self._closing.wait(seconds) if seconds else True

    def _serve(self) -> None:
        # Closing waits for the end of an interval, and tests close many sandboxes.
        self._server.serve_forever(poll_interval=0.02)

    def _route(self, request: Request) -> Route:
        for find in self._finders:
            if route := find(request):
                return route
        api = personio_v2 if request.path.startswith("/v2/") else personio_v1
        return Route("single", _nothing_here, api.failure)


def _finder(connector: str) -> Callable[[Request], Route | None]:
    if connector not in CONNECTORS:
        likely = nearest(connector, CONNECTORS)
        hint = f" Did you mean `{likely}`?" if likely else ""
        raise ValueError(
            f"The sandbox does not serve `{connector}`.{hint} It serves {', '.join(CONNECTORS)}."
        )
    return CONNECTORS[connector]


def _nothing_here(request: Request, account: Account) -> Answer:
    del account
    raise RefusalError(404, f"There is nothing at {request.path}")


class _Server(ThreadingHTTPServer):
    """Serves each connection on a thread, and can end them all."""

    daemon_threads = True
    # The default of 5 makes the sixth of many connections at once wait a second for its next try.
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._connections: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(address, _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._lock:
            self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """End the connections that clients keep open, which ends their threads."""
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # the client was faster
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what went wrong, unless the client merely hung up."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Reads requests from a connection and delivers answers to it."""

    protocol_version = "HTTP/1.1"
    server_version = "onroll-sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _LARGEST_BODY:
            self.send_error(413)
            self.close_connection = True
            return
        path, _, query = self.path.partition("?")
        host = self.headers.get("Host") or f"{HOST}:{self.server.server_port}"
        request = Request(
            method=self.command,
            path=path,
            query=query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(length)),
            origin=f"http://{host}",
        )
        self._deliver(self.server.sandbox.answer(request))

    # The base looks for a method by the request's own.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815  (http.server's names)

    def _deliver(self, answer: Answer) -> None:
        if not self.server.sandbox.pause(answer.delay_seconds) or answer.is_dropped:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        body = answer.body
        if answer.sent_bytes is not None and answer.sent_bytes < len(body):
            body = body[: answer.sent_bytes]
            self.close_connection = True
        self._send(body, answer.bytes_per_second)

    def _send(self, body: bytes, bytes_per_second: int | None) -> None:
        if bytes_per_second is None:
            self.wfile.write(body)
            return
        drop_length = max(1, bytes_per_second // _DRIPS_PER_SECOND)
        for start in range(0, len(body), drop_length):
            drop = body[start : start + drop_length]
            self.wfile.write(drop)
            if not self.server.sandbox.pause(len(drop) / bytes_per_second):
                self.close_connection = True
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Write no log of its own: the sandbox has `requests`."""
