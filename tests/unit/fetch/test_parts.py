"""Several lists read as one: complete only if all are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from .reading import OFFSET, definition, pages_by_offset, people, read

if TYPE_CHECKING:
    from .reading import Answer, Result

_PARTS = [
    {"name": "current"},
    {"name": "former", "endpoint": "/former", "record": {"has_left": True}},
]


def _read(answers: dict[str, Answer], **listing: Any) -> tuple[Result, list[dict[str, Any]]]:
    connector = definition(
        {"parts": _PARTS, "total_count": "total", **listing},
        attributes={
            "id": "id",
            "email": "email",
            "username": "id",
            "status": {
                "first": [
                    {"value": "inactive", "when": {"path": "has_left", "equals": True}},
                    {"value": "active"},
                ]
            },
        },
    )
    users: list[dict[str, Any]] = []

    def serve(request: httpx.Request) -> Answer:
        answer = answers[request.url.path.removeprefix("/v1")]
        return answer(request) if callable(answer) else answer

    return read(connector, serve, keep=users.append), users


def test_people_of_all_parts_are_read_in_order_and_counted_together() -> None:
    result, users = _read(
        {
            "/people": {"people": people("a", "b"), "total": 2},
            "/former": {"people": people("c"), "total": 1},
        }
    )
    assert [(one["id"], one["status"]) for one in users] == [
        ("a", "active"),
        ("b", "active"),
        ("c", "inactive"),
    ]
    report = result.report
    assert (report.complete, report.total_count, report.received, report.distinct) == (
        True,
        3,
        3,
        3,
    )


def test_the_whole_is_proved_by_the_weakest_part() -> None:
    result, _ = _read(
        {"/people": pages_by_offset(4, 2), "/former": _without_total},
        pagination=OFFSET,
    )
    assert result.report.complete
    assert result.report.proof == "empty_page"
    assert result.report.total_count is None


def _without_total(request: httpx.Request) -> Answer:
    start = int(request.url.params["offset"])
    return {"people": people(*["x", "y"][start : start + 2])}


def test_one_incomplete_part_makes_the_whole_incomplete_and_is_named() -> None:
    result, users = _read(
        {
            "/people": {"people": people("a"), "total": 1},
            "/former": {"people": people("c"), "total": 9},
        }
    )
    assert [one["id"] for one in users] == ["a", "c"]
    assert not result.report.complete
    assert result.report.proof is None
    [reason] = result.report.reasons
    assert reason.startswith("former: total_count says 9")


def test_a_part_that_fails_makes_the_whole_incomplete() -> None:
    result, users = _read(
        {"/people": {"people": people("a"), "total": 1}, "/former": httpx.Response(500)}
    )
    assert [one["id"] for one in users] == ["a"]
    assert result.error is not None
    assert not result.report.complete


def test_somebody_in_two_parts_was_listed_twice() -> None:
    result, users = _read(
        {
            "/people": {"people": people("a", "b"), "total": 2},
            "/former": {"people": people("b", "c"), "total": 2},
        }
    )
    assert [one["id"] for one in users] == ["a", "b", "c"]
    report = result.report
    assert (report.complete, report.distinct, report.duplicates) == (False, 3, 1)
    assert report.reasons == ("former: 1 person of it stood in an earlier part too",)


def test_somebody_in_two_parts_by_design_counts_once() -> None:
    result, users = _read(
        {
            "/people": {"people": people("a", "b"), "total": 2},
            "/former": {"people": people("b", "c"), "total": 2},
        },
        duplicates="keep_first",
    )
    assert [(one["id"], one["status"]) for one in users][1] == ("b", "active")
    assert (result.report.complete, result.report.distinct) == (True, 3)


def test_records_are_numbered_over_all_parts() -> None:
    unreadable = [{"email": "c@example.test", "id": ["no", "id"]}]
    result, _ = _read(
        {
            "/people": {"people": people("a", "b"), "total": 2},
            "/former": {"people": unreadable, "total": 1},
        }
    )
    assert [one.record for one in result.report.refusals] == [3]


def test_filters_go_to_every_part() -> None:
    connector = definition({"parts": _PARTS})
    result = read(
        connector, lambda request: {"people": people(request.url.path)}, filters={"office": "Bonn"}
    )
    assert all("office=Bonn" in url for url in result.urls)
    assert len(result.urls) == 2
    assert result.report.partial
