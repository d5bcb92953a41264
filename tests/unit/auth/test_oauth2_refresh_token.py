"""`oauth2_refresh_token`: RFC 6749, 6."""

from typing import Any

import pytest

from onroll.model import Request, Response, Token
from onroll.protocols import AuthMethod, CredentialsRefused

from .flow import answer, build

CLIENT = {
    "access_token_url": "https://login.example.test/token",
    "client_id": "app-1",
    "client_secret": "s-1",
    "refresh_token": "rt-configured",
}
KEPT = Token("at-0", 60, refresh="rt-kept")
GRANTED = answer({"access_token": "at-1", "expires_in": 60})
INVALID = answer({"error": "invalid_grant"}, 400)


def _method(**more: Any) -> AuthMethod:
    return build("oauth2_refresh_token", **CLIENT, **more)


def _asked(
    method: AuthMethod, previous: Token | None, *answers: Response
) -> tuple[list[str], Token]:
    """Return the refresh tokens that were sent, in order, and the token at the end."""
    flow = method.grant(previous)
    request: Request = next(flow)
    sent = [dict(request.form or ())["refresh_token"]]
    try:
        for one in answers:
            request = flow.send(one)
            sent.append(dict(request.form or ())["refresh_token"])
    except StopIteration as done:
        return sent, done.value
    raise AssertionError("asks on")


def test_the_configured_refresh_token_begins() -> None:
    sent, token = _asked(_method(), None, GRANTED)
    assert sent == ["rt-configured"]
    assert token == Token("at-1", 60, refresh="rt-configured")


def test_the_kept_refresh_token_goes_before_the_configured_one() -> None:
    sent, token = _asked(_method(), KEPT, GRANTED)
    assert sent == ["rt-kept"]
    assert token.refresh == "rt-kept"


def test_a_rotated_refresh_token_is_used_from_then_on() -> None:
    rotated = answer({"access_token": "at-1", "refresh_token": "rt-2"})
    assert _asked(_method(), None, rotated)[1].refresh == "rt-2"


def test_the_configured_one_is_tried_once_when_the_kept_one_is_refused() -> None:
    sent, token = _asked(_method(), KEPT, INVALID, GRANTED)
    assert sent == ["rt-kept", "rt-configured"]
    assert token.refresh == "rt-configured"


def test_both_refused_asks_for_a_new_refresh_token() -> None:
    with pytest.raises(CredentialsRefused) as caught:
        _asked(_method(), KEPT, INVALID, INVALID)
    assert caught.value.code == "sign-in-again"
    assert "make a new refresh token" in (caught.value.hint or "")
    assert "rt-" not in f"{caught.value.message} {caught.value.hint}"


def test_one_that_is_both_kept_and_configured_is_tried_once() -> None:
    with pytest.raises(CredentialsRefused):
        _asked(_method(), Token("at-0", refresh="rt-configured"), INVALID)


@pytest.mark.parametrize("error", ["invalid_client", "temporarily_unavailable"])
def test_another_error_does_not_spend_the_configured_one(error: str) -> None:
    with pytest.raises(CredentialsRefused) as caught:
        _asked(_method(), KEPT, answer({"error": error}, 400))
    assert caught.value.code == "credentials-refused"


def test_a_kept_token_without_refresh_token_leaves_the_configured_one() -> None:
    assert _asked(_method(), Token("at-0"), GRANTED)[0] == ["rt-configured"]


def test_scopes_and_further_parameters_are_sent() -> None:
    request = next(_method(scopes=["a", "b"], token_params={"x": "y"}).grant(None))
    form = dict(request.form or ())
    assert (form["scope"], form["x"]) == ("a b", "y")


def test_a_public_client_is_named_in_the_form() -> None:
    public = {name: value for name, value in CLIENT.items() if name != "client_secret"}
    request = next(build("oauth2_refresh_token", **public).grant(None))
    assert dict(request.form or ())["client_id"] == "app-1"
    assert "Authorization" not in request.headers
