"""Styles that follow what the answer says: cursor and next_link."""

from typing import Any

import pytest

from onroll.protocols import End

from .walking import build, end_after, page, step_after

SIZE: dict[str, Any] = {"limit_name": "limit", "limit": 2}
CURSOR: dict[str, Any] = {"cursor_name": "cursor", "cursor": "meta.next", **SIZE}
MISTYPED = "the cursor (`meta.next`) was never found, and "


def meta(**values: Any) -> dict[str, Any]:
    return {"meta": values}


def test_a_cursor_goes_back_as_a_parameter() -> None:
    paginator = build("cursor", **CURSOR)
    assert paginator.first().params == {"limit": 2}
    assert step_after(paginator, page(2, meta(next="c2"))).params == {"limit": 2, "cursor": "c2"}


def test_a_cursor_keeps_its_type() -> None:
    assert step_after(build("cursor", **CURSOR), page(2, meta(next=17))).params["cursor"] == 17


def test_a_cursor_sends_the_list_s_parameters_again_unless_told_not_to() -> None:
    answer = page(2, meta(next="c2"))
    assert step_after(build("cursor", **CURSOR), answer).resend_params
    assert not step_after(build("cursor", **CURSOR, resend_params=False), answer).resend_params


def test_a_cursor_may_be_a_parameter_of_a_link() -> None:
    paginator = build(
        "cursor", cursor_name="after", cursor={"body": "links.next", "parameter": "after"}
    )
    link = {"links": {"next": "https://api.example.test/people?x=1&after=a%2Bb%3D"}}
    assert step_after(paginator, page(2, link)).params == {"after": "a+b="}


def test_a_cursor_may_be_in_a_header() -> None:
    paginator = build("cursor", cursor_name="c", cursor={"header": "X-Next"})
    assert step_after(paginator, page(2, headers={"x-next": "c2"})).params == {"c": "c2"}


def test_an_object_cursor_is_merged_into_the_parameters() -> None:
    paginator = build("cursor", cursor="continue", **SIZE)
    answer = {"continue": {"aufrom": "B", "continue": "-||"}}
    assert step_after(paginator, page(2, answer)).params == {
        "limit": 2, "aufrom": "B", "continue": "-||",
    }  # fmt: skip


def test_a_plain_cursor_without_a_name_is_an_end_that_proves_nothing() -> None:
    end = end_after(build("cursor", cursor="next", **SIZE), page(2, {"next": "c2"}))
    assert end == End(None, "the cursor (`next`) is no object and has no `cursor_name`")


@pytest.mark.parametrize("found", [None, "", False, {}, []])
@pytest.mark.parametrize("records", [0, 1, 2])
def test_a_cursor_that_is_there_and_empty_is_the_end_on_page_one(found: Any, records: int) -> None:
    assert end_after(build("cursor", **CURSOR), page(records, meta(next=found))).proof == (
        "end_marker"
    )


@pytest.mark.parametrize("found", [None, "", False, {}, [], 0])
def test_a_cursor_that_is_there_and_empty_is_the_end_later(found: Any) -> None:
    pages = page(2, meta(next="c2")), page(2, meta(next=found), 2)
    assert end_after(build("cursor", **CURSOR), *pages) == End("end_marker")


def test_a_cursor_that_is_missing_after_it_was_seen_is_the_end() -> None:
    pages = page(2, meta(next="c2")), page(2, {}, 2)
    assert end_after(build("cursor", **CURSOR), *pages) == End("end_marker")


def test_a_cursor_that_is_missing_from_a_short_page_one_is_the_end() -> None:
    assert end_after(build("cursor", **CURSOR), page(1, {"people": []})) == End("end_marker")


def test_a_cursor_that_was_never_found_on_a_full_page_proves_nothing() -> None:
    end = end_after(build("cursor", **CURSOR), page(2, {"people": []}))
    assert end == End(None, MISTYPED + "page one is full")


def test_without_a_limit_no_page_is_known_to_be_short() -> None:
    paginator = build("cursor", cursor_name="c", cursor="meta.next")
    end = end_after(paginator, page(1, {"people": []}))
    assert end == End(None, MISTYPED + "page one is full")


