"""One token for all requests of a run: asked for once, renewed before it expires or on a 401.

Methods are pure; the session drives their flows with a function that sends a request.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from onroll.model import Request, Response, Token

if TYPE_CHECKING:
    from onroll.protocols import AuthMethod

__all__ = ["AuthSession", "Lease"]

#: Renew this long before the end of a token's life, or a tenth of its life when that is less.
_LEEWAY_SECONDS: Final = 60.0

Send: TypeAlias = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class Lease:
    """A token in use: which grant it came from, and when it should be renewed (monotonic)."""

    token: Token = field(repr=False)
    number: int
    renew_at: float


class AuthSession:
    """Shares one method's token between threads. `send` is only called to obtain tokens."""

    def __init__(
        self,
        method: AuthMethod,
        send: Send,
        *,
        clock: Callable[[], float] = time.monotonic,
        learn_secret: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._method = method
        self._send = send
        self._clock = clock
        self._learn_secret = learn_secret
        self._lock = threading.Lock()
        self._lease: Lease | None = None

    def lease(self) -> Lease:
        """Return a token that is good now, asking for one when there is none."""
        with self._lock:
            if self._lease is None or self._clock() >= self._lease.renew_at:
                self._lease = self._grant(self._lease)
            return self._lease

    def renew(self, refused: Lease) -> Lease | None:
        """Return another token after a 401; None when the method has no other to offer.

        A token that another thread renewed in the meantime is returned as it is.
        """
        with self._lock:
            if not refused.token.is_renewable:
                return None
            if self._lease is None or self._lease.number == refused.number:
                self._lease = self._grant(self._lease)
            return self._lease

    def apply(self, request: Request, lease: Lease) -> Request:
        """Return the request with the credential on it."""
        return self._method.apply(request, lease.token)

    def observe(self, response: Response, lease: Lease) -> None:
        """Adopt a token that a response brought, unless a newer one is in use already."""
        token = self._method.renewed(lease.token, response)
        if token is lease.token:
            return
        with self._lock:
            if self._lease is not None and self._lease.number == lease.number:
                self._lease = self._keep(token, self._clock())

    def _grant(self, previous: Lease | None) -> Lease:
        asked_at = self._clock()
        flow = self._method.grant(previous.token if previous is not None else None)
        try:
            request = next(flow)
            while True:
                request = flow.send(self._send(request))
        except StopIteration as done:
            token: Token = done.value
        return self._keep(token, asked_at)

    def _keep(self, token: Token, since: float) -> Lease:
        if token.value:
            self._learn_secret(token.value)
        number = 1 if self._lease is None else self._lease.number + 1
        if token.lifetime is None:
            return Lease(token, number, float("inf"))
        leeway = min(_LEEWAY_SECONDS, token.lifetime / 10)
        return Lease(token, number, since + token.lifetime - leeway)
