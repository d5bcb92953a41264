"""The summary by e-mail after `onroll import`: when it is sent, and that it changes no outcome."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.ports import free_port

from onroll.testing.sandbox import Sandbox

from .imports import CONNECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

    from .conftest import Outcome

    Onroll = Callable[..., Outcome]

SUMMARY = """\
summary:
  from: onroll@example.test
  to: [it@example.test]
  send: {send}
  smtp: {{host: 127.0.0.1, port: {port}, security: none{more}}}
"""


class _Mailbox(socketserver.StreamRequestHandler):
    """Takes one mail by SMTP (RFC 5321)."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                self.server.mails.append(body.decode())  # type: ignore[attr-defined]  # ours
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")
            if verb == b"QUIT":
                return


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        self.mails: list[str] = []
        super().__init__(("127.0.0.1", 0), _Mailbox)


@contextmanager
def mailbox() -> Iterator[_Server]:
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def connect(port: int, send: str = "on_failure", more: str = "") -> None:
    block = SUMMARY.format(send=send, port=port, more=more)
    Path("onroll.yaml").write_text(CONNECTIONS.format(rules="", more=block))


def berlin(sandbox: Sandbox, *options: str) -> tuple[str, ...]:
    return ("import", "berlin", "--base-url", f"{sandbox.url}/v1", *options)


def test_a_summary_is_sent_on_demand(onroll: Onroll) -> None:
    with Sandbox(users=3) as sandbox, mailbox() as server:
        connect(server.server_address[1])
        outcome = onroll(*berlin(sandbox, "--yes", "--send-summary"))
        assert outcome.code == 0
        assert len(server.mails) == 1
    assert "2 created" in server.mails[0]


def test_a_summary_is_sent_after_a_failure_and_not_after_a_success(onroll: Onroll) -> None:
    port = free_port()
    with mailbox() as server:
        connect(server.server_address[1])
        with Sandbox(users=3, port=port) as sandbox:
            assert onroll(*berlin(sandbox, "--yes")).code == 0
            assert server.mails == []
        with Sandbox(users=3, port=port, faults=("empty",)) as sandbox:
            assert onroll(*berlin(sandbox, "--yes")).code == 6
            assert "blocked" in server.mails[0]
        assert onroll(*berlin(sandbox, "--yes")).code == 4  # nobody is there any more
        assert "failed" in server.mails[1]
        assert len(server.mails) == 2


def test_a_dry_run_is_told_of_on_demand_only(onroll: Onroll) -> None:
    with Sandbox(users=3) as sandbox, mailbox() as server:
        connect(server.server_address[1], "always")
        onroll(*berlin(sandbox, "--dry-run"))
        assert server.mails == []
        onroll(*berlin(sandbox, "--dry-run", "--send-summary"))
        assert len(server.mails) == 1
    assert "2 to create" in server.mails[0]


def test_a_mail_that_cannot_be_sent_is_a_note_and_no_other_outcome(onroll: Onroll) -> None:
    with Sandbox(users=3) as sandbox:
        connect(free_port(), "always")
        outcome = onroll(*berlin(sandbox, "--yes"))
    assert outcome.code == 0
    assert "note: the summary was not sent\nerror[mail-server-unreachable]" in outcome.err
    assert len(onroll("users", "--json").json) == 2


def test_a_missing_secret_of_the_summary_is_found_before_anything_is_asked(
    onroll: Onroll, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SMTP_PASSWORD", raising=False)
    with Sandbox(users=3) as sandbox:
        connect(587, "always", ", username: me, password: '${env:SMTP_PASSWORD}'")
        outcome = onroll(*berlin(sandbox, "--yes", "--json"))
        assert len(sandbox.requests) == 0
    assert outcome.code == 3
    assert "SMTP_PASSWORD" in outcome.err
    assert not Path("onroll.db").exists()
