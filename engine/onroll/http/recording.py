"""What a source answered, taken down on its way: the last answer to each request, and no tokens."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from onroll.http.body import BodyTooLarge, UnreadableBody, decompress, unpacked
from onroll.http.carrier import ASKED, Asked
from onroll.http.encoding import url_of
from onroll.model import Headers, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onroll.http.carrier import Transport
    from onroll.model import Request

__all__ = ["Tape"]


@dataclass(frozen=True, slots=True)
class _Taken:
    request: Request
    status: int
    headers: Headers = field(repr=False)
    encoding: str
    body: bytes = field(repr=False)


class Tape:
    """Requests, as they are before credentials, and their answers, in the order first answered.

    Of a request that is tried again, for a 401 or a 500, the last answer counts. What only asks
    for a token is passed on and never taken down. Safe to share between threads.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._taken: dict[int, _Taken] = {}
        self._lock = threading.Lock()

    @property
    def answers(self) -> list[tuple[Request, Response]]:
        """What was taken down so far, decompressed; without what cannot be."""
        with self._lock:
            taken = list(self._taken.values())
        return [(one.request, found) for one in taken if (found := self._read(one)) is not None]

    def around(self, carrier: Transport) -> Transport:
        """Return a transport that takes down what `carrier` answers."""
        return _TapingTransport(self, carrier)

    def take(self, request: Request, response: httpx.Response) -> None:
        """Take an answer down once its body has passed."""
        encoding = response.headers.get("content-encoding", "")
        headers = Headers(tuple(response.headers.multi_items()))
        status = response.status_code

        def note(body: bytes, encoding: str = encoding) -> None:
            with self._lock:
                # By identity: the request is kept here, so no other gets its id.
                self._taken[id(request)] = _Taken(request, status, headers, encoding, body)

        if response.is_stream_consumed:
            # A test's own answer: httpx has read and decoded it already.
            note(response.content, "")
            return
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Passing(response.stream, note)

    def _read(self, one: _Taken) -> Response | None:
        try:
            body = unpacked(
                decompress([one.body], one.encoding, self._limit_bytes), self._limit_bytes
            )
        except (BodyTooLarge, UnreadableBody):
            return None  # the client refused it too
        return Response(one.status, one.headers, body, url_of(one.request))


class _TapingTransport(httpx.BaseTransport):
    def __init__(self, tape: Tape, carrier: Transport) -> None:
        self._tape = tape
        self._carrier = carrier

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = request.extensions[ASKED]
        assert isinstance(asked, Asked)
        response = self._carrier.handle_request(request)
        if asked.has_credentials:
            self._tape.take(asked.request, response)
        return response

    def close(self) -> None:
        self._carrier.close()


class _Passing(httpx.SyncByteStream):
    """A body on its way to the client. `note` gets it whole, when its end was seen."""

    def __init__(self, stream: httpx.SyncByteStream, note: Callable[[bytes], None]) -> None:
        self._stream = stream
        self._note = note

    def __iter__(self) -> Iterator[bytes]:
        chunks: list[bytes] = []
        for chunk in self._stream:
            chunks.append(chunk)
            yield chunk
        self._note(b"".join(chunks))

    def close(self) -> None:
        self._stream.close()
