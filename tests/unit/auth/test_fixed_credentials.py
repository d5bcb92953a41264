"""The methods that grant nothing: none, api_key, bearer, basic."""

import base64
from dataclasses import replace

import pytest

from .flow import BASE, PEOPLE, answer, applied, build, grant, refusal

ACCEPT = {"Accept": "application/json"}


def test_none_changes_nothing() -> None:
    assert applied(build("none")) == PEOPLE


def test_a_fixed_credential_asks_nothing() -> None:
    asked, token = grant(build("bearer", token="t-1"))
    assert asked == []
    assert not token.is_renewable


def test_a_fixed_credential_is_never_renewed_by_an_answer() -> None:
    method = build("bearer", token="t-1")
    _, token = grant(method)
    assert method.renewed(token, answer({"token": "t-2"}, 200, {"Authorization": "x"})) is token


def test_a_key_goes_into_a_header() -> None:
    request = applied(build("api_key", name="X-Api-Key", value="k-1"))
    assert request == replace(PEOPLE, headers={**ACCEPT, "X-Api-Key": "k-1"})


def test_a_key_goes_into_the_query() -> None:
    request = applied(build("api_key", **{"in": "query"}, name="key", value="k-1"))
    assert request == replace(PEOPLE, params=(("key", "k-1"),))


def test_several_keys_go_where_each_belongs() -> None:
    keys = [
        {"name": "x-api-key", "value": "k-1"},
        {"name": "x-org", "value": "o-1"},
        {"in": "query", "name": "key", "value": "q-1"},
    ]
    request = applied(build("api_key", keys=keys))
    assert request.headers == {**ACCEPT, "x-api-key": "k-1", "x-org": "o-1"}
    assert request.params == (("key", "q-1"),)


def test_a_key_without_its_optional_setting_is_not_sent() -> None:
    keys = [{"name": "x-api-key", "value": "k-1"}, {"name": "x-org"}]
    assert applied(build("api_key", keys=keys)).headers == {**ACCEPT, "x-api-key": "k-1"}


def test_a_single_key_without_its_optional_setting_is_not_sent() -> None:
    assert applied(build("api_key", name="x-api-key")) == PEOPLE


def test_a_typed_setting_is_written_as_json_writes_it() -> None:
    keys = [{"name": "x-live", "value": True}, {"name": "x-org", "value": 12}]
    assert applied(build("api_key", keys=keys)).headers == {
        **ACCEPT, "x-live": "true", "x-org": "12",
    }  # fmt: skip


def test_a_query_key_replaces_a_parameter_of_its_name() -> None:
    request = replace(PEOPLE, params=(("key", "theirs"), ("page", "2")))
    method = build("api_key", **{"in": "query"}, name="key", value="k-1")
    assert applied(method, request).params == (("page", "2"), ("key", "k-1"))


@pytest.mark.parametrize(
    ("link", "left"),
    [
        ("?key=k-1&page=2", "?page=2"),
        ("?page=2&key=old&q=a%20b", "?page=2&q=a%20b"),
        ("?key=k-1", ""),
        ("?page=2&monkey=1", "?page=2&monkey=1"),
    ],
)
def test_a_query_key_is_not_doubled_on_a_next_link_that_repeats_it(link: str, left: str) -> None:
    method = build("api_key", **{"in": "query"}, name="key", value="k-1")
    request = applied(method, replace(PEOPLE, url=f"{BASE}/people{link}"))
    assert (request.url, request.params) == (f"{BASE}/people{left}", (("key", "k-1"),))


def test_a_header_of_the_same_name_in_other_letters_is_replaced() -> None:
    request = replace(PEOPLE, headers={"authorization": "theirs"})
    assert applied(build("bearer", token="t-1"), request).headers == {"Authorization": "Bearer t-1"}


@pytest.mark.parametrize(
    ("scheme", "sent"),
    [
        ("Bearer", "Bearer t-1"),
        ("SSWS", "SSWS t-1"),
        ("AfasToken", "AfasToken t-1"),
        ("Zoho-oauthtoken", "Zoho-oauthtoken t-1"),
        ("", "t-1"),
    ],
)
def test_a_token_stands_after_its_scheme_word(scheme: str, sent: str) -> None:
    request = applied(build("bearer", token="t-1", scheme=scheme))
    assert request.headers["Authorization"] == sent


def test_a_token_may_go_into_another_header() -> None:
    request = applied(build("bearer", token="t-1", header="X-Auth", scheme=""))
    assert request.headers == {**ACCEPT, "X-Auth": "t-1"}


def test_basic_is_the_sample_of_rfc_7617() -> None:
    request = applied(build("basic", username="Aladdin", password="open sesame"))
    assert request.headers["Authorization"] == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def test_basic_is_sent_as_utf_8() -> None:
    # RFC 7617, 2.1: user `test`, password `123£`.
    request = applied(build("basic", username="test", password="123£"))
    assert request.headers["Authorization"] == "Basic dGVzdDoxMjPCow=="


@pytest.mark.parametrize(("username", "password"), [("key", ""), ("", "key"), ("key", "a:b")])
def test_basic_takes_empty_parts_and_colons(username: str, password: str) -> None:
    request = applied(build("basic", username=username, password=password))
    sent = request.headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent) == f"{username}:{password}".encode()


@pytest.mark.parametrize("token", ["s3cret\n", "s3cret\r\nX-Evil: 1", "s3crét", "s3cret\0"])
def test_what_no_header_can_carry_is_refused_before_it_is_sent(token: str) -> None:
    error = refusal(build("bearer", token=token))
    assert error.code == "credential-not-sendable"
    assert "`Authorization`" in error.message
    assert "s3cr" not in f"{error.message}{error.hint}"
