"""Locators: the body, a header, or a parameter of a URL found there."""

from typing import Any

import pytest

from onroll.expressions.locator import Locator, next_of_link_header, parse_locator
from onroll.expressions.number import whole_number
from onroll.model import ABSENT, Headers

BODY = {
    "next": "https://a.test/users?cursor=a%20b%3D&page=2#top",
    "cursor": None,
    "total": 12,
    "odd": "http://[/x?cursor=c",
}


def read(written: Any, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return parse_locator(written).read(BODY, Headers(named))


def test_a_path_means_the_body() -> None:
    assert read("total") == 12


def test_a_list_of_keys_means_the_body() -> None:
    assert read(["total"]) == 12


def test_the_body_can_be_named() -> None:
    assert read({"body": "total"}) == 12


def test_null_in_the_body_is_null() -> None:
    assert read("cursor") is None


def test_a_key_that_is_not_in_the_body_is_absent() -> None:
    assert read("nothing") is ABSENT


def test_a_header_is_text_without_blanks_around_it() -> None:
    assert read({"header": "X-Total"}, X_Total=" 12 ") == "12"


def test_a_header_is_found_whatever_its_case() -> None:
    assert read({"header": "x-TOTAL"}, X_Total="12") == "12"


def test_a_header_that_is_not_there_is_absent() -> None:
    assert read({"header": "X-Total"}) is ABSENT


def test_a_parameter_is_taken_out_of_a_url() -> None:
    assert read({"body": "next", "parameter": "cursor"}) == "a b="


def test_a_parameter_is_taken_out_of_a_url_in_a_header() -> None:
    link = '</users?after=x>; rel="next"'
    assert read({"header": "Link", "parameter": "after"}, Link=link) == "x"


def test_a_parameter_that_is_not_in_the_url_is_absent() -> None:
    assert read({"body": "next", "parameter": "after"}) is ABSENT


def test_a_parameter_of_null_is_null() -> None:
    assert read({"body": "cursor", "parameter": "after"}) is None


def test_a_url_with_an_impossible_host_still_has_its_parameters() -> None:
    assert read({"body": "odd", "parameter": "cursor"}) == "c"


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ('<https://a.test/?p=2>; rel="next"', "https://a.test/?p=2"),
        ("</users?p=2>; rel=next", "/users?p=2"),
        ('</a>; rel="prev", </b>; rel="next", </c>; rel="last"', "/b"),
        ('</b>; rel="next last"', "/b"),
        ('</b>; rel="NEXT"', "/b"),
        ('</b>; REL="next"', "/b"),
        ('</b>; title="a, b; c"; rel="next"', "/b"),
        ('</b> ; rel = "next"', "/b"),
        ('</b>;rel="next"', "/b"),
        ('</a,b;c>; rel="next"', "/a,b;c"),
        ('</a>; rel="next", </b>; rel="next"', "/a"),
        ("<>; rel=next", ""),
        ('</a>; rel="https://a.test/rels/next"', ABSENT),
        ('</a>; rel="nextish"', ABSENT),
        ('</a>; rev="next"', ABSENT),
        ('</a>; title="rel=next"', ABSENT),
        ("/a; rel=next", ABSENT),
        ("", ABSENT),
    ],
)
def test_the_link_header_is_read_as_rfc_8288_says(header: str, target: Any) -> None:
    assert next_of_link_header(header) == target


@pytest.mark.parametrize(
    ("locator", "text"),
    [
        ("data.total", "`data.total`"),
        ({"header": "X-Total"}, "header `X-Total`"),
        ({"body": "next", "parameter": "p"}, "parameter `p` of the URL at `next`"),
    ],
)
def test_a_locator_says_where_it_looks(locator: Any, text: str) -> None:
    assert str(parse_locator(locator)) == text


def test_a_locator_of_nothing_finds_nothing() -> None:
    assert Locator().read(BODY, Headers()) is ABSENT


@pytest.mark.parametrize(
    ("found", "number"),
    [(12, 12), (0, 0), (12.0, 12), ("12", 12), (" 12 ", 12), ("12.0", 12), ("007", 7),
     (-1, None), ("-1", None), (1.5, None), ("1.5", None), (True, None), (None, None),
     ("", None), ("twelve", None), ("1e3", None), ("\uff11\uff12", None), (ABSENT, None),
     ([], None), (float("inf"), None), (float("nan"), None), ("9" * 40, None)],
)  # fmt: skip
def test_a_count_is_a_whole_number_however_it_is_written(found: Any, number: int | None) -> None:
    assert whole_number(found) == number
