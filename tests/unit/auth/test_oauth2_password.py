"""`oauth2_password`: RFC 6749, 4.3."""

from .flow import PEOPLE, answer, applied, build, grant, refusal

USER = {
    "access_token_url": "https://login.example.test/token",
    "username": "reader@example.test",
    "password": "pass & word",
}
GRANTED = answer({"access_token": "at-1", "expires_in": 60})


def test_user_name_and_password_are_fields_of_the_form() -> None:
    (request,), token = grant(build("oauth2_password", **USER), GRANTED)
    assert dict(request.form or ()) == {
        "grant_type": "password",
        "username": "reader@example.test",
        "password": "pass & word",
    }
    assert token.lifetime == 60


def test_a_client_authenticates_beside_the_user() -> None:
    method = build("oauth2_password", **USER, client_id="app-1", client_secret="s-1")
    (request,), _ = grant(method, GRANTED)
    assert request.headers["Authorization"] == "Basic YXBwLTE6cy0x"


def test_a_public_client_is_named() -> None:
    (request,), _ = grant(build("oauth2_password", **USER, client_id="app-1"), GRANTED)
    assert dict(request.form or ())["client_id"] == "app-1"


def test_all_of_it_may_be_json() -> None:
    method = build("oauth2_password", **USER, client_id="app-1", client_auth="json", scopes=["a"])
    (request,), _ = grant(method, GRANTED)
    assert request.json == {
        "grant_type": "password",
        "username": "reader@example.test",
        "password": "pass & word",
        "scope": "a",
        "client_id": "app-1",
    }


def test_the_access_token_goes_on_the_request() -> None:
    request = applied(build("oauth2_password", **USER), PEOPLE, GRANTED)
    assert request.headers["Authorization"] == "Bearer at-1"


def test_a_wrong_password_is_told_as_one() -> None:
    refused = refusal(build("oauth2_password", **USER), answer({"error": "invalid_grant"}, 400))
    assert refused.code == "credentials-refused"
    assert "invalid_grant: the user name or the password is wrong" in refused.message
    assert refused.hint is not None
    assert "second factor" in refused.hint
