"""What is taken down of what a source answers: the last answer to each request, and no tokens."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import httpx

from onroll.http.client import HttpClient
from onroll.http.recording import Tape
from onroll.http.retry import Policy
from onroll.model import Limits, Request

if TYPE_CHECKING:
    from collections.abc import Callable

_PEOPLE = Request("GET", "https://api.example.test/people", headers={"X": "1"})


def _asked(
    answer: Callable[[httpx.Request], httpx.Response], *requests: Request, is_token: bool = False
) -> Tape:
    tape = Tape(1_000_000)
    client = HttpClient(
        Limits(),
        transport=httpx.MockTransport(answer),
        wrap=tape.around,
        policy=Policy(attempts=2),
        sleep=lambda _: None,
    )
    with client:
        for request in requests:
            if is_token:
                client.send(request, lambda _: None)
            else:
                client.send(request, lambda _: None, sign=_signed)
    return tape


def _signed(request: Request) -> Request:
    headers = {**request.headers, "Authorization": "Bearer t0ken-of-today"}
    return Request(request.method, request.url, headers=headers)


def test_an_answer_is_taken_down_with_the_request_before_credentials() -> None:
    tape = _asked(lambda _: httpx.Response(200, content=b"[1]"), _PEOPLE)
    [(request, response)] = tape.answers
    assert request is _PEOPLE
    assert (response.status, response.body) == (200, b"[1]")


def test_a_token_call_is_never_taken_down() -> None:
    tape = _asked(lambda _: httpx.Response(200, json={"token": "x"}), _PEOPLE, is_token=True)
    assert tape.answers == []


def test_of_a_request_that_is_tried_again_the_last_answer_counts() -> None:
    statuses = iter([503, 200])
    tape = _asked(lambda _: httpx.Response(next(statuses), content=b"[]"), _PEOPLE)
    assert [response.status for _, response in tape.answers] == [200]


def test_a_body_is_decompressed() -> None:
    packed = httpx.ByteStream(gzip.compress(b"[1, 2]"))

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=packed)

    [(_, response)] = _asked(answer, _PEOPLE).answers
    assert response.body == b"[1, 2]"


def test_the_same_request_twice_is_two_answers() -> None:
    again = Request("GET", _PEOPLE.url)
    tape = _asked(lambda _: httpx.Response(204), _PEOPLE, again)
    assert len(tape.answers) == 2
