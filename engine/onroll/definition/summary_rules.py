"""The `summary` block of a connection file: who is told of an import by e-mail, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

__all__ = ["PORTS", "Security", "Send", "Smtp", "SummaryRules"]

Security: TypeAlias = Literal["starttls", "tls", "none"]
Send: TypeAlias = Literal["never", "on_failure", "always"]

#: The port of a mail server by how the connection is secured (RFC 6409, RFC 8314).
PORTS: Final[dict[Security, int]] = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class Smtp:
    """The mail server. Without `username` nobody signs in."""

    host: str
    port: int = 587
    security: Security = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SummaryRules:
    """When a summary is sent, to whom, and how the results come along.

    `link` is an address to show; `{run}` in it stands for the run's id. With `attach` the results
    are a file of the mail.
    """

    sender: str
    recipients: tuple[str, ...]
    smtp: Smtp
    send: Send = "on_failure"
    attach: bool = True
    link: str | None = None
