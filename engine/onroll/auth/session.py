"""One token for all requests of a run: asked for once, renewed before it expires or on a 401.

Methods are pure; the session drives their flows with a function that sends a request. With a
keeper the token is shared with other processes and later runs too. A provider that rotates refresh
tokens takes the second use of one for a theft and ends the grant, so a renewal is done under the
keeper's lock, from the token that is kept there, and the new one is kept before it is used.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from onroll.auth.keeping import kept_from
from onroll.errors import OnrollError
from onroll.model import Request, Response, Token
from onroll.protocols import CredentialsRefused, Pause, SignIn, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.auth.keeping import Keeper, KeptToken
    from onroll.protocols import AuthMethod

__all__ = ["AuthSession", "Lease", "Show", "SignedOut"]

#: Renew this long before the end of a token's life, or a tenth of its life when that is less.
_LEEWAY_SECONDS: Final = 60.0

#: As methods write it in their hints.
_SIGN_IN_COMMAND: Final = "onroll login CONNECTION"

Send: TypeAlias = Callable[[Request], Response]
#: Shows a person what to open, and returns what they came back with, if anything.
Show: TypeAlias = Callable[[Visit], str | None]

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Lease:
    """A token in use: which grant it came from, and when it should be renewed (monotonic)."""

    token: Token = field(repr=False)
    number: int
    renew_at: float


@dataclass(frozen=True, slots=True)
class SignedOut:
    """What became of a kept token: whether the API took it back, and what kept it from that.

    An API that knows no way to take it back is no failure.
    """

    was_kept: bool
    was_revoked: bool
    failure: CredentialsRefused | OnrollError | None = None


class AuthSession:
    """Shares one method's token between threads. `send` is only called to obtain tokens.

    `clock` is monotonic, `now` the time of day, by which kept tokens expire.
    """

    def __init__(
        self,
        method: AuthMethod,
        send: Send,
        *,
        keeper: Keeper | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        learn_secret: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._method = method
        self._send = send
        self._keeper = keeper
        self._clock = clock
        self._now = now
        self._learn_secret = learn_secret
        self._lock = threading.Lock()
        self._lease: Lease | None = None
        self._turn = threading.Lock()
        self._is_rotating = False

    @property
    def has_sign_in(self) -> bool:
        """Whether a person must sign in first."""
        return isinstance(self._method, SignIn)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until a request may be under way: once answers bring new tokens, one at a time.

        Such a token may be good for one request, and another that is under way would take it.
        """
        if not self._is_rotating:
            yield
            return
        with self._turn:
            yield

    def lease(self) -> Lease:
        """Return a token that is good now, asking for one when there is none."""
        with self._lock:
            if self._lease is None or self._clock() >= self._lease.renew_at:
                self._lease = self._obtain(self._lease)
            return self._lease

    def renew(self, refused: Lease) -> Lease | None:
        """Return another token after a 401; None when the method has no other to offer.

        A token that another thread or process renewed in the meantime is returned as it is.
        """
        with self._lock:
            if self._lease is not None and self._lease.number != refused.number:
                return self._lease  # the refusal itself may have brought it: a digest challenge
            if not refused.token.is_renewable:
                return None
            self._lease = self._obtain(self._lease, refused.token)
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
            self._is_rotating = True
            if self._lease is not None and self._lease.number == lease.number:
                self._replace_kept(lease.token, token)
                self._lease = self._leased(token, self._clock())

    def sign_in(self, redirect_uri: str, show: Show, pause: Callable[[float], None]) -> KeptToken:
        """Obtain the first token with a person's help, and keep it.

        Raises `CredentialsRefused` when access was not allowed.
        """
        assert isinstance(self._method, SignIn)
        asked_at = self._now()

        def answer(asked: Request | Visit | Pause) -> Response | str | None:
            nonlocal asked_at
            if isinstance(asked, Visit):
                return show(asked)
            if isinstance(asked, Pause):
                pause(asked.seconds)
                return None
            asked_at = self._now()  # the last request before the end brings the token
            return self._send(asked)

        token = _drive(self._method.sign_in(redirect_uri), answer)
        kept = kept_from(token, asked_at)
        self._learn(token)
        if self._keeper is not None:
            with self._keeper.hold():
                self._keeper.save(kept)
        return kept

    def sign_out(self) -> SignedOut:
        """Give the grant back and forget the token; it is forgotten also when the API fails.

        Also when it cannot be read, or was granted for another host, which is not told of it.
        """
        assert self._keeper is not None
        with self._keeper.hold():
            failure: CredentialsRefused | OnrollError | None = None
            was_revoked = False

            def tell(request: Request) -> Response:
                nonlocal was_revoked
                response = self._send(request)
                was_revoked = True
                return response

            try:
                kept = self._keeper.load()
                if kept is not None and isinstance(self._method, SignIn):
                    self._learn(kept.token)
                    _drive(self._method.revoke(kept.token), tell)
            except (CredentialsRefused, OnrollError) as error:
                failure, was_revoked = error, False
            was_kept = self._keeper.forget()
        return SignedOut(was_kept, was_revoked, failure if was_kept else None)

    # ---- obtaining -------------------------------------------------------------------------------

    def _obtain(self, previous: Lease | None, refused: Token | None = None) -> Lease:
        if self._keeper is None:
            return self._grant(previous.token if previous is not None else None)
        # A good token needs no lock: whoever renews it makes a new one and leaves this one be.
        if (found := self._usable(self._keeper.load(), refused)) is not None:
            return found
        with self._keeper.hold():
            kept = self._keeper.load()
            if (found := self._usable(kept, refused)) is not None:
                return found
            if kept is None:
                return self._grant(None)
            self._learn(kept.token)
            return self._grant(kept.token)

    def _usable(self, kept: KeptToken | None, refused: Token | None) -> Lease | None:
        """Return the kept token if it is good for a while, and not the one that was refused."""
        if kept is None or not kept.value or (refused is not None and kept.value == refused.value):
            return None
        age = max(0.0, self._now() - kept.granted_at)
        lease = self._leased(kept.token, self._clock() - age)
        return lease if self._clock() < lease.renew_at else None

    def _grant(self, previous: Token | None) -> Lease:
        asked_at, wall_time = self._clock(), self._now()
        try:
            token = _drive(self._method.grant(previous), self._send)
        except CredentialsRefused as refused:
            raise self._by_name(refused) from None
        lease = self._leased(token, asked_at)
        if self._keeper is not None:
            self._keeper.save(kept_from(token, wall_time))
        return lease

    def _by_name(self, refused: CredentialsRefused) -> CredentialsRefused:
        """Say how to sign in by the connection's name, which no method knows."""
        if self._keeper is None or refused.hint is None:
            return refused
        hint = refused.hint.replace(_SIGN_IN_COMMAND, self._keeper.sign_in_command)
        return CredentialsRefused(refused.code, refused.message, hint)

    def _replace_kept(self, old: Token, new: Token) -> None:
        if self._keeper is None:
            return
        with self._keeper.hold():
            kept = self._keeper.load()
            if kept is not None and kept.value == old.value:
                self._keeper.save(kept_from(new, self._now()))

    def _leased(self, token: Token, since: float) -> Lease:
        self._learn(token)
        number = 1 if self._lease is None else self._lease.number + 1
        if token.lifetime is None:
            return Lease(token, number, float("inf"))
        leeway = min(_LEEWAY_SECONDS, token.lifetime / 10)
        return Lease(token, number, since + token.lifetime - leeway)

    def _learn(self, token: Token) -> None:
        for secret in (token.value, token.refresh):
            if secret:
                self._learn_secret(secret)


def _drive(flow: Generator[Any, Any, _Result], answer: Callable[[Any], Any]) -> _Result:
    """Answer what a flow asks until it returns."""
    try:
        asked = next(flow)
        while True:
            asked = flow.send(answer(asked))
    except StopIteration as done:
        result: _Result = done.value
        return result
