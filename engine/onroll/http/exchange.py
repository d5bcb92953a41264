"""One request and its answer over an open connection: HTTP/1.1 (RFC 9112), as h11 reads it.

h11 reads every head, and bodies whose end must be found. A body of announced length needs no
reading: its bytes go from the socket to where they stay, but for those that came with the head.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import h11

from onroll.http.carrier import BrokenAnswer, ConnectionEnded, CutAnswer, ProxyRefusal
from onroll.model import Headers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.http.connection import Connection

__all__ = ["Body", "ask", "ask_for_tunnel"]

_MOST_HEAD_BYTES: Final = 100 << 10
#: For a head and the beginning of a body: what of a body comes along is copied once more.
_HEAD_PIECE: Final = 8 << 10
_PIECE: Final = 64 << 10
#: Pages are rarely larger; and more memory than this is not set aside for what did not come.
_LARGEST_PIECE: Final = 4 << 20


def ask(
    connection: Connection,
    method: str,
    target: str,
    headers: list[tuple[str, str]],
    content: bytes | None,
) -> tuple[int, Headers, Body]:
    """Send a request; return the status and headers of its answer, and the body that is to come.

    Raises `NoAnswer` or the system's errors, and so does reading the body.
    """
    state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MOST_HEAD_BYTES)
    try:
        written = _written(state, method, target, headers, content)
    except h11.LocalProtocolError:
        raise BrokenAnswer("the request is not one that HTTP knows") from None
    try:
        connection.send(written)
        is_sent = True
    except TimeoutError:
        raise
    except OSError:
        # A server may refuse a request before it has read it all, and say why.
        is_sent = False
    head = _head(connection, state)
    found = Headers(tuple((_text(name), _text(value)) for name, value in head.headers.raw_items()))
    announced = _announced_bytes(method, head.status_code, found)
    # With both, somebody between may see the end elsewhere (RFC 9112, 6.3).
    has_one_end = not ("content-length" in found and "transfer-encoding" in found)
    body = Body(connection, state, announced, may_go_on=is_sent and has_one_end)
    return head.status_code, found, body


def ask_for_tunnel(connection: Connection, authority: str, headers: list[tuple[str, str]]) -> None:
    """Ask a proxy for a tunnel. Raises `ProxyRefusal` with what it says when it makes none."""
    state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MOST_HEAD_BYTES)
    connection.send(_written(state, "CONNECT", authority, [("Host", authority), *headers], None))
    head = _head(connection, state)
    if not 200 <= head.status_code < 300:
        raise ProxyRefusal(f"{head.status_code} {head.reason.decode('ascii', 'replace')}")
    if state.trailing_data[0]:
        raise BrokenAnswer("the proxy sent more than its answer")


def _written(
    state: h11.Connection,
    method: str,
    target: str,
    headers: list[tuple[str, str]],
    content: bytes | None,
) -> bytes:
    parts = [state.send(h11.Request(method=method, target=target, headers=headers))]
    if content:
        parts.append(state.send(h11.Data(data=content)))
    parts.append(state.send(h11.EndOfMessage()))
    return b"".join(parts)


def _head(connection: Connection, state: h11.Connection) -> h11.Response:
    while True:
        event = _next_event(state)
        if event is h11.NEED_DATA:
            came = connection.receive(_HEAD_PIECE)
            if not came:
                raise ConnectionEnded("the server disconnected without an answer")
            state.receive_data(came)
        elif isinstance(event, h11.Response):
            return event
        elif not isinstance(event, h11.InformationalResponse):  # "the answer is to come"
            raise BrokenAnswer("the server changed the protocol")


def _next_event(state: h11.Connection) -> h11.Event | type[h11.NEED_DATA | h11.PAUSED]:
    try:
        return state.next_event()
    except h11.RemoteProtocolError as error:
        raise BrokenAnswer(str(error)) from None


def _announced_bytes(method: str, status: int, headers: Headers) -> int | None:
    """Return how long the body is; None when only reading it tells (RFC 9112, 6.3)."""
    if method == "HEAD" or status in (204, 304) or "transfer-encoding" in headers:
        return None
    announced = headers.get("content-length")
    # h11 has seen to it that it is one number.
    return None if announced is None else int(announced)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


class Body:
    """A body as it comes, still encoded. Once it is read, `is_reusable` is of its connection."""

    def __init__(
        self,
        connection: Connection,
        state: h11.Connection,
        announced: int | None,
        *,
        may_go_on: bool,
    ) -> None:
        self._connection = connection
        self._state = state
        #: How many bytes it has; None when only reading it tells.
        self.announced = announced
        self._may_go_on = may_go_on
        self._is_whole = False

    @property
    def is_reusable(self) -> bool:
        """Whether another request may follow: all was read, and both sides want to go on."""
        return self._may_go_on and self._is_whole and self._state.our_state is h11.DONE

    def __iter__(self) -> Iterator[bytes]:
        if self.announced is None:
            yield from self._read_to_its_end()
        else:
            yield from self._read(self.announced)

    def _read(self, announced: int) -> Iterator[bytes]:
        early = self._state.trailing_data[0]
        source = io.BufferedReader(_Source(self._connection, early[:announced], announced))
        left = announced
        while left:
            # Fills the bytes that it returns, without a copy of its own.
            piece = source.read(min(left, _LARGEST_PIECE))
            left -= len(piece)
            if left and len(piece) < _LARGEST_PIECE:
                raise CutAnswer(f"of {announced} bytes, {announced - left} came")
            yield piece
        self._is_whole = len(early) <= announced

    def _read_to_its_end(self) -> Iterator[bytes]:
        parts: list[bytes] = []
        is_ended = False
        while True:
            try:
                event = _next_event(self._state)
            except BrokenAnswer:
                if is_ended:
                    raise CutAnswer("the body has no end") from None
                raise
            if isinstance(event, h11.Data):
                parts.append(event.data)
                continue
            if parts:
                # Chunks of a byte or two are not kept one by one, which takes 30 times their size.
                yield b"".join(parts)
                parts.clear()
            if event is h11.NEED_DATA:
                came = self._connection.receive(_PIECE)
                if self._connection.is_cut:
                    raise CutAnswer("the other side did not end it")
                is_ended = not came
                self._state.receive_data(came)
            else:
                break
        self._is_whole = self._state.trailing_data == (b"", False)  # nothing more, and no end


class _Source(io.RawIOBase):
    """So many bytes of a connection, of which the first came early."""

    def __init__(self, connection: Connection, early: bytes, announced: int) -> None:
        self._connection = connection
        self._early = early
        self._left = announced

    def readable(self) -> bool:
        return True

    def readinto(self, place: memoryview) -> int:  # type: ignore[override]
        """Read a part, as `io.BufferedReader` asks for it."""
        if not self._left:
            return 0
        if self._early:
            came = min(len(place), len(self._early))
            place[:came], self._early = self._early[:came], self._early[came:]
        else:
            came = self._connection.receive_into(place, min(len(place), self._left))
        self._left -= came
        return came
