"""A list that was read in part and then says that this is all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onroll.service.finite import counted, counting_headers, ended, read_headers

from .servers import connector

if TYPE_CHECKING:
    from onroll.definition.connector import ListDefinition


def _listing(**pagination: Any) -> ListDefinition:
    more = {"total_count": pagination.pop("total_count", "na")}
    next_link = {"style": "next_link", "next": "next"}
    paging = {**({} if "style" in pagination else next_link), **pagination}
    return connector({**more, "pagination": paging}).definition.list_users


def _counted(listing: ListDefinition, body: Any, **headers: str) -> tuple[Any, dict[str, str]]:
    return counted(listing, body, headers, people=4, pages=2, on_page=2)


def test_a_total_becomes_the_number_recorded_and_stays_text() -> None:
    listing = _listing(total_count="meta.total")
    assert _counted(listing, {"meta": {"total": 450}})[0] == {"meta": {"total": 4}}
    assert _counted(listing, {"meta": {"total": "450"}})[0] == {"meta": {"total": "4"}}


def test_a_total_in_a_header_does_too() -> None:
    listing = _listing(total_count={"header": "X-Total"})
    assert counted(
        listing, [], {"X-Total": "450"}, people=4, pages=2, on_page=2
    )[1] == {"X-Total": "4"}  # fmt: skip


def test_a_total_that_the_definition_does_not_read_does_not_tell_the_companys_size() -> None:
    found, _ = _counted(_listing(), {"paging": {"total_results": 450}})
    assert found == {"paging": {"total_results": 4}}


def test_the_number_of_pages_becomes_that_of_those_recorded() -> None:
    listing = _listing(style="page", page_name="page", total_pages="pages")
    assert _counted(listing, {"pages": 45})[0]["pages"] == 2


def test_the_last_page_names_no_next_one_in_any_way() -> None:
    body = {"next": "https://x/2", "has_more": True, "links": {"next": "/2", "self": "/1"}}
    found, _ = ended(_listing(), body, {})
    assert found == {"next": None, "has_more": False, "links": {"next": None, "self": "/1"}}
    assert body["next"] == "https://x/2"


def test_a_link_header_keeps_all_but_the_next_link() -> None:
    listing = _listing(next={"header": "Link"})
    told = {"Link": '<https://x/2>; rel="next", <https://x/1>; rel="first"'}
    assert ended(listing, [], told)[1] == {"Link": '<https://x/1>; rel="first"'}


def test_a_link_header_of_only_a_next_link_stays_one() -> None:
    listing = _listing(next={"header": "Link"})
    told = {"Link": '<https://x/2>; rel="next"'}
    assert ended(listing, [], told)[1] == {"Link": '<https://x/2>; rel="last"'}


def test_what_says_that_there_is_more_says_no() -> None:
    listing = _listing(more={"body": "again", "equals": True})
    assert ended(listing, {"again": True}, {})[0] == {"again": False}


def test_only_headers_that_the_list_reads_are_kept() -> None:
    listing = _listing(next={"header": "Link"}, total_count={"header": "X-Total"})
    told = {"Link": "<x>", "X-Total": "4", "Set-Cookie": "secret", "Date": "today"}
    assert read_headers(listing, told) == {"Link": "<x>", "X-Total": "4"}


def test_only_headers_with_a_total_say_how_many_there_are() -> None:
    listing = _listing(
        total_count={"header": "X-Total"},
        style="cursor",
        cursor_name="after",
        cursor={"header": "X-Last-Id"},
    )
    assert counting_headers(listing) == {"X-Total"}
