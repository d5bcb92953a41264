"""TLS within TLS: what reaches a source through a tunnel to whose proxy one speaks TLS.

`ssl` encrypts a socket of the system's only; here the inner layer works on buffers, and what it
puts there travels over the outer one.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TlsInTls"]

_Result = TypeVar("_Result")

#: What a TLS record holds (RFC 8446, 5.1).
_RECORD: Final = 1 << 14


class TlsInTls:
    """As much of a socket as a connection uses, over one that is encrypted already.

    `seconds_left` tells the time until the deadline, and raises when it is over: one read of the
    inner layer may take several of the outer one.
    """

    def __init__(
        self,
        outer: ssl.SSLSocket,
        context: ssl.SSLContext,
        host: str,
        seconds_left: Callable[[], float],
    ) -> None:
        self._outer = outer
        self._seconds_left = seconds_left
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._carry_on(self._tls.do_handshake)

    def settimeout(self, seconds: float) -> None:
        """Do nothing: every operation of the outer layer asks for the time that is left."""

    def send(self, data: memoryview) -> int:
        """Send a part, and return how many bytes it was."""
        return self._carry_on(lambda: self._tls.write(data))

    def recv(self, most: int) -> bytes:
        """Return what came; nothing at the end."""
        try:
            return self._carry_on(lambda: self._tls.read(most))
        except ssl.SSLZeroReturnError:
            return b""

    def recv_into(self, place: memoryview, most: int) -> int:
        """Put what came where it is to be, and return how many bytes it was."""
        came = self.recv(min(most, _RECORD))
        place[: len(came)] = came
        return len(came)

    def pending(self) -> int:
        """Return how many bytes came that nobody has read."""
        return self._tls.pending() + self._incoming.pending + self._outer.pending()

    def _carry_on(self, step: Callable[[], _Result]) -> _Result:
        """Take a step as often as it wants more from the other side."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                pass  # what fails below has another cause
            else:
                self._send_waiting()
                return result
            self._send_waiting()
            self._outer.settimeout(self._seconds_left())
            came = self._outer.recv(_RECORD)
            if came:
                self._incoming.write(came)
            else:
                self._incoming.write_eof()

    def _send_waiting(self) -> None:
        waiting = memoryview(self._outgoing.read())
        while waiting:
            self._outer.settimeout(self._seconds_left())
            waiting = waiting[self._outer.send(waiting) :]
