"""Send a request and bring its whole answer: paced, tried again when that may help, bounded.

No redirect is followed. Nothing here knows about credentials or definitions.
"""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from onroll.diagnostics import Diagnostic
from onroll.errors import ResponseError, TransportError
from onroll.http.address import address_of
from onroll.http.body import BodyTooLarge, UnreadableBody, decompress, unpacked
from onroll.http.carrier import (
    Asked,
    Carrier,
    HasAnswers,
    NoAnswer,
    NoConnection,
    Sent,
    Transport,
    Wrap,
)
from onroll.http.encoding import body_of, content_type_of, url_of
from onroll.http.failures import LASTING, explain_failure
from onroll.http.pace import Pace
from onroll.http.redirects import refuse_redirect
from onroll.http.retry import (
    RETRIED_STATUSES,
    UNDONE_STATUSES,
    Budget,
    Policy,
    asked_wait,
    pause_after,
)
from onroll.http.transport import Network
from onroll.model import Limits, Request, Response, is_sendable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Self

    from onroll.http.carrier import Answer
    from onroll.http.networks import NetworkPolicy
    from onroll.http.tls import TlsMaterial

__all__ = ["Counts", "HttpClient", "Transport", "Wrap", "unsendable", "unsendable_header"]

_Read = TypeVar("_Read")

_FAILURES: Final = (NoAnswer, OSError)


