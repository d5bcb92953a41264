"""A request as an example writes it, and how two of them differ."""

from __future__ import annotations

from typing import Any

import pytest

from onroll.model import Request
from onroll.service.asked import asked_of, changes_of, read_asked

_BASE = "https://api.example.test/v1"


def _line(path: str, **more: Any) -> str:
    return asked_of(Request("GET", f"{_BASE}{path}", **more), _BASE).line


def _changes(now: str, then: str, now_sent: Any = None, then_sent: Any = None) -> list[str]:
    found = changes_of(read_asked(now, now_sent), read_asked(then, then_sent))
    return [one.text for one in found]


def test_a_request_is_its_method_and_what_stands_below_the_base_url() -> None:
    assert _line("/people", params=(("limit", "20"), ("offset", "0"))) == (
        "GET /people?limit=20&offset=0"
    )
    assert _line("/people?deep=true") == "GET /people?deep=true"


def test_a_page_that_lies_elsewhere_has_its_whole_address() -> None:
    other = Request("GET", "https://api.example.test/v10/people?after=x")
    assert asked_of(other, _BASE).line == "GET https://api.example.test/v10/people?after=x"


@pytest.mark.parametrize("value", ["a b", "ü&=#?%", "status eq 'x'", "${settings.site}", "1+1"])
def test_a_value_is_read_as_it_was_written(value: str) -> None:
    asked = asked_of(Request("GET", f"{_BASE}/people", params=(("q", value),)), _BASE)
    assert read_asked(asked.line) == asked
    assert " " not in asked.line.removeprefix("GET ")


def test_a_setting_in_a_path_stands_there_as_its_reference() -> None:
    assert _line("/c/%24%7Bsettings.company%7D/people") == "GET /c/${settings.company}/people"


def test_the_order_of_parameters_is_no_difference() -> None:
    assert _changes("GET /p?a=1&b=2", "GET /p?b=2&a=1") == []
    assert _changes("POST /p", "POST /p", {"a": 1, "b": [2]}, {"b": [2], "a": 1}) == []
    assert _changes("POST /p", "POST /p", "a=1&b=2", "b=2&a=1") == []


def test_each_difference_is_named() -> None:
    found = _changes("POST /people.json?page=0&status=33", "GET /people?offset=0&status=*")
    assert found == [
        "the method is POST instead of GET",
        "the path is `/people.json` instead of `/people`",
        "`page` is new (`0`)",
        "`status` is `33` instead of `*`",
        "`offset` is missing (`0`)",
    ]


def test_a_body_is_compared_value_by_value() -> None:
    then = {"filter": {"state": "A"}, "paging": {"offset": 0}}
    now = {"filter": {"state": "G"}, "paging": {"start": 0}}
    assert _changes("POST /p", "POST /p", now, then) == [
        '`filter.state` of the body is `"G"` instead of `"A"`',
        "`paging.start` of the body is new (`0`)",
        "`paging.offset` of the body is missing (`0`)",
    ]
    assert _changes("POST /p", "POST /p", "a=1", "a=2") == ["`a` of the form is `1` instead of `2`"]


def test_a_number_and_its_text_differ_in_json() -> None:
    assert _changes("POST /p", "POST /p", {"a": 1}, {"a": "1"}) == [
        '`a` of the body is `1` instead of `"1"`'
    ]


@pytest.mark.parametrize("secret", ["hunter22", "9f8a7d6c5b4a39281706f5e4d3c2b1a0"])
def test_no_secret_is_written_or_shown(secret: str) -> None:
    asked = asked_of(
        Request(
            "POST", f"{_BASE}/p", params=(("api_key", secret),), json={"deep": {"token": secret}}
        ),
        _BASE,
    )
    assert secret not in asked.line + str(asked.sent)
    form = asked_of(Request("POST", f"{_BASE}/p", form=(("password", secret),)), _BASE)
    assert secret not in str(form.sent)


def test_what_looks_like_a_secret_is_not_shown_whatever_its_name() -> None:
    key = "9f8a7d6c5b4a39281706f5e4d3c2b1a0"
    then, now = read_asked(f"GET /p?k={key}"), read_asked("GET /p?k=1")
    assert key not in then.shown() + "".join(one.text for one in changes_of(now, then))


def test_a_reference_is_shown_under_any_name() -> None:
    line = "GET /p?api_key=${settings.key}"
    assert read_asked(line).line == read_asked(line).shown() == line


def test_what_takes_the_place_of_a_setting_is_not_shown() -> None:
    [found] = _changes("GET /p?company=grace-corp", "GET /p?company=${settings.company}")
    assert found == "`company` is `…` instead of `${settings.company}`"
    [found] = _changes("POST /p", "POST /p", {"c": "grace-corp"}, {"c": "${settings.company}"})
    assert found == '`c` of the body is `…` instead of `"${settings.company}"`'
