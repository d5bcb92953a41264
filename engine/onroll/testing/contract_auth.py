"""The laws of authentication methods."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pytest

from onroll.model import Headers, Request, Response, Token, origin_of
from onroll.protocols import AuthExample, AuthKind, CredentialsRefused
from onroll.testing.contract_kinds import Case, SectionContract
from onroll.testing.contract_sign_in import SignInLaws

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from onroll.protocols import AuthMethod

__all__ = ["AuthCase", "AuthContract"]

_BASE: Final = "https://api.example.test/v1"
_ECHO: Final = "echoed-5e1f"
_JSON: Final = "application/json"


def _answer(status: int, body: bytes, kind: str = _JSON) -> Response:
    return Response(status, Headers({"content-type": kind}), body, f"{_BASE}/token")


_ERROR: Final = json.dumps({"error": "invalid_client", "error_description": _ECHO}).encode()
_PAGE: Final = f"<!doctype html><title>{_ECHO}</title>".encode()

#: Answers of a token endpoint that said no.
_REFUSALS: Final = {
    "400": _answer(400, _ERROR),
    "401": _answer(401, json.dumps({"error": {"message": _ECHO}}).encode()),
    "403-html": _answer(403, _PAGE, "text/html"),
    "500": _answer(500, _ECHO.encode(), "text/plain"),
}
#: Answers that look well and hold no token.
_WITHOUT_TOKEN: Final = {
    "html": _answer(200, _PAGE, "text/html"),
    "nothing": _answer(200, b""),
    "null": _answer(200, b"null"),
    "empty-object": _answer(200, b"{}"),
    "other-object": _answer(200, json.dumps({"result": _ECHO}).encode()),
    "list": _answer(200, json.dumps([_ECHO]).encode()),
    "text": _answer(200, json.dumps(_ECHO).encode()),
    "cut": _answer(200, f'{{"access_token": "{_ECHO}'.encode()),
    "not-utf-8": _answer(200, b"\xff\xfe" + _ECHO.encode()),
    "too-deep": _answer(200, b"[" * 200_000),
}

#: Requests of each shape that an API is asked in.
_REQUESTS: Final = (
    Request("GET", f"{_BASE}/people"),
    Request(
        "GET",
        f"{_BASE}/people?page=2&sort=a%20b",
        params=(("status", ""), ("ids[]", "1"), ("ids[]", "2")),
        headers={"Accept": _JSON, "X-Trace": "t-1"},
    ),
    Request("POST", f"{_BASE}/people/search", json={"fields": ["id"], "filter": {"a": None}}),
    Request("POST", f"{_BASE}/people", form=(("action", "list"), ("action", "more"))),
)


@dataclass(frozen=True)
class AuthCase(Case):
    """An authentication method and one of its examples."""

    kind: AuthKind
    example: AuthExample

    def build(self) -> AuthMethod:
        """Build the method as a definition would."""
        return self.kind.build(copy.deepcopy(dict(self.example.config)), _address)

    def grant(
        self, method: AuthMethod, answers: Sequence[Response] | None = None
    ) -> tuple[list[Request], Token]:
        """Run a grant on recorded answers; return what it asked and the token."""
        waiting = list(self.example.answers if answers is None else answers)
        asked: list[Request] = []
        flow = method.grant(self.example.previous)
        try:
            asked.append(next(flow))
            while True:
                assert waiting, "the grant asks more often than the example has answers"
                asked.append(flow.send(waiting.pop(0)))
        except StopIteration as done:
            token = done.value
        assert not waiting, "the example has answers that the grant did not ask for"
        assert isinstance(token, Token), "a grant returns a Token"
        return asked, token

    def token(self, method: AuthMethod) -> Token:
        """Return the token that goes on requests: of a grant, or of the challenge after it."""
        _, token = self.grant(method)
        if self.example.challenge is None:
            return token
        challenged = method.renewed(token, self.example.challenge)
        assert isinstance(challenged, Token), "a challenge is answered by a Token"
        assert challenged is not token, "the example has a challenge that the method passes over"
        return challenged

    def origins(self) -> set[str]:
        """Return the origins that the configuration declares, and the base URL's."""
        urls = [text for text in _texts(self.example.config) if "://" in text]
        return {origin_of(_BASE), *(origin_of(url) for url in urls)}

    def hidden(self, token: Token) -> list[str]:
        """Return what no `repr` may show: the credential without its scheme word, and secrets."""
        credential = self.example.credential or ""
        texts = [credential.partition(" ")[2] or credential, token.value, token.refresh or ""]
        return [text for text in (*texts, *self.example.secrets) if text]


def _address(written: str) -> str:
    return _BASE + written if written.startswith("/") else written


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


