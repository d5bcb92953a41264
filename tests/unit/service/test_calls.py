"""Whose request it is: by method, path, and what the definition fixes of query and body."""

from __future__ import annotations

import json
from typing import Any

from onroll.definition.load import parse_definition
from onroll.model import Request
from onroll.service.calls import Calls

_URL = "https://api.example.test/v1"


def _calls(*, ignored: tuple[str, ...] = (), **written: Any) -> Calls:
    top = {
        "format": 1,
        "name": "acme",
        "base_url": _URL,
        "attributes": {"id": "id", "email": "email", "username": "id"},
        **written,
    }
    return Calls(parse_definition(json.dumps(top)), ignored)


def _name(calls: Calls, path: str, method: str = "GET", **more: Any) -> str | None:
    return calls.name_of(Request(method, f"{_URL}{path}", **more), lambda _: True)


def _posted(name: str, **body: Any) -> dict[str, Any]:
    return {"name": name, "endpoint": "/search", "method": "POST", **body}


_PAGED = {"style": "offset", "offset_name": "paging.offset", "limit_name": "paging.limit"}


def test_two_lists_that_differ_in_their_json_are_told_apart() -> None:
    parts = [
        _posted("active", json={"filter": {"state": "A"}, "paging": {"offset": 0}}),
        _posted("gone", json={"filter": {"state": "G"}, "paging": {"offset": 0}}),
    ]
    calls = _calls(
        list_users={
            "parts": parts, "resource_location": "data",
            "pagination": {**_PAGED, "limit": 2}, "endpoint": "/search",
        }
    )  # fmt: skip
    gone = {"filter": {"state": "G"}, "paging": {"offset": 40, "limit": 2}}
    active = {"filter": {"state": "A"}, "paging": {"offset": 40, "limit": 2}}
    assert _name(calls, "/search", "POST", json=gone) == "gone"
    assert _name(calls, "/search", "POST", json=active) == "active"


def test_two_lists_that_differ_in_their_form_are_told_apart() -> None:
    parts = [_posted("active", form={"state": "A"}), _posted("gone", form={"state": "G"})]
    calls = _calls(
        list_users={
            "parts": parts, "resource_location": "data", "endpoint": "/search",
            "pagination": {"style": "none"},
        }
    )  # fmt: skip
    assert _name(calls, "/search", "POST", form=(("state", "G"),)) == "gone"


def test_two_calls_of_one_address_are_told_apart_by_their_method() -> None:
    calls = _calls(
        list_users={
            "endpoint": "/people", "resource_location": "data", "pagination": {"style": "none"},
            "details": {
                "more": {"endpoint": "/people", "method": "POST", "json": {"id": "${record.id}"},
                         "resource_location": "."},
            },
        }
    )  # fmt: skip
    assert _name(calls, "/people", "POST", json={"id": 1}) == "more"
    assert _name(calls, "/people") == "list_users"


def _with_lookup() -> Calls:
    return _calls(
        list_users={
            "endpoint": "/people", "params": {"deep": "true"}, "resource_location": "data",
            "pagination": {"style": "next_link", "next": "next"},
            "details": {"job": {"endpoint": "/people/${record.id}/job", "resource_location": "."}},
        },
        lookups={
            "team": {"endpoint": "/people/teams/job", "resource_location": "data", "key": "id",
                     "match": "team", "pagination": {"style": "none"}},
        },
    )  # fmt: skip


def test_the_address_with_more_words_of_its_own_wins() -> None:
    calls = _with_lookup()
    assert _name(calls, "/people/teams/job") == "team"
    assert _name(calls, "/people/17/job") == "job"


def test_a_next_link_need_not_say_again_what_the_list_says() -> None:
    calls = _with_lookup()
    assert _name(calls, "/people", params=(("deep", "true"),)) == "list_users"
    assert _name(calls, "/people/17/job") == "job"
    assert _name(calls, "/people", params=(("skiptoken", "X"),)) == "list_users"
    assert _name(calls, "/somewhere/else") == "list_users"


def test_a_request_that_says_otherwise_is_nobodys() -> None:
    calls = _with_lookup()
    assert _name(calls, "/people", params=(("deep", "true"),)) == "list_users"
    assert _name(calls, "/people", params=(("deep", "false"),)) is None


def test_a_filter_of_the_connection_tells_nothing() -> None:
    listing = {
        "endpoint": "/people", "params": {"state": "A"}, "resource_location": "data",
        "pagination": {"style": "none"},
    }  # fmt: skip
    calls = _calls(list_users=listing, ignored=("state",))
    assert _name(calls, "/people", params=(("state", "G"),)) == "list_users"
