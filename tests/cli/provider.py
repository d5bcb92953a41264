"""An OAuth 2.0 provider on a real socket that allows everybody everything, and one person."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCESS, REFRESH = "access-token-1234", "refresh-token-1234"
#: So long that no id or challenge made at random has it in it.
CODE = "c0de-of-the-browser"


class Provider:
    """Sends every browser back at once. `asked` has the path of each request and its form.

    `refuses` names an error with which browsers are sent back; `revokes` is the status of the
    revocation.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.refuses: str | None = None
        self.revokes = 200
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.provider = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, path: str, given: Mapping[str, str]) -> tuple[int, Any]:
        if path == "/token":
            token = {"access_token": ACCESS, "refresh_token": REFRESH, "expires_in": 3600}
            return 200, token
        if path == "/revoke":
            return self.revokes, {}
        if path == "/device":
            page = f"{self.url}/enter"
            codes = {"device_code": "dc", "user_code": "WXYZ-1234", "verification_uri": page}
            return 200, {**codes, "expires_in": 60, "interval": 1}
        ada = {"id": "1", "email": "ada@example.test", "first": "Ada", "last": "Lovelace"}
        return 200, {"people": [ada]}

    def back(self, given: Mapping[str, str]) -> str:
        said = {"code": CODE} if self.refuses is None else {"error": self.refuses}
        return f"{given['redirect_uri']}?{urlencode({**said, 'state': given['state']})}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    provider: Provider


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        given = dict(parse_qsl(parts.query))
        provider = self.server.provider
        provider.asked.append((parts.path, given))
        if parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", provider.back(given))
            self.end_headers()
        elif self.headers.get("Authorization") != f"Bearer {ACCESS}":
            self._say(401, {"error": "invalid_token"})
        else:
            self._say(*provider.answer(parts.path, given))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        given = dict(parse_qsl(body))
        self.server.provider.asked.append((self.path, given))
        self._say(*self.server.provider.answer(self.path, given))

    def _say(self, status: int, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
