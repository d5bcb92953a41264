"""A small HTTP server on a real socket that gives the answers of a file, and nothing else."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

_JSON = "application/json"

#: An answer that takes so long makes it worth while to ask for further pages early.
_FAR_SECONDS = 0.02


@dataclass(frozen=True)
class Exchange:
    """A request that is expected, and its answer.

    `having` are headers that the request must have; null for one that it must not have. `sending`
    is its JSON body, `form` its form. The answer is `json`, or `text` in that charset.
    """

    ask: str
    having: Mapping[str, str | None] = field(default_factory=dict)
    sending: Any = None
    form: Mapping[str, str] | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    text: str | None = None
    charset: str = "utf-8"

    @property
    def body(self) -> bytes:
        if self.status == 204:
            return b""
        written = json.dumps(self.json) if self.text is None else self.text
        return written.encode(self.charset)

    def is_asked_by(self, call: Call) -> bool:
        method, _, target = self.ask.partition(" ")
        return (
            method == call.method
            and _place(target) == _place(call.target)
            and all(call.header(name) == value for name, value in self.having.items())
            and (self.sending is None or self.sending == _as_json(call.body))
            and (self.form is None or sorted(self.form.items()) == _as_form(call.body))
        )


@dataclass(frozen=True)
class Call:
    """A request that came."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str | None:
        return next(
            (text for one, text in self.headers.items() if one.lower() == name.lower()), None
        )

    def __str__(self) -> str:
        return f"{self.method} {self.target} {self.body.decode()}".strip()


class AnswerServer:
    """Answers what is expected; where the same is asked again, by the next exchange like it.

    `unexpected` are the requests that no exchange is for. They are answered with 404. When it
    `is_far`, the first answer takes its time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._exchanges: Sequence[Exchange] = ()
        self._used: set[int] = set()
        self.unexpected: list[str] = []
        self.answered = 0
        self.is_far = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                call = Call(self.command, self.path, dict(self.headers), self.rfile.read(length))
                if outer.is_far and not outer.answered:
                    time.sleep(_FAR_SECONDS)
                exchange = outer.find(call)
                self.send_response(exchange.status)
                content_type = {"Content-Type": _JSON} if exchange.text is None else {}
                for name, value in {**content_type, **exchange.headers}.items():
                    self.send_header(name, value)
                body = exchange.body
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = _answer  # noqa: N815  (the names that http.server looks for)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name)
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False  # they end with the client's connections
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def expect(self, exchanges: Sequence[Exchange], *, is_far: bool) -> None:
        """Begin anew, with these exchanges."""
        self.is_far = is_far
        self._exchanges, self._used, self.unexpected, self.answered = exchanges, set(), [], 0

    @property
    def unasked(self) -> list[str]:
        """What should have been asked and was not."""
        return [one.ask for at, one in enumerate(self._exchanges) if at not in self._used]

    def find(self, call: Call) -> Exchange:
        with self._lock:
            self.answered += 1
            fitting = [at for at, one in enumerate(self._exchanges) if one.is_asked_by(call)]
            if not fitting:
                self.unexpected.append(str(call))
                return Exchange("", status=404, json={"error": "nobody expects this"})
            fresh = [at for at in fitting if at not in self._used]
            chosen = (fresh or fitting[-1:])[0]
            self._used.add(chosen)
            return self._exchanges[chosen]

    def __enter__(self) -> Self:
        self._thread.start()
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


def _place(target: str) -> tuple[str, list[tuple[str, str]]]:
    parts = urlsplit(target)
    return parts.path, sorted(parse_qsl(parts.query, keep_blank_values=True))


def _as_json(body: bytes) -> Any:
    return json.loads(body) if body.startswith((b"{", b"[")) else None


def _as_form(body: bytes) -> list[tuple[str, str]]:
    return sorted(parse_qsl(body.decode(), keep_blank_values=True))
