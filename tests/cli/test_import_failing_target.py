"""`onroll import` into a target that fails on the way: what was written until then is told."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onroll.testing.sandbox import Sandbox

from .imports import CONNECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .conftest import Outcome

    Onroll = Callable[..., Outcome]


class _Failing(BaseHTTPRequestHandler):
    """A SCIM service that has nobody, creates one user, and is then broken."""

    protocol_version = "HTTP/1.1"
    created = 0

    def do_GET(self) -> None:
        if self.path.startswith("/ServiceProviderConfig"):
            self._answer(200, {})
        elif self.path.startswith("/Users"):
            self._answer(200, {"totalResults": 0, "Resources": []})
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).created += 1
        if type(self).created == 1:
            self._answer(201, {**sent, "id": "u1"})
        else:
            self._answer(401, {})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/scim+json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base's name)
        """Stay silent."""


@contextmanager
def failing_target() -> Iterator[str]:
    _Failing.created = 0
    with ThreadingHTTPServer(("127.0.0.1", 0), _Failing) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_target_that_fails_is_exit_5_and_what_was_written_is_told(onroll: Onroll) -> None:
    with Sandbox(users=3) as sandbox, failing_target() as url:
        auth = "{method: bearer, token: secret-token}"
        target = f"targets: {{cloud: {{kind: scim, base_url: '{url}', auth: {auth}}}}}"
        rules = "    import: {target: cloud}"
        Path("onroll.yaml").write_text(CONNECTIONS.format(rules=rules, more=target))
        outcome = onroll(
            "import", "berlin", "--base-url", f"{sandbox.url}/v1", "--yes", "--json",
            "--results", "r.json",
        )  # fmt: skip
    assert outcome.code == 5, outcome.err
    assert outcome.json["status"] == "failed"
    assert outcome.json["error"]["code"] in outcome.err
    assert (outcome.json["plan"]["create"], outcome.json["applied"]["created"]) == (2, 1)
    assert [one["outcome"] for one in outcome.json["items"]] == ["applied", "planned"]
    assert json.loads(Path("r.json").read_text()) == outcome.json
    run = onroll("runs", "--json").json[0]
    assert (run["run"], run["status"], run["exit_code"]) == (outcome.json["run"], "failed", 5)
    assert "secret-token" not in outcome.out + outcome.err
