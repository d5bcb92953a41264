"""aiosmtpd, which keeps each message as a file: without encryption, by STARTTLS and by TLS.

Recipients whose address begins with `refused` are refused for good, with `deferred` for now. With
`dropped` the connection is dropped at once, with `hasty` instead of the farewell.
"""

from __future__ import annotations

import json
import shutil
import socket
import ssl
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from tests.ports import free_port

from .installation import cache_folder, python_environment
from .server import HOST, Server

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

_PROGRAM = Path(__file__).with_name("smtp_program.py")
_REQUIREMENTS = ("aiosmtpd==1.4.6", "trustme==1.2.1")


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it arrived; `file` holds its bytes. `user` is who authenticated."""

    file: Path
    sender: str
    recipients: Sequence[str]
    user: str | None
    is_encrypted: bool

    @property
    def message(self) -> EmailMessage:
        message = message_from_bytes(self.file.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message


class Smtp(Server):
    """Three ports of one mailbox.

    * `port`: no encryption; authentication is possible
    * `starttls_port`: nothing is taken before STARTTLS and authentication by PLAIN or LOGIN
    * `tls_port`: TLS from the first byte, then authentication by LOGIN

    `users` are who may sign in, and their passwords.
    """

    name = "smtp"
    # They open a server that listens on the loopback interface only.
    users: Mapping[str, str] = {
        "mailer": "pass word/of+the=tests",
        "größe@mail.test": "pass wörd of the tésts",
    }

    def __init__(self, port: int | None = None) -> None:
        super().__init__(port)
        self.starttls_port = free_port()
        self.tls_port = free_port()
        self._folder = cache_folder() / "smtp" / f"inbox-{self.port}"

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    @property
    def authority(self) -> Path:
        """The certificate of the authority that the server's own comes from."""
        return self._folder / "authority.pem"

    def trust(self) -> ssl.SSLContext:
        """Return a client's context that trusts this server."""
        return ssl.create_default_context(cafile=str(self.authority))

    def received(self) -> list[Received]:
        """Return the messages since `empty`, in the order in which they came."""
        return [
            Received(file.with_suffix(".eml"), **json.loads(file.read_text(encoding="utf-8")))
            for file in sorted(self._folder.glob("*.json"))
        ]

    def empty(self) -> None:
        for file in [*self._folder.glob("*.json"), *self._folder.glob("*.eml")]:
            file.unlink()

    def install(self) -> None:
        python_environment("smtp", *_REQUIREMENTS)

    def prepare(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)  # of a server that was killed
        self._folder.mkdir(parents=True)

    def command(self) -> Sequence[str | Path]:
        return [python_environment("smtp", *_REQUIREMENTS) / "python", "-I", _PROGRAM]

    def environment(self) -> Mapping[str, str]:
        asked = {
            "folder": str(self._folder),
            "plain_port": self.port,
            "starttls_port": self.starttls_port,
            "tls_port": self.tls_port,
            "users": dict(self.users),
        }
        return {"SMTP_SERVER": json.dumps(asked)}

    def is_ready(self, client: httpx.Client) -> bool:
        try:
            for port in (self.port, self.starttls_port, self.tls_port):
                socket.create_connection((HOST, port), timeout=2).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        super().stop()
        shutil.rmtree(self._folder, ignore_errors=True)