def test_an_emptied_container_where_the_cursor_was_is_the_end() -> None:
    assert end_after(build("cursor", **CURSOR), page(2, meta())) == End("end_marker")


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ({"nextCursor": "c2"}, "nextCursor"),
        ({"meta": {"nxt": 1, "next_page": 2}}, "meta.next_page"),
        ({"next_page_token": "x"}, "next_page_token"),
        ({"a": {"b": {"scroll_id": "x"}}}, "a.b.scroll_id"),
        ({"continuation": "x"}, "continuation"),
    ],
)
def test_a_key_that_looks_like_the_cursor_is_named(answer: Any, name: str) -> None:
    end = end_after(build("cursor", **CURSOR), page(1, answer))
    assert end == End(None, f"{MISTYPED}the answer has `{name}`")


@pytest.mark.parametrize(
    "answer", [{"nextCursor": None}, {"next_page": ""}, {"people": [{"next": "x"}]}, [], None]
)
def test_what_is_empty_or_inside_the_records_does_not_look_like_a_cursor(answer: Any) -> None:
    assert end_after(build("cursor", **CURSOR), page(1, answer)) == End("end_marker")


def test_an_empty_page_with_a_cursor_goes_on() -> None:
    pages = page(2, meta(next="c2")), page(0, meta(next="c3"), 2)
    assert step_after(build("cursor", **CURSOR), *pages).params["cursor"] == "c3"


def test_an_empty_first_page_without_a_cursor_is_the_end() -> None:
    assert end_after(build("cursor", **CURSOR), page(0, {})) == End("end_marker")


LINK = "https://api.example.test/people?page=2"


def test_a_next_link_is_followed_as_it_stands() -> None:
    step = step_after(build("next_link", next="next", **SIZE), page(2, {"next": LINK}))
    assert (step.url, step.params, step.resend_params) == (LINK, {}, False)


def test_a_next_link_may_send_the_parameters_again() -> None:
    paginator = build("next_link", next="next", **SIZE, resend_params=True)
    step = step_after(paginator, page(2, {"next": LINK}))
    assert (step.url, step.params, step.resend_params) == (LINK, {"limit": 2}, True)


def test_a_next_link_may_have_any_key() -> None:
    paginator = build("next_link", next=["@odata.nextLink"], **SIZE)
    assert step_after(paginator, page(2, {"@odata.nextLink": LINK})).url == LINK


@pytest.mark.parametrize(
    "header",
    [
        f'<{LINK}>; rel="next"',
        f"<{LINK}>; rel=next",
        f'<https://x.test/?a=1,2>; rel="prev", <{LINK}>; title="a, b"; rel="next last"',
        f'<https://x.test/>; rel="prev", <{LINK}>; REL="NEXT"',
    ],
)
def test_the_link_header_is_read_for_its_next_relation(header: str) -> None:
    paginator = build("next_link", next={"header": "Link"})
    assert step_after(paginator, page(2, headers={"Link": header})).url == LINK


def test_a_link_header_without_a_next_relation_is_the_end_even_on_a_full_page() -> None:
    paginator = build("next_link", next={"header": "Link"}, **SIZE)
    headers = {"link": f'<{LINK}>; rel="self"'}
    assert end_after(paginator, page(2, headers=headers)) == End("end_marker")


def test_no_link_header_at_all_on_a_full_page_one_proves_nothing() -> None:
    end = end_after(build("next_link", next={"header": "Link"}, **SIZE), page(2))
    assert end == End(None, "the next link (header `Link`) was never found, and page one is full")


@pytest.mark.parametrize("found", [None, "", False])
def test_a_next_link_that_is_there_and_empty_is_the_end(found: Any) -> None:
    assert end_after(build("next_link", next="next", **SIZE), page(2, {"next": found})) == End(
        "end_marker"
    )


@pytest.mark.parametrize("found", [True, 2, {"href": LINK}, [LINK]])
def test_a_next_link_that_is_no_text_is_an_end_that_proves_nothing(found: Any) -> None:
    end = end_after(build("next_link", next="next", **SIZE), page(2, {"next": found}))
    assert end == End(None, "the next link (`next`) is not text")


def test_a_link_object_beside_a_mistyped_path_is_named() -> None:
    end = end_after(build("next_link", next="next", **SIZE), page(1, {"links": {"next": LINK}}))
    assert end == End(
        None, "the next link (`next`) was never found, and the answer has `links.next`"
    )


@pytest.mark.parametrize("relation", ["rel", "relation"])
def test_a_list_of_links_beside_a_mistyped_path_is_named(relation: str) -> None:
    answer = {"link": [{relation: "self", "url": "x"}, {relation: "next", "url": LINK}]}
    end = end_after(build("next_link", next="next", **SIZE), page(1, answer))
    assert end == End(None, "the next link (`next`) was never found, and the answer has `link`")
