"""`oauth2_authorization_code`: RFC 6749, 4.1, with RFC 7636, RFC 9207 and RFC 7009."""

import base64
import hashlib
from typing import Any

import pytest

from onroll.model import Token
from onroll.protocols import AuthMethod, CredentialsRefused, SignIn

from .flow import BASE, PEOPLE, answer, build, grant
from .sign_in import REDIRECT, callback, ended, query_of, requested, sign_in, visited

APP = {
    "authorization_url": "https://login.example.test/authorize",
    "access_token_url": "https://login.example.test/token",
    "client_id": "app-1",
}
GRANTED = answer({"access_token": "at-1", "expires_in": 3600, "refresh_token": "rt-1"})


def _method(**more: Any) -> AuthMethod:
    return build("oauth2_authorization_code", **APP, **more)


def _refused_after(method: AuthMethod, **parameters: str) -> CredentialsRefused:
    flow = sign_in(method)
    visit = visited(flow)
    with pytest.raises(CredentialsRefused) as caught:
        flow.send(callback(visit, **parameters))
    return caught.value


def test_the_visit_asks_for_a_code_with_state_and_a_challenge() -> None:
    query = query_of(visited(sign_in(_method(scopes=["a.read", "b"]))).url)
    assert query["response_type"] == "code"
    assert query["client_id"] == "app-1"
    assert query["redirect_uri"] == REDIRECT
    assert query["scope"] == "a.read b"
    assert query["code_challenge_method"] == "S256"
    assert len(query["state"]) >= 32


def test_further_parameters_and_a_query_of_the_page_go_along() -> None:
    method = build(
        "oauth2_authorization_code",
        **{**APP, "authorization_url": "https://login.example.test/authorize?tenant=t-1#top"},
        authorization_params={"access_type": "offline", "prompt": "consent"},
    )
    url = visited(sign_in(method)).url
    assert url.startswith("https://login.example.test/authorize?tenant=t-1&response_type=code&")
    assert "#" not in url
    assert query_of(url)["access_type"] == "offline"
    assert query_of(url)["prompt"] == "consent"


@pytest.mark.parametrize("name", ["state", "code_challenge", "redirect_uri", "response_type"])
def test_further_parameters_cannot_replace_what_protects_the_sign_in(name: str) -> None:
    url = visited(sign_in(_method(authorization_params={name: "chosen"}))).url
    assert "chosen" not in url


def test_the_code_is_traded_with_the_verifier_of_the_challenge() -> None:
    flow = sign_in(_method(client_secret="s-1"))
    visit = visited(flow)
    request = requested(flow.send(callback(visit, code="c-1")))
    form = dict(request.form or ())
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert (
        base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        == (query_of(visit.url)["code_challenge"])
    )
    assert 43 <= len(form["code_verifier"]) <= 128
    assert form["grant_type"] == "authorization_code"
    assert form["code"] == "c-1"
    assert form["redirect_uri"] == REDIRECT
    assert ended(flow, GRANTED) == Token("at-1", 3600, refresh="rt-1")


def test_a_confidential_client_authenticates_by_basic() -> None:
    flow = sign_in(_method(client_secret="s-1"))
    request = requested(flow.send(callback(visited(flow), code="c-1")))
    assert request.headers["Authorization"] == "Basic YXBwLTE6cy0x"
    assert "client_id" not in dict(request.form or ())


def test_a_public_client_names_itself_and_shows_no_secret() -> None:
    flow = sign_in(_method())
    request = requested(flow.send(callback(visited(flow), code="c-1")))
    assert dict(request.form or ())["client_id"] == "app-1"
    assert "Authorization" not in request.headers
    assert "client_secret" not in dict(request.form or ())


def test_a_public_client_may_ask_in_json() -> None:
    flow = sign_in(_method(client_auth="json"))
    request = requested(flow.send(callback(visited(flow), code="c-1")))
    assert request.form is None
    assert request.json["client_id"] == "app-1"
    assert "client_secret" not in request.json


def test_an_answer_with_another_state_is_refused() -> None:
    refused = _refused_after(_method(), state="x", code="c-1")
    assert refused.code == "sign-in-refused"
    assert "`state` differs" in refused.message


def test_a_state_that_is_given_twice_is_refused() -> None:
    flow = sign_in(_method())
    address = callback(visited(flow), code="c-1")
    with pytest.raises(CredentialsRefused):
        flow.send(f"{address}&state=x")


def test_a_code_that_is_given_twice_is_refused() -> None:
    flow = sign_in(_method())
    address = callback(visited(flow), code="c-1")
    with pytest.raises(CredentialsRefused):
        flow.send(f"{address}&code=c-2")


def test_the_state_is_checked_before_an_error_is_believed() -> None:
    assert "`state`" in _refused_after(_method(), state="x", error="access_denied").message


def test_denied_access_is_said_in_words() -> None:
    refused = _refused_after(_method(), error="access_denied", error_description="call 555-1234")
    assert refused.code == "access-denied"
    assert "access was denied" in refused.message
    assert "555" not in f"{refused.message} {refused.hint}"


def test_an_unknown_error_is_not_quoted() -> None:
    refused = _refused_after(_method(), error="<script>echo-1</script>")
    assert refused.code == "sign-in-refused"
    assert "echo-1" not in f"{refused.message} {refused.hint}"


