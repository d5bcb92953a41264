"""`login`: the API's own login call."""

from dataclasses import replace
from typing import Any

import pytest

from onroll.model import Response

from .flow import BASE, PEOPLE, answer, applied, build, grant, refusal

PLAIN = {"endpoint": "/auth", "json": {"id": "me", "key": "s-1"}, "token": "data.token"}
GRANTED = answer({"data": {"token": "papi-1", "expires_in": 86400}})


def test_the_login_call_is_a_post_below_the_base_url() -> None:
    (request,), _ = grant(build("login", **PLAIN), GRANTED)
    assert (request.method, request.url) == ("POST", f"{BASE}/auth")
    assert request.json == {"id": "me", "key": "s-1"}
    assert request.headers == {"Accept": "application/json"}


def test_the_login_call_may_have_every_shape() -> None:
    method = build(
        "login",
        endpoint="https://login.example.test/token",
        http_method="GET",
        params={"id": "me", "n": 7},
        form={"key": "s-1", "live": True},
        headers={"X-App": "onroll", "Accept": "*/*"},
        token="token",
    )
    (request,), _ = grant(method, answer({"token": "t"}))
    assert (request.method, request.url) == ("GET", "https://login.example.test/token")
    assert request.params == (("id", "me"), ("n", "7"))
    assert request.form == (("key", "s-1"), ("live", "true"))
    assert request.headers == {"X-App": "onroll", "Accept": "*/*"}


def test_the_token_of_the_body_goes_on_the_request() -> None:
    request = applied(build("login", **PLAIN), PEOPLE, GRANTED)
    assert request == replace(
        PEOPLE, headers={"Accept": "application/json", "Authorization": "Bearer papi-1"}
    )


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}"], ids=["none", "html", "json"])
def test_a_token_in_a_header_needs_no_body(body: bytes) -> None:
    method = build("login", endpoint="/auth", token={"header": "X-Subject-Token"})
    _, token = grant(method, answer(body, 201, {"x-subject-token": "gAAA"}))
    assert token.value == "gAAA"


def test_the_token_may_go_into_another_header_without_a_scheme() -> None:
    method = build("login", **PLAIN, header="X-Auth-Token", scheme="")
    assert applied(method, PEOPLE, GRANTED).headers["X-Auth-Token"] == "papi-1"


def test_a_scheme_word_before_a_granted_token_is_not_doubled() -> None:
    request = applied(build("login", **PLAIN), PEOPLE, answer({"data": {"token": "bearer t-9"}}))
    assert request.headers["Authorization"] == "Bearer t-9"


@pytest.mark.parametrize(
    ("written", "lifetime"),
    [
        (3600, 3600),
        ("3600", 3600),
        (" 59.5 ", 59.5),
        (3600.0, 3600),
        (None, 1200),
        ("soon", 1200),
        ("", 1200),
        (0, 1200),
        (-5, 1200),
        (True, 1200),
        ([3600], 1200),
        ("nan", 1200),
        (10**400, 1200),
    ],
)
def test_expires_in_is_read_as_text_or_number_and_else_the_default(
    written: Any, lifetime: float
) -> None:
    method = build("login", **PLAIN, expires_in="data.expires_in", default_expires_in=1200)
    _, token = grant(method, answer({"data": {"token": "t", "expires_in": written}}))
    assert token.lifetime == lifetime


def test_without_expires_in_the_default_counts() -> None:
    _, token = grant(build("login", **PLAIN, default_expires_in=60), GRANTED)
    assert token.lifetime == 60


def test_without_either_a_token_lives_for_an_unknown_time() -> None:
    assert grant(build("login", **PLAIN), GRANTED)[1].lifetime is None
    method = build("login", **PLAIN, expires_in="data.other")
    assert grant(method, GRANTED)[1].lifetime is None


def test_expires_in_may_be_in_a_header() -> None:
    method = build("login", **PLAIN, expires_in={"header": "X-Expires"})
    _, token = grant(method, answer({"data": {"token": "t"}}, 200, {"X-Expires": "90"}))
    assert token.lifetime == 90


