"""Answers that are kept in memory: what is the same request, and what is not kept."""

from __future__ import annotations

import gzip
import itertools
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from onroll.errors import ResponseError
from onroll.http.body import decode_json
from onroll.http.client import HttpClient
from onroll.http.remembering import Memory, MemoryCounts
from onroll.http.retry import Policy
from onroll.model import Limits, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

URL = "https://api.example.test/people"


class Api:
    """A server that counts: each answer holds the number of its request."""

    def __init__(self, answer: Callable[[int], httpx.Response] | None = None) -> None:
        self.asked = 0
        self._answer = answer or (lambda number: httpx.Response(200, json=number))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        return self._answer(self.asked)


def _ask(
    memory: Memory, api: Api, request: Request, token: str | None = "t0ken", **limits: Any
) -> tuple[Response, Any]:
    """Send one request by a client of its own; without `token` as one that asks for a token."""

    def sign(one: Request) -> Request:
        headers = {**one.headers, "Authorization": f"Bearer {token}"}
        return Request(one.method, one.url, one.params, headers, one.json, one.form)

    with HttpClient(
        Limits(**limits),
        transport=httpx.MockTransport(api),
        wrap=memory.around,
        policy=Policy(attempts=2),
        sleep=lambda _: None,
    ) as client:
        return client.send(request, decode_json, sign=None if token is None else sign)


def test_what_was_asked_before_is_answered_without_asking() -> None:
    memory, api = Memory(), Api()
    answers = [_ask(memory, api, Request("GET", URL))[1] for _ in range(3)]
    assert answers == [1, 1, 1]
    assert memory.counts == MemoryCounts(sent=1, remembered=2)


@pytest.mark.parametrize(
    "other",
    [
        Request("POST", URL),
        Request("GET", URL + "/2"),
        Request("GET", URL, (("limit", "5"),)),
        Request("GET", URL, headers={"X-Tenant": "b"}),
        Request("POST", URL, json={"limit": 5}),
        Request("POST", URL, form=(("limit", "5"),)),
    ],
)
def test_another_request_is_asked_for(other: Request) -> None:
    memory, api = Memory(), Api()
    _ask(memory, api, Request("GET", URL))
    _ask(memory, api, other)
    assert api.asked == 2


def test_another_token_makes_no_other_request() -> None:
    memory, api = Memory(), Api()
    assert _ask(memory, api, Request("GET", URL), token="a")[1] == 1
    assert _ask(memory, api, Request("GET", URL), token="b")[1] == 1


def test_a_call_for_a_token_is_kept_too_whatever_assertion_it_carries() -> None:
    memory, api = Memory(), Api()
    for assertion in ("signed-at-noon", "signed-later"):
        form = (("grant_type", "jwt-bearer"), ("assertion", assertion))
        _ask(memory, api, Request("POST", URL, form=form), token=None)
    assert api.asked == 1


def test_the_body_is_kept_as_it_came() -> None:
    body = gzip.compress(b'["Zo\xc3\xab"]')

    class Compressed(httpx.SyncByteStream):
        def __iter__(self):  # type: ignore[no-untyped-def]  # as httpx has it
            yield body[:5]
            yield body[5:]

    headers = {"Content-Encoding": "gzip", "X-Total-Count": "1"}
    memory = Memory()
    api = Api(lambda _: httpx.Response(200, headers=headers, stream=Compressed()))
    for _ in range(2):
        response, read = _ask(memory, api, Request("GET", URL))
        assert read == ["Zoë"]
        assert response.headers.get("x-total-count") == "1"
    assert api.asked == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_a_refusal_is_not_kept(status: int) -> None:
    memory, api = Memory(), Api(lambda number: httpx.Response(status, json=number))
    for _ in range(2):
        _ask(memory, api, Request("GET", URL))
    assert api.asked == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_is_tried_again_is_kept_once_it_is_good(status: int) -> None:
    memory = Memory()
    api = Api(lambda number: httpx.Response(status if number == 1 else 200, json=number))
    for _ in range(2):
        assert _ask(memory, api, Request("GET", URL))[1] == 2
    assert api.asked == 2


def test_a_body_that_cannot_be_read_is_asked_for_again() -> None:
    memory = Memory()
    api = Api(lambda number: httpx.Response(200, content=b"[1" if number < 3 else b"[1]"))
    with pytest.raises(ResponseError):
        _ask(memory, api, Request("GET", URL))
    assert _ask(memory, api, Request("GET", URL))[1] == [1]


def test_a_401_makes_kept_tokens_useless_and_nothing_else() -> None:
    memory = Memory()
    token, people, other = Request("POST", "https://login.example.test"), Request("GET", URL), "?x"
    api = Api(lambda number: httpx.Response(401 if number == 3 else 200, json=number))
    _ask(memory, api, token, token=None)
    _ask(memory, api, people)
    _ask(memory, api, Request("GET", URL + other))
    assert _ask(memory, api, people)[1] == 2
    assert _ask(memory, api, token, token=None)[1] == 4


def test_what_was_forgotten_is_asked_for_anew() -> None:
    memory, api = Memory(), Api()
    _ask(memory, api, Request("GET", URL))
    memory.forget()
    assert _ask(memory, api, Request("GET", URL))[1] == 2


def test_the_oldest_goes_when_there_is_too_much() -> None:
    memory = Memory(most_bytes=2500)
    api = Api(lambda _: httpx.Response(200, content=b'"' + b"x" * 998 + b'"'))
    pages = [Request("GET", f"{URL}/{number}") for number in range(3)]
    for page in (pages[0], pages[1], pages[0], pages[2]):
        _ask(memory, api, page)
    assert api.asked == 3
    _ask(memory, api, pages[0])
    assert api.asked == 3
    _ask(memory, api, pages[1])
    assert api.asked == 4


def test_an_answer_larger_than_all_room_is_not_kept() -> None:
    memory, api = Memory(most_bytes=1), Api(lambda number: httpx.Response(200, json="long"))
    for _ in range(2):
        _ask(memory, api, Request("GET", URL))
    assert api.asked == 2


def test_no_rate_limit_counts_for_what_is_in_memory() -> None:
    memory, api = Memory(), Api()
    waited: list[float] = []
    clock = itertools.count().__next__
    with HttpClient(
        Limits(requests_per_minute=1),
        transport=httpx.MockTransport(api),
        wrap=memory.around,
        clock=lambda: clock() / 1000,
        sleep=waited.append,
    ) as client:
        for _ in range(5):
            client.send(Request("GET", URL), decode_json, sign=lambda one: one)
        assert waited == []
        client.send(Request("GET", URL + "/2"), decode_json, sign=lambda one: one)
    assert len(waited) == 1


def test_a_request_that_cannot_be_sent_is_said_so() -> None:
    with pytest.raises(ResponseError) as failed:
        _ask(Memory(), Api(), Request("GET", URL, (("q", "\ud800"),)))
    assert failed.value.diagnostic.code == "unsendable-request"


def test_closing_closes_what_carries_and_keeps_the_memory() -> None:
    closed: list[bool] = []

    class Carrier(httpx.MockTransport):
        def close(self) -> None:
            closed.append(True)

    memory, api = Memory(), Api()
    with HttpClient(Limits(), transport=Carrier(api), wrap=memory.around) as client:
        client.send(Request("GET", URL), decode_json)
    assert closed == [True]
    assert _ask(memory, api, Request("GET", URL))[1] == 1
