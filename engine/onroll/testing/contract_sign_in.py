"""The laws of authentication methods that a person must allow first. Other methods pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from onroll.model import Headers, Request, Response, Token, origin_of
from onroll.protocols import CredentialsRefused, SignIn, Visit

if TYPE_CHECKING:
    from onroll.protocols import AuthMethod

__all__ = ["SignInLaws"]

_REDIRECT: Final = "http://127.0.0.1:49152/callback"
_KEPT: Final = Token("kept-access-5e1f", 3600, refresh="kept-refresh-5e1f")
#: What a browser may end at when somebody else sent it there.
_FOREIGN: Final = (
    "",
    _REDIRECT,
    f"{_REDIRECT}?code=c-1",
    f"{_REDIRECT}?code=c-1&state=",
    f"{_REDIRECT}?code=c-1&state=somebody-elses",
    f"{_REDIRECT}?error=access_denied&state=somebody-elses",
    "http://[broken?code=c-1&state=x",
)


class SignInLaws:
    """What `onroll login` and `onroll logout` rely on."""

    def test_sign_in_is_kept(self, case: Any) -> None:
        """What a person allowed outlives the run: the kind keeps its tokens."""
        if _signing_in(case) is not None:
            assert case.kind.keeps_tokens

    def test_nobody_signed_in_is_told(self, case: Any) -> None:
        """A grant without an earlier token cannot begin: `not-signed-in` names the command."""
        method = _signing_in(case)
        if method is None:
            return
        for previous in (None, Token("kept-access-5e1f")):
            with pytest.raises(CredentialsRefused) as caught:
                next(method.grant(previous))
            assert caught.value.code == "not-signed-in"
            assert "onroll login" in (caught.value.hint or "")

    def test_sign_in_begins_at_a_declared_origin(self, case: Any) -> None:
        """A person and a request are sent to the addresses of the configuration only."""
        method = _signing_in(case)
        if method is None:
            return
        first = next(method.sign_in(_REDIRECT))
        assert isinstance(first, Request | Visit)
        assert origin_of(first.url) in case.origins()
        assert not isinstance(first, Visit) or first.url not in repr(first)

    def test_sign_ins_differ(self, case: Any) -> None:
        """Each visit has a state of its own, so that an answer belongs to one sign-in."""
        method = _signing_in(case)
        if method is None:
            return
        first, second = (next(method.sign_in(_REDIRECT)) for _ in range(2))
        if isinstance(first, Visit) and first.is_answered:
            assert isinstance(second, Visit)
            assert first.url != second.url

    def test_foreign_answer_is_refused(self, case: Any) -> None:
        """An address that does not belong to this sign-in is refused before anything is asked."""
        method = _signing_in(case)
        for answered in _FOREIGN if method is not None else ():
            flow = method.sign_in(_REDIRECT)
            first = next(flow)
            if not (isinstance(first, Visit) and first.is_answered):
                return
            with pytest.raises(CredentialsRefused):
                flow.send(answered)

    def test_revoking_ends(self, case: Any) -> None:
        """A grant is given back to a declared origin, and a success ends it."""
        method = _signing_in(case)
        if method is None:
            return
        flow = method.revoke(_KEPT)
        for request in flow:
            assert request.origin in case.origins()
            with pytest.raises(StopIteration):
                flow.send(Response(200, Headers(), b"", request.url))

    def test_failed_revoking_is_told(self, case: Any) -> None:
        """A provider that does not take the grant back is told apart, without the token."""
        method = _signing_in(case)
        if method is None:
            return
        flow = method.revoke(_KEPT)
        for request in flow:
            with pytest.raises(CredentialsRefused) as caught:
                flow.send(Response(503, Headers(), b"kept-refresh-5e1f", request.url))
            assert "5e1f" not in f"{caught.value} {caught.value.hint}"


def _signing_in(case: Any) -> Any:
    """Return the example's method when it is one that a person must allow first."""
    method: AuthMethod = case.build()
    return method if isinstance(method, SignIn) else None
