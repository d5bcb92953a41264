"""The part of the SMTP server that runs beside aiosmtpd; `smtp.Smtp` tells what it does.

It imports nothing of ours, as aiosmtpd has its own Python environment, and the packages of that
environment by name only, as the project's environment, in which types are checked, has none.
"""

from __future__ import annotations

import importlib
import itertools
import json
import os
import signal
import ssl
import threading
from pathlib import Path
from typing import Any

_controller = importlib.import_module("aiosmtpd.controller")
_smtp = importlib.import_module("aiosmtpd.smtp")
_trustme = importlib.import_module("trustme")

_HOST = "127.0.0.1"


class Inbox:
    """Write each message to a file, and its envelope to another one that is complete or absent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    async def handle_RCPT(  # noqa: N802 the name is aiosmtpd's
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address.startswith("refused"):
            return "550 5.1.1 nobody here has this address"
        if address.startswith("deferred"):
            return "451 4.3.0 try again later"
        if address.startswith("dropped"):
            server.transport.abort()
        if address.startswith("hasty"):
            session.is_hasty = True
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(  # noqa: N802 the name is aiosmtpd's
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        name = f"{next(self._numbers):04d}"
        (self._folder / f"{name}.eml").write_bytes(envelope.original_content)
        about = {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "is_encrypted": session.ssl is not None
            or server.transport.get_extra_info("sslcontext") is not None,
        }
        part = self._folder / f"{name}.part"
        part.write_text(json.dumps(about), encoding="utf-8")
        part.replace(self._folder / f"{name}.json")
        return "250 2.0.0 kept"

    async def handle_QUIT(  # noqa: N802 the name is aiosmtpd's
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        if getattr(session, "is_hasty", False):
            server.transport.abort()
        return "221 2.0.0 bye"


def _authenticator(users: dict[str, str]) -> Any:
    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> Any:
        is_right = users.get(given.login.decode()) == given.password.decode()
        return _smtp.AuthResult(success=is_right, handled=False, auth_data=given)

    return authenticate


def _certificates(folder: Path) -> ssl.SSLContext:
    """Make an authority and a certificate for this machine's names and no other."""
    authority = _trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", _HOST).configure_cert(context)
    return context


def main() -> None:
    asked: dict[str, Any] = json.loads(os.environ["SMTP_SERVER"])
    folder = Path(asked["folder"])
    tls = _certificates(folder)
    shared = {
        "handler": Inbox(folder),
        "hostname": _HOST,
        "server_hostname": "mail.test",
        "authenticator": _authenticator(asked["users"]),
    }
    starttls = {"tls_context": tls, "require_starttls": True, "auth_required": True}
    implicit = {"ssl_context": tls, "auth_required": True, "auth_require_tls": False}
    # LOGIN alone is what some large providers offer.
    implicit["auth_exclude_mechanism"] = ["PLAIN"]
    listeners = [
        _controller.Controller(port=asked["plain_port"], auth_require_tls=False, **shared),
        _controller.Controller(port=asked["starttls_port"], **starttls, **shared),
        _controller.Controller(port=asked["tls_port"], **implicit, **shared),
    ]
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    for listener in listeners:
        listener.start()
    over.wait()
    for listener in listeners:
        listener.stop()


if __name__ == "__main__":
    main()
