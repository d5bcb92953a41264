"""Which requests are under way when, with clocks that stand still unless somebody moves them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from onroll.expressions.locator import parse_locator
from onroll.fetch.ahead import Asked, ReadAhead
from onroll.fetch.pool import Pool
from onroll.fetch.source import Answer
from onroll.model import Headers, Limits, Page, Request, Response
from onroll.pagination.cursor import Cursor
from onroll.pagination.offset import Offset
from onroll.protocols import End

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.protocols import Paginator, Step

_OFFSET = Offset("offset")
_CURSOR = Cursor(parse_locator("next"), "cursor")
_TOTAL = 400


class _Server:
    """Answers after `latency` who asks when it is wanted; what was asked early is there at once."""

    def __init__(self, latency: float, *, is_retried: bool = False) -> None:
        self.latency = latency
        self.is_retried = is_retried
        self.now = 0.0
        self.early: list[Step] = []
        self.asked_early = threading.Semaphore(0)

    def ask(self, step: Step, _: str | None) -> Asked:
        if threading.current_thread() is threading.main_thread():
            self.now += self.latency
        else:
            self.early.append(step)
            self.asked_early.release()
        request = Request("GET", "https://api.example.test/people")
        answer = Answer(Response(200, Headers(), b"", request.url), None)
        return Asked(request, answer, is_retried=self.is_retried)


class _Reader:
    """Takes page after page, and works on each for so many seconds."""

    def __init__(
        self, server: _Server, pool: Pool, paginator: Paginator, pages: int = 1000
    ) -> None:
        self.server = server
        self.paginator = paginator
        self.step = paginator.first()
        self.number = 0
        self.ahead = ReadAhead(
            pool,
            paginator,
            server.ask,
            Limits(pages=pages),
            clock=lambda: server.now,
            computed=lambda: 0.0,
        )

    def read(self, pages: int, *, worked: float = 0.002) -> list[Step]:
        """Return the steps of these pages that were asked for early."""
        taken = []
        for _ in range(pages):
            self.number += 1
            asked = self.ahead.take(self.step, None)
            taken.append(self.step)
            records: list[object] = [{}, {}]
            answer = {"next": str(self.number)}
            page = Page(self.number, records, answer, Headers(), asked.request.url)
            following = self.paginator.after(self.step, page)
            assert not isinstance(following, End)
            self.ahead.look(self.step, page, following, _TOTAL)
            self.step = following
            self.server.now += worked
        return [step for step in taken if step in self.server.early]


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(4) as threads:
        yield threads


def test_a_source_that_answers_soon_is_asked_for_one_page_after_the_other(pool: Pool) -> None:
    assert _Reader(_Server(0.001), pool, _OFFSET).read(50) == []


def test_a_source_that_is_far_away_is_asked_early_from_page_two_on(pool: Pool) -> None:
    assert len(_Reader(_Server(0.05), pool, _OFFSET).read(9)) == 8


def test_a_source_that_becomes_slow_in_the_middle_is_asked_early_from_then_on(pool: Pool) -> None:
    server = _Server(0.001)
    reader = _Reader(server, pool, _OFFSET)
    assert reader.read(10) == []
    server.latency = 0.05
    assert len(reader.read(2)) == 1


def test_a_source_that_only_took_long_to_begin_is_asked_one_after_the_other_later(
    pool: Pool,
) -> None:
    server = _Server(0.4)
    reader = _Reader(server, pool, _OFFSET)
    reader.read(1)
    server.latency = 0.001
    assert len(reader.read(9)) == 9
    reader.read(60)
    assert reader.read(20) == []


def test_with_requests_that_had_to_be_sent_again_nothing_is_asked_early(pool: Pool) -> None:
    server = _Server(0.4, is_retried=True)
    assert _Reader(server, pool, _OFFSET).read(30) == []


def test_the_page_that_follows_a_cursor_is_asked_for_while_this_one_is_in_hand(pool: Pool) -> None:
    server = _Server(0.02)
    reader = _Reader(server, pool, _CURSOR)
    reader.read(5, worked=0.01)
    assert server.asked_early.acquire(timeout=20)
    assert server.early[0].params["cursor"] in "12345"


def test_behind_a_cursor_nothing_is_asked_early_where_next_to_nothing_is_gained(pool: Pool) -> None:
    assert _Reader(_Server(0.2), pool, _CURSOR).read(30, worked=0.002) == []


def test_no_more_than_the_pool_has_threads_are_ahead_of_the_reader(pool: Pool) -> None:
    server = _Server(0.05)
    reader = _Reader(server, pool, _OFFSET)
    for _ in range(40):
        reader.read(1)
        assert len(server.early) <= reader.number - 1 + pool.size


def test_no_page_behind_the_bound_of_pages_is_asked_for(pool: Pool) -> None:
    server = _Server(0.05)
    reader = _Reader(server, pool, _OFFSET, pages=7)
    reader.read(7)
    assert len(server.early) == 6


def test_without_a_pool_nothing_is_asked_early() -> None:
    with Pool(1) as pool:
        assert _Reader(_Server(0.4), pool, _OFFSET).read(10) == []
