"""`oauth2_device_code`: RFC 8628."""

from typing import Any

import pytest

from onroll.model import Response, Token
from onroll.protocols import AuthMethod, CredentialsRefused, Pause, SignInFlow, Visit

from .flow import answer, build
from .sign_in import ended, requested, sign_in

DEVICE = {
    "device_authorization_url": "https://login.example.test/device",
    "access_token_url": "https://login.example.test/token",
    "client_id": "tv-1",
}
ASKED = {
    "device_code": "dc-1",
    "user_code": "WDJB-MJHT",
    "verification_uri": "https://login.example.test/activate",
    "expires_in": 1800,
}
PENDING = answer({"error": "authorization_pending"}, 400)
SLOWER = answer({"error": "slow_down"}, 400)
GRANTED = answer({"access_token": "at-1", "expires_in": 60, "refresh_token": "rt-1"})


def _method(**more: Any) -> AuthMethod:
    return build("oauth2_device_code", **DEVICE, **more)


def _visit(flow: SignInFlow, **changed: Any) -> Visit:
    requested(next(flow))
    visit = flow.send(answer({**ASKED, **changed}))
    assert isinstance(visit, Visit)
    return visit


def _waits(flow: SignInFlow, *answers: Response) -> list[float]:
    """Answer each question with the next answer; return how long was waited before each."""
    waited: list[float] = []
    pause = flow.send(None)
    for one in answers:
        assert isinstance(pause, Pause)
        waited.append(pause.seconds)
        requested(flow.send(None))
        pause = flow.send(one)
    assert isinstance(pause, Pause)
    return [*waited, pause.seconds]


def _refused(flow: SignInFlow, response: Response) -> CredentialsRefused:
    with pytest.raises(CredentialsRefused) as caught:
        flow.send(response)
    return caught.value


def test_a_code_is_asked_for_with_client_and_scopes() -> None:
    request = requested(next(sign_in(_method(scopes=["a", "b"], device_params={"x": 1}))))
    assert request.url == "https://login.example.test/device"
    assert dict(request.form or ()) == {"scope": "a b", "x": "1", "client_id": "tv-1"}


def test_a_person_is_shown_the_page_and_the_code() -> None:
    visit = _visit(sign_in(_method()))
    assert visit == Visit(ASKED["verification_uri"], "WDJB-MJHT", is_answered=False)  # type: ignore[arg-type]  # text, in a dict of several types


def test_the_address_that_holds_the_code_is_opened_when_there_is_one() -> None:
    complete = "https://login.example.test/activate?user_code=WDJB-MJHT"
    assert _visit(sign_in(_method()), verification_uri_complete=complete).url == complete


def test_googles_name_for_the_page_is_known() -> None:
    page = "https://www.example.test/device"
    assert _visit(sign_in(_method()), verification_uri=None, verification_url=page).url == page


@pytest.mark.parametrize(
    "page",
    [
        "http://login.example.test/activate",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://a.example.test/\x1b[2J",
        "https://a.example.test/ b",
        "https://[broken",
        7,
        None,
    ],
)
def test_nobody_is_sent_to_an_address_that_is_no_https_page(page: Any) -> None:
    flow = sign_in(_method())
    requested(next(flow))
    refused = _refused(flow, answer({**ASKED, "verification_uri": page}))
    assert refused.code == "token-not-found"


@pytest.mark.parametrize("code", ["", None, 7, "AB\x1b[31m", "AB\nCD"])
def test_a_code_that_cannot_be_shown_is_refused(code: Any) -> None:
    flow = sign_in(_method())
    requested(next(flow))
    assert _refused(flow, answer({**ASKED, "user_code": code})).code == "token-not-found"


def test_it_is_asked_every_five_seconds_unless_the_provider_says_otherwise() -> None:
    flow = sign_in(_method())
    _visit(flow)
    assert _waits(flow, PENDING, PENDING) == [5, 5, 5]
    flow = sign_in(_method())
    _visit(flow, interval=2)
    assert _waits(flow, PENDING) == [2, 2]


def test_slow_down_adds_five_seconds_for_good() -> None:
    flow = sign_in(_method())
    _visit(flow)
    assert _waits(flow, SLOWER, PENDING, SLOWER) == [5, 10, 10, 15]


def test_pending_that_comes_with_a_200_is_no_end() -> None:
    flow = sign_in(_method())
    _visit(flow)
    assert _waits(flow, answer({"error": "authorization_pending"})) == [5, 5]


def test_the_token_is_asked_for_by_the_device_code() -> None:
    flow = sign_in(_method())
    _visit(flow)
    flow.send(None)
    request = requested(flow.send(None))
    assert dict(request.form or ()) == {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": "dc-1",
        "client_id": "tv-1",
    }
    assert ended(flow, GRANTED) == Token("at-1", 60, refresh="rt-1")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        ("access_denied", "access-denied", "access was denied"),
        ("expired_token", "sign-in-refused", "the code has expired"),
        ("invalid_client", "credentials-refused", "the client id or the client secret is wrong"),
    ],
)
def test_an_end_without_token_is_said_in_words(error: str, code: str, words: str) -> None:
    flow = sign_in(_method())
    _visit(flow)
    flow.send(None)
    flow.send(None)
    refused = _refused(flow, answer({"error": error}, 400))
    assert refused.code == code
    assert words in refused.message


def test_it_ends_when_the_code_has_expired_whatever_the_provider_says() -> None:
    flow = sign_in(_method())
    _visit(flow, expires_in=12)
    assert _waits(flow, PENDING) == [5, 5]
    requested(flow.send(None))
    assert "expired" in _refused(flow, PENDING).message


def test_a_grant_asks_by_the_refresh_token() -> None:
    request = next(_method().grant(Token("at-0", 60, refresh="rt-0")))
    assert dict(request.form or ())["refresh_token"] == "rt-0"
