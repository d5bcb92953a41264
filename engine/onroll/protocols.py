"""What plug-ins implement: authentication methods, pagination styles and value transforms.

A plug-in registers a *kind* (a name, a JSON Schema for its keys, a builder and examples). The
builder makes, from checked configuration, an object that follows one of the protocols here.
The examples are run by the contract suites of `onroll.testing` and shown in the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from onroll.model import Headers, Json, Page, Proof, Request, Response, Token

__all__ = [
    "Address",
    "AuthExample",
    "AuthFlow",
    "AuthKind",
    "AuthMethod",
    "CredentialsRefused",
    "End",
    "PaginationExample",
    "PaginationKind",
    "Paginator",
    "SeenPage",
    "Step",
    "Transform",
    "TransformExample",
    "TransformKind",
    "Unreadable",
]

Schema: TypeAlias = Mapping[str, Any]

#: Makes an absolute URL of an endpoint or URL named in `auth`.
Address: TypeAlias = Callable[[str], str]

#: An I/O-free exchange: yields requests, is sent their responses, returns a token.
AuthFlow: TypeAlias = Generator[Request, Response, Token]


class CredentialsRefused(Exception):
    """Raised inside a flow: the token endpoint said no, or answered without a token.

    `code` is a diagnostic code; `hint` says what to change. Never holds a secret.
    """

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


class AuthMethod(Protocol):
    """Credentials for requests. Holds configuration only: tokens are kept by the session."""

    def grant(self, previous: Token | None) -> AuthFlow:
        """Obtain a token; `previous` is the one that expired or was refused."""
        ...

    def apply(self, request: Request, token: Token) -> Request:
        """Return the request with the credential on it."""
        ...

    def renewed(self, token: Token, response: Response) -> Token:
        """Return the token to use from now on: a new one if the response brought it."""
        ...


@dataclass(frozen=True, slots=True)
class AuthExample:
    """A configuration and a conversation: the answers that its grant is given, in order.

    `credential` is text that must be on every request afterwards and nowhere in a `repr`;
    `secrets` are texts of the configuration that no `repr` may show either.
    """

    config: Mapping[str, Any]
    answers: tuple[Response, ...] = ()
    credential: str | None = None
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthKind:
    """An authentication method as a plug-in registers it.

    `schema` has `properties` and `required` for the keys beside `method`. `build` gets the keys
    with references resolved, and an `Address` that makes absolute URLs.
    """

    name: str
    summary: str
    schema: Schema
    build: Callable[[Mapping[str, Any], Address], AuthMethod]
    examples: tuple[AuthExample, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Where one page is: parameters to send, or the whole address of a next link.

    `resend_params` says whether the list's own parameters go along. `position` is the
    paginator's own note of where it stands.
    """

    params: Mapping[str, Json] = field(default_factory=dict)
    url: str | None = None
    resend_params: bool = True
    position: int = 0


@dataclass(frozen=True, slots=True)
class End:
    """No further page: by which proof, or for which reason the end proves nothing."""

    proof: Proof | None
    reason: str | None = None


class Paginator(Protocol):
    """One pagination style, configured. Pure: what follows depends on the page before alone."""

    def first(self) -> Step:
        """Return the step of page one."""
        ...

    def after(self, step: Step, page: Page) -> Step | End:
        """Return the step that follows a page, or the end."""
        ...


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page in a pagination example: how many records, and what else the answer says."""

    received: int
    answer: Json = None
    headers: Headers = field(default_factory=Headers)
    record: Json = None


@dataclass(frozen=True, slots=True)
class PaginationExample:
    """A configuration and a conversation: pages, and what is asked before each and at the end.

    `asks` holds the parameters (or the URL) of each step, `proof` the proof at the end.
    """

    config: Mapping[str, Any]
    pages: tuple[SeenPage, ...]
    asks: tuple[Mapping[str, Json] | str, ...]
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class PaginationKind:
    """A pagination style as a plug-in registers it; see `AuthKind`.

    `ends` finishes the sentence "the listing ends with …", for `onroll explain`.
    """

    name: str
    summary: str
    ends: str
    schema: Schema
    build: Callable[[Mapping[str, Any]], Paginator]
    examples: tuple[PaginationExample, ...]


class Unreadable(Exception):
    """Raised by a transform: this value cannot be read. The message never holds the value."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


#: Turns one value (never absent, never null) into another; may raise `Unreadable`.
Transform: TypeAlias = Callable[[Json], Json]


@dataclass(frozen=True, slots=True)
class TransformExample:
    """One value in, one value out."""

    argument: Json
    given: Json
    gives: Json


@dataclass(frozen=True, slots=True)
class TransformKind:
    """A value transform as a plug-in registers it.

    `argument` is the schema of what stands behind its name, None when it takes nothing.
    `is_argument_needed` is false when the bare name will do too.
    """

    name: str
    summary: str
    argument: Schema | None
    build: Callable[[Json], Transform]
    examples: tuple[TransformExample, ...]
    is_argument_needed: bool = False