#: What a header may be called (RFC 9110, 5.1).
_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
#: What says where a request goes and where it ends is the client's. With another `Host` a server
#: of many tenants would hand the credentials to a tenant whom they were not given for.
_OURS: Final = frozenset(
    {
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip


def unsendable_header(headers: Mapping[str, str]) -> str | None:
    """Return the name of a header that cannot be sent, or that is not for a definition to set."""
    return next(
        (
            name
            for name, value in headers.items()
            if not is_sendable(value) or not _TOKEN.fullmatch(name) or name.lower() in _OURS
        ),
        None,
    )


def unsendable(name: str) -> Diagnostic:
    """Say so, without the value: it may be a secret."""
    if not _TOKEN.fullmatch(name):
        message = "a header cannot be sent: its name is not one that a header can have"
        return Diagnostic("unsendable-header", message, expected="letters, digits and `-`")
    if name.lower() in _OURS:
        message = f"the header `{name}` cannot be set: it follows from the address and the body"
        hint = "leave it out; another host is another `base_url`"
        return Diagnostic("unsendable-header", message, hint=hint)
    return Diagnostic(
        "unsendable-header",
        f"the header `{name}` cannot be sent: its value has a line break, a control character "
        "or a letter beyond ASCII",
        hint="check the setting that it is made of; a file may end with a line break",
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests went out, and how many of them were second or later tries."""

    requests: int = 0
    retries: int = 0


class HttpClient:
    """One per run. Safe to share between threads; close it, or use it in a `with`.

    `networks` and `tls` are the network's, so that they say nothing to another `transport`.
    Without `networks`, every host may be asked. `wrap` is put around either of them.
    """

    def __init__(  # noqa: PLR0913  (all but the limits are seams, or for the network alone)
        self,
        limits: Limits,
        *,
        user_agent: str = "onroll",
        transport: Transport | Carrier | None = None,
        wrap: Wrap | None = None,
        networks: NetworkPolicy | None = None,
        tls: TlsMaterial | None = None,
        policy: Policy | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limits = limits
        self._policy = policy or Policy()
        self._budget = Budget()
        self._clock = clock
        self._sleep = sleep
        self._has_certificate = tls is not None and tls.client_certificate is not None
        self._retried = RETRIED_STATUSES | set(limits.retry_statuses)
        self._pace = Pace(
            per_second=limits.requests_per_second,
            per_minute=limits.requests_per_minute,
            clock=clock,
            sleep=sleep,
        )
        carrier = transport or Network(
            connections=max(10, limits.concurrency), networks=networks, tls=tls
        )
        self._carrier = _wrapped(carrier, wrap)
        self._memory = self._carrier if isinstance(self._carrier, HasAnswers) else None
        self._headers = (
            ("Accept", "*/*"),
            ("Accept-Encoding", "gzip, deflate"),
            ("Connection", "keep-alive"),
            ("User-Agent", user_agent),
        )
        self._counts = Counts()
        self._lock = threading.Lock()
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections. Requests of other threads fail and are not tried again."""
        self._is_closed = True
        self._carrier.close()

    @property
    def counts(self) -> Counts:
        """What was sent so far."""
        return self._counts

    def send(
        self,
        request: Request,
        read: Callable[[Response], _Read],
        *,
        is_repeatable: bool = True,
        sign: Callable[[Request], Request] | None = None,
    ) -> tuple[Response, _Read | None]:
        """Send until there is an answer that can be used, or trying again is over.

        `read` decodes a 2xx answer; when it raises `UnreadableBody`, the answer was cut or is
        not what was asked for, and the request is tried again. Returns the answer and what was
        read, which is None for any other status. Raises `TransportError` or `ResponseError`.
        Without `is_repeatable`, as for a write that must not be done twice, it is tried again
        only when it surely was not done: there was no connection, or the server said "not now".
        `sign` puts the credentials on, for each try anew: a signature may hold a time or a nonce.
        """
        attempt = 0
        while True:
            attempt += 1
            asked = Asked(request, attempt, has_credentials=sign is not None)
            self._count(is_retry=attempt > 1)
            if not self._has_answer(asked):
                self._pace.wait()
            outcome = self._attempt(request if sign is None else sign(request), read, asked)
            if not isinstance(outcome, _Failed):
                self._budget.refill()
                return outcome
            may_repeat = is_repeatable or outcome.is_undone
            wait = self._wait_before_retry(outcome, attempt) if may_repeat else None
            if wait is None:
                return outcome.give_up()
            if outcome.is_for_everybody:
                self._pace.pause(wait)
            self._sleep(wait)

    def _has_answer(self, asked: Asked) -> bool:
        return self._memory is not None and self._memory.has_answer(asked)

    def _attempt(
        self, request: Request, read: Callable[[Response], _Read], asked: Asked
    ) -> tuple[Response, _Read | None] | _Failed[_Read]:
        try:
            response = self._exchange(request, asked)
            pause = pause_after(response.headers, time.time())
            if 0 < pause <= self._policy.longest_wait_seconds:
                self._pace.pause(pause)
            if response.status in self._retried:
                return _Failed(response=response)
            if not response.is_success:
                return response, None
            return response, read(response)
        except UnreadableBody as error:
            diagnostic = Diagnostic(error.code, error.message, hint=error.hint)
            return _Failed(error=ResponseError(diagnostic), is_body=True)
        except _FAILURES as error:
            diagnostic = explain_failure(
                request.origin,
                error,
                timeout_seconds=self._limits.timeout_seconds,
                has_certificate=self._has_certificate,
            )
            failure = TransportError(diagnostic)
            if diagnostic.code in LASTING:
                raise failure from None
            return _Failed(error=failure, is_unsent=isinstance(error, NoConnection))

    def _wait_before_retry(self, failed: _Failed[_Read], attempt: int) -> float | None:
        # A body that cannot be read is rarely a passing fault: three tries are enough.
        allowed = min(3, self._policy.attempts) if failed.is_body else self._policy.attempts
        if self._is_closed or attempt >= allowed or not self._budget.take():
            return None
        backoff = self._policy.backoff(attempt)
        if failed.response is None:
            return backoff
        asked = asked_wait(failed.response.status, failed.response.headers, time.time())
        if asked is None:
            return backoff
        return None if asked > self._policy.longest_wait_seconds else max(asked, backoff)

    def _exchange(self, request: Request, asked: Asked) -> Response:
        limit = self._limits.page_bytes
        sent = self._sent(request, self._clock() + self._limits.timeout_seconds)
        answer = self._carrier.carry(sent, asked)
        try:
            refuse_redirect(sent.address.url, answer.status, answer.headers.get("location", ""))
            body = _body(answer, limit)
        except BodyTooLarge:
            raise ResponseError(self._too_large()) from None
        finally:
            answer.close()
        return Response(answer.status, answer.headers, body, sent.address.url)

    def _sent(self, request: Request, deadline: float) -> Sent:
        name = unsendable_header(request.headers)
        if name is not None:
            raise ResponseError(unsendable(name))
        try:
            address, content = address_of(url_of(request)), body_of(request)
        except ValueError:
            # Half a surrogate, a control character, a port of 99999: nothing of it is shown.
            message = "a request cannot be sent: its address or a value in it is not valid text"
            hint = "check the settings and what the source gives as cursor or next link"
            raise ResponseError(Diagnostic("unsendable-request", message, hint=hint)) from None
        return Sent(request.method, address, self._headers_of(request), content, deadline)

    def _headers_of(self, request: Request) -> tuple[tuple[str, str], ...]:
        """Return the headers to send: a request's own stand in place of ours."""
        own = [(name, value.strip(" \t")) for name, value in request.headers.items()]
        kind = content_type_of(request)
        names = {name.lower() for name, _ in own}
        if kind is not None and "content-type" not in names:
            own.append(("Content-Type", kind))
        return (*(one for one in self._headers if one[0].lower() not in names), *own)

    def _too_large(self) -> Diagnostic:
        limit = self._limits.page_bytes
        return Diagnostic(
            "page-too-large",
            f"the answer is larger than {limit:,} bytes once decompressed",
            hint="ask for smaller pages (`pagination.limit`), or raise `limits.page_bytes`",
        )

    def _count(self, *, is_retry: bool) -> None:
        with self._lock:
            before = self._counts
            self._counts = Counts(before.requests + 1, before.retries + is_retry)


@dataclass(frozen=True, slots=True)
class _Failed(Generic[_Read]):
    """An attempt that may be worth another: an answer with a status to retry, or an error."""

    response: Response | None = None
    error: TransportError | ResponseError | None = None
    is_body: bool = False
    is_unsent: bool = False

    @property
    def is_undone(self) -> bool:
        """Whether the server surely did nothing."""
        return self.is_unsent or (
            self.response is not None and self.response.status in UNDONE_STATUSES
        )

    @property
    def is_for_everybody(self) -> bool:
        """Whether the server wants nothing at all for a while, and not only not this request."""
        answer = self.response
        return answer is not None and (answer.status == 429 or "retry-after" in answer.headers)

    def give_up(self) -> tuple[Response, _Read | None]:
        """Return the last answer, or raise the last error."""
        if self.response is not None:
            return self.response, None
        assert self.error is not None
        raise self.error


def _body(answer: Answer, limit: int) -> bytes:
    """Read a body, unless it is announced as too large: then `BodyTooLarge` is raised at once."""
    if answer.announced is not None and answer.announced > limit:
        raise BodyTooLarge
    return unpacked(decompress(answer.chunks, answer.encoding, limit), limit)


def _wrapped(carries: Transport | Carrier, wrap: Wrap | None) -> Carrier:
    """Return what carries requests, with `wrap` around it."""
    if wrap is None and isinstance(carries, Carrier):
        return carries
    # With it comes httpx, which takes longer to import than the first page to read.
    from onroll.http.bridge import CarrierOfTransport, transport_of  # noqa: PLC0415

    transport = transport_of(carries)
    return CarrierOfTransport(transport if wrap is None else wrap(transport))
