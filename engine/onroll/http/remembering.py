"""Good answers that are kept in memory, so that what was asked once need not be asked again.

For whoever reads the same few pages over and over while writing a definition. Requests are the
same when they are so before credentials are put on: a new token, or a new signature, makes no
other request. Whoever changes the credentials themselves has the memory forget.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import httpx

from onroll.http.carrier import ASKED, Asked
from onroll.http.encoding import body_of, url_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onroll.http.carrier import Transport
    from onroll.model import Request

__all__ = ["Memory", "MemoryCounts", "RememberingTransport"]

_MOST_BYTES: Final = 64 << 20
#: Made anew for each request, with the time in them (RFC 7521): what else is sent tells enough.
_ASSERTIONS: Final = frozenset({"assertion", "client_assertion"})


@dataclass(frozen=True, slots=True)
class MemoryCounts:
    """How many requests the source answered, and how many were answered from memory."""

    sent: int = 0
    remembered: int = 0


@dataclass(frozen=True, slots=True)
class _Kept:
    status: int
    headers: list[tuple[str, str]] = field(repr=False)
    body: bytes = field(repr=False)
    is_token: bool


class Memory:
    """Answers by what was asked. Safe to share between threads, and lives longer than a client.

    What was not used for the longest time goes when there are more than `most_bytes`. Its keys
    are hashes: neither a `repr` nor a key holds a secret.
    """

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._answers: OrderedDict[bytes, _Kept] = OrderedDict()
        self._counts = MemoryCounts()
        self._lock = threading.Lock()

    @property
    def counts(self) -> MemoryCounts:
        """What was asked so far."""
        with self._lock:
            return self._counts

    def forget(self) -> None:
        """Forget every answer."""
        with self._lock:
            self._answers.clear()
            self._bytes = 0

    def around(self, carrier: Transport) -> Transport:
        """Return a transport that asks this memory first, and `carrier` then."""
        return RememberingTransport(self, carrier)

    def has(self, asked: Asked) -> bool:
        """Whether there is an answer. A second try has none: the first answer was of no use."""
        if asked.attempt > 1:
            return False
        try:
            key = _key(asked.request)
        except ValueError:
            return False  # it cannot be sent, which is said when that is tried
        with self._lock:
            return key in self._answers

    def find(self, asked: Asked) -> _Kept | None:
        """Return the answer, and count it; None when somebody must be asked."""
        key = _key(asked.request)
        with self._lock:
            found = self._answers.get(key) if asked.attempt == 1 else None
            if found is not None:
                self._answers.move_to_end(key)
                self._counts = replace(self._counts, remembered=self._counts.remembered + 1)
            return found

    def count_sent(self) -> None:
        """Count a request that was answered by somebody else."""
        with self._lock:
            self._counts = replace(self._counts, sent=self._counts.sent + 1)

    def keep(self, asked: Asked, kept: _Kept) -> None:
        """Keep an answer, and let older ones go for it."""
        key = _key(asked.request)
        with self._lock:
            self._drop(key)
            if len(kept.body) > self._most_bytes:
                return
            self._answers[key] = kept
            self._bytes += len(kept.body)
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._answers)))

    def forget_tokens(self) -> None:
        """Forget the answers that brought tokens: one of them is good no longer."""
        with self._lock:
            for key in [key for key, one in self._answers.items() if one.is_token]:
                self._drop(key)

    def _drop(self, key: bytes) -> None:
        gone = self._answers.pop(key, None)
        if gone is not None:
            self._bytes -= len(gone.body)


class RememberingTransport(httpx.BaseTransport):
    """Answers from memory what it can, and keeps what is answered well: whole, with a 2xx."""

    def __init__(self, memory: Memory, carrier: Transport) -> None:
        self._memory = memory
        self._carrier = carrier

    def has_answer(self, asked: Asked) -> bool:
        """Whether nobody need be asked."""
        return self._memory.has(asked)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        asked = request.extensions[ASKED]
        assert isinstance(asked, Asked)
        kept = self._memory.find(asked)
        if kept is not None:
            # As a stream: `content=` would be read at once, and the client reads the raw bytes.
            stream = httpx.ByteStream(kept.body)
            return httpx.Response(kept.status, headers=kept.headers, stream=stream)
        response = self._carrier.handle_request(request)
        self._memory.count_sent()
        if response.status_code == 401:
            self._memory.forget_tokens()
        if not 200 <= response.status_code < 300:
            return response
        headers = response.headers.multi_items()
        if response.is_stream_consumed:
            # httpx has read and decoded it already.
            headers = [one for one in headers if one[0].lower() != "content-encoding"]
        kept = _Kept(response.status_code, headers, b"", is_token=not asked.has_credentials)
        if response.is_stream_consumed:
            self._memory.keep(asked, replace(kept, body=response.content))
            return response
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Passing(
            response.stream, lambda body: self._memory.keep(asked, replace(kept, body=body))
        )
        return response

    def close(self) -> None:
        """Close what carries the requests. The memory stays."""
        self._carrier.close()


class _Passing(httpx.SyncByteStream):
    """A body on its way to the client. `keep` gets it whole, when its end was seen."""

    def __init__(self, stream: httpx.SyncByteStream, keep: Callable[[bytes], None]) -> None:
        self._stream = stream
        self._keep = keep

    def __iter__(self) -> Iterator[bytes]:
        chunks: list[bytes] = []
        for chunk in self._stream:
            chunks.append(chunk)
            yield chunk
        self._keep(b"".join(chunks))

    def close(self) -> None:
        self._stream.close()


def _key(request: Request) -> bytes:
    """Return what tells a request from others, as a hash."""
    digest = hashlib.blake2b(digest_size=20)
    one = _without_assertions(request)
    headers = sorted((name.lower(), value.strip()) for name, value in one.headers.items())
    parts = (one.method, url_of(one), *(text for pair in headers for text in pair))
    for part in (*(text.encode("utf-8", "surrogatepass") for text in parts), body_of(one) or b""):
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.digest()


def _without_assertions(request: Request) -> Request:
    if request.form is not None:
        form = tuple(pair for pair in request.form if pair[0] not in _ASSERTIONS)
        return replace(request, form=form)
    if isinstance(request.json, dict):
        json = {name: value for name, value in request.json.items() if name not in _ASSERTIONS}
        return replace(request, json=json)
    return request
