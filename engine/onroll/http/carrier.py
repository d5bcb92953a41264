"""What carries requests, what it brings or why it brings nothing, and what may be put around it.

The network's own carrier works on sockets; any transport of httpx can stand in its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import httpx

    from onroll.http.address import Address
    from onroll.model import Headers, Request

__all__ = [
    "ASKED",
    "Answer",
    "Asked",
    "BrokenAnswer",
    "Carrier",
    "ConnectionEnded",
    "CutAnswer",
    "HasAnswers",
    "LateAnswer",
    "LateConnection",
    "NoAnswer",
    "NoConnection",
    "ProxyRefusal",
    "Sent",
    "Transport",
    "Wrap",
]

#: What carries requests in place of the network: a recording, or a test's own answers. As text,
#: like what follows: the network needs nothing of httpx, which takes long to import.
Transport: TypeAlias = "httpx.BaseTransport"

#: Puts a transport around the one that carries requests. It gets bodies as they came, encoded;
#: closing it closes the other.
Wrap: TypeAlias = "Callable[[Transport], Transport]"

#: The request extension that holds what was asked for, an `Asked`.
ASKED: Final = "onroll.asked"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was before credentials were put on it, and the how-manieth try it is.

    `has_credentials` is false of requests that only ask for a token.
    """

    request: Request
    attempt: int
    has_credentials: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it goes out. `Host` and what says how long the body is are not in `headers`.

    `deadline` is in the clock of `time.monotonic`.
    """

    method: str
    address: Address
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: bytes | None = field(repr=False)
    deadline: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers, and a body that comes as it is iterated over, encoded as `encoding` says.

    `announced` is how many bytes that will be, where it is known. Whoever gets one closes it.
    """

    status: int
    headers: Headers
    encoding: str
    chunks: Iterable[bytes] = field(repr=False)
    close: Callable[[], None] = field(repr=False)
    announced: int | None = None


@runtime_checkable
class Carrier(Protocol):
    """Brings an answer to a request; safe to share between threads."""

    def carry(self, sent: Sent, asked: Asked) -> Answer:
        """Send one request, and return when the head of its answer is there.

        Raises `NoAnswer` or the system's errors, also while the body is read.
        """
        ...

    def close(self) -> None:
        """Close every connection; requests under way fail, and so do later ones."""
        ...


@runtime_checkable
class HasAnswers(Protocol):
    """What a transport has besides, when it may answer without asking anybody."""

    def has_answer(self, asked: Asked) -> bool:
        """Whether it would: then no rate limit counts."""
        ...


class NoAnswer(Exception):
    """A request that went out, and whose answer did not come or is not whole."""


class NoConnection(NoAnswer):
    """There was no connection, so nothing was done."""


class LateConnection(NoConnection):
    """There was no connection in time."""


class ProxyRefusal(NoConnection):
    """The proxy makes no connection; the text is its status."""


class LateAnswer(NoAnswer):
    """The answer was not there, or not whole, in time."""


class ConnectionEnded(NoAnswer):
    """The connection was closed before the answer began."""


class CutAnswer(NoAnswer):
    """The connection was closed before the answer was whole."""


class BrokenAnswer(NoAnswer):
    """What came is no HTTP."""
