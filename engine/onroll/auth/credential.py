"""Credentials that never change: what `none`, `api_key`, `bearer` and `basic` have in common."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from onroll.model import Request, Response, Token, is_sendable
from onroll.protocols import CredentialsRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.protocols import AuthFlow

__all__ = ["FixedCredential", "after_scheme", "refuse_unsendable", "with_headers"]

_NOTHING_GRANTED: Final = Token(value="", is_renewable=False)


@dataclass(frozen=True, slots=True)
class FixedCredential:
    """Headers and query parameters that go on every request. Nothing is granted or renewed."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def grant(self, previous: Token | None) -> AuthFlow:
        """Grant at once, without a request."""
        for name, value in self.headers.items():
            refuse_unsendable(name, value)
        yield from ()
        return _NOTHING_GRANTED

    def apply(self, request: Request, token: Token) -> Request:
        """Put the headers and parameters on the request; a parameter of the same name goes."""
        ours = {name for name, _ in self.params}
        kept = tuple(pair for pair in request.params if pair[0] not in ours)
        return replace(
            with_headers(request, self.headers),
            url=_without(request.url, ours),
            params=kept + self.params,
        )

    def renewed(self, token: Token, response: Response) -> Token:
        """Keep what there is."""
        return token


def after_scheme(scheme: str, credential: str) -> str:
    """Return a header's value: the scheme word and the credential, or the credential alone."""
    return f"{scheme} {credential}" if scheme else credential


def with_headers(request: Request, headers: Mapping[str, str]) -> Request:
    """Return the request with these headers set, in place of those of the same name."""
    ours = {name.lower() for name in headers}
    kept = {name: value for name, value in request.headers.items() if name.lower() not in ours}
    return replace(request, headers={**kept, **headers})


def refuse_unsendable(header: str, value: str) -> None:
    """Raise `CredentialsRefused` for what no header can carry, before a client quotes it."""
    if not is_sendable(value):
        raise CredentialsRefused(
            "credential-not-sendable",
            f"the credential for the header `{header}` has a character that no header can carry",
            "look for a line break behind it, or a letter that is not ASCII",
        )


def _without(url: str, names: set[str]) -> str:
    """Return a URL without these query parameters: next links often repeat the key."""
    head, mark, query = url.partition("?")
    pieces = query.split("&")
    kept = [piece for piece in pieces if unquote_plus(piece.partition("=")[0]) not in names]
    if len(kept) == len(pieces):
        return url
    return head + mark + "&".join(kept) if kept else head
