"""Single ways in which a list can look whole and not be, and the sentence that each must give."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from onroll.fetch.certificate import Evidence
from onroll.model import Headers, Page
from onroll.protocols import End, Step

from .reading import CURSOR, NEXT_LINK, OFFSET, definition, pages_by_offset, people, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from .reading import Result


def _rows(ids: list[str], size: int, **said: Any) -> Callable[[httpx.Request], Any]:
    """Serve rows as they stand, repetitions included, by offset."""

    def serve(request: httpx.Request) -> Any:
        start = int(request.url.params.get("offset", "0"))
        return {"people": people(*ids[start : start + size]), **said}

    return serve


def _chain(*answers: dict[str, Any]) -> Callable[[httpx.Request], Any]:
    """Serve answers in turn; each but the last names the next by its number."""

    def serve(request: httpx.Request) -> Any:
        return answers[int(request.url.params.get("cursor", "0"))]

    return serve


def _by_offset(serve: Callable[[httpx.Request], Any], **extra: Any) -> Result:
    return read(definition({"pagination": OFFSET, **extra}), serve)


def _by_cursor(*answers: dict[str, Any], **extra: Any) -> Result:
    return read(definition({"pagination": CURSOR, **extra}), _chain(*answers))


TOTAL = {"total_count": "total"}


# --- totals -------------------------------------------------------------------------------------


def test_the_case_of_the_peers_a_cap_below_the_limit() -> None:
    paging = {**OFFSET, "limit": 200}
    result = read(definition({"pagination": paging, **TOTAL}), pages_by_offset(450, 100))
    assert len(result.ids) == 450
    assert (result.report.complete, result.report.proof) == (True, "total")


def test_a_total_that_was_reached_is_believed_when_nobody_stands_behind_it() -> None:
    # One by one: two and three may be asked together, where page one was long in coming.
    paged = definition({"pagination": OFFSET, **TOTAL})
    result = read(paged, pages_by_offset(4, 2), concurrency=1)
    assert (result.report.complete, result.report.proof) == (True, "total")
    assert [url.rsplit("offset=")[1] for url in result.urls] == ["0", "2", "4"]


def test_a_total_out_of_date_is_found_out_at_the_end_of_a_full_page() -> None:
    ids = [f"p{number}" for number in range(5)]
    result = _by_offset(_rows(ids, 2, total=4), **TOTAL)
    assert result.ids == ids
    assert not result.report.complete
    assert "total_count says 4, but 5 different people" in result.report.reasons[0]


def test_the_number_of_pages_taken_for_the_total_is_found_out() -> None:
    # Eight people on four pages: after two pages there are as many people as pages.
    result = _by_offset(_rows([f"p{number}" for number in range(8)], 2, total=4), **TOTAL)
    assert len(result.ids) == 8
    assert not result.report.complete


def test_a_total_that_counts_along_is_no_total() -> None:
    def serve(request: httpx.Request) -> Any:
        start = int(request.url.params["offset"])
        page = people(*[f"p{n}" for n in range(8)][start : start + 2])
        # Nothing on page one, and from then on what came so far.
        return {"people": page, "total": (start + 2) if start else None}

    result = _by_offset(serve, **TOTAL)
    assert len(result.ids) == 8
    assert not result.report.complete


def test_a_total_that_is_the_length_of_each_page_is_named_so() -> None:
    def serve(request: httpx.Request) -> Any:
        start = int(request.url.params["offset"])
        page = people(*["a", "b", "c"][start : start + 2])
        return {"people": page, "total": len(page)}

    result = _by_offset(serve, **TOTAL)
    assert result.ids == ["a", "b", "c"]
    assert result.report.reasons == (
        "total_count (`total`) is the length of each page, not of the list",
    )


@pytest.mark.parametrize("status", [400, 404, 416, 422, 204, 500])
def test_a_page_behind_the_total_may_be_refused(status: int) -> None:
    inner = pages_by_offset(4, 2)

    def serve(request: httpx.Request) -> Any:
        is_behind = int(request.url.params["offset"]) >= 4
        return httpx.Response(status) if is_behind else inner(request)

    report = _by_offset(serve, **TOTAL).report
    assert (report.complete, report.proof) == (True, "total")


@pytest.mark.parametrize("status", [400, 404])
def test_a_page_that_is_refused_before_the_total_is_an_error(status: int) -> None:
    inner = pages_by_offset(6, 2)

    def serve(request: httpx.Request) -> Any:
        is_behind = int(request.url.params["offset"]) >= 4
        return httpx.Response(status) if is_behind else inner(request)

    result = _by_offset(serve, **TOTAL)
    assert result.error is not None
    assert not result.report.complete


def test_a_server_that_fails_behind_page_one_confirms_no_total_of_page_one() -> None:
    def serve(request: httpx.Request) -> Any:
        if int(request.url.params["offset"]):
            return httpx.Response(500)
        return {"people": people("a", "b"), "total": 2}

    assert _by_offset(serve, **TOTAL).error is not None


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_refusal_for_another_cause_confirms_nothing(status: int) -> None:
    inner = pages_by_offset(4, 2)

    def serve(request: httpx.Request) -> Any:
        is_behind = int(request.url.params["offset"]) >= 4
        return httpx.Response(status) if is_behind else inner(request)

    assert _by_offset(serve, **TOTAL).error is not None


def test_a_total_that_changes_is_told_with_both_numbers() -> None:
    def serve(request: httpx.Request) -> Any:
        start = int(request.url.params["offset"])
        return {"people": people(*["a", "b", "c"][start : start + 2]), "total": 4 - start // 2}

    assert "total_count changed from 4 to 3 at page 2: the list changed while it was read" in (
        _by_offset(serve, **TOTAL).report.reasons
    )


def test_without_a_total_an_empty_page_is_the_end() -> None:
    report = _by_offset(_rows(["a", "b", "c"], 2)).report
    assert (report.complete, report.proof, report.pages) == (True, "empty_page", 3)


# --- people twice -------------------------------------------------------------------------------


def test_somebody_listed_twice_comes_once_and_makes_the_list_incomplete() -> None:
    result = _by_offset(_rows(["a", "b", "a", "c"], 2))
    assert result.ids == ["a", "b", "c"]
    assert result.report.reasons == ("page 2 lists 1 record again",)
    assert result.report.duplicates == 1


def test_the_same_id_as_number_and_text_is_one_person() -> None:
    result = read(
        definition({"pagination": {"style": "none"}}),
        lambda _: {"people": people(12, "12", 12.0, " 12 ")},
    )
    assert result.ids == ["12"]


def test_an_api_that_lists_people_twice_by_design_is_complete() -> None:
    result = _by_offset(_rows(["a", "b", "a", "c"], 2), duplicates="keep_first")
    assert result.ids == ["a", "b", "c"]
    assert result.report.complete


def test_such_an_api_may_count_its_rows() -> None:
    rows = ["a", "b", "a", "c", "d", "d"]
    result = _by_offset(_rows(rows, 2, total=6), duplicates="keep_first", **TOTAL)
    assert result.ids == ["a", "b", "c", "d"]
    assert result.report.complete, result.report.reasons


def test_such_an_api_may_count_its_people_and_is_not_stopped_by_its_rows() -> None:
    # After two pages there are four rows and three of the four people.
    rows = ["a", "b", "a", "c", "d", "d"]
    result = _by_offset(_rows(rows, 2, total=4), duplicates="keep_first", **TOTAL)
    assert result.ids == ["a", "b", "c", "d"]
    assert result.report.complete, result.report.reasons


def test_such_an_api_may_end_with_somebody_known() -> None:
    answers = ({"people": people("a", "b"), "next": "1"}, {"people": people("a"), "next": None})
    result = _by_cursor(*answers, duplicates="keep_first")
    assert result.report.complete, result.report.reasons


def test_such_an_api_that_repeats_itself_for_ever_is_stopped() -> None:
    result = _by_offset(
        lambda _: {"people": people("a", "b"), "total": 2}, duplicates="keep_first", **TOTAL
    )
    assert not result.report.complete
    assert len(result.requests) < 5


def test_a_server_that_ignores_the_offset_is_stopped_at_page_two() -> None:
    result = _by_offset(lambda _: {"people": people("a", "b"), "total": 2}, **TOTAL)
    assert result.ids == ["a", "b"]
    assert result.report.reasons == ("page 2 repeats records and brings no new one",)
    assert len(result.requests) == 2


# --- people without an id -----------------------------------------------------------------------


def test_a_record_without_an_id_makes_the_list_incomplete_and_does_not_end_it() -> None:
    answers = ({"people": people("a"), "next": "1"}, {"people": [{}], "next": "2"})
    result = _by_cursor(*answers, {"people": people("b"), "next": None})
    assert result.ids == ["a", "b"]
    assert result.report.reasons == ("page 2 has 1 record without an id",)
    assert result.report.refused == 1


def test_pages_without_ids_that_differ_are_all_read() -> None:
    def serve(request: httpx.Request) -> Any:
        start = int(request.url.params["offset"])
        return {"people": [{"n": n} for n in range(start, min(start + 2, 5))]}

    result = _by_offset(serve)
    assert result.report.received == 5
    assert not result.report.complete


def test_a_page_without_ids_that_comes_again_ends_the_reading() -> None:
    result = _by_offset(lambda _: {"people": [{"name": "Ada"}]})
    assert "page 2 repeats records and brings no new one" in result.report.reasons
    assert len(result.requests) == 2


# --- marks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        {"next_cursor": "x"},
        {"meta": {"nextPageToken": "x"}},
        {"links": {"next": {"href": "/x"}}},
        {"@odata.nextLink": "https://api.example.test/x"},
        {"has_more": True},
    ],
)
def test_a_list_without_pagination_whose_answer_names_a_next_page_is_incomplete(
    said: dict[str, Any],
) -> None:
    report = read(definition({}), lambda _: {"people": people("a"), **said}).report
    assert not report.complete
    assert "the list needs `pagination`" in report.reasons[0]


@pytest.mark.parametrize(
    "said",
    [
        {"next_cursor": None},
        {"next_cursor": ""},
        {"has_more": False},
        {"links": {"next": None, "self": "/x"}},
        {"previous_cursor": "x"},
        {"data": [{"next": "x"}]},
        {"next": False},
    ],
)
def test_a_list_without_pagination_is_complete_when_nothing_names_a_next_page(
    said: dict[str, Any],
) -> None:
    report = read(definition({}), lambda _: {"people": people("a"), **said}).report
    assert (report.complete, report.proof) == (True, "single_page")


def test_a_list_of_which_nobody_said_how_it_is_paged_is_one_page_with_a_warning() -> None:
    report = read(definition({"pagination": None}), lambda _: {"people": people("a", "b")}).report
    assert (report.complete, report.proof) == (True, "single_page")
    assert "names no `pagination`" in report.warnings[0]


@pytest.mark.parametrize("extra", [{"pagination": None}, {"pagination": {"style": "none"}}])
@pytest.mark.parametrize("count", [{"total": 3}, {"meta": {"total_elements": "3"}}])
def test_an_answer_that_counts_more_people_than_it_gives_is_not_all(
    extra: dict[str, Any], count: dict[str, Any]
) -> None:
    answer = {"people": people("a", "b"), **count}
    report = read(definition(extra), lambda _: answer).report
    assert not report.complete
    assert "counts more people than the 2 received" in report.reasons[0]


def test_a_usual_page_size_without_pagination_is_no_proof() -> None:
    answer = {"people": people(*(str(number) for number in range(50)))}
    report = read(definition({"pagination": None}), lambda _: answer).report
    assert not report.complete
    assert "50 is a usual page size" in report.reasons[0]
    declared = read(definition({"pagination": {"style": "none"}}), lambda _: answer).report
    assert declared.proof == "single_page"


def test_a_link_header_says_so_too() -> None:
    link = {"Link": '</people?page=2>; rel="next"'}
    answer = httpx.Response(200, json={"people": people("a")}, headers=link)
    report = read(definition({}), lambda _: answer).report
    assert "the header `Link`" in report.reasons[0]


def test_a_mistyped_cursor_is_found_out_on_an_empty_first_page() -> None:
    report = _by_cursor({"people": [], "next_cursor": "1"}).report
    assert not report.complete


def test_a_mistyped_cursor_is_not_excused_by_a_total_that_is_the_length_of_the_page() -> None:
    report = _by_cursor(
        {"people": people("a", "b"), "next_cursor": "1", "total": 2}, **TOTAL
    ).report
    assert not report.complete


def test_a_cursor_that_was_never_found_on_a_full_page_needs_a_total() -> None:
    answer = {"people": people("a", "b"), "total": 2}
    assert not _by_cursor(answer).report.complete
    assert _by_cursor(answer, **TOTAL).report.proof == "total"


def test_an_empty_page_in_the_middle_of_cursors_is_no_end() -> None:
    answers = ({"people": people("a"), "next": "1"}, {"people": [], "next": "2"})
    result = _by_cursor(*answers, {"people": people("b")})
    assert result.ids == ["a", "b"]
    assert (result.report.complete, result.report.proof) == (True, "end_marker")


def test_a_last_page_that_names_its_own_cursor_ends_with_the_total() -> None:
    answers = ({"people": people("a", "b"), "next": "1", "total": 3},)
    last = {"people": people("c"), "next": "1", "total": 3}
    report = _by_cursor(*answers, last, **TOTAL).report
    assert (report.complete, report.proof) == (True, "total")


def test_a_cursor_that_leads_back_is_no_end_without_a_total() -> None:
    answers = ({"people": people("a", "b"), "next": "1"}, {"people": people("c"), "next": "1"})
    report = _by_cursor(*answers).report
    assert report.reasons == ("page 2 names a cursor or offset that was followed before",)


def test_a_link_that_leads_back_is_named_a_link() -> None:
    url = "https://api.example.test/v1/people?page=2"

    def serve(request: httpx.Request) -> Any:
        return {"people": people(str(request.url.query)), "next": url}

    report = read(definition({"pagination": NEXT_LINK}), serve).report
    assert report.reasons == ("page 2 names a next link that was followed before",)


def test_cursors_that_never_end_are_left_ten_empty_pages_behind_the_total() -> None:
    def serve(request: httpx.Request) -> Any:
        at = int(request.url.params.get("cursor", "0"))
        return {"people": people(at) if at < 3 else [], "next": str(at + 1), "total": 3}

    result = read(definition({"pagination": CURSOR, **TOTAL}), serve)
    assert (result.report.complete, result.report.proof) == (True, "total")
    assert len(result.requests) == 13


def test_cursors_that_never_end_and_bring_nobody_are_left() -> None:
    def serve(request: httpx.Request) -> Any:
        return {"people": [], "next": str(int(request.url.params.get("cursor", "0")) + 1)}

    result = read(definition({"pagination": CURSOR}), serve, most_requests=1500)
    assert result.report.reasons == ("the reading was stopped after 1000 empty pages in a row",)


# --- more ---------------------------------------------------------------------------------------

MORE = {**OFFSET, "more": {"body": "has_more", "equals": True}}


def test_no_more_is_an_end() -> None:
    def serve(request: httpx.Request) -> Any:
        start = int(request.url.params["offset"])
        return {"people": people(*["a", "b", "c"][start : start + 2]), "has_more": start == 0}

    result = read(definition({"pagination": MORE}), serve)
    assert (result.report.complete, result.report.proof) == (True, "end_marker")
    assert len(result.requests) == 2


def test_more_that_was_never_found_ends_nothing() -> None:
    result = read(definition({"pagination": MORE}), _rows(["a", "b", "c"], 2, hasMore=True))
    assert result.ids == ["a", "b", "c"]
    assert result.report.proof == "empty_page"
    assert result.report.warnings == ("pagination.more: nothing was found at `has_more`",)


def test_more_that_is_left_out_at_the_end_is_an_end() -> None:
    def serve(request: httpx.Request) -> Any:
        start = int(request.url.params["offset"])
        more = {"has_more": True} if start == 0 else {}
        return {"people": people(*["a", "b", "c"][start : start + 2]), **more}

    assert read(definition({"pagination": MORE}), serve).report.proof == "end_marker"


def test_more_without_a_next_page_is_a_contradiction() -> None:
    report = read(definition({"pagination": MORE}), _rows(["a", "b"], 2, has_more=True)).report
    assert report.reasons == ("page 2 says there is more, but names no next page",)


# --- bounds -------------------------------------------------------------------------------------


def test_a_reading_is_stopped_at_its_number_of_pages() -> None:
    connector = definition({"pagination": OFFSET}, limits={"pages": 2})
    result = read(connector, pages_by_offset(9, 2))
    assert len(result.ids) == 4
    assert result.report.reasons == ("the reading was stopped after 2 pages (limits.pages)",)


def test_a_reading_is_stopped_behind_its_number_of_records() -> None:
    connector = definition({"pagination": OFFSET}, limits={"records": 3})
    result = read(connector, pages_by_offset(9, 2))
    assert len(result.ids) == 4
    assert result.report.reasons == ("the reading was stopped after 4 records (limits.records)",)


def test_a_list_of_just_so_many_records_is_complete() -> None:
    connector = definition({"pagination": OFFSET, **TOTAL}, limits={"records": 4})
    assert read(connector, pages_by_offset(4, 2)).report.complete


# --- memory -------------------------------------------------------------------------------------


def _page(number: int, records: list[Any]) -> Page:
    return Page(number, records, {"people": records}, Headers(), "https://api.example.test/")


def test_pages_of_one_person_each_cost_as_little_as_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("onroll.fetch.known_ids._FEW", 0)  # what counts is a long list
    evidence = Evidence(definition({"pagination": OFFSET}).list_users)
    count = 6_000
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(1, count + 1):
            step = Step({"offset": number}, position=number)
            evidence.is_new_step(step)
            evidence.observe(_page(number, [{}]), [f"p{number}"])
            evidence.judge(_page(number, [{}]), Step({"offset": number + 1}))
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # 24 bytes a person and 24 a page.
    assert (after - before) / count < 49


def test_reasons_do_not_grow_with_the_pages() -> None:
    evidence = Evidence(definition({"pagination": OFFSET}).list_users)
    for number in range(1, 1001):
        evidence.observe(_page(number, [{}]), [None])
        evidence.judge(_page(number, [{}]), Step({"offset": number}))
    reasons = evidence.report(requests=0, retries=0, seconds=0).reasons
    assert len(reasons) == 21
    assert reasons[0] == "page 1 has 1 record without an id"
    assert reasons[-1].startswith("and ")


def test_a_certificate_without_a_proof_is_not_complete() -> None:
    evidence = Evidence(definition({"pagination": OFFSET}).list_users)
    evidence.observe(_page(1, [{}]), ["a"])
    evidence.judge(_page(1, [{}]), End(None))
    assert not evidence.report(requests=1, retries=0, seconds=0).complete
