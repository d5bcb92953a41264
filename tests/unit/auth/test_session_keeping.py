"""The session with a keeper: one grant for all processes, and none is lost or used twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.fernet import Fernet

from onroll.auth.keeping import KeptToken
from onroll.auth.session import AuthSession, Lease
from onroll.errors import TargetError
from onroll.model import Request, Response, Token
from onroll.protocols import CredentialsRefused, Pause, Visit
from onroll.service.token_keeping import StoreKeeper, TokenPlace
from onroll.store.database import open_store

from .flow import answer, build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onroll.protocols import AuthFlow, RevokeFlow, SignInFlow

_KEY = Fernet.generate_key().decode()
_NOW = 1_000_000.0


class Provider:
    """A token endpoint that rotates: each refresh token works once, and again never."""

    def __init__(self, first: str = "r-0") -> None:
        self.good = first
        self.used: list[str] = []
        self.is_dead = False
        self.lifetime: float | None = 3600
        self._lock = threading.Lock()

    def send(self, request: Request) -> Response:
        given = dict(request.form or ())["refresh_token"]
        with self._lock:
            self.used.append(given)
            if given != self.good:
                self.is_dead = True  # as RFC 9700, 4.14.2 asks for
            if self.is_dead:
                return answer({"error": "invalid_grant"}, 400)
            number = len(self.used)
            self.good = f"r-{number}"
            return answer(
                {
                    "access_token": f"a-{number}",
                    "refresh_token": self.good,
                    **({} if self.lifetime is None else {"expires_in": self.lifetime}),
                }
            )


class Clock:
    """The time of day and the time since the start go together here."""

    def __init__(self) -> None:
        self.now = _NOW

    def __call__(self) -> float:
        return self.now


@contextmanager
def _process(folder: Path, provider: Provider, clock: Clock | None = None) -> Iterator[AuthSession]:
    """Do what a process does: its own connection to the store, its own session."""
    method = build(
        "oauth2_refresh_token",
        access_token_url="https://login.example.test/token",
        client_id="app",
        refresh_token="r-0",
    )
    clock = clock or Clock()
    with _keeper(folder) as keeper:
        yield AuthSession(method, provider.send, keeper=keeper, clock=clock, now=clock)


def _keeper(folder: Path) -> closing[StoreKeeper]:
    environment = {"ONROLL_TOKEN_KEY": _KEY}
    place = TokenPlace(str(folder / "onroll.db"), "acme", environment=environment)
    return closing(StoreKeeper(place, {"base_url": "digest"}, needs_sign_in=False))


def _kept(folder: Path) -> KeptToken:
    with _keeper(folder) as keeper:
        found = keeper.load()
    assert found is not None
    return found


def _value(lease: Lease | None) -> str:
    assert lease is not None
    return lease.token.value


def test_a_good_token_of_an_earlier_process_is_used_without_asking(tmp_path: Path) -> None:
    provider = Provider()
    for _ in range(3):
        with _process(tmp_path, provider) as session:
            assert _value(session.lease()) == "a-1"
    assert provider.used == ["r-0"]


def test_an_expired_token_is_renewed_by_the_newest_refresh_token(tmp_path: Path) -> None:
    provider, clock = Provider(), Clock()
    for number in range(1, 4):
        with _process(tmp_path, provider, clock) as session:
            assert _value(session.lease()) == f"a-{number}"
        clock.now += 3600
    assert provider.used == ["r-0", "r-1", "r-2"]
    assert _kept(tmp_path).refresh == "r-3"


@pytest.mark.parametrize(("age", "used"), [(3539, "a-1"), (3541, "a-2")])
def test_a_kept_token_is_renewed_shortly_before_it_expires(
    tmp_path: Path, age: float, used: str
) -> None:
    provider, clock = Provider(), Clock()
    with _process(tmp_path, provider, clock) as session:
        session.lease()
    clock.now += age
    with _process(tmp_path, provider, clock) as session:
        assert _value(session.lease()) == used


def test_an_adopted_token_is_renewed_when_its_own_time_is_over(tmp_path: Path) -> None:
    provider, clock = Provider(), Clock()
    with _process(tmp_path, provider, clock) as session:
        session.lease()
    clock.now += 3000
    with _process(tmp_path, provider, clock) as session:
        assert _value(session.lease()) == "a-1"
        clock.now += 600
        assert _value(session.lease()) == "a-2"


def test_a_kept_token_without_an_end_is_used_until_it_is_refused(tmp_path: Path) -> None:
    provider, clock = Provider(), Clock()
    provider.lifetime = None
    with _process(tmp_path, provider, clock) as session:
        session.lease()
    clock.now += 10_000_000
    with _process(tmp_path, provider, clock) as session:
        lease = session.lease()
        assert _value(lease) == "a-1"
        assert _value(session.renew(lease)) == "a-2"


def test_a_kept_token_that_was_refused_is_not_taken_again(tmp_path: Path) -> None:
    provider = Provider()
    with _process(tmp_path, provider) as session:
        refused = session.lease()
        assert _value(session.renew(refused)) == "a-2"
    assert provider.used == ["r-0", "r-1"]


def test_what_another_process_renewed_is_taken_after_a_refusal(tmp_path: Path) -> None:
    provider = Provider()
    with _process(tmp_path, provider) as one, _process(tmp_path, provider) as other:
        refused = one.lease()
        other.renew(other.lease())
        assert _value(one.renew(refused)) == "a-2"
    assert provider.used == ["r-0", "r-1"]


def test_processes_that_renew_at_once_use_each_refresh_token_once(tmp_path: Path) -> None:
    provider = Provider()
    with _process(tmp_path, provider) as session:
        session.lease()
    later = Clock()
    later.now += 3600
    barrier = threading.Barrier(6)

    def run(_: int) -> str:
        with _process(tmp_path, provider, later) as session:
            barrier.wait()
            return _value(session.lease())

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(run, range(6))) == {"a-2"}
    assert provider.used == ["r-0", "r-1"]
    assert not provider.is_dead


def test_the_new_token_is_kept_before_it_is_used(tmp_path: Path) -> None:
    provider = Provider()
    with _process(tmp_path, provider) as session:
        session.lease()
        assert _kept(tmp_path).refresh == provider.good == "r-1"


def test_a_token_that_cannot_be_kept_is_not_used(tmp_path: Path) -> None:
    provider, clock = Provider(), Clock()
    with _process(tmp_path, provider, clock) as session:
        session.lease()
        clock.now += 3600
        with open_store(str(tmp_path / "onroll.db"), for_writing=True) as store:
            with store.begin() as db:
                db.exec_driver_sql(
                    "CREATE TRIGGER full BEFORE UPDATE ON tokens "
                    "BEGIN SELECT RAISE(ABORT, 'the disk is gone'); END"
                )
            with pytest.raises(Exception, match="the disk is gone"):
                session.lease()
            with store.begin() as db:
                db.exec_driver_sql("DROP TRIGGER full")
    assert _kept(tmp_path).value == "a-1"


def test_a_grant_that_is_over_says_so(tmp_path: Path) -> None:
    provider = Provider(first="another")
    with _process(tmp_path, provider) as session, pytest.raises(CredentialsRefused) as caught:
        session.lease()
    assert caught.value.code == "sign-in-again"


def test_secrets_of_a_kept_token_are_told_to_the_redactor(tmp_path: Path) -> None:
    with _keeper(tmp_path) as keeper:
        keeper.save(KeptToken("a-kept", "r-kept", _NOW, None))
        learned: list[str] = []
        session = AuthSession(
            build("bearer", token="t"), _unreachable, keeper=keeper, learn_secret=learned.append
        )
        session.lease()
    assert learned == ["a-kept", "r-kept"]


def _unreachable(request: Request) -> Response:
    raise TargetError


# ---- signing in and out --------------------------------------------------------------------------


class Person:
    """A method that asks a person, and then the API; gives the grant back by a request."""

    def grant(self, previous: Token | None) -> AuthFlow:
        yield from ()
        assert previous is not None
        return previous

    def apply(self, request: Request, token: Token) -> Request:
        return request

    def renewed(self, token: Token, response: Response) -> Token:
        return token

    def sign_in(self, redirect_uri: str) -> SignInFlow:
        came = yield Visit(f"https://login.example.test/?to={redirect_uri}")
        yield Pause(2.5)
        brought = yield Request("POST", f"https://login.example.test/token?{came}")
        assert isinstance(brought, Response)
        return Token(brought.body.decode(), 60.0, refresh="r-1")

    def revoke(self, token: Token) -> RevokeFlow:
        response = yield Request("POST", f"https://login.example.test/{token.refresh}")
        if not response.is_success:
            raise CredentialsRefused("not-revoked", "the provider said no")


class Api:
    def __init__(self, status: int = 200) -> None:
        self.asked: list[str] = []
        self.status = status

    def __call__(self, request: Request) -> Response:
        self.asked.append(request.url)
        return answer(b"a-1", self.status)


def _signed_in(keeper: StoreKeeper, api: Api) -> AuthSession:
    session = AuthSession(Person(), api, keeper=keeper, now=lambda: _NOW)
    session.sign_in("here", lambda _visit: "back", lambda _seconds: None)
    return session


def test_a_sign_in_leads_the_person_and_keeps_the_token(tmp_path: Path) -> None:
    shown: list[Any] = []
    with _keeper(tmp_path) as keeper:
        session = AuthSession(Person(), Api(), keeper=keeper, now=lambda: _NOW)

        def show(visit: Visit) -> str:
            shown.append(visit.url)
            return "back"

        session.sign_in("here", show, shown.append)
        assert shown == ["https://login.example.test/?to=here", 2.5]
        assert keeper.load() == KeptToken("a-1", "r-1", _NOW, _NOW + 60)


def test_signing_out_gives_the_grant_back_and_forgets_it(tmp_path: Path) -> None:
    api = Api()
    with _keeper(tmp_path) as keeper:
        done = _signed_in(keeper, api).sign_out()
        assert api.asked[-1] == "https://login.example.test/r-1"
        assert (done.was_kept, done.was_revoked, done.failure) == (True, True, None)
        assert keeper.load() is None


@pytest.mark.parametrize("status", [400, 503])
def test_a_grant_that_cannot_be_given_back_is_forgotten_and_that_is_told(
    tmp_path: Path, status: int
) -> None:
    api = Api()
    with _keeper(tmp_path) as keeper:
        session = _signed_in(keeper, api)
        api.status = status
        done = session.sign_out()
        assert isinstance(done.failure, CredentialsRefused)
        assert (done.was_kept, done.was_revoked) == (True, False)
        assert keeper.load() is None


def test_signing_out_of_nothing_asks_nobody(tmp_path: Path) -> None:
    api = Api()
    with _keeper(tmp_path) as keeper:
        done = AuthSession(Person(), api, keeper=keeper).sign_out()
    assert (done.was_kept, done.failure, api.asked) == (False, None, [])
