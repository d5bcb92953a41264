"""`oauth2_client_credentials`: RFC 6749, 4.4."""

import base64
from typing import Any

import pytest

from .flow import PEOPLE, answer, applied, build, grant, refusal

CLIENT = {
    "access_token_url": "https://login.example.test/token",
    "client_id": "cc:odd",
    "client_secret": "s3cr+t/with%25 :chars&=ü",
}
GRANTED = answer({"access_token": "at-1", "token_type": "Bearer", "expires_in": 3600})


def test_basic_credentials_are_form_urlencoded_first() -> None:
    (request,), _ = grant(build("oauth2_client_credentials", **CLIENT), GRANTED)
    sent = base64.b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
    assert sent == "cc%3Aodd:s3cr%2Bt%2Fwith%2525+%3Achars%26%3D%C3%BC"
    assert request.form == (("grant_type", "client_credentials"),)
    assert (request.method, request.url) == ("POST", CLIENT["access_token_url"])


def test_post_credentials_are_fields_of_the_form_as_they_are() -> None:
    method = build("oauth2_client_credentials", **CLIENT, client_auth="post")
    (request,), _ = grant(method, GRANTED)
    assert dict(request.form or ()) == {
        "grant_type": "client_credentials",
        "client_id": CLIENT["client_id"],
        "client_secret": CLIENT["client_secret"],
    }
    assert "Authorization" not in request.headers


def test_json_credentials_are_a_json_body() -> None:
    method = build("oauth2_client_credentials", **CLIENT, client_auth="json", scopes=["a", "b"])
    (request,), _ = grant(method, GRANTED)
    assert request.json == {
        "grant_type": "client_credentials",
        "scope": "a b",
        "client_id": CLIENT["client_id"],
        "client_secret": CLIENT["client_secret"],
    }
    assert request.form is None


@pytest.mark.parametrize("client_auth", ["basic", "post"])
def test_scopes_are_joined_by_spaces_and_left_out_when_there_are_none(client_auth: str) -> None:
    plain = build("oauth2_client_credentials", **CLIENT, client_auth=client_auth)
    scoped = build(
        "oauth2_client_credentials", **CLIENT, client_auth=client_auth, scopes=["u.read", "x:y/z"]
    )
    assert "scope" not in dict(grant(plain, GRANTED)[0][0].form or ())
    assert dict(grant(scoped, GRANTED)[0][0].form or ())["scope"] == "u.read x:y/z"


@pytest.mark.parametrize("client_auth", ["basic", "post", "json"])
def test_further_parameters_are_sent(client_auth: str) -> None:
    extra = {"audience": "https://api.example.test/?a=b&c=ü", "account": 12, "live": True, "e": ""}
    method = build(
        "oauth2_client_credentials", **CLIENT, client_auth=client_auth, token_params=extra
    )
    (request,), _ = grant(method, GRANTED)
    sent = request.json if client_auth == "json" else dict(request.form or ())
    assert {name: sent[name] for name in extra} == {
        "audience": "https://api.example.test/?a=b&c=ü", "account": "12", "live": "true", "e": "",
    }  # fmt: skip


def test_the_access_token_goes_on_the_request() -> None:
    request = applied(build("oauth2_client_credentials", **CLIENT), PEOPLE, GRANTED)
    assert request.headers["Authorization"] == "Bearer at-1"


def test_another_header_and_scheme_may_carry_it() -> None:
    method = build("oauth2_client_credentials", **CLIENT, header="X-Token", scheme="Token")
    assert applied(method, PEOPLE, GRANTED).headers["X-Token"] == "Token at-1"


@pytest.mark.parametrize(
    ("written", "lifetime"),
    [
        (3600, 3600),
        ("3600", 3600),
        (None, None),
        (0, None),
        ("x", None),
        (1e300, 315360000),
        ("inf", 315360000),
        ("nan", None),
    ],
)
def test_expires_in_is_honored(written: Any, lifetime: float | None) -> None:
    body = answer({"access_token": "at-1", "expires_in": written})
    _, token = grant(build("oauth2_client_credentials", **CLIENT), body)
    assert token.lifetime == lifetime


def test_an_unknown_token_type_is_no_reason_to_refuse() -> None:
    body = answer({"access_token": "at-1", "token_type": "Token"})
    assert grant(build("oauth2_client_credentials", **CLIENT), body)[1].value == "at-1"


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        ("invalid_client", "the client id or the client secret is wrong"),
        ("invalid_scope", "a scope that was asked for does not exist or is not granted"),
    ],
)
def test_an_error_of_the_rfc_is_said_in_words(error: str, meaning: str) -> None:
    body = answer({"error": error, "error_description": "for client cc:odd"}, 400)
    refused = refusal(build("oauth2_client_credentials", **CLIENT), body)
    assert refused.message == f"the token endpoint answered 400 ({error}: {meaning})"


@pytest.mark.parametrize("error", ["s3cret-echo", {"code": "s3cret-echo"}, None])
def test_an_error_of_another_kind_is_not_quoted(error: Any) -> None:
    refused = refusal(build("oauth2_client_credentials", **CLIENT), answer({"error": error}, 400))
    assert refused.message == "the token endpoint answered 400"


def test_a_token_shaped_body_of_a_401_is_not_taken() -> None:
    body = answer({"access_token": "at-1"}, 401)
    assert refusal(build("oauth2_client_credentials", **CLIENT), body).code == "credentials-refused"