class AuthContract(SignInLaws, SectionContract):
    """What the session relies on: flows without I/O, and methods that hold configuration only."""

    registered_as = "auth"
    case_type = AuthCase

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give a test each kind, each example, and each way in which a token call can fail."""
        super().pytest_generate_tests(metafunc)
        if "refusal" in metafunc.fixturenames:
            metafunc.parametrize("refusal", list(_REFUSALS.values()), ids=list(_REFUSALS))
        if "tokenless" in metafunc.fixturenames:
            metafunc.parametrize("tokenless", list(_WITHOUT_TOKEN.values()), ids=_WITHOUT_TOKEN)

    def test_building_changes_nothing(self, case: AuthCase) -> None:
        """A builder leaves the configuration as it is."""
        config = copy.deepcopy(dict(case.example.config))
        case.kind.build(config, _address)
        assert config == case.example.config

    def test_grant_asks_declared_origins_only(self, case: AuthCase) -> None:
        """A grant yields requests with absolute URLs, and credentials go nowhere else."""
        asked, _ = case.grant(case.build())
        for request in asked:
            assert isinstance(request, Request)
            assert request.url.startswith(("https://", "http://"))
            assert request.origin in case.origins()

    def test_grant_keeps_nothing(self, case: AuthCase) -> None:
        """A grant leaves no trace in the method: the next one asks there too, for an equal token.

        The requests may differ in a nonce or a time.
        """
        method = case.build()
        (asked, token), (again, other) = case.grant(method), case.grant(method)
        assert token == other
        assert [(one.method, one.url) for one in asked] == [(one.method, one.url) for one in again]

    def test_grants_do_not_mix(self, case: AuthCase) -> None:
        """Two grants of one method that are under way at once do not disturb each other."""
        method = case.build()
        first = method.grant(case.example.previous)
        next(first, None)
        _, token = case.grant(method)
        first.close()
        assert case.grant(method)[1] == token

    def test_grant_takes_a_previous_token(self, case: AuthCase) -> None:
        """A token that expired or was refused is a fair argument."""
        method = case.build()
        _, token = case.grant(method)
        next(method.grant(token), None)

    def test_lifetime_is_positive(self, case: AuthCase) -> None:
        """A token lives for more than no time, or for an unknown time."""
        _, token = case.grant(case.build())
        assert token.lifetime is None or token.lifetime > 0

    def test_fixed_credential_is_not_renewable(self, case: AuthCase) -> None:
        """Where nothing is asked, asking again after a 401 brings nothing else."""
        asked, token = case.grant(case.build())
        assert asked or not token.is_renewable

    def test_request_carries_the_credential(self, case: AuthCase) -> None:
        """The example's credential is on every request; one that has none may add nothing."""
        method = case.build()
        token = case.token(method)
        for request in _REQUESTS:
            applied = method.apply(request, token)
            if case.example.credential is not None:
                on_it = [*applied.headers.values(), *_texts(applied.params), *_texts(applied.json)]
                on_it += _texts(applied.form)
                assert any(case.example.credential in text for text in on_it)
            elif case.example.answers:
                assert applied != request, "a token was granted, and is not used"

    def test_request_keeps_all_else(self, case: AuthCase) -> None:
        """Method, address, parameters, headers and body of a request stay as they were."""
        method = case.build()
        token = case.token(method)
        for request in _REQUESTS:
            applied = method.apply(request, token)
            assert (applied.method, applied.url) == (request.method, request.url)
            kept = [pair for pair in applied.params if pair in request.params]
            assert kept == list(request.params)
            assert dict(applied.headers).items() >= dict(request.headers).items()
            if isinstance(request.json, dict):
                assert applied.json.items() >= request.json.items()
            else:
                assert applied.json == request.json
            assert (applied.form or ())[: len(request.form or ())] == (request.form or ())

    def test_headers_are_not_doubled(self, case: AuthCase) -> None:
        """A header of the same name in other letters is replaced, not sent beside ours."""
        method = case.build()
        token = case.token(method)
        bare = _REQUESTS[0]
        names = set(method.apply(bare, token).headers) - set(bare.headers)
        loud = Request(bare.method, bare.url, headers={name.upper(): "theirs" for name in names})
        headers = method.apply(loud, token).headers
        assert len({name.lower() for name in headers}) == len(headers)
        assert "theirs" not in headers.values()

    def test_applying_is_pure(self, case: AuthCase) -> None:
        """The same request and token give the same, and the request given is not changed.

        A signature may hold a time, a nonce or a count: then it has the same headers again.
        """
        method = case.build()
        token = case.token(method)
        for request in _REQUESTS:
            before = copy.deepcopy(request)
            first, second = (method.apply(request, token) for _ in range(2))
            if case.example.is_signature:
                assert list(first.headers) == list(second.headers)
                first, second = (replace(one, headers={}) for one in (first, second))
            assert first == second
            assert request == before

    def test_nothing_secret_is_shown(self, case: AuthCase) -> None:
        """No `repr` of method, token or request shows a credential: they end up in logs."""
        method = case.build()
        (asked, _), token = case.grant(method), case.token(method)
        applied = [method.apply(request, token) for request in _REQUESTS]
        shown = " ".join(map(repr, (method, token, *asked, *applied)))
        assert not [text for text in case.hidden(token) if text in shown]

    def test_refusal_is_told(self, case: AuthCase, refusal: Response) -> None:
        """An error at any step of a grant raises `CredentialsRefused`, without the body's text."""
        for index in range(len(case.example.answers)):
            _assert_refused(case, (*case.example.answers[:index], refusal))

    def test_answer_without_token_is_told(self, case: AuthCase, tokenless: Response) -> None:
        """A last answer without a token raises `CredentialsRefused`, without the body's text."""
        if case.example.answers:
            _assert_refused(case, (*case.example.answers[:-1], tokenless))

    def test_token_stays_when_nothing_new_came(self, case: AuthCase) -> None:
        """`renewed` returns the very same token for answers that bring no other."""
        method = case.build()
        token = case.token(method)
        plain = _answer(200, json.dumps({"people": [{"id": 1}]}).encode())
        nothing = Response(204, Headers(), b"", _BASE)
        for response in (plain, nothing, *_REFUSALS.values(), *_WITHOUT_TOKEN.values()):
            assert method.renewed(token, response) is token


def _assert_refused(case: AuthCase, answers: Sequence[Response]) -> None:
    with pytest.raises(CredentialsRefused) as caught:
        case.grant(case.build(), answers)
    error = caught.value
    assert error.code
    assert error.message
    assert _ECHO not in f"{error} {error.code} {error.message} {error.hint}"
    _, token = case.grant(case.build())
    assert not [text for text in case.hidden(token) if text in str(error)]
