"""Further pages: what the call, the answer and the documentation say of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onroll.drafting.evidence import Answer, Call, ParameterFacts
from onroll.drafting.paging import find_paging, own_form, own_json, own_params
from onroll.drafting.records import find_records
from onroll.drafting.success import find_success
from onroll.drafting.totals import find_total
from onroll.model import Headers, Json

from .calls import URL, called, paging_of, pagings_of, parsed, people, records_of, total_of

# ---- parameters of the call ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "section"),
    [
        (
            {"limit": "100", "offset": "0"},
            {"style": "offset", "offset_name": "offset", "limit_name": "limit", "limit": 100},
        ),
        (
            {"$top": "100", "$skip": "0"},
            {"style": "offset", "offset_name": "$skip", "limit_name": "$top", "limit": 100},
        ),
        (
            {"limit_start": "0", "limit_page_length": "50"},
            {
                "style": "offset",
                "offset_name": "limit_start",
                "limit_name": "limit_page_length",
                "limit": 50,
            },
        ),
        (
            {"take": "50", "skip": "0"},
            {"style": "offset", "offset_name": "skip", "limit_name": "take", "limit": 50},
        ),
        (
            {"first": "0", "max": "100"},
            {"style": "offset", "offset_name": "first", "limit_name": "max", "limit": 100},
        ),
        (
            {"startAt": "0", "maxResults": "50"},
            {"style": "offset", "offset_name": "startAt", "limit_name": "maxResults", "limit": 50},
        ),
        (
            {"startIndex": "1", "count": "100"},
            {
                "style": "offset",
                "offset_name": "startIndex",
                "start": 1,
                "limit_name": "count",
                "limit": 100,
            },
        ),
        (
            {"page": "1", "per_page": "100"},
            {"style": "page", "page_name": "page", "limit_name": "per_page", "limit": 100},
        ),
        (
            {"page": "0", "per_Page": "100"},
            {
                "style": "page",
                "page_name": "page",
                "start": 0,
                "limit_name": "per_Page",
                "limit": 100,
            },
        ),
        (
            {"pagenumber": "0", "pagesize": "20"},
            {
                "style": "page",
                "page_name": "pagenumber",
                "start": 0,
                "limit_name": "pagesize",
                "limit": 20,
            },
        ),
        (
            {"page[number]": "1", "page[size]": "50"},
            {"style": "page", "page_name": "page[number]", "limit_name": "page[size]", "limit": 50},
        ),
    ],
)
def test_parameters_of_the_call_name_the_paging(params: dict[str, str], section: Json) -> None:
    found = paging_of(called({"data": people()}, params={**params, "status": "all"}))
    assert found.value == section
    assert found.is_sure


def test_a_call_for_a_later_page_leaves_the_first_page_to_be_checked() -> None:
    found = paging_of(called({"data": people()}, params={"page": "3", "per_page": "50"}))
    assert found.value["page_name"] == "page"
    assert not found.is_sure


def test_an_offset_of_one_is_to_be_checked_where_it_may_count_pages() -> None:
    found = paging_of(called({"data": people()}, params={"offset": "1", "limit": "50"}))
    assert found.value["start"] == 1
    assert not found.is_sure


@pytest.mark.parametrize("value", ["true", "id", "2024-01-01"])
def test_a_parameter_with_another_value_is_not_of_paging(value: str) -> None:
    names = {"$count": value, "from": value, "size": value}
    found = paging_of(called({"data": people()}, params=names))
    assert found.value == {"style": "none"}


def test_a_list_by_post_is_paged_in_its_json_body() -> None:
    body = {"filter": {"active": True}, "paging": {"offset": 0, "limit": 50}}
    found = paging_of(called({"data": people()}, method="POST", json=body))
    assert found.value == {
        "style": "offset",
        "offset_name": "paging.offset",
        "limit_name": "paging.limit",
        "limit": 50,
    }


def test_the_body_of_a_post_wins_over_a_next_link() -> None:
    answer = {"data": people(), "links": {"next": f"{URL}?page=2&pageSize=50"}}
    found = paging_of(called(answer, method="POST", json={"page": 1, "pageSize": 50}))
    assert found.value["style"] == "page"
    assert found.is_sure


def test_a_post_with_its_paging_in_the_query_says_so() -> None:
    call = called({"data": people()}, method="POST", json={}, params={"offset": "0", "limit": "50"})
    assert paging_of(call).value["send_in"] == "query"


def test_a_form_is_paged_in_the_form() -> None:
    form = {"page": "1", "limit": "50", "key": "x"}
    found = paging_of(called({"data": people()}, method="POST", form=form))
    assert found.value["page_name"] == "page"
    assert parsed(called(None, method="POST", form=form), pagination=found.value).send_in == "form"


def test_a_graphql_cursor_goes_back_into_the_variables() -> None:
    body = {
        "query": "query($first: Int, $after: String) {…}",
        "variables": {"first": 50, "after": None},
    }
    page = {"hasNextPage": True, "endCursor": "Y3Vyc29yOjUw"}
    answer = {"data": {"users": {"edges": [{"node": one} for one in people()], "pageInfo": page}}}
    found = paging_of(called(answer, method="POST", json=body))
    assert found.value == {
        "style": "cursor",
        "cursor_name": "variables.after",
        "cursor": "data.users.pageInfo.endCursor",
        "limit_name": "variables.first",
        "limit": 50,
        "more": {"body": "data.users.pageInfo.hasNextPage", "equals": True},
    }


# ---- what the answer says --------------------------------------------------------------------


def test_the_link_header_is_followed() -> None:
    link = f'<{URL}?after=00u1&limit=200>; rel="next", <{URL}?limit=200>; rel="self"'
    found = paging_of(called(people(), params={"limit": "200"}, headers={"Link": link}))
    assert found.value == {
        "style": "next_link",
        "next": {"header": "Link"},
        "limit_name": "limit",
        "limit": 200,
    }
    assert found.is_sure


@pytest.mark.parametrize(
    ("beside", "locator"),
    [
        ({"next": f"{URL}?cursor=x1"}, "next"),
        ({"next": "/v1/people?cursor=x1"}, "next"),
        ({"links": {"next": f"{URL}?cursor=x1"}}, "links.next"),
        ({"_links": {"next": {"href": f"{URL}?cursor=x1"}}}, "_links.next.href"),
        ({"paging": {"next_url": f"{URL}?cursor=x1"}}, "paging.next_url"),
        ({"@odata.nextLink": f"{URL}?$skiptoken=x1"}, ["@odata.nextLink"]),
        ({"nextRecordsUrl": "/v1/query/01g-2000"}, "nextRecordsUrl"),
        (
            {"links": [{"rel": "self", "href": URL}, {"rel": "next", "href": f"{URL}?c=x1"}]},
            "$.links[?(@.rel=='next')].href",
        ),
    ],
)
def test_a_next_link_in_the_body_is_followed(beside: dict[str, Json], locator: Json) -> None:
    found = paging_of(called({"data": people(), **beside}))
    assert found.value["style"] == "next_link"
    assert found.value["next"] == locator
    assert found.is_sure


def test_a_link_that_drops_a_parameter_gives_its_cursor_instead() -> None:
    call = called({"data": people(), "next": f"{URL}?cursor=x1"}, params={"expand": "team"})
    found = paging_of(call)
    assert found.value == {
        "style": "cursor",
        "cursor_name": "cursor",
        "cursor": {"body": "next", "parameter": "cursor"},
    }
    assert "`expand`" in found.evidence


def test_a_link_to_another_host_gives_its_cursor_instead() -> None:
    found = paging_of(called({"data": people(), "next": "https://internal.test/p?cursor=x1"}))
    assert found.value["cursor"] == {"body": "next", "parameter": "cursor"}
    assert "another host" in found.evidence


def test_a_relative_link_to_another_path_gives_its_parameters_instead() -> None:
    link = "/rest/people?limit=2&start=2"
    call = called({"data": people(), "_links": {"next": link}}, params={"limit": "2", "start": "0"})
    assert paging_of(call).value["offset_name"] == "start"


def test_the_names_and_the_size_of_a_next_link_are_used() -> None:
    found = paging_of(called({"data": people(), "next": f"{URL}?page=2&per_page=50"}))
    assert found.value["limit_name"] == "per_page"
    assert found.value["limit"] == 50


def test_a_number_of_the_next_page_is_no_link() -> None:
    meta = {"current_page": 1, "next_page": 2, "total_pages": 9}
    found = paging_of(called({"data": people(), "meta": meta}, params={"page": "1"}))
    assert found.value == {"style": "page", "page_name": "page", "total_pages": "meta.total_pages"}


@pytest.mark.parametrize(
    ("beside", "cursor", "name"),
    [
        ({"next_cursor": "dXNl"}, "next_cursor", "cursor"),
        ({"nextPageToken": "dXNl"}, "nextPageToken", "pageToken"),
        ({"response_metadata": {"next_cursor": "x=="}}, "response_metadata.next_cursor", "cursor"),
        ({"paging": {"next": {"after": "NTI1"}}}, "paging.next.after", "after"),
        (
            {"paging": {"cursors": {"after": "NTIx", "before": "QUZ"}}},
            "paging.cursors.after",
            "after",
        ),
        ({"offset": "itrXYZ/recABC"}, "offset", "offset"),
        ({"meta": {"continuationToken": "abc"}}, "meta.continuationToken", "continuationToken"),
    ],
)
def test_a_cursor_is_found_and_its_parameter_guessed(
    beside: dict[str, Json], cursor: str, name: str
) -> None:
    found = paging_of(called({"data": people(), **beside}))
    assert found.value["cursor"] == cursor
    assert found.value["cursor_name"] == name
    assert not found.is_sure


def test_a_cursor_that_the_call_has_a_parameter_for_is_sure() -> None:
    call = called(
        {"data": people(), "next_cursor": "x2"}, params={"start_cursor": "", "size": "50"}
    )
    found = paging_of(call)
    assert found.value["cursor_name"] == "start_cursor"
    assert found.is_sure


def test_a_cursor_is_named_by_the_link_that_sends_it() -> None:
    body = {
        "users": people(),
        "meta": {"has_more": True, "after_cursor": "c2", "before_cursor": "c1"},
        "links": {"next": f"{URL}?page%5Bafter%5D=c2&page%5Bsize%5D=2"},
    }
    found = paging_of(called(body, params={"page[size]": "100"}))
    assert found.value == {
        "style": "cursor",
        "cursor_name": "page[after]",
        "cursor": "meta.after_cursor",
        "limit_name": "page[size]",
        "limit": 100,
        "more": {"body": "meta.has_more", "equals": True},
    }
    assert found.is_sure


def test_a_cursor_that_is_an_object_is_merged() -> None:
    body = {"continue": {"aufrom": "Linh", "continue": "-||"}, "query": {"allusers": people()}}
    call = called(body, params={"action": "query", "aulimit": "500", "aufrom": "A"})
    found = paging_of(call)
    assert found.value == {
        "style": "cursor",
        "cursor": "continue",
        "limit_name": "aulimit",
        "limit": 500,
    }
    assert own_params(call, found.value) == {"action": "query"}


@pytest.mark.parametrize(
    "beside", [{"next_cursor": ""}, {"next_cursor": None}, {"next": None}, {"nextPageToken": ""}]
)
def test_a_mark_that_is_there_and_empty_is_to_be_checked(beside: dict[str, Json]) -> None:
    found = paging_of(called({"data": people(), **beside}))
    assert found.value["style"] in ("cursor", "next_link")
    assert not found.is_sure


def test_what_leads_backwards_is_no_mark() -> None:
    beside = {
        "prev": f"{URL}?page=1",
        "first": URL,
        "self": URL,
        "before_cursor": "x",
        "token": "y",
    }
    assert paging_of(called({"data": people(), **beside})).value == {"style": "none"}


@pytest.mark.parametrize(
    ("beside", "condition"),
    [
        ({"hasMore": True}, {"body": "hasMore", "equals": True}),
        ({"page": {"has_next_page": True}}, {"body": "page.has_next_page", "equals": True}),
        ({"last": False}, {"body": "last", "equals": False}),
        ({"moreRecords": True}, {"body": "moreRecords", "equals": True}),
    ],
)
def test_a_flag_becomes_the_condition_more(beside: dict[str, Json], condition: Json) -> None:
    call = called({"data": people(), **beside}, params={"offset": "0", "limit": "2"})
    assert paging_of(call).value["more"] == condition


def test_a_page_counted_from_zero_is_told_by_the_answer() -> None:
    body = {"content": people(), "number": 0, "totalPages": 9, "totalElements": 18}
    found = paging_of(called(body, params={"page": "", "size": "2"}))
    assert found.value["start"] == 0
    assert found.value["total_pages"] == "totalPages"


def test_an_echo_of_the_answer_is_a_guess_to_check() -> None:
    found = paging_of(called({"data": people(), "offset": 0, "limit": 50, "total": 99}))
    assert found.value == {
        "style": "offset",
        "offset_name": "offset",
        "limit_name": "limit",
        "limit": 50,
    }
    assert not found.is_sure


def test_headers_that_count_pages_are_used() -> None:
    headers = {"X-Page": "1", "X-Per-Page": "100", "X-Total-Pages": "2"}
    found = paging_of(called(people(), headers=headers, params={"page": "1", "per": "100"}))
    assert found.value["total_pages"] == {"header": "X-Total-Pages"}


def test_a_scim_list_is_paged_as_its_standard_says() -> None:
    urn = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
    body = {"schemas": [urn], "totalResults": 9, "itemsPerPage": 2, "Resources": people()}
    found = paging_of(called(body))
    assert found.value == {
        "style": "offset",
        "offset_name": "startIndex",
        "start": 1,
        "limit_name": "count",
        "limit": 100,
    }


# ---- documentation ---------------------------------------------------------------------------


def known(*facts: ParameterFacts) -> dict[str, Any]:
    return {"known": facts}


def test_documented_parameters_are_used() -> None:
    facts = known(ParameterFacts("page", 0), ParameterFacts("page_size", 20, 200))
    found = paging_of(called({"data": people()}, **facts))
    assert found.value == {
        "style": "page",
        "page_name": "page",
        "start": 0,
        "limit_name": "page_size",
        "limit": 200,
    }
    assert "the documentation" in found.evidence


@pytest.mark.parametrize(
    ("asked", "maximum", "limit"),
    [("10", 200, 200), ("10", 10_000, 500), ("1000", 10_000, 1000), ("900", 200, 200)],
)
def test_the_page_size_is_a_good_one_within_the_maximum(
    asked: str, maximum: int, limit: int
) -> None:
    facts = known(ParameterFacts("limit", 10, maximum))
    call = called({"data": people()}, params={"limit": asked, "offset": "0"}, **facts)
    assert paging_of(call).value["limit"] == limit


def test_a_description_may_say_where_pages_start() -> None:
    facts = known(ParameterFacts("page", description="The page number, zero-based"))
    found = paging_of(called({"data": people()}, **facts))
    assert found.value["start"] == 0
    assert found.is_sure


def test_where_nobody_says_that_pages_start_at_one_it_is_to_be_checked() -> None:
    found = paging_of(called({"data": people()}, **known(ParameterFacts("page"))))
    assert found.value == {"style": "page", "page_name": "page"}
    assert not found.is_sure


def test_a_documented_cursor_parameter_takes_the_cursor() -> None:
    facts = known(ParameterFacts("starting_token"), ParameterFacts("page_size", 10, 100))
    found = paging_of(called({"data": people(), "next_page_token": "x2"}, **facts))
    assert found.value["cursor_name"] == "starting_token"
    assert found.is_sure


def test_the_only_documented_parameter_takes_a_cursor_of_another_name() -> None:
    facts = known(ParameterFacts("offset", description="The `next` token of the page before"))
    found = paging_of(called({"data": people(), "next": "%5B14%5D", "hasNext": True}, **facts))
    assert found.value["cursor_name"] == "offset"
    assert found.value["cursor"] == "next"


def test_a_parameter_that_takes_an_id_pages_by_the_last_one() -> None:
    call = called(
        {"data": people(), "has_more": True}, params={"limit": "100", "starting_after": ""}
    )
    assert paging_of(call).value == {
        "style": "last_id",
        "last_id_name": "starting_after",
        "last_id": "id",
        "limit_name": "limit",
        "limit": 100,
        "more": {"body": "has_more", "equals": True},
    }


def test_a_vague_parameter_takes_an_id_only_if_the_documentation_says_so() -> None:
    says = known(ParameterFacts("since", description="Only people with an ID above this one"))
    assert paging_of(called(people(), **says)).value["style"] == "last_id"
    silent = known(ParameterFacts("since", description="Only people changed after this date"))
    assert paging_of(called(people(), **silent)).value == {"style": "none"}


def described(body: Json, *facts: ParameterFacts) -> Call:
    call = called(body, known=facts)
    return replace(call, answer=Answer(body, is_described=True))


def test_no_number_of_a_made_up_answer_is_told() -> None:
    body = {"data": people(3), "meta": {"total": 97, "page": 1, "per_page": 31}}
    call = described(body, ParameterFacts("page"), ParameterFacts("per_page", maximum=90))
    total, found = total_of(call), paging_of(call)
    assert total is not None
    said = " ".join((records_of(call).location.evidence, total.evidence, found.evidence))
    assert not {"3", "97", "31"} & set(said.split())
    assert found.value["limit"] == 90


def test_a_made_up_page_number_does_not_tell_where_pages_start() -> None:
    body = {"data": people(3), "page": 0}
    assert not paging_of(described(body, ParameterFacts("page"))).is_sure
    assert paging_of(described(body, ParameterFacts("page", default=1))).is_sure


def test_a_documentation_without_paging_leaves_the_paging_to_be_checked() -> None:
    found = paging_of(described({"data": people(50), "total": 50}))
    assert found.value == {"style": "none"}
    assert not found.is_sure


# ---- one page, or nobody knows ---------------------------------------------------------------


def test_an_answer_that_counts_all_who_came_is_whole() -> None:
    found = paging_of(called({"employees": people(7), "total": 7}, params={"status": "all"}))
    assert found.value == {"style": "none"}
    assert found.is_sure


def test_an_answer_that_says_nothing_is_to_be_checked() -> None:
    found = paging_of(called({"employees": people(7)}))
    assert found.value == {"style": "none"}
    assert not found.is_sure


@pytest.mark.parametrize("count", [20, 25, 50, 100, 200, 500, 1000])
def test_a_usual_page_size_is_told(count: int) -> None:
    found = paging_of(called({"employees": people(count)}))
    assert not found.is_sure
    assert f"exactly {count} records" in found.evidence


def test_a_total_that_is_larger_is_never_one_page() -> None:
    found = pagings_of(called({"data": people(), "total": 450}))
    assert found[0].value["style"] != "none"
    assert not any(one.is_sure for one in found)


def test_guesses_by_custom_give_way_to_better_ones() -> None:
    call = called({"data": people(), "total": 450}, params={"limit": "2", "offset": "0"})
    assert [one.value["style"] for one in pagings_of(call)] == ["offset", "none"]


def test_a_small_page_size_of_an_example_call_is_told() -> None:
    call = called({"data": people()}, params={"limit": "2", "offset": "0"})
    assert "2 a page are few" in paging_of(call).evidence


# ---- what is the list's own ------------------------------------------------------------------


def test_the_lists_own_parameters_are_those_without_paging() -> None:
    call = called({"data": people()}, params={"status": "all", "limit": "50", "offset": "0"})
    assert own_params(call, paging_of(call).value) == {"status": "all"}


def test_a_page_number_is_not_kept_where_a_link_is_followed() -> None:
    call = called(people(), params={"page": "1"}, headers={"Link": f'<{URL}?page=2>; rel="next"'})
    assert own_params(call, paging_of(call).value) == {}


def test_a_list_without_pages_keeps_all_its_parameters() -> None:
    call = called({"data": people()}, params={"limit": "5000"})
    assert own_params(call, {"style": "none"}) == {"limit": "5000"}


def test_the_bodys_own_values_are_those_without_paging() -> None:
    body = {"fields": ["id"], "paging": {"offset": 0, "limit": 50}}
    call = called({"data": people()}, method="POST", json=body)
    assert own_json(call, paging_of(call).value) == {"fields": ["id"]}
    form = called({"data": people()}, method="POST", form={"page": "1", "key": "x"})
    assert own_form(form, paging_of(form).value) == {"key": "x"}


# ---- whatever comes --------------------------------------------------------------------------

_WORDS = (
    "data users next total count page limit offset meta links next_cursor has_more last 17 "
    "@odata.nextLink continue href rel after items id email"
)
_NAMES = st.sampled_from(_WORDS.split())
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 1 << 70),
    st.floats(),
    st.sampled_from(["", "next", "https://[", "/p?page=2", "?a=%zz", "http://x:99999/?c=1", "12"]),
    st.text(max_size=8),
)
_BODIES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=6),
    max_leaves=30,
)
_PARAMS = st.dictionaries(
    _NAMES, st.sampled_from(["", "0", "1", "x", "٣", "99999999999"]), max_size=4
)


@given(body=_BODIES, params=_PARAMS, sent=_BODIES, link=st.text(max_size=20))
@settings(max_examples=150, deadline=None)
def test_whatever_an_answer_holds_every_guess_is_valid(
    body: Json, params: dict[str, str], sent: Json, link: str
) -> None:
    json = sent if isinstance(sent, dict) else None
    method = "GET" if json is None else "POST"
    answer = Answer(body, headers=Headers({"Link": f'<{link}>; rel="next"', "X-Total": "9"}))
    call = Call(URL, method, params, json=json, answer=answer)
    success = find_success(answer)
    for found in find_records(answer):
        total = find_total(call, found)
        for guess in find_paging(call, found, total):
            own_params(call, guess.value)
            own_json(call, guess.value)
            parsed(
                Call(method=method),
                resource_location=found.location.value,
                pagination=dict(guess.value),
                **({} if total is None else {"total_count": total.value}),
                **({} if found.shape is None else {"shape": dict(found.shape.value)}),
                **({} if success is None else {"success": dict(success.value)}),
            )


def test_an_offset_and_a_limit_in_one_parameter_are_said_to_be_beyond_all_styles() -> None:
    call = called({"items": people(), "count": 43}, params={"paging": "0,2"})
    found = paging_of(call)
    assert dict(found.value) == {"style": "none"}
    assert not found.is_sure
    assert "`paging` holds two numbers" in found.evidence
    assert own_params(call, found.value) == {"paging": "0,2"}
