"""Pages asked for early: the same people, in the same order, with the same certificate."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any, ClassVar

import httpx
import pytest

from onroll.fetch.depth import Depth

from .reading import CURSOR, OFFSET, definition, pages_by_offset, people, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.definition.connector import ConnectorDefinition
    from onroll.model import ListingReport

    from .reading import Answer

_PAGE = {"style": "page", "page_name": "page", "limit_name": "limit", "limit": 2}
_IDS = [f"p{number}" for number in range(1, 24)]


def _offset(request: httpx.Request) -> int:
    return int(request.url.params.get("offset", "0"))


def _slow(server: Callable[[httpx.Request], Answer]) -> Callable[[httpx.Request], Answer]:
    """Answer as a server far away does: late, and later requests sooner than earlier ones."""
    lock, waits = threading.Lock(), iter([0.03, *([0.03, 0.02, 0.01, 0.0] * 500)])

    def serve(request: httpx.Request) -> Answer:
        with lock:
            wait = next(waits)
        time.sleep(wait)
        return server(request)

    return serve


def _honest(request: httpx.Request) -> Answer:
    return pages_by_offset(23, 2)(request)


def _capped(request: httpx.Request) -> Answer:
    return pages_by_offset(23, 3)(request)


def _without_total(request: httpx.Request) -> Answer:
    start = _offset(request)
    return {"people": people(*_IDS[start : start + 2])}


def _with_a_short_page(request: httpx.Request) -> Answer:
    """Give one person less on the page at four, so that all behind move by one."""
    start = _offset(request)
    length = 1 if start == 4 else 2
    return {"people": people(*_IDS[start : start + length]), "total": 23}


def _that_shrinks(request: httpx.Request) -> Answer:
    start = _offset(request)
    ids = _IDS[1:] if start > 6 else _IDS
    return {"people": people(*ids[start : start + 2]), "total": len(ids)}


def _that_grows(request: httpx.Request) -> Answer:
    start = _offset(request)
    total = 25 if start >= 10 else 23
    return {
        "people": people(*[f"p{n + 1}" for n in range(start, min(start + 2, total))]),
        "total": total,
    }


def _that_repeats(request: httpx.Request) -> Answer:
    return {"people": people("p1", "p2"), "total": 23}


def _that_lies_about_the_total(request: httpx.Request) -> Answer:
    return {**pages_by_offset(23, 2)(request), "total": 40}


def _that_breaks(request: httpx.Request) -> Answer:
    return (
        httpx.Response(400, json={}) if _offset(request) == 12 else pages_by_offset(23, 2)(request)
    )


def _that_refuses_the_page_past_the_last(request: httpx.Request) -> Answer:
    return httpx.Response(404) if _offset(request) >= 23 else pages_by_offset(23, 2)(request)


_SERVERS = [
    _honest,
    _capped,
    _without_total,
    _with_a_short_page,
    _that_shrinks,
    _that_grows,
    _that_repeats,
    _that_lies_about_the_total,
    _that_breaks,
    _that_refuses_the_page_past_the_last,
]


def _by_offset() -> ConnectorDefinition:
    return definition({"pagination": OFFSET, "total_count": "total"})


def _said(report: ListingReport) -> ListingReport:
    """Leave out what depends on when a request was sent."""
    return replace(report, seconds=0, requests=0)


@pytest.mark.parametrize("server", _SERVERS, ids=lambda one: one.__name__.strip("_"))
@pytest.mark.parametrize("concurrency", [2, 3, 8, 40])
def test_threads_change_nothing_but_the_time(
    server: Callable[[httpx.Request], Answer], concurrency: int
) -> None:
    alone = read(_by_offset(), server, concurrency=1)
    together = read(_by_offset(), _slow(server), concurrency=concurrency)
    assert together.ids == alone.ids
    assert _said(together.report) == _said(alone.report)
    assert (together.error is None) == (alone.error is None)


def test_further_pages_of_a_known_total_are_under_way_together() -> None:
    gate = threading.Barrier(4, timeout=20)

    def serve(request: httpx.Request) -> Answer:
        start = _offset(request)
        if start == 0:
            time.sleep(0.03)
        elif start <= 8:
            gate.wait()  # passes only when four requests are under way at once
        return pages_by_offset(10, 2)(request)

    result = read(_by_offset(), serve, concurrency=4)
    assert result.report.complete
    assert len(result.ids) == 10


def test_never_more_requests_are_under_way_than_allowed() -> None:
    lock, are_three = threading.Lock(), threading.Event()
    now = most = 0

    def serve(request: httpx.Request) -> Answer:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
            if now == 3:
                are_three.set()
        if _offset(request):
            are_three.wait(20)  # on a busy machine the first would be over before the third begins
        time.sleep(0.02)
        with lock:
            now -= 1
        return pages_by_offset(60, 2)(request)

    result = read(_by_offset(), serve, concurrency=3)
    assert result.report.complete
    assert most == 3


def test_nothing_is_asked_for_that_one_by_one_would_not_ask_for() -> None:
    alone = read(_by_offset(), _honest, concurrency=1)
    together = read(_by_offset(), _slow(_honest), concurrency=8)
    assert sorted(together.urls) == sorted(alone.urls)


def test_page_numbers_go_ahead_to_the_declared_last_page() -> None:
    def serve(request: httpx.Request) -> Answer:
        number = int(request.url.params["page"])
        return {"people": people(*_IDS[2 * number - 2 : 2 * number]), "pages": 12}

    connector = definition({"pagination": {**_PAGE, "total_pages": "pages"}})
    together = read(connector, _slow(serve), concurrency=5)
    assert together.ids == _IDS
    assert together.report.proof == "end_marker"
    assert sorted(together.urls) == sorted(read(connector, serve, concurrency=1).urls)


class _Restless(Depth):
    """Another number of requests under way after each page, for no reason."""

    numbers: ClassVar[Random]

    def begin(self, waited: float) -> Depth:
        return self.after(waited, 0.0)

    def after(self, waited: float, worked: float, *, is_retried: bool = False) -> Depth:
        return _Restless(self.most, self.numbers.randint(0, self.most))


@pytest.mark.parametrize("server", _SERVERS, ids=lambda one: one.__name__.strip("_"))
@pytest.mark.parametrize("seed", range(6))
def test_how_many_are_under_way_changes_nothing(
    server: Callable[[httpx.Request], Answer], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = read(_by_offset(), server, concurrency=1)
    monkeypatch.setattr(_Restless, "numbers", Random(seed), raising=False)
    monkeypatch.setattr("onroll.fetch.ahead.Depth", _Restless)
    together = read(_by_offset(), server, concurrency=5)
    assert together.ids == alone.ids
    assert _said(together.report) == _said(alone.report)
    assert (together.error is None) == (alone.error is None)


@pytest.mark.parametrize("seed", range(6))
def test_pages_behind_cursors_are_asked_for_once_each_and_in_order(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def serve(request: httpx.Request) -> Answer:
        cursor = int(request.url.params.get("cursor", "0"))
        following = {"next": str(cursor + 2)} if cursor < 20 else {}
        return {"people": people(*_IDS[cursor : cursor + 2]), **following}

    alone = read(definition({"pagination": CURSOR}), serve, concurrency=1)
    monkeypatch.setattr(_Restless, "numbers", Random(seed), raising=False)
    monkeypatch.setattr("onroll.fetch.ahead.Depth", _Restless)
    together = read(definition({"pagination": CURSOR}), serve, concurrency=2)
    assert together.ids == alone.ids == _IDS[:22]
    assert together.urls == alone.urls


def test_details_of_several_people_are_under_way_together_and_stay_in_order() -> None:
    gate = threading.Barrier(3, timeout=20)

    def serve(request: httpx.Request) -> Answer:
        if request.url.path.endswith("/people"):
            return {"people": people(*_IDS[:6])}
        gate.wait()
        return {"title": request.url.path.rsplit("/", 1)[-1]}

    connector = definition(
        {"details": {"job": {"endpoint": "/jobs/${record.id}"}}},
        attributes={"id": "id", "email": "email", "username": "job.title"},
    )
    users: list[dict[str, Any]] = []
    result = read(connector, serve, concurrency=3, keep=users.append)
    assert result.ids == _IDS[:6]
    assert [one["username"] for one in users] == _IDS[:6]


def test_a_reader_who_stops_early_leaves_no_thread_waiting() -> None:
    before = threading.active_count()
    read(_by_offset(), _slow(_that_breaks), concurrency=8)
    limit = time.monotonic() + 20
    while threading.active_count() > before and time.monotonic() < limit:
        time.sleep(0.01)
    assert threading.active_count() <= before


def test_tokens_that_each_answer_replaces_are_used_one_after_the_other() -> None:
    lock = threading.Lock()
    good = ["t0"]
    logins = 0

    def serve(request: httpx.Request) -> Answer:
        nonlocal logins
        if request.url.path.endswith("/auth"):
            logins += 1
            return {"token": good[-1]}
        with lock:
            if request.headers["Authorization"] != f"Bearer {good[-1]}":
                return httpx.Response(401)
            good.append(f"t{len(good)}")
            token = good[-1]
        time.sleep(0.02)
        answer = pages_by_offset(23, 2)(request)
        return httpx.Response(200, json=answer, headers={"Authorization": f"Bearer {token}"})

    connector = definition(
        {"pagination": OFFSET, "total_count": "total"},
        auth={
            "method": "login",
            "endpoint": "/auth",
            "json": {},
            "token": "token",
            "renewed_token": {"header": "Authorization"},
        },
    )
    result = read(connector, serve, concurrency=8)
    assert result.error is None
    assert result.ids == _IDS
    assert result.report.complete
    assert logins == 1
