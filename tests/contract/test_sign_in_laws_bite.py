"""The laws of signing in find what they are for: a method that breaks one fails its test."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

import pytest

from onroll.model import Headers, Request, Response, Token
from onroll.protocols import (
    AuthExample,
    AuthFlow,
    AuthKind,
    CredentialsRefused,
    RevokeFlow,
    SignInFlow,
    Visit,
)
from onroll.testing.contract import AuthCase, AuthContract

from .test_laws_bite import broken

_URL = "https://api.example.test/v1/token"
_LOGIN = "run `onroll login CONNECTION`"
_SCHEMA = {"properties": {"key": {"type": "string", "description": "The key."}}}


@dataclass(frozen=True)
class Trusting:
    """A method that a mistake can be put into. As it stands, it keeps the laws."""

    page: str = "https://api.example.test/v1/allow"
    is_stateless: bool = False
    is_believing: bool = False
    is_silent: bool = False
    is_endless: bool = False
    is_deaf: bool = False
    is_naming_no_command: bool = False

    def grant(self, previous: Token | None) -> AuthFlow:
        if not self.is_silent and (previous is None or previous.refresh is None):
            hint = None if self.is_naming_no_command else _LOGIN
            raise CredentialsRefused("not-signed-in", "nobody has signed in yet", hint)
        response = yield Request("POST", _URL)
        if response.status != 200 or b'"token"' not in response.body:
            raise CredentialsRefused("no", "the token call said no")
        return Token("t-0", refresh="r-0")

    def sign_in(self, redirect_uri: str) -> SignInFlow:
        state = "fixed" if self.is_stateless else secrets.token_hex(16)
        answered = yield Visit(f"{self.page}?state={state}")
        query = parse_qs(str(answered).partition("?")[2])
        if not self.is_believing and query.get("state") != [state]:
            raise CredentialsRefused("sign-in-refused", "another sign-in")
        response = yield Request("POST", _URL)
        assert isinstance(response, Response)
        return Token("t-0", refresh="r-0")

    def revoke(self, token: Token) -> RevokeFlow:
        response = yield Request("POST", _URL)
        if not (self.is_deaf or response.is_success):
            raise CredentialsRefused("not-revoked", "it was not taken back")
        while self.is_endless:
            yield Request("POST", _URL)

    def apply(self, request: Request, token: Token) -> Request:
        theirs = {name: one for name, one in request.headers.items() if name.lower() != "x-key"}
        return replace(request, headers={**theirs, "X-Key": f"Token {token.value}"})

    def renewed(self, token: Token, response: Response) -> Token:
        return token


def _case(build: Callable[[], Any], *, keeps_tokens: bool = True) -> AuthCase:
    answer = Response(200, Headers(), b'{"token": "x"}', _URL)
    kept = Token("t-9", refresh="r-9")
    example = AuthExample({"key": "k"}, (answer,), "Token t-0", previous=kept)
    kind = AuthKind("trusting", "For a test", _SCHEMA, lambda *_: build(), (example,), keeps_tokens)
    return AuthCase(kind, example)


def test_a_sign_in_that_keeps_the_laws_passes() -> None:
    assert broken(AuthContract(), _case(Trusting)) == []


@pytest.mark.parametrize(
    ("build", "law"),
    [
        (lambda: Trusting(is_stateless=True), "test_sign_ins_differ"),
        (lambda: Trusting(is_believing=True), "test_foreign_answer_is_refused"),
        (lambda: Trusting(is_silent=True), "test_nobody_signed_in_is_told"),
        (lambda: Trusting(is_naming_no_command=True), "test_nobody_signed_in_is_told"),
        (lambda: Trusting(is_endless=True), "test_revoking_ends"),
        (lambda: Trusting(is_deaf=True), "test_failed_revoking_is_told"),
        (
            lambda: Trusting(page="https://evil.test/allow"),
            "test_sign_in_begins_at_a_declared_origin",
        ),
    ],
)
def test_a_sign_in_that_breaks_a_law_fails_it(build: Callable[[], Any], law: str) -> None:
    assert law in broken(AuthContract(), _case(build))


def test_a_sign_in_whose_token_would_be_lost_breaks_a_law() -> None:
    assert "test_sign_in_is_kept" in broken(AuthContract(), _case(Trusting, keeps_tokens=False))
