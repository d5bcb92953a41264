"""Where httpx's transports meet ours: theirs in place of the network, and ours within theirs.

Recordings, memories and tests' own answers are transports of httpx. The network is not, because
httpx takes longer to import, and its objects longer to make, than a page takes to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx

from onroll.http.address import address_of
from onroll.http.carrier import (
    ASKED,
    Answer,
    Asked,
    BrokenAnswer,
    HasAnswers,
    LateAnswer,
    LateConnection,
    NoAnswer,
    NoConnection,
    ProxyRefusal,
    Sent,
)
from onroll.model import Headers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from onroll.http.carrier import Carrier

__all__ = ["DEADLINE", "CarrierOfTransport", "TransportOfCarrier", "transport_of"]

#: The request extension that holds the deadline, in the clock of `time.monotonic`.
DEADLINE: Final = "onroll.deadline"

#: The first that fits counts.
_KINDS: Final[tuple[tuple[type[httpx.TransportError], type[NoAnswer]], ...]] = (
    (httpx.ConnectTimeout, LateConnection),
    (httpx.PoolTimeout, LateConnection),
    (httpx.TimeoutException, LateAnswer),
    (httpx.ConnectError, NoConnection),
    (httpx.ProxyError, ProxyRefusal),
    (httpx.RemoteProtocolError, BrokenAnswer),
)
#: The network adds these itself.
_FROM_THE_BODY: Final = frozenset({"host", "content-length", "transfer-encoding"})


def transport_of(one: httpx.BaseTransport | Carrier) -> httpx.BaseTransport:
    """Return what carries requests as a transport of httpx."""
    return one if isinstance(one, httpx.BaseTransport) else TransportOfCarrier(one)


class CarrierOfTransport:
    """A `Carrier` that has a transport of httpx carry."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    def has_answer(self, asked: Asked) -> bool:
        """Whether the transport would answer without asking anybody."""
        return isinstance(self._transport, HasAnswers) and self._transport.has_answer(asked)

    def carry(self, sent: Sent, asked: Asked) -> Answer:
        """Send one request."""
        request = httpx.Request(
            sent.method,
            sent.address.url,
            content=sent.content,
            headers=httpx.Headers(list(sent.headers)),
            extensions={DEADLINE: sent.deadline, ASKED: asked},
        )
        try:
            response = self._transport.handle_request(request)
        except httpx.TransportError as error:
            raise _as_ours(error) from error
        headers = Headers(tuple(response.headers.multi_items()))
        if response.is_stream_consumed:
            # A transport of a test made it from `json=` or `content=`: httpx has read it already.
            return Answer(response.status_code, headers, "", [response.content], response.close)
        encoding = response.headers.get("content-encoding", "")
        return Answer(response.status_code, headers, encoding, _chunks(response), response.close)

    def close(self) -> None:
        """Close the transport."""
        self._transport.close()


class TransportOfCarrier(httpx.BaseTransport):
    """A transport of httpx around ours, for what is put around the network.

    Its requests must have the extensions `DEADLINE` and `ASKED`. Raises `NoAnswer`.
    """

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        asked = request.extensions[ASKED]
        assert isinstance(asked, Asked)
        headers = (one for one in request.headers.multi_items() if one[0] not in _FROM_THE_BODY)
        content = request.read()
        sent = Sent(
            method=request.method,
            address=address_of(str(request.url)),
            headers=tuple(headers),
            content=content or None,
            deadline=request.extensions[DEADLINE],
        )
        answer = self._carrier.carry(sent, asked)
        return httpx.Response(
            answer.status, headers=list(answer.headers.items()), stream=_Stream(answer)
        )

    def close(self) -> None:
        """Close the carrier."""
        self._carrier.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.chunks

    def close(self) -> None:
        self._answer.close()


def _chunks(response: httpx.Response) -> Iterable[bytes]:
    try:
        yield from response.iter_raw()
    except httpx.TransportError as error:
        raise _as_ours(error) from error


def _as_ours(error: httpx.TransportError) -> NoAnswer:
    kind = next((ours for theirs, ours in _KINDS if isinstance(error, theirs)), NoAnswer)
    return kind(str(error))
