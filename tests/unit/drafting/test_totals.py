"""Where an answer counts the whole list, and what is no such count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onroll.expressions.locator import parse_locator

from .calls import called, parsed, people, total_of

if TYPE_CHECKING:
    from onroll.model import Json


@pytest.mark.parametrize(
    ("beside", "locator"),
    [
        ({"total": 450}, "total"),
        ({"total": "450"}, "total"),
        ({"total": 450.0}, "total"),
        ({"meta": {"total": 450}}, "meta.total"),
        ({"metadata": {"total_elements": 450}}, "metadata.total_elements"),
        ({"totalResults": 450, "itemsPerPage": 2, "startIndex": 1}, "totalResults"),
        ({"totalItems": 450}, "totalItems"),
        ({"@odata.count": 450}, ["@odata.count"]),
        ({"count": 450}, "count"),
        ({"meta": {"count": 2, "total_count": 450, "status": 200}}, "meta.total_count"),
        ({"page": {"offset": 0, "total_rows": 450}}, "page.total_rows"),
        ({"pagination": {"total": 450, "limit": 500, "pages": 5}}, "pagination.total"),
        ({"totalSize": 450, "done": False}, "totalSize"),
        ({"hits": {"total": {"value": 450, "relation": "eq"}}}, "hits.total.value"),
        ({"length": 2, "total": 450}, "total"),
        ({"numFound": 450}, "numFound"),
        ({"resultSetSize": "2", "totalSetSize": "450"}, "totalSetSize"),
        ({"limit": 1000, "record_count": 450}, "record_count"),
    ],
)
def test_a_total_count_in_the_body_is_found(beside: dict[str, Json], locator: Json) -> None:
    found = total_of(called({"data": people(), **beside}))
    assert found is not None
    assert found.value == locator
    assert found.is_sure
    assert "450" in found.evidence


@pytest.mark.parametrize(
    "name", ["X-Total-Count", "X-Total", "X-WP-Total", "Total-Count", "Total", "X-Pcty-Total-Count"]
)
def test_a_total_count_in_a_header_is_found(name: str) -> None:
    call = called(people(), headers={name: "450", "X-Total-Pages": "45", "Content-Length": "9000"})
    found = total_of(call)
    assert found is not None
    assert call.answer is not None
    assert parse_locator(found.value).read(call.answer.body, call.answer.headers) == "450"
    parsed(call, total_count=found.value)


@pytest.mark.parametrize(
    "beside",
    [
        {"total_pages": 45},
        {"totalPages": 45, "page": 1},
        {"limit": 450},
        {"per_page": 100},
        {"pageCount": 45},
        {"total": 1},
        {"total": True},
        {"total": "many"},
        {"total": -3},
        {"took_ms": 450, "execution_time": 99},
        {"company": {"headcount_total_salary": 450}},
        {"total_amount": 450},
    ],
)
def test_what_counts_something_else_is_no_total(beside: dict[str, Json]) -> None:
    assert total_of(called({"data": people(), **beside})) is None


def test_headers_of_a_rate_limit_are_no_total() -> None:
    headers = {"X-RateLimit-Limit": "450", "X-Rate-Limit-Total": "450", "X-Total-Pages": "9"}
    assert total_of(called(people(), headers=headers)) is None


def test_a_count_of_the_page_is_no_total_where_the_answer_speaks_of_more() -> None:
    assert total_of(called({"data": people(), "count": 2, "hasMore": True})) is None


def test_a_total_as_large_as_the_page_is_to_be_checked_where_the_answer_speaks_of_more() -> None:
    found = total_of(called({"data": people(), "total": 2, "next_cursor": "abc"}))
    assert found is not None
    assert not found.is_sure
    assert "next_cursor" in found.evidence


def test_a_total_of_all_who_came_is_sure() -> None:
    found = total_of(called({"data": people(), "total": 2}))
    assert found is not None
    assert found.is_sure


def test_a_count_of_all_who_came_may_be_the_pages() -> None:
    found = total_of(called({"data": people(), "count": 2}))
    assert found is not None
    assert not found.is_sure


def test_a_count_of_something_beside_the_list_is_not_preferred() -> None:
    body = {"data": people(), "total": 450, "organization": {"stats": {"total_users": 9000}}}
    found = total_of(called(body))
    assert found is not None
    assert found.value == "total"


def test_no_count_inside_of_a_record_is_taken() -> None:
    records = [{**one, "orders": {"total": 450}} for one in people(1)]
    assert total_of(called({"data": records})) is None
