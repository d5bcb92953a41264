"""What goes in and out: requests, answers and the log of requests. No network here."""

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import overload
from urllib.parse import parse_qsl

# A sandbox may run for days; its log keeps the newest requests only.
LOG_LENGTH = 50_000


@dataclass(frozen=True)
class Request:
    """One request as an API sees it; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    origin: str

    @cached_property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """The decoded query, in order, repeated names included."""
        return tuple(parse_qsl(self.query, keep_blank_values=True))

    def parameter(self, name: str) -> str | None:
        """Return the first value of a query parameter."""
        return next((value for key, value in self.parameters if key == name), None)

    @property
    def bearer_token(self) -> str | None:
        """The token of the `Authorization` header, if there is one."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() or None if scheme.lower() == "bearer" else None

    @property
    def content_type(self) -> str:
        """The media type of the body, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, and how it is delivered.

    `sent_bytes` less than the body's length breaks the promise of `Content-Length`;
    `is_dropped` closes the connection without a word.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    delay_seconds: float = 0.0
    bytes_per_second: int | None = None
    sent_bytes: int | None = None
    is_dropped: bool = False


def json_text(value: object) -> str:
    """Write compact JSON in ASCII, as the vendor does."""
    return json.dumps(value, separators=(",", ":"))


def json_answer(
    status: int,
    value: object,
    *,
    content_type: str = "application/json",
    headers: tuple[tuple[str, str], ...] = (),
) -> Answer:
    """Answer with a value as JSON."""
    body = json_text(value).encode("ascii")
    return Answer(status, (("Content-Type", content_type), *headers), body)


class RefusalError(Exception):
    """A request that an API refuses; the API words it in its own error shape."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """A request as it arrived; `query` is the raw text after the question mark."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str] = field(repr=False)


class RequestLog(Sequence[RequestSeen]):
    """The requests that arrived, oldest first; safe to read while the sandbox serves."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: deque[RequestSeen] = deque(maxlen=LOG_LENGTH)

    def append(self, request: RequestSeen) -> None:
        """Note a request."""
        with self._lock:
            self._seen.append(request)

    def clear(self) -> None:
        """Forget all requests so far."""
        with self._lock:
            self._seen.clear()

    def copy(self) -> list[RequestSeen]:
        """Return the requests so far as a list of their own."""
        with self._lock:
            return list(self._seen)

    def __len__(self) -> int:
        with self._lock:
            return len(self._seen)

    def __iter__(self) -> Iterator[RequestSeen]:
        return iter(self.copy())

    @overload
    def __getitem__(self, index: int) -> RequestSeen: ...
    @overload
    def __getitem__(self, index: slice) -> list[RequestSeen]: ...
    def __getitem__(self, index: int | slice) -> RequestSeen | list[RequestSeen]:
        return self.copy()[index]

    def __repr__(self) -> str:
        return f"RequestLog({self.copy()!r})"
