"""What plug-ins implement: authentication methods, pagination styles, decoders and transforms.

A plug-in registers a *kind* (a name, a JSON Schema for its keys, a builder and examples). The
builder makes, from checked configuration, an object that follows one of the protocols here.
The examples are run by the contract suites of `onroll.testing` and shown in the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from onroll.model import Headers, Json, Page, Proof, Request, Response, Token

if TYPE_CHECKING:
    from onroll.outline import Outline, Reads

__all__ = [
    "Address",
    "AuthExample",
    "AuthFlow",
    "AuthKind",
    "AuthMethod",
    "CredentialsRefused",
    "Decoder",
    "DecoderExample",
    "DecoderKind",
    "Encoder",
    "End",
    "Foreseeing",
    "Frugal",
    "PaginationExample",
    "PaginationKind",
    "Paginator",
    "Pause",
    "RevokeFlow",
    "SeenPage",
    "Selecting",
    "SignIn",
    "SignInFlow",
    "Step",
    "Transform",
    "TransformExample",
    "TransformKind",
    "Unlike",
    "Unreadable",
    "UnreadableBody",
    "Visit",
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
class Visit:
    """What a person must open in a browser to allow access.

    `code` is to be typed there (RFC 8628). With `is_answered` the flow is sent, as text, the whole
    address that the browser was sent to afterwards; else None, at once.
    """

    url: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    is_answered: bool = True


@dataclass(frozen=True, slots=True)
class Pause:
    """So many seconds to wait before the flow goes on; it is sent None."""

    seconds: float


#: Like `AuthFlow`, with a person in it: each `Visit` and `Pause` is answered as it says.
SignInFlow: TypeAlias = Generator[Request | Visit | Pause, Response | str | None, Token]

#: Yields requests, is sent their responses, and returns when the grant is gone.
RevokeFlow: TypeAlias = Generator[Request, Response, None]


@runtime_checkable
class SignIn(Protocol):
    """What an authentication method has besides, when a person must allow access first."""

    def sign_in(self, redirect_uri: str) -> SignInFlow:
        """Obtain the first token. `redirect_uri` is where the browser is sent back to."""
        ...

    def revoke(self, token: Token) -> RevokeFlow:
        """Give a grant back; does nothing where the API knows no way to."""
        ...


@dataclass(frozen=True, slots=True)
class AuthExample:
    """A configuration and a conversation: the answers that its grant is given, in order.

    `previous` is the token that the grant starts from, and `challenge` a 401 to a request without
    credentials, of which `renewed` makes the token to use. `credential` is text that must be on
    every request afterwards and nowhere in a `repr`; `secrets` are texts of the configuration
    that no `repr` may show either. With `is_signature` each request is signed anew, with a time,
    a nonce or a count, so that the same request looks different every time.
    """

    config: Mapping[str, Any]
    answers: tuple[Response, ...] = ()
    credential: str | None = None
    secrets: tuple[str, ...] = ()
    previous: Token | None = None
    challenge: Response | None = None
    is_signature: bool = False


@dataclass(frozen=True, slots=True)
class AuthKind:
    """An authentication method as a plug-in registers it.

    `schema` has `properties` and `required` for the keys beside `method`. `build` gets the keys
    with references resolved, and an `Address` that makes absolute URLs. With `keeps_tokens` a
    token outlives the run: it is kept in the token store, encrypted, and given to the next run's
    first `grant` as `previous`.
    """

    name: str
    summary: str
    schema: Schema
    build: Callable[[Mapping[str, Any], Address], AuthMethod]
    examples: tuple[AuthExample, ...]
    keeps_tokens: bool = False


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


@runtime_checkable
class Foreseeing(Protocol):
    """What a paginator has besides, when further steps are known before the page before is read."""

    def ahead(self, step: Step, page: Page, total: int | None) -> Iterator[Step]:
        """Yield, in order, the steps behind a page if each is as long as this one.

        `total` is the total count that the page names. Finite; nothing when it cannot be known.
        They are only asked for early: what follows a page is what `after` says, always.
        """
        ...


@runtime_checkable
class Frugal(Protocol):
    """What a paginator has besides, when `after` reads an answer at known places only.

    Then nothing else need be decoded of a page in the middle of a list, whose objects may be
    `Members`, which only paths can read. Page one and the page that `after` calls the last are
    always given whole.
    """

    def reads(self) -> Reads:
        """Return the places that `after` and `ahead` read: all is the same with nothing else."""
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


class UnreadableBody(Exception):
    """Raised by a decoder: the body is cut, or not what was asked for.

    `code` is a diagnostic code; `hint` says what it looks like instead. Holds nothing of the body.
    """

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


#: Turns the bytes of a 2xx answer into JSON values; may raise `UnreadableBody`.
Decoder: TypeAlias = Callable[[Response], Json]


class Unlike(Exception):
    """Raised by a decoder of a part: this body is not like those that were seen before."""


@runtime_checkable
class Selecting(Protocol):
    """What a decoder has besides, when it can leave out what nobody wants."""

    def selecting(self, outline: Outline) -> Decoder:
        """Return a decoder of what is wanted, which raises `Unlike` for what is not so outlined.

        It gives values as the whole has them, and for an object with `members` its `Members`.
        """
        ...


#: Writes a body that decodes to a value, under a configuration, in place of an answer's own.
Encoder: TypeAlias = Callable[[Mapping[str, Any], Json, Response], bytes]


@dataclass(frozen=True, slots=True)
class DecoderExample:
    """A configuration, a body, and what comes out; None when it must be refused."""

    config: Mapping[str, Any]
    body: bytes
    gives: Json
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class DecoderKind:
    """A format of answers as a plug-in registers it; see `AuthKind`.

    `accept` is what the request says that it wants. Without `encode` no example can be recorded
    in the format; what it writes is read without the answer's headers.
    """

    name: str
    summary: str
    accept: str
    schema: Schema
    build: Callable[[Mapping[str, Any]], Decoder]
    examples: tuple[DecoderExample, ...]
    encode: Encoder | None = None


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
    `is_argument_needed` is false when the bare name will do too. With `takes_all` it is given a
    list whole, so that a JSONPath in front of it gives every match and not the first alone.
    """

    name: str
    summary: str
    argument: Schema | None
    build: Callable[[Json], Transform]
    examples: tuple[TransformExample, ...]
    is_argument_needed: bool = False
    takes_all: bool = False
