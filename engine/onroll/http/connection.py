"""One connection whose every operation ends at the deadline of the request that uses it.

The system's own timeouts count per read, so a server that drips bytes could hold a request
forever. Here each read and write gets what is left until the deadline.
"""

from __future__ import annotations

import select
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from onroll.http.carrier import ConnectionEnded, LateAnswer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from onroll.http.nesting import TlsInTls

__all__ = ["Connection"]


class Connection:
    """A socket, encrypted or not. `deadline` is set anew for each request."""

    def __init__(self, opened: socket.socket, deadline: float) -> None:
        self.deadline = deadline
        #: Below what may be encryption within encryption.
        self._socket = opened
        self._wire: socket.socket | TlsInTls = opened
        #: How many bytes are decrypted and not read: none without TLS.
        self._pending: Callable[[], int] = int
        #: What says that the connection ended, and TLS did not: somebody between may have done it.
        self._cuts: tuple[type[OSError], ...] = ()
        #: Whether it ended without the other side saying so: then no body ends with it.
        self.is_cut = False

    def send(self, data: bytes) -> None:
        """Send all of it."""
        left = memoryview(data)
        while left:
            self._wire.settimeout(self.seconds_left())
            left = left[self._wire.send(left) :]

    def receive(self, most: int) -> bytes:
        """Return what came, at most so many bytes; none at the end, or when it `is_cut`."""
        self._wire.settimeout(self.seconds_left())
        try:
            return self._wire.recv(most)
        except self._cuts:
            self.is_cut = True
            return b""

    def receive_into(self, place: memoryview, most: int) -> int:
        """Put what came, at most so many bytes, where it is to be, and return how many."""
        self._wire.settimeout(self.seconds_left())
        try:
            return self._wire.recv_into(place, most)
        except self._cuts:
            return 0

    def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Encrypt from now on; the other side proves to be `host`. May be done twice.

        Raises `UnicodeError` for a name that no host can have.
        """
        import ssl  # noqa: PLC0415  (not for http://)

        host.encode("idna")  # raises; `wrap_socket` would, and leave the socket open
        self._cuts = (ssl.SSLEOFError,)
        if isinstance(self._socket, ssl.SSLSocket):
            from onroll.http.nesting import TlsInTls  # noqa: PLC0415  (for a few proxies only)

            self._wire = nested = TlsInTls(self._socket, context, host, self.seconds_left)
            self._pending = nested.pending
            return
        encrypted = context.wrap_socket(
            self._socket,
            server_hostname=host,
            do_handshake_on_connect=False,
            suppress_ragged_eofs=False,
        )
        # Before the handshake, so that it can be woken.
        self._socket = self._wire = encrypted
        self._pending = encrypted.pending
        encrypted.settimeout(self.seconds_left())
        encrypted.do_handshake()

    def is_stale(self) -> bool:
        """Whether there is something to read while nothing was asked: as a rule, the end."""
        try:
            return self._pending() > 0 or is_readable(self._socket)
        except (OSError, ValueError):  # closed before
            return True

    def wake(self) -> None:
        """Have the thread that reads or writes here fail at once."""
        # First, for a thread that is about to wait on another socket: TLS takes a new one.
        self.is_cut = True
        with suppress(OSError):  # closed before
            # Not TLS's own, which would have the other thread read what is encrypted.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close it, without a word to the other side."""
        self._socket.close()

    def seconds_left(self) -> float:
        """Return the time until the deadline.

        Raises `LateAnswer` when it is over, `ConnectionEnded` when somebody woke this thread.
        """
        if self.is_cut:
            raise ConnectionEnded("the connection was closed")
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise LateAnswer("the time for this request is over")
        return left


def is_readable(opened: socket.socket) -> bool:
    """Whether a read would return at once."""
    if hasattr(select, "poll"):
        waiting = select.poll()  # unlike `select`, for any number of open files
        waiting.register(opened, select.POLLIN)
        return bool(waiting.poll(0))
    return bool(select.select([opened], [], [], 0)[0])
