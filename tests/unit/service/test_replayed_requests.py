"""What a replay asks, held against what was asked when the answers were recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from onroll.definition.load import parse_definition
from onroll.errors import DefinitionError
from onroll.service.replay import replay_examples, review_examples

from .servers import OFFSET, people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from onroll.definition.connector import ConnectorDefinition
    from onroll.diagnostics import Diagnostic

_LIST = {
    "endpoint": "/people",
    "params": {"state": "*"},
    "resource_location": "people",
    "total_count": "total",
    "pagination": OFFSET,
}
_PAGES = [
    {"asked": "GET /people?limit=2&state=*&offset=0", "body": "one.json"},
    {"asked": "GET /people?offset=2&state=*&limit=2", "body": "two.json"},
    {"asked": "GET /people?offset=3&state=*&limit=2", "body": "three.json"},
]
_FILES: dict[str, Any] = {
    "one.json": {"people": people("a", "b"), "total": 3},
    "two.json": {"people": people("c"), "total": 3},
    "three.json": {"people": [], "total": 3},
    "none.json": {"people": [], "total": 0},
    "nobody.json": [],
}


def _users(**more: Callable[[str], str]) -> list[dict[str, str]]:
    return [
        {"id": one, "username": one, "email": f"{one}@example.test", "status": "active"}
        | {name: make(one) for name, make in more.items()}
        for one in "abc"
    ]


def _definition(
    folder: Path, examples: list[Any] | None = None, /, *, list_users: Any = None, **top: Any
) -> ConnectorDefinition:
    for name, content in {**_FILES, "users.json": _users()}.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    written = {
        "format": 1,
        "name": "acme",
        "base_url": "https://api.example.test/v1",
        "list_users": {**_LIST, **(list_users or {})},
        "attributes": {"id": "id", "email": "email", "username": "id"},
        "examples": examples or [{"responses": {"list_users": _PAGES}, "users": "users.json"}],
        **top,
    }
    text = json.dumps(written, indent=1)
    return parse_definition(text, folder=folder)


def _found(folder: Path, **listing: Any) -> Diagnostic:
    [found] = replay_examples(_definition(folder, list_users=listing))
    return found


def test_the_same_requests_say_nothing_in_whatever_order_parameters_stand(tmp_path: Path) -> None:
    assert review_examples(_definition(tmp_path)) == []


@pytest.mark.parametrize(
    ("listing", "said", "at"),
    [
        ({"endpoint": "/people.json"}, "`/people.json` instead of `/people`", "endpoint"),
        ({"pagination": {**OFFSET, "offset_name": "page"}}, "`page` is new (`0`)", "pagination"),
        ({"pagination": {**OFFSET, "limit_name": "foo"}}, "`limit` is missing (`2`)", "pagination"),
        (
            {"pagination": {"style": "page", "page_name": "page", "limit_name": "limit",
                            "limit": 2}},
            "`offset` is missing (`0`)",
            "pagination",
        ),
        ({"params": {"state": "33"}}, "`state` is `33` instead of `*`", "state"),
        ({"params": {}}, "`state` is missing (`*`)", "pagination"),
        ({"pagination": {**OFFSET, "limit": 50}}, "`limit` is `50` instead of `2`", "pagination"),
    ],
)  # fmt: skip
def test_a_request_that_changed_is_said_where_it_is_written(
    tmp_path: Path, listing: dict[str, Any], said: str, at: str
) -> None:
    found = _found(tmp_path, **listing)
    assert (found.code, found.severity) == ("example-asks-otherwise", "error")
    assert said in found.message
    assert found.expected == "`GET /people?limit=2&state=*&offset=0`, as recorded"
    assert found.place is not None
    assert f'"{at}":' in found.place.excerpt


def test_a_change_of_every_page_is_said_once(tmp_path: Path) -> None:
    assert "(the first of 3 requests)" in _found(tmp_path, endpoint="/staff").message


def test_answers_that_nothing_asks_for_any_more_are_said(tmp_path: Path) -> None:
    last = {"people": people("a", "b"), "more": False}
    (tmp_path / "a.json").write_text(json.dumps(last))
    pages = [{**_PAGES[0], "body": "a.json"}, *_PAGES[1:]]
    examples = [{"responses": {"list_users": pages}, "users": "users.json"}]
    listing = {"pagination": {**OFFSET, "more": {"body": "more", "equals": True}}}
    codes = {one.message for one in replay_examples(
        _definition(tmp_path, examples, list_users=listing)
    )}  # fmt: skip
    assert any(
        "no longer asks 2 recorded requests, the first `GET /people?" in one for one in codes
    )


def test_an_example_that_does_not_say_what_was_asked_stays_valid(tmp_path: Path) -> None:
    files = [one["body"] for one in _PAGES]
    examples = [{"responses": {"list_users": files}, "users": "users.json"}]
    assert replay_examples(_definition(tmp_path, examples, list_users={"endpoint": "/x"})) == []


def test_a_body_that_was_sent_is_compared_too(tmp_path: Path) -> None:
    asked = [
        {"asked": "POST /people", "sent": {"q": {"state": "A"}, "offset": at, "limit": 2},
         "body": body}
        for at, body in ((0, "one.json"), (2, "two.json"), (3, "three.json"))
    ]  # fmt: skip
    examples = [{"responses": {"list_users": asked}, "users": "users.json"}]
    listing = {"method": "POST", "params": {}, "json": {"q": {"state": "A"}}}
    assert replay_examples(_definition(tmp_path, examples, list_users=listing)) == []
    listing["json"] = {"q": {"state": "G"}}
    [found] = replay_examples(_definition(tmp_path, examples, list_users=listing))
    assert '`q.state` of the body is `"G"` instead of `"A"`' in found.message


_BESIDE = [{"asked": f"GET /people/{one}/job", "body": f"{one}.json"} for one in ("c", "a", "b")]


def _with_jobs(folder: Path, endpoint: str = "/people/${record.id}/job") -> ConnectorDefinition:
    for one in "abc":
        (folder / f"{one}.json").write_text(json.dumps({"title": f"Job of {one}"}))
    users = _users(job_title="Job of {}".format)
    examples = [{"responses": {"list_users": _PAGES, "job": _BESIDE}, "users": "with-jobs.json"}]
    (folder / "with-jobs.json").write_text(json.dumps(users))
    details = {"job": {"endpoint": endpoint, "resource_location": "."}}
    attributes = {"id": "id", "email": "email", "username": "id", "job_title": "job.title"}
    return _definition(folder, examples, list_users={"details": details}, attributes=attributes)


def test_a_detail_is_found_by_what_was_asked_in_whatever_order(tmp_path: Path) -> None:
    assert replay_examples(_with_jobs(tmp_path)) == []


def test_a_detail_that_is_asked_for_otherwise_is_said_at_its_place(tmp_path: Path) -> None:
    [found, *_] = replay_examples(_with_jobs(tmp_path, "/people/${record.id}/jobs"))
    assert found.message.startswith("example 1: `job` asks otherwise than recorded: the path is")
    assert found.place is not None
    assert "endpoint" in found.place.excerpt


def test_settings_are_compared_by_their_names(tmp_path: Path) -> None:
    path = "/c/${settings.company}/people"
    pages = [
        {**one, "asked": one["asked"].replace("/people", "/c/${settings.company}/people")}
        for one in _PAGES
    ]
    examples = [{"responses": {"list_users": pages}, "users": "users.json"}]
    settings: dict[str, Any] = {"company": {}, "site": {}}
    definition = _definition(tmp_path, examples, list_users={"endpoint": path}, settings=settings)
    assert replay_examples(definition) == []
    other = {"endpoint": path.replace("company", "site")}
    [found] = replay_examples(_definition(tmp_path, examples, list_users=other, settings=settings))
    assert (
        "`/c/${settings.site}/people` instead of `/c/${settings.company}/people`" in found.message
    )


def test_a_total_that_is_nowhere_is_a_warning_at_its_line(tmp_path: Path) -> None:
    definition = _definition(tmp_path, list_users={"total_count": "nosuch"})
    assert replay_examples(definition) == []
    [found] = review_examples(definition)
    assert (found.code, found.severity) == ("example-warning", "warning")
    assert "nothing is there at `nosuch`" in found.message
    assert found.place is not None
    assert "total_count" in found.place.excerpt


def test_what_only_one_example_lacks_is_no_warning(tmp_path: Path) -> None:
    (tmp_path / "bare.json").write_text(json.dumps({"people": []}))
    examples = [
        {"responses": {"list_users": _PAGES}, "users": "users.json"},
        {"responses": {"list_users": "bare.json"}, "users": "nobody.json"},
    ]
    assert review_examples(_definition(tmp_path, examples)) == []
    found = review_examples(_definition(tmp_path, examples, list_users={"total_count": "nosuch"}))
    assert [one.severity for one in found] == ["warning"]


@pytest.mark.parametrize("asked", ["/people", "get /people", "GET", "GET /a b"])
def test_what_is_no_request_is_refused(tmp_path: Path, asked: str) -> None:
    examples = [
        {"responses": {"list_users": {"asked": asked, "body": "one.json"}}, "users": "users.json"}
    ]
    with pytest.raises(DefinitionError) as caught:
        _definition(tmp_path, examples)
    [found] = caught.value.diagnostics
    assert "GET /users.json?limit=100" in str(found.expected)