@pytest.mark.parametrize("found", [None, "", " ", 12, {}, [], "Bearer", "Bearer "])
def test_what_is_no_token_is_refused_with_the_keys_that_are_there(found: Any) -> None:
    error = refusal(build("login", **PLAIN), answer({"data": {"token": found}, "status": "no-1"}))
    assert error.code == "token-not-found"
    assert error.message == (
        "the login call answered 200, and `data.token` holds no token; "
        "the answer has the keys `data` and `status`"
    )


def test_an_answer_with_very_many_keys_gives_a_short_message() -> None:
    error = refusal(build("login", **PLAIN), answer({f"k{n}": n for n in range(5000)}))
    assert len(error.message) < 300


@pytest.mark.parametrize(
    ("status", "hint"),
    [(401, "check the credentials"), (404, "check the URL"), (503, "the provider has a fault")],
)
def test_a_refused_login_says_its_status_and_what_to_do(status: int, hint: str) -> None:
    error = refusal(build("login", **PLAIN), answer({"message": "user me"}, status))
    assert error.code == "credentials-refused"
    assert error.message == f"the token endpoint answered {status}"
    assert str(error.hint).startswith(hint)


def test_a_token_that_no_header_can_carry_is_refused() -> None:
    error = refusal(build("login", **PLAIN), answer({"data": {"token": "a\r\nb"}}))
    assert error.code == "credential-not-sendable"


def test_a_login_header_that_cannot_be_sent_is_refused_before_it_is() -> None:
    error = refusal(build("login", **PLAIN, headers={"X-Key": "s3cret\n"}))
    assert (error.code, "`X-Key`" in error.message) == ("credential-not-sendable", True)


class TestRenewedToken:
    method = build("login", **PLAIN, renewed_token={"header": "authorization"})

    def renewed(self, response: Response) -> str:
        _, token = grant(self.method, GRANTED)
        return self.method.renewed(token, response).value

    def test_a_new_token_of_a_header_is_adopted_without_its_scheme(self) -> None:
        assert self.renewed(answer({}, 200, {"Authorization": "Bearer papi-2"})) == "papi-2"
        assert self.renewed(answer({}, 200, {"Authorization": "papi-3"})) == "papi-3"

    def test_the_new_token_lives_as_long_as_the_old_one(self) -> None:
        method = build(
            "login", **PLAIN, expires_in="data.expires_in", renewed_token={"header": "x-token"}
        )
        _, token = grant(method, GRANTED)
        new = method.renewed(token, answer({}, 200, {"x-token": "papi-2"}))
        assert (new.value, new.lifetime) == ("papi-2", 86400)

    @pytest.mark.parametrize("value", ["papi-1", "Bearer papi-1", "", "Bearer", "papi-é"])
    def test_the_same_or_no_token_keeps_the_token_object(self, value: str) -> None:
        _, token = grant(self.method, GRANTED)
        assert self.method.renewed(token, answer({}, 200, {"Authorization": value})) is token

    def test_an_error_answer_renews_nothing(self) -> None:
        assert self.renewed(answer({}, 401, {"Authorization": "Bearer papi-2"})) == "papi-1"

    def test_a_new_token_of_the_body_is_adopted(self) -> None:
        method = build("login", **PLAIN, renewed_token="meta.token")
        _, token = grant(method, GRANTED)
        assert method.renewed(token, answer({"meta": {"token": "papi-2"}})).value == "papi-2"

    @pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"[" * 100_000])
    def test_a_body_that_cannot_be_read_renews_nothing(self, body: bytes) -> None:
        method = build("login", **PLAIN, renewed_token="meta.token")
        _, token = grant(method, GRANTED)
        assert method.renewed(token, answer(body)) is token

    def test_without_a_declared_place_nothing_is_adopted(self) -> None:
        method = build("login", **PLAIN)
        _, token = grant(method, GRANTED)
        assert method.renewed(token, answer({}, 200, {"Authorization": "Bearer x"})) is token
