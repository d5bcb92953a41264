"""Styles that count for themselves: none, offset, page, last_id."""

from typing import Any

import pytest

from onroll.model import Headers, Page
from onroll.protocols import End

from .walking import URL, build, end_after, page, step_after

SIZE: dict[str, Any] = {"limit_name": "limit", "limit": 200}


def test_none_ends_after_one_answer_whatever_is_in_it() -> None:
    for records in (0, 1, 5000):
        assert end_after(build("none"), page(records)) == End("single_page")


def test_none_may_ask_for_a_large_page() -> None:
    assert build("none", **SIZE).first().params == {"limit": 200}


def test_offset_skips_what_came_and_not_what_was_asked_for() -> None:
    paginator = build("offset", offset_name="offset", **SIZE)
    assert paginator.first().params == {"limit": 200, "offset": 0}
    assert step_after(paginator, page(100)).params == {"limit": 200, "offset": 100}
    assert step_after(paginator, page(100), page(37)).params == {"limit": 200, "offset": 137}


def test_offset_may_start_at_one() -> None:
    paginator = build("offset", offset_name="startIndex", start=1)
    assert step_after(paginator, page(100)).params == {"startIndex": 101}


def test_offset_ends_with_an_empty_page_only() -> None:
    paginator = build("offset", offset_name="offset", **SIZE)
    assert end_after(paginator, page(1), page(0)) == End("empty_page")
    assert end_after(paginator, page(0)) == End("empty_page")


def test_page_counts_pages_from_one() -> None:
    paginator = build("page", page_name="page[number]", **SIZE)
    assert paginator.first().params == {"limit": 200, "page[number]": 1}
    assert step_after(paginator, page(3), page(1)).params["page[number]"] == 3


def test_page_may_count_from_zero() -> None:
    paginator = build("page", page_name="p", start=0)
    assert paginator.first().params == {"p": 0}
    assert step_after(paginator, page()).params == {"p": 1}


def test_page_without_a_page_count_ends_with_an_empty_page() -> None:
    assert end_after(build("page", page_name="p"), page(1), page(0)) == End("empty_page")


@pytest.mark.parametrize("written", [2, 2.0, "2", " 2 ", "2.0"])
def test_page_ends_with_the_last_page_that_is_declared(written: Any) -> None:
    paginator = build("page", page_name="p", total_pages="meta.pages")
    answer = {"meta": {"pages": written}}
    assert end_after(paginator, page(2, answer), page(1, answer)) == End("end_marker")


def test_a_count_of_pages_holds_where_they_are_numbered_from_zero() -> None:
    paginator = build("page", page_name="p", start=0, total_pages="pages")
    assert end_after(paginator, page(2, {"pages": 2}), page(2, {"pages": 2})) == End("end_marker")


def test_the_page_count_may_be_in_a_header() -> None:
    paginator = build("page", page_name="p", total_pages={"header": "X-Total-Pages"})
    assert end_after(paginator, page(2, headers={"x-total-pages": "1"})) == End("end_marker")


@pytest.mark.parametrize("answer", [{}, {"pages": None}, {"pages": "many"}, {"pages": -1}, []])
def test_a_page_count_that_is_missing_leaves_the_empty_page_as_the_end(answer: Any) -> None:
    paginator = build("page", page_name="p", total_pages="pages")
    assert end_after(paginator, page(2, answer), page(0, answer)) == End("empty_page")


def test_zero_pages_beside_records_is_no_end() -> None:
    paginator = build("page", page_name="p", total_pages="pages")
    answer = {"pages": 0}
    assert step_after(paginator, page(2, answer)).params == {"p": 2}
    assert end_after(paginator, page(2, answer), page(0, answer)) == End("empty_page")


def test_zero_pages_and_no_records_is_the_end() -> None:
    paginator = build("page", page_name="p", total_pages="pages")
    assert end_after(paginator, page(0, {"pages": 0})) == End("empty_page")


def test_an_empty_page_before_the_last_one_proves_nothing() -> None:
    # The total of people where the total of pages was meant, or a page that was filtered empty.
    paginator = build("page", page_name="p", total_pages="total")
    end = end_after(paginator, page(100, {"total": 450}), page(0, {"total": 450}))
    assert end == End(None, "page 2 is empty, but total_pages says 450")


def test_an_empty_page_that_is_the_declared_last_is_the_end() -> None:
    paginator = build("page", page_name="p", total_pages="total")
    assert end_after(paginator, page(2, {"total": 2}), page(0, {"total": 2})) == End("end_marker")


def test_a_page_count_that_shrinks_below_where_we_are_is_no_end() -> None:
    paginator = build("page", page_name="p", total_pages="n")
    assert step_after(paginator, page(2, {"n": 9}), page(2, {"n": 1})).params == {"p": 3}


def after_record(record: Any, path: str = "id") -> Any:
    paginator = build("last_id", last_id_name="from", last_id=path)
    return paginator.after(paginator.first(), Page(1, [{"id": "p1"}, record], None, Headers(), URL))


def test_last_id_starts_without_an_id() -> None:
    assert build("last_id", last_id_name="from", last_id="id", **SIZE).first().params == {
        "limit": 200
    }


@pytest.mark.parametrize("found", ["p2", 9001, 0, "007"])
def test_last_id_goes_on_behind_the_last_record(found: Any) -> None:
    assert after_record({"id": found}).params == {"from": found}


def test_last_id_may_lie_deeper() -> None:
    assert after_record({"meta": {"id": "p2"}}, "meta.id").params == {"from": "p2"}


@pytest.mark.parametrize("record", [{}, {"id": None}, {"id": ""}, {"Id": "p2"}, None, "p2", []])
def test_last_id_that_is_missing_is_an_end_that_proves_nothing(record: Any) -> None:
    assert after_record(record) == End(None, "the last record has no `id` to go on from")


def test_last_id_ends_with_an_empty_page_only() -> None:
    paginator = build("last_id", last_id_name="from", last_id="id", **SIZE)
    assert end_after(paginator, page(1), page(0)) == End("empty_page")
