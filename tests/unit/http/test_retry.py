"""When a request is tried again, and how long the wait is: pure, or with a clock of our own."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.errors import ResponseError, TransportError
from onroll.http.body import decode_json
from onroll.http.carrier import (
    BrokenAnswer,
    ConnectionEnded,
    LateAnswer,
    LateConnection,
    NoConnection,
    ProxyRefusal,
)
from onroll.http.client import Counts, HttpClient
from onroll.http.retry import RETRIED_STATUSES, Budget, Policy, asked_wait, pause_after
from onroll.model import Headers, Limits, Request

from .clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onroll.model import Response

NOW = 1_700_000_000.0
GET = Request("GET", "https://api.example.test/people")


def _client(
    clock: Clock, answers: Iterator[Any] | Callable[[httpx.Request], Any], **limits: Any
) -> HttpClient:
    """Return a client whose jitter takes the longest wait, and whose answers come in order."""

    def handle(request: httpx.Request) -> httpx.Response:
        answer = answers(request) if callable(answers) else next(answers)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            return httpx.Response(answer, json={})
        assert isinstance(answer, httpx.Response)
        return answer

    policy = Policy(jitter=lambda _low, high: high)
    return HttpClient(
        Limits(**limits),
        transport=httpx.MockTransport(handle),
        policy=policy,
        clock=clock,
        sleep=clock.sleep,
    )


def _send(client: HttpClient, request: Request = GET) -> Response:
    with client:
        return client.send(request, decode_json)[0]


@pytest.mark.parametrize("status", sorted(RETRIED_STATUSES))
def test_a_status_that_may_pass_is_tried_again(status: int) -> None:
    clock = Clock()
    client = _client(clock, iter((status, status, 200)))
    assert _send(client).status == 200
    assert client.counts == Counts(requests=3, retries=2)
    assert clock.sleeps == [0.5, 1.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422, 501])
def test_a_status_that_will_not_pass_is_not_tried_again(status: int) -> None:
    client = _client(Clock(), iter((status,)))
    assert _send(client).status == status
    assert client.counts == Counts(requests=1, retries=0)


def test_a_definition_can_add_statuses_to_try_again() -> None:
    client = _client(Clock(), iter((403, 200)), retry_statuses=(403,))
    assert _send(client).status == 200


def test_after_six_tries_the_last_answer_is_given() -> None:
    clock = Clock()
    client = _client(clock, lambda _: 503)
    assert _send(client).status == 503
    assert client.counts == Counts(requests=6, retries=5)
    assert clock.sleeps == [0.5, 1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("closed"),
        ConnectionResetError(104, "reset"),
    ],
)
def test_a_connection_that_breaks_is_tried_again(failure: Exception) -> None:
    client = _client(Clock(), iter((failure, failure, 200)))
    assert _send(client).status == 200


def test_a_host_that_never_answers_is_a_transport_error() -> None:
    client = _client(Clock(), lambda _: httpx.ConnectError("nobody there"))
    with pytest.raises(TransportError, match="cannot be reached: nobody there"):
        _send(client)
    assert client.counts.requests == 6


def test_cut_json_is_tried_thrice_at_most() -> None:
    client = _client(Clock(), lambda _: httpx.Response(200, content=b'{"people": ['))
    with pytest.raises(ResponseError, match="cut or broken"):
        _send(client)
    assert client.counts == Counts(requests=3, retries=2)


def test_json_that_was_cut_once_is_read_the_second_time() -> None:
    cut, whole = httpx.Response(200, content=b'{"a"'), httpx.Response(200, content=b"{}")
    assert _send(_client(Clock(), iter((cut, whole)))).body == b"{}"


def test_a_list_by_post_is_tried_again_with_its_body() -> None:
    bodies: list[bytes] = []

    def serve(request: httpx.Request) -> int:
        bodies.append(request.content)
        return 503 if len(bodies) == 1 else 200

    _send(_client(Clock(), serve), Request("POST", GET.url, json={"page": 1}))
    assert bodies == [b'{"page": 1}'] * 2


def test_a_wait_that_is_asked_for_is_never_undercut() -> None:
    clock = Clock()
    refusal = httpx.Response(429, headers={"Retry-After": "7"})
    _send(_client(clock, iter((refusal, httpx.Response(200, json={})))))
    assert clock.sleeps == [7.0]


def test_a_short_wait_that_is_asked_for_gives_way_to_the_longer_backoff() -> None:
    clock = Clock()
    refusal = httpx.Response(503, headers={"Retry-After": "0"})
    _send(_client(clock, iter((refusal, httpx.Response(200, json={})))))
    assert clock.sleeps == [0.5]


def test_a_wait_that_is_too_long_gives_up_at_once() -> None:
    clock = Clock()
    client = _client(clock, lambda _: httpx.Response(429, headers={"Retry-After": "86400"}))
    assert _send(client).status == 429
    assert clock.sleeps == []


def test_a_redirect_is_not_tried_again() -> None:
    client = _client(Clock(), lambda _: httpx.Response(302, headers={"Location": "/login"}))
    with pytest.raises(ResponseError, match="redirects"):
        _send(client)
    assert client.counts.requests == 1


def test_the_budget_is_shared_by_all_requests_of_a_run() -> None:
    client = _client(Clock(), lambda _: 503)
    with client:
        for _ in range(10):
            client.send(GET, decode_json)
    # Twenty retries in all, and each request its first try.
    assert client.counts == Counts(requests=30, retries=20)


def test_each_success_gives_one_retry_back() -> None:
    turns = iter(range(1000))
    client = _client(Clock(), lambda _: 503 if next(turns) % 2 == 0 else 200)
    with client:
        statuses = {client.send(GET, decode_json)[0].status for _ in range(100)}
    assert statuses == {200}


def test_a_budget_never_grows_beyond_its_size() -> None:
    budget = Budget(2)
    budget.refill()
    assert [budget.take() for _ in range(3)] == [True, True, False]


@given(st.integers(1, 60))
def test_a_backoff_is_between_half_and_the_whole_of_its_ceiling(attempt: int) -> None:
    ceiling = min(30.0, 0.5 * 2 ** (attempt - 1))
    assert ceiling / 2 <= Policy().backoff(attempt) <= ceiling


# --- what an answer asks ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds"), [("0", 0.0), ("12", 12.0), (" 3 ", 3.0), ("1.5", 1.5)]
)
def test_retry_after_in_seconds(text: str, seconds: float) -> None:
    assert asked_wait(503, Headers({"Retry-After": text}), NOW) == seconds


def test_retry_after_as_a_date_waits_a_second_more() -> None:
    headers = Headers({"Retry-After": formatdate(NOW + 10, usegmt=True)})
    assert asked_wait(503, headers, NOW) == 11.0


def test_retry_after_a_date_that_is_over_asks_for_nothing() -> None:
    headers = Headers({"Retry-After": formatdate(NOW - 100, usegmt=True)})
    assert asked_wait(503, headers, NOW) == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2026 00:00:00 +99999999999999999999",
        "tomorrow",
    ],
)
def test_a_retry_after_that_says_nothing_is_passed_over(text: str) -> None:
    assert asked_wait(503, Headers({"Retry-After": text}), NOW) is None


@pytest.mark.parametrize(
    "name", ["X-RateLimit-Reset", "RateLimit-Reset", "X-Rate-Limit-Reset", "x-ratelimit-reset"]
)
def test_a_reset_is_read_under_each_of_its_names(name: str) -> None:
    assert asked_wait(429, Headers({name: "30"}), NOW) == 30.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30.0),
        ("30, 30;w=60", 30.0),
        ("30;w=60", 30.0),
        (str(int(NOW) + 20), 21.0),
        (str(int(NOW * 1000) + 20_000), 21.0),
        ("-5", 0.0),
    ],
)
def test_a_reset_is_seconds_or_a_point_in_time(text: str, seconds: float) -> None:
    assert asked_wait(429, Headers({"X-RateLimit-Reset": text}), NOW) == pytest.approx(seconds)


def test_a_reset_says_nothing_of_a_server_that_failed() -> None:
    assert asked_wait(503, Headers({"X-RateLimit-Reset": "30"}), NOW) is None


def test_an_answer_without_anything_left_asks_for_a_pause() -> None:
    headers = Headers({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4"})
    assert pause_after(headers, NOW) == 4.0


@pytest.mark.parametrize("remaining", ["1", "00", "", "none"])
def test_an_answer_with_something_left_asks_for_none(remaining: str) -> None:
    headers = Headers({"X-RateLimit-Remaining": remaining, "X-RateLimit-Reset": "4"})
    assert pause_after(headers, NOW) == 0.0


@given(st.text(), st.text())
def test_no_text_in_these_headers_is_a_traceback(retry_after: str, reset: str) -> None:
    headers = Headers({"Retry-After": retry_after, "X-RateLimit-Reset": reset})
    waits = [
        asked_wait(429, headers, NOW),
        asked_wait(429, Headers({"RateLimit-Reset": reset}), NOW),
    ]
    assert all(wait is None or wait >= 0 for wait in waits)


@pytest.mark.parametrize("text", ["nan", "inf", "1e309", "9" * 400])
def test_a_reset_that_is_no_number_of_seconds_ends_no_run(text: str) -> None:
    clock = Clock()
    headers = {"X-RateLimit-Reset": text, "X-RateLimit-Remaining": "0"}
    answers = iter((httpx.Response(429, headers=headers), httpx.Response(200, json={})))
    assert _send(_client(clock, answers)).status in (200, 429)


def test_the_next_request_waits_for_the_pause_that_the_last_answer_asked_for() -> None:
    clock = Clock()
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9"}
    answers = iter((httpx.Response(200, headers=headers, json={}), httpx.Response(200, json={})))
    with _client(clock, answers) as client:
        client.send(GET, decode_json)
        assert clock.sleeps == []
        client.send(GET, decode_json)
    assert clock.sleeps == [9.0]


def test_a_pause_longer_than_anybody_waits_is_left_to_the_refusal() -> None:
    clock = Clock()
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4000"}
    answers = iter((httpx.Response(200, headers=headers, json={}), httpx.Response(200, json={})))
    with _client(clock, answers) as client:
        client.send(GET, decode_json)
        client.send(GET, decode_json)
    assert clock.sleeps == []


@pytest.mark.parametrize(
    ("status", "headers", "waits"),
    [
        (429, {"Retry-After": "7"}, True),
        (503, {"Retry-After": "7"}, True),
        (429, {}, True),
        (503, {}, False),
    ],
    ids=["429 that says how long", "503 that says how long", "429", "503"],
)
def test_a_server_that_wants_nothing_for_a_while_is_asked_for_nothing_by_anybody(
    status: int, headers: dict[str, str], waits: bool
) -> None:
    """While one request waits, which is when its sleep begins, another one wants to go out."""
    clock, arrived = Clock(), list[tuple[str, float]]()
    policy = Policy(jitter=lambda _low, high: high)

    def serve(request: httpx.Request) -> httpx.Response:
        arrived.append((request.url.path, clock.now))
        is_refused = len(arrived) == 1
        return httpx.Response(status, headers=headers) if is_refused else httpx.Response(200)

    def sleep(seconds: float) -> None:
        is_first = not clock.sleeps
        until = clock.now + seconds
        clock.sleeps.append(seconds)
        if is_first:
            client.send(Request("GET", "https://api.example.test/other"), lambda _: None)
        clock.now = max(clock.now, until)

    transport = httpx.MockTransport(serve)
    client = HttpClient(Limits(), transport=transport, policy=policy, clock=clock, sleep=sleep)
    with client:
        client.send(GET, lambda _: None)
    (_, refused_at), (path, other_at), _ = arrived
    assert path == "/other"
    assert other_at == refused_at + (clock.sleeps[0] if waits else 0)


# --- writes --------------------------------------------------------------------------------------

WRITE = Request("POST", GET.url, json={"name": "Zoë"})


def _write(client: HttpClient) -> Response:
    with client:
        return client.send(WRITE, decode_json, is_repeatable=False)[0]


@pytest.mark.parametrize("status", [425, 429, 503])
def test_a_write_that_was_not_begun_is_tried_again(status: int) -> None:
    clock = Clock()
    refusal = httpx.Response(status, headers={"Retry-After": "7"})
    client = _client(clock, iter((refusal, 201)))
    assert _write(client).status == 201
    assert clock.sleeps == [7.0]


@pytest.mark.parametrize("status", sorted(RETRIED_STATUSES - {425, 429, 503}))
def test_a_write_that_may_have_been_done_is_not_tried_again(status: int) -> None:
    client = _client(Clock(), iter((status,)))
    assert _write(client).status == status
    assert client.counts == Counts(requests=1, retries=0)


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("late"),
        httpx.PoolTimeout("late"),
        httpx.ProxyError("no tunnel"),
        NoConnection("refused"),
        LateConnection("late"),
        ProxyRefusal("no tunnel"),
    ],
    ids=repr,
)
def test_a_write_that_was_never_sent_is_tried_again(error: Exception) -> None:
    assert _write(_client(Clock(), iter((error, error, 201)))).status == 201


@pytest.mark.parametrize(
    "error",
    [
        httpx.ReadTimeout("late"),
        httpx.WriteError("cut"),
        httpx.RemoteProtocolError("cut"),
        LateAnswer("late"),
        ConnectionEnded("cut"),
        BrokenAnswer("cut"),
        TimeoutError("late"),
        ConnectionResetError("cut"),
    ],
    ids=repr,
)
def test_a_write_whose_answer_was_lost_is_not_tried_again(error: Exception) -> None:
    client = _client(Clock(), iter((error,)))
    with pytest.raises(TransportError):
        _write(client)
    assert client.counts == Counts(requests=1, retries=0)


def test_a_write_whose_answer_is_cut_is_not_tried_again() -> None:
    client = _client(Clock(), iter((httpx.Response(201, content=b'{"id": '),)))
    with pytest.raises(ResponseError, match="cut or broken"):
        _write(client)
    assert client.counts == Counts(requests=1, retries=0)