def test_an_answer_without_a_code_asks_for_the_whole_address() -> None:
    refused = _refused_after(_method())
    assert "no `code`" in refused.message
    assert "whole address" in (refused.hint or "")


@pytest.mark.parametrize("issuer", ["https://login.example.test", "https://login.example.test/"])
def test_the_declared_issuer_must_come_back_as_it_is_written(issuer: str) -> None:
    flow = sign_in(_method(issuer=issuer))
    requested(flow.send(callback(visited(flow), code="c-1", iss=issuer)))
    assert _refused_after(_method(issuer=issuer), code="c-1", iss=issuer + "x").code == (
        "wrong-issuer"
    )


def test_a_declared_issuer_that_does_not_come_back_is_refused() -> None:
    refused = _refused_after(_method(issuer="https://login.example.test"), code="c-1")
    assert refused.message == "the answer names no issuer (`iss`)"


def test_an_issuer_of_the_authorization_pages_origin_is_taken_undeclared() -> None:
    flow = sign_in(_method())
    address = callback(visited(flow), code="c-1", iss="https://login.example.test/tenant")
    requested(flow.send(address))


@pytest.mark.parametrize("issuer", ["https://evil.example", "no url", "https://[broken"])
def test_any_other_undeclared_issuer_is_refused(issuer: str) -> None:
    assert _refused_after(_method(), code="c-1", iss=issuer).code == "wrong-issuer"


def test_a_grant_asks_by_the_refresh_token_and_keeps_it_when_no_other_comes() -> None:
    flow = _method().grant(Token("at-0", 60, refresh="rt-0"))
    request = next(flow)
    assert dict(request.form or ()) == {
        "grant_type": "refresh_token",
        "refresh_token": "rt-0",
        "client_id": "app-1",
    }
    with pytest.raises(StopIteration) as done:
        flow.send(answer({"access_token": "at-1"}))
    assert done.value.value == Token("at-1", None, refresh="rt-0")


def test_a_rotated_refresh_token_takes_the_place_of_the_old_one() -> None:
    flow = _method().grant(Token("at-0", 60, refresh="rt-0"))
    next(flow)
    with pytest.raises(StopIteration) as done:
        flow.send(GRANTED)
    assert done.value.value.refresh == "rt-1"


def test_without_a_token_a_person_must_sign_in() -> None:
    with pytest.raises(CredentialsRefused) as caught:
        grant(_method())
    assert caught.value.code == "not-signed-in"
    assert caught.value.hint == "run `onroll login CONNECTION`"


def test_a_token_without_refresh_token_says_what_to_ask_for() -> None:
    with pytest.raises(CredentialsRefused) as caught:
        next(_method().grant(Token("at-0")))
    assert caught.value.code == "not-signed-in"
    assert "offline_access" in (caught.value.hint or "")


def test_a_refused_refresh_token_asks_to_sign_in_again() -> None:
    flow = _method().grant(Token("at-0", 60, refresh="rt-0"))
    next(flow)
    with pytest.raises(CredentialsRefused) as caught:
        flow.send(answer({"error": "invalid_grant"}, 400))
    assert caught.value.code == "sign-in-again"


def test_an_error_that_came_with_a_200_is_said_in_words() -> None:
    flow = sign_in(_method())
    requested(flow.send(callback(visited(flow), code="c-1")))
    with pytest.raises(CredentialsRefused) as caught:
        flow.send(answer({"error": "invalid_client", "error_description": "echo-1"}))
    assert caught.value.code == "credentials-refused"
    assert "the client id or the client secret is wrong" in caught.value.message


def test_revoking_names_the_refresh_token_and_authenticates() -> None:
    method = _method(client_secret="s-1", revoke_url="/revoke")
    assert isinstance(method, SignIn)
    request = next(method.revoke(Token("at-1", 3600, refresh="rt-1")))
    assert request.url == f"{BASE}/revoke"
    assert request.form == (("token", "rt-1"), ("token_type_hint", "refresh_token"))
    assert "Authorization" in request.headers


def test_revoking_without_a_refresh_token_names_the_access_token() -> None:
    method = _method(revoke_url="/revoke")
    assert isinstance(method, SignIn)
    form = dict(next(method.revoke(Token("at-1"))).form or ())
    assert (form["token"], form["token_type_hint"]) == ("at-1", "access_token")


def test_a_revocation_that_fails_is_told() -> None:
    method = _method(revoke_url="/revoke")
    assert isinstance(method, SignIn)
    flow = method.revoke(Token("at-1"))
    next(flow)
    with pytest.raises(CredentialsRefused) as caught:
        flow.send(answer({"error": "unsupported_token_type"}, 400))
    assert caught.value.code == "not-revoked"
    assert "cannot revoke this kind of token" in caught.value.message


def test_without_a_revoke_url_nothing_is_asked() -> None:
    method = _method()
    assert isinstance(method, SignIn)
    assert list(method.revoke(Token("at-1", refresh="rt-1"))) == []


def test_the_access_token_goes_on_the_request() -> None:
    request = _method().apply(PEOPLE, Token("at-1"))
    assert request.headers["Authorization"] == "Bearer at-1"
