"""Credentials that never change: what `none`, `api_key`, `bearer` and `basic` have in common."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from onroll.model import Request, Response, Token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.protocols import AuthFlow

__all__ = ["FixedCredential", "after_scheme", "with_header"]

_NOTHING_GRANTED: Final = Token(value="", is_renewable=False)


@dataclass(frozen=True, slots=True)
class FixedCredential:
    """Headers and query parameters that go on every request. Nothing is granted or renewed."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def grant(self, previous: Token | None) -> AuthFlow:  # noqa: ARG002  (the protocol's)
        """Grant at once, without a request."""
        yield from ()
        return _NOTHING_GRANTED

    def apply(self, request: Request, token: Token) -> Request:  # noqa: ARG002  (as above)
        """Put the headers and parameters on the request; a parameter of the same name goes."""
        ours = {name for name, _ in self.params}
        kept = tuple(pair for pair in request.params if pair[0] not in ours)
        return replace(
            request,
            headers={**request.headers, **self.headers},
            params=kept + self.params,
        )

    def renewed(self, token: Token, response: Response) -> Token:  # noqa: ARG002  (as above)
        """Keep what there is."""
        return token


def after_scheme(scheme: str, credential: str) -> str:
    """Return a header's value: the scheme word and the credential, or the credential alone."""
    return f"{scheme} {credential}" if scheme else credential


def with_header(request: Request, name: str, value: str) -> Request:
    """Return the request with one header set."""
    return replace(request, headers={**request.headers, name: value})
