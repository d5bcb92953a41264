"""The session: one token for all requests of a run."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest

from onroll.auth.session import AuthSession, Lease
from onroll.model import Request, Response
from onroll.protocols import CredentialsRefused

from .flow import PEOPLE, answer, build

EIGHT = 8


class Endpoint:
    """A token endpoint that numbers its tokens: t-1, t-2 …"""

    def __init__(self, expires_in: float | None = 3600, seconds: float = 0.0) -> None:
        self.expires_in = expires_in
        self.seconds = seconds
        self.asked = 0
        self.is_broken = False

    def send(self, request: Request) -> Response:
        time.sleep(self.seconds)
        self.asked += 1
        if self.is_broken:
            return answer({"error": "invalid_client"}, 401)
        return answer({"token": f"t-{self.asked}", "expires_in": self.expires_in})


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def session(endpoint: Endpoint, clock: Callable[[], float] = time.monotonic) -> AuthSession:
    method = build(
        "login",
        endpoint="/auth",
        token="token",
        expires_in="expires_in",
        renewed_token={"header": "x-token"},
    )
    return AuthSession(method, endpoint.send, clock=clock)


def at_once(job: Callable[[int], Any]) -> list[Any]:
    """Run a job in eight threads that start together."""
    barrier = threading.Barrier(EIGHT)

    def run(number: int) -> Any:
        barrier.wait()
        return job(number)

    with ThreadPoolExecutor(EIGHT) as pool:
        return list(pool.map(run, range(EIGHT)))


def token_of(lease: Lease | None) -> str:
    assert lease is not None
    return lease.token.value


def bringing(token: str, status: int = 200) -> Response:
    return answer({}, status, {"x-token": token})


def test_eight_threads_ask_for_one_token() -> None:
    endpoint = Endpoint(seconds=0.02)
    shared = session(endpoint)
    leases = at_once(lambda _: shared.lease())
    assert endpoint.asked == 1
    assert {lease.token.value for lease in leases} == {"t-1"}


def test_the_token_is_on_each_request() -> None:
    shared = session(Endpoint())
    request = shared.apply(PEOPLE, shared.lease())
    assert request.headers["Authorization"] == "Bearer t-1"


@pytest.mark.parametrize(("lifetime", "leeway"), [(3600, 60), (600, 60), (100, 10), (5, 0.5)])
def test_a_token_is_renewed_shortly_before_it_expires(lifetime: float, leeway: float) -> None:
    clock, endpoint = Clock(), Endpoint(expires_in=lifetime)
    shared = session(endpoint, clock)
    shared.lease()
    clock.now += lifetime - leeway - 0.01
    assert token_of(shared.lease()) == "t-1"
    clock.now += 0.02
    assert token_of(shared.lease()) == "t-2"
    assert endpoint.asked == 2


def test_the_time_that_a_grant_takes_counts_as_life() -> None:
    clock, endpoint = Clock(), Endpoint(expires_in=100)
    method = build("login", endpoint="/auth", token="token", expires_in="expires_in")

    def slow(request: Request) -> Response:
        clock.now += 50
        return endpoint.send(request)

    shared = AuthSession(method, slow, clock=clock)
    shared.lease()
    clock.now += 41  # 91 seconds after it was asked for
    assert token_of(shared.lease()) == "t-2"


def test_a_token_without_a_lifetime_is_kept() -> None:
    clock, endpoint = Clock(), Endpoint(expires_in=None)
    shared = session(endpoint, clock)
    shared.lease()
    clock.now += 10_000_000
    assert token_of(shared.lease()) == "t-1"


def test_threads_share_the_renewal_of_an_expired_token() -> None:
    clock, endpoint = Clock(), Endpoint(expires_in=100, seconds=0.02)
    shared = session(endpoint, clock)
    shared.lease()
    clock.now += 200
    assert {token_of(lease) for lease in at_once(lambda _: shared.lease())} == {"t-2"}
    assert endpoint.asked == 2


def test_a_refused_token_is_renewed_once_for_all_threads() -> None:
    endpoint = Endpoint(seconds=0.02)
    shared = session(endpoint)
    refused = shared.lease()
    assert {token_of(lease) for lease in at_once(lambda _: shared.renew(refused))} == {"t-2"}
    assert endpoint.asked == 2


def test_a_token_that_another_thread_renewed_is_taken_over() -> None:
    endpoint = Endpoint()
    shared = session(endpoint)
    refused = shared.lease()
    shared.renew(refused)
    assert token_of(shared.renew(refused)) == "t-2"
    assert endpoint.asked == 2


def test_the_renewed_token_may_be_refused_and_renewed_in_its_turn() -> None:
    shared = session(Endpoint())
    second = shared.renew(shared.lease())
    assert second is not None
    assert token_of(shared.renew(second)) == "t-3"


def test_a_fixed_credential_is_not_renewed() -> None:
    shared = AuthSession(build("bearer", token="t"), Endpoint().send)
    assert shared.renew(shared.lease()) is None


def test_a_failed_grant_is_not_kept() -> None:
    endpoint = Endpoint()
    endpoint.is_broken = True
    shared = session(endpoint)
    with pytest.raises(CredentialsRefused):
        shared.lease()
    endpoint.is_broken = False
    assert token_of(shared.lease()) == "t-2"


def test_a_failed_renewal_leaves_the_next_request_to_ask_again() -> None:
    clock, endpoint = Clock(), Endpoint(expires_in=100)
    shared = session(endpoint, clock)
    shared.lease()
    clock.now += 200
    endpoint.is_broken = True
    with pytest.raises(CredentialsRefused):
        shared.lease()
    endpoint.is_broken = False
    assert token_of(shared.lease()) == "t-3"


def test_a_lock_is_not_kept_after_a_failed_grant() -> None:
    endpoint = Endpoint()
    endpoint.is_broken = True
    shared = session(endpoint)

    def ask(_: int) -> str:
        with pytest.raises(CredentialsRefused) as caught:
            shared.lease()
        return caught.value.code

    assert set(at_once(ask)) == {"credentials-refused"}


def test_a_token_that_an_answer_brings_is_used_from_then_on() -> None:
    endpoint = Endpoint()
    shared = session(endpoint)
    shared.observe(bringing("r-1"), shared.lease())
    assert token_of(shared.lease()) == "r-1"
    assert endpoint.asked == 1


def test_an_answer_without_a_token_changes_nothing() -> None:
    shared = session(Endpoint())
    lease = shared.lease()
    shared.observe(answer({}), lease)
    assert shared.lease() is lease


def test_an_answer_that_is_an_error_brings_no_token() -> None:
    shared = session(Endpoint())
    lease = shared.lease()
    shared.observe(bringing("r-1", 401), lease)
    assert shared.lease() is lease


def test_a_late_answer_does_not_replace_a_newer_token() -> None:
    shared = session(Endpoint())
    old = shared.lease()
    shared.renew(old)
    shared.observe(bringing("late"), old)
    assert token_of(shared.lease()) == "t-2"


def test_of_two_answers_to_one_token_the_first_is_adopted() -> None:
    shared = session(Endpoint())
    lease = shared.lease()
    shared.observe(bringing("r-1"), lease)
    shared.observe(bringing("r-2"), lease)
    assert token_of(shared.lease()) == "r-1"


def test_a_401_for_a_token_that_was_rotated_away_takes_the_rotated_one() -> None:
    endpoint = Endpoint()
    shared = session(endpoint)
    old = shared.lease()
    shared.observe(bringing("r-1"), old)
    assert token_of(shared.renew(old)) == "r-1"
    assert endpoint.asked == 1


def test_an_adopted_token_lives_anew() -> None:
    clock, endpoint = Clock(), Endpoint(expires_in=100)
    shared = session(endpoint, clock)
    lease = shared.lease()
    clock.now += 80
    shared.observe(bringing("r-1"), lease)
    clock.now += 80
    assert token_of(shared.lease()) == "r-1"
    clock.now += 20
    assert token_of(shared.lease()) == "t-2"


def test_threads_that_bring_tokens_at_once_leave_one_of_them() -> None:
    shared = session(Endpoint())
    lease = shared.lease()
    numbers = count()
    at_once(lambda _: shared.observe(bringing(f"r-{next(numbers)}"), lease))
    assert shared.lease().number == lease.number + 1


def test_each_token_is_told_to_the_redactor() -> None:
    learned: list[str] = []
    method = build("login", endpoint="/auth", token="token", renewed_token={"header": "x-token"})
    shared = AuthSession(method, Endpoint().send, learn_secret=learned.append)
    lease = shared.lease()
    shared.observe(bringing("r-1"), lease)
    shared.renew(shared.lease())
    assert learned == ["t-1", "r-1", "t-2"]


def test_a_lease_shows_no_token() -> None:
    assert "t-1" not in repr(session(Endpoint()).lease())
