"""The plan of requests: parameters, bodies and addresses as the definition writes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.errors import SettingsError
from onroll.fetch.address import Addresses
from onroll.fetch.plan import plan_list, request_for
from onroll.plugins.registry import installed
from onroll.protocols import Step

from .reading import BASE_URL, OFFSET, definition, read, settled

if TYPE_CHECKING:
    from onroll.model import Request

_ADDRESSES = Addresses(BASE_URL, BASE_URL)


def _requests(
    list_users: dict[str, Any],
    *,
    settings: dict[str, str] | None = None,
    filters: dict[str, Any] | None = None,
    **top: Any,
) -> tuple[Request, Request]:
    """Return the requests of page one, and of page two after two records."""
    connector = definition(list_users, **top)
    scope = settled(connector, settings).scope()
    plan = plan_list(connector, connector.list_users, scope, _ADDRESSES, installed(), filters)
    first = plan.paginator.first()
    name = connector.list_users.pagination.get("offset_name")
    second = Step({**first.params, name: 2} if name else first.params, position=2)
    return (
        request_for(plan, first, addresses=_ADDRESSES, held_by=None),
        request_for(plan, second, addresses=_ADDRESSES, held_by=None),
    )


def _params(written: dict[str, Any], **more: Any) -> tuple[tuple[str, str], ...]:
    return _requests({"params": written}, **more)[0].params


# --- the query ----------------------------------------------------------------------------------


def test_parameters_keep_their_order() -> None:
    assert _params({"z": 1, "a": 2, "m": 3}) == (("z", "1"), ("a", "2"), ("m", "3"))


def test_a_list_repeats_its_name() -> None:
    assert _params({"attributes[]": ["id", "email"]}) == (
        ("attributes[]", "id"),
        ("attributes[]", "email"),
    )


def test_null_leaves_a_parameter_out() -> None:
    assert _params({"a": None, "b": [None, "x"], "c": ""}) == (("b", "x"), ("c", ""))


def test_values_are_written_as_json_writes_them() -> None:
    assert _params({"a": True, "b": 1.5, "c": "007"}) == (("a", "true"), ("b", "1.5"), ("c", "007"))


def test_parameters_of_the_connector_come_first_and_those_of_the_list_win() -> None:
    assert _params({"b": 2, "a": 3}, params={"a": 1}) == (("a", "3"), ("b", "2"))


@pytest.mark.parametrize(
    ("limit_name", "offset_name"),
    [("page[limit]", "page[offset]"), ("$top", "$skip"), ("paging.limit", "paging.offset")],
)
def test_names_with_other_characters_stay_as_they_are(limit_name: str, offset_name: str) -> None:
    paging = {"style": "offset", "limit_name": limit_name, "limit": 5, "offset_name": offset_name}
    _, second = _requests({"pagination": paging})
    assert second.params == ((limit_name, "5"), (offset_name, "2"))


def test_paging_replaces_a_parameter_of_the_same_name() -> None:
    _, second = _requests({"params": {"offset": 9, "x": 1}, "pagination": OFFSET})
    assert second.params == (("x", "1"), ("limit", "2"), ("offset", "2"))


def test_an_unset_setting_drops_its_parameter() -> None:
    settings = {"group": {"required": False}}
    written = {"group": "${settings.group}", "text": "g-${settings.group}", "x": 1}
    connector = definition({"params": written}, settings=settings)
    plan = plan_list(
        connector, connector.list_users, settled(connector, {}).scope(), _ADDRESSES, installed()
    )
    assert plan.base.params == (("x", "1"),)


# --- bodies -------------------------------------------------------------------------------------


def _posted(offset_name: str, body: Any = None, **paging: Any) -> Any:
    style = {"style": "offset", "offset_name": offset_name, **paging}
    written = {"method": "POST", "pagination": style}
    _, second = _requests(written if body is None else {**written, "json": body})
    return second.json


def test_a_post_list_pages_in_its_json_body() -> None:
    assert _posted("offset", {"fields": ["id"]}) == {"fields": ["id"], "offset": 2}


def test_a_post_list_without_a_body_gets_one() -> None:
    assert _posted("offset") == {"offset": 2}


def test_a_dotted_name_is_a_path_into_the_body() -> None:
    assert _posted("paging.offset", {"paging": {"limit": 5}}) == {
        "paging": {"limit": 5, "offset": 2}
    }


def test_a_path_makes_what_is_missing() -> None:
    assert _posted("a.b.c") == {"a": {"b": {"c": 2}}}


def test_an_item_of_a_list_can_be_set() -> None:
    assert _posted("params[1]", {"params": ["x", 0, "z"]}) == {"params": ["x", 2, "z"]}


def test_an_item_behind_the_end_of_a_list_is_made() -> None:
    assert _posted("params[2]", {"params": ["x"]}) == {"params": ["x", None, 2]}


@pytest.mark.parametrize("name", ["params[-1]", "params[900000000]", "a[0][100]"])
def test_an_item_that_nobody_counts_to_is_one_key(name: str) -> None:
    assert _posted(name) == {name: 2}


def test_a_name_that_is_no_path_is_one_key() -> None:
    assert _posted("$skip") == {"$skip": 2}


def test_page_two_does_not_change_the_body_of_page_one() -> None:
    style = {"style": "offset", "offset_name": "paging.offset"}
    first, second = _requests({"method": "POST", "json": {"paging": {}}, "pagination": style})
    assert first.json == {"paging": {"offset": 0}}
    assert second.json == {"paging": {"offset": 2}}


def test_a_form_list_pages_in_its_form() -> None:
    _, second = _requests({"method": "POST", "form": {"a": "x"}, "pagination": OFFSET})
    assert second.form == (("a", "x"), ("limit", "2"), ("offset", "2"))


@pytest.mark.parametrize("send_in", ["query", "form", "json"])
def test_send_in_says_where_paging_goes(send_in: str) -> None:
    paging = {**OFFSET, "send_in": send_in}
    _, second = _requests({"method": "POST", "pagination": paging})
    pairs = (("limit", "2"), ("offset", "2"))
    assert second.params == (pairs if send_in == "query" else ())
    assert second.form == (pairs if send_in == "form" else None)
    assert second.json == ({"limit": 2, "offset": 2} if send_in == "json" else None)


# --- filters ------------------------------------------------------------------------------------


def test_filters_join_the_query() -> None:
    first, _ = _requests({"params": {"a": 1, "office": "Bonn"}}, filters={"office": "Berlin"})
    assert first.params == (("a", "1"), ("office", "Berlin"))


def test_filters_join_the_body_of_a_post_list() -> None:
    first, _ = _requests(
        {"method": "POST", "json": {"where": {"a": 1}}}, filters={"where.office": "Berlin"}
    )
    assert first.json == {"where": {"a": 1, "office": "Berlin"}}


def test_filters_join_a_form() -> None:
    first, _ = _requests({"method": "POST", "form": {"a": "1"}}, filters={"b": "2"})
    assert first.form == (("a", "1"), ("b", "2"))


@pytest.mark.parametrize("body", [{"json": {"a": 1}}, {"form": {"a": "1"}}, {}])
def test_filters_join_the_body_of_a_post_that_pages_in_its_query(body: dict[str, Any]) -> None:
    paging = {**OFFSET, "send_in": "query"}
    first, _ = _requests({"method": "POST", **body, "pagination": paging}, filters={"b": "2"})
    assert first.params == (("limit", "2"), ("offset", "0"))
    if "form" in body:
        assert (first.form, first.json) == ((("a", "1"), ("b", "2")), None)
    else:
        assert (first.form, first.json) == (None, {**body.get("json", {}), "b": "2"})


def test_filters_join_the_form_that_paging_makes() -> None:
    paging = {**OFFSET, "send_in": "form"}
    first, _ = _requests({"method": "POST", "pagination": paging}, filters={"b": "2"})
    assert first.form == (("b", "2"), ("limit", "2"), ("offset", "0"))
    assert first.json is None


def test_a_filter_makes_a_listing_partial() -> None:
    report = read(definition({}), lambda _: {"people": []}, filters={"office": "Berlin"}).report
    assert report.partial


def test_a_filter_that_the_definition_calls_full_does_not() -> None:
    connector = definition({"filters": {"showInactive": {"partial": False}}})
    report = read(connector, lambda _: {"people": []}, filters={"showInactive": True}).report
    assert not report.partial


# --- addresses ----------------------------------------------------------------------------------

_ONE = {"x": {"title": "X"}}


def _endpoint(value: str) -> str:
    connector = definition({"endpoint": "/a/${settings.x}/b"}, settings=_ONE)
    scope = settled(connector, {"x": value}).scope()
    return plan_list(connector, connector.list_users, scope, _ADDRESSES, installed()).base.url


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("a/b?c", "a%2Fb%3Fc"),
        ("#x", "%23x"),
        ("..", "%2E%2E"),
        (".", "%2E"),
        ("../../admin", "..%2F..%2Fadmin"),
        ("a b", "a%20b"),
        ("Zoë", "Zo%C3%AB"),
        ("%2F", "%252F"),
        ("\r\nX-Evil: 1", "%0D%0AX-Evil%3A%201"),
        ("@evil.test", "%40evil.test"),
        ("\\evil", "%5Cevil"),
    ],
)
def test_a_setting_stays_one_segment_of_an_endpoint(value: str, encoded: str) -> None:
    assert _endpoint(value) == f"{BASE_URL}/a/{encoded}/b"


@given(st.text(min_size=1).filter(lambda text: text.strip() and text.isprintable()))
def test_no_text_breaks_out_of_its_segment(text: str) -> None:
    asked = _asked_with(text)
    assert asked.startswith("https://api.example.test/v1/a/")
    assert asked.endswith("/b")
    assert asked.count("/") == 6
    assert "?" not in asked


def _asked_with(text: str) -> str:
    connector = definition({"endpoint": "/a/${settings.x}/b"}, settings=_ONE)
    result = read(connector, lambda _: {"people": []}, settings={"x": text})
    return result.urls[0]


_BASE = "https://${settings.x}.example.test/v1"


@pytest.mark.parametrize(
    "value",
    [
        "evil.test/",
        "evil.test#",
        "evil.test?",
        "x@evil.test",
        "evil.test\\",
        "a\r\nb",
        "a b",
        "a:1",
    ],
)
def test_a_setting_inside_the_host_cannot_name_another(value: str) -> None:
    connector = definition({}, base_url=_BASE, settings=_ONE)
    with pytest.raises(SettingsError) as caught:
        read(connector, lambda _: {"people": []}, settings={"x": value})
    assert caught.value.diagnostic.code == "wrong-base-url"


def test_a_setting_inside_the_host_is_a_part_of_it() -> None:
    connector = definition({}, base_url=_BASE, settings=_ONE)
    result = read(connector, lambda _: {"people": []}, settings={"x": "acme-1"})
    assert result.urls == ["https://acme-1.example.test/v1/people"]


def test_a_base_url_may_be_one_setting() -> None:
    connector = definition({}, base_url="${settings.x}/api", settings=_ONE)
    result = read(
        connector, lambda _: {"people": []}, settings={"x": "https://hr.example.test:8443"}
    )
    assert result.urls == ["https://hr.example.test:8443/api/people"]


@pytest.mark.parametrize(
    "value",
    [
        "hr.example.test",
        "ftp://hr.example.test",
        "https://",
        "https://ada:pw@hr.example.test",
        "https://hr.example.test/?a=1#",
        "https://hr.example.test\n",
        "https://[hr",
        "https://hr.example.test:99999",
        "https://hr.example.test:x",
    ],
)
def test_a_setting_that_is_no_url_is_refused_as_one(value: str) -> None:
    connector = definition({}, base_url="${settings.x}", settings=_ONE)
    with pytest.raises(SettingsError):
        read(connector, lambda _: {"people": []}, settings={"x": value})


# --- headers and secrets ------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\x00", "ключ"])
def test_a_setting_that_no_header_can_hold_is_refused_before_anything_is_sent(value: str) -> None:
    connector = definition(
        {}, headers={"X-Company": "c-${settings.x}"}, settings={"x": {"secret": True}}
    )
    with pytest.raises(SettingsError, match="the header `X-Company` cannot be sent") as caught:
        read(connector, lambda _: {"people": []}, settings={"x": value})
    assert "Evil" not in str(caught.value)


def test_json_is_asked_for_unless_the_definition_says_otherwise() -> None:
    assert _requests({})[0].headers == {"Accept": "application/json"}
    own = _requests({"headers": {"accept": "application/scim+json"}})[0].headers
    assert own == {"accept": "application/scim+json"}


def test_headers_of_the_list_win_over_those_of_the_connector() -> None:
    first, _ = _requests({"headers": {"X-A": "list"}}, headers={"X-A": "all", "X-B": "b"})
    assert first.headers["X-A"] == "list"
    assert first.headers["X-B"] == "b"


def test_no_secret_is_in_the_repr_of_a_plan_or_request() -> None:
    secret = "s3cret-value"
    connector = definition(
        {
            "method": "POST",
            "headers": {"X-Key": "${settings.x}"},
            "params": {"key": "${settings.x}"},
            "json": {"key": "${settings.x}"},
        },
        settings={"x": {"secret": True}},
    )
    scope = settled(connector, {"x": secret}).scope()
    plan = plan_list(connector, connector.list_users, scope, _ADDRESSES, installed())
    request = request_for(plan, plan.paginator.first(), addresses=_ADDRESSES, held_by=None)
    assert secret in json.dumps(request.json)
    assert secret not in repr(plan)
    assert secret not in repr(request)
