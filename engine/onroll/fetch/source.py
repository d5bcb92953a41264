"""Ask a source: credentials on, one renewal on a 401, and every answer checked before it counts."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeVar

from onroll.auth.session import AuthSession, Lease
from onroll.diagnostics import Diagnostic, Exchange
from onroll.errors import AuthenticationError, ResponseError, SourceError
from onroll.expressions.reference import as_text
from onroll.fetch.selection import Selected
from onroll.http.body import decode_json
from onroll.model import Absent, Json, Request, Response
from onroll.protocols import CredentialsRefused
from onroll.redaction import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.auth.keeping import Keeper, KeptToken
    from onroll.auth.session import Show, SignedOut
    from onroll.expressions.condition import Condition
    from onroll.fetch.address import Addresses
    from onroll.http.client import HttpClient
    from onroll.protocols import AuthMethod
    from onroll.redaction import Redactor

__all__ = ["Answer", "Source"]

_Granted = TypeVar("_Granted")
_Read = TypeVar("_Read")

#: Fields of token calls whose values are secrets that no setting holds.
_MADE_SECRETS: Final = frozenset(
    {"assertion", "code", "code_verifier", "device_code", "refresh_token", "token"}
)
#: More of an answer than this helps nobody who talks to a provider.
_SHOWN_BYTES: Final = 1_000_000
_TOLD: Final = "these are the API's own words; if the answer is good, correct `success`"


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer and its decoded body, which is whole unless only what is read was decoded."""

    response: Response
    body: Json = field(repr=False)
    is_whole: bool = True


class _TokenCalls(threading.local):
    last: tuple[Request, Response] | None = None


class Source:
    """One API under one set of credentials. Safe to share between threads."""

    def __init__(
        self,
        client: HttpClient,
        method: AuthMethod,
        addresses: Addresses,
        redactor: Redactor,
        keeper: Keeper | None = None,
    ) -> None:
        self.client = client
        self.addresses = addresses
        self._redactor = redactor
        self._learned_lease = 0
        #: Each thread's own: another one may be asking for a token after this one failed.
        self._token_calls = _TokenCalls()
        self._session = AuthSession(
            method, self._send_for_token, keeper=keeper, learn_secret=redactor.add
        )

    def authenticate(self) -> None:
        """Obtain a token now, so that its failure is told apart from the list's."""
        self._lease()

    @property
    def has_sign_in(self) -> bool:
        """Whether a person must sign in first."""
        return self._session.has_sign_in

    def sign_in(self, redirect_uri: str, show: Show, pause: Callable[[float], None]) -> KeptToken:
        """Obtain and keep the first token with a person's help: see `AuthSession.sign_in`."""
        return self._granting(lambda: self._session.sign_in(redirect_uri, show, pause))

    def sign_out(self) -> SignedOut:
        """Give the grant back and forget the token: see `AuthSession.sign_out`."""
        return self._session.sign_out()

    def ask(
        self,
        request: Request,
        success: Condition | None = None,
        decode: Callable[[Response], Json | Selected] = decode_json,
    ) -> Answer:
        """Send a request with credentials and return its answer.

        Raises a `SourceError` for anything but a 2xx that can be decoded and where `success` holds.
        """
        response, body = self.exchange(request, decode=decode)
        if not response.is_success:
            raise self._refused(request, response)
        is_whole = not isinstance(body, Selected)
        if isinstance(body, Selected):
            body = body.value
        if success is not None and response.status == 204 and success.header is None:
            success = None  # there is no body that could say so
        if success is not None and not success.holds_for_answer(body, response.headers):
            raise self._said_no(request, response, success, body)
        return Answer(response, body, is_whole)

    def exchange(
        self,
        request: Request,
        *,
        is_repeatable: bool = True,
        decode: Callable[[Response], _Read] = decode_json,
    ) -> tuple[Response, _Read | None]:
        """Send a request with credentials; return the answer of any status, and a 2xx's body.

        `is_repeatable`: see `HttpClient.send`.
        """
        if request.origin != self.addresses.origin:
            # Cannot happen by way of a plan; stands here because credentials are at stake.
            message = f"{request.origin} is not the origin of the base URL"
            raise ResponseError(Diagnostic("foreign-origin", message))
        with self._session.turn():
            lease = self._lease()
            response, body = self._send(request, lease, decode, is_repeatable=is_repeatable)
            if response.status == 401 and (renewed := self._renewed(lease)) is not None:
                response, body = self._send(request, renewed, decode, is_repeatable=is_repeatable)
        return response, body

    def _send(
        self,
        request: Request,
        lease: Lease,
        decode: Callable[[Response], _Read],
        *,
        is_repeatable: bool,
    ) -> tuple[Response, _Read | None]:
        def sign(one: Request) -> Request:
            signed = self._session.apply(one, lease)
            self._learn_credentials(one, signed, lease)
            return signed

        try:
            response, body = self.client.send(
                request, decode, is_repeatable=is_repeatable, sign=sign
            )
        except SourceError as error:
            error.exchange = self.shown(request, None)
            self._clean(error)
            raise
        self._session.observe(response, lease)
        return response, body

    def _learn_credentials(self, request: Request, signed: Request, lease: Lease) -> None:
        """Know what authentication put on a request, as `user:password` in base64.

        Once for each token: a signature differs in every request, and is no secret for long.
        """
        if self._learned_lease == lease.number:
            return
        self._learned_lease = lease.number
        for name, value in signed.headers.items():
            if request.headers.get(name) != value:
                self._redactor.add(value)
                self._redactor.add(value.partition(" ")[2])

    def _clean(self, error: SourceError) -> None:
        """Take secrets out of an error's words too: an address may hold one."""
        clean = self._redactor.clean
        error.diagnostics = tuple(
            replace(one, message=clean(one.message), hint=one.hint and clean(one.hint))
            for one in error.diagnostics
        )

    def _send_for_token(self, request: Request) -> Response:
        if "Authorization" in request.headers:
            self._redactor.add(request.headers["Authorization"].partition(" ")[2])
        sent = request.json.items() if isinstance(request.json, dict) else request.form or ()
        for name, value in sent:
            if name in _MADE_SECRETS and isinstance(value, str):
                self._redactor.add(value)
        try:
            response, _ = self.client.send(request, lambda _: None)
        except ResponseError as error:
            # What the token endpoint answers says something about signing in, not about a list.
            self._clean(error)
            exchange = self.shown(request, None)
            raise AuthenticationError(*error.diagnostics, exchange=exchange) from None
        except SourceError as error:
            error.exchange = self.shown(request, None)
            self._clean(error)
            raise
        self._token_calls.last = (request, response)
        return response

    def _lease(self) -> Lease:
        return self._granting(self._session.lease)

    def _renewed(self, refused: Lease) -> Lease | None:
        return self._granting(lambda: self._session.renew(refused))

    def _granting(self, grant: Callable[[], _Granted]) -> _Granted:
        self._token_calls.last = None
        try:
            return grant()
        except CredentialsRefused as refused:
            diagnostic = Diagnostic(refused.code, refused.message, hint=refused.hint)
            exchange = self._shown_token_call()
            raise AuthenticationError(diagnostic, exchange=exchange) from None

    def _shown_token_call(self) -> Exchange | None:
        if self._token_calls.last is None:
            return None
        request, response = self._token_calls.last
        if response.is_success:
            # It brought a token that was not found: keys and shape tell where it is.
            response = replace(response, body=_shape_of(response.body))
        return self.shown(request, response)

    def shown(self, request: Request, response: Response | None) -> Exchange:
        """Return a request and its answer with every known secret taken out."""
        clean = self._redactor.clean
        url = clean(response.url if response is not None else request.url)
        if response is None:
            return Exchange(request.method, url)
        text = response.body[: 2 * _SHOWN_BYTES].decode("utf-8", "replace")
        headers = {
            name: self._redactor.clean_header(name, value)
            for name, value in response.headers.items()
        }
        # Cut after cleaning: half a secret at the cut would not be known again.
        shown = clean(text)[:_SHOWN_BYTES]
        return Exchange(request.method, url, response.status, headers, shown)

    def _refused(self, request: Request, response: Response) -> SourceError:
        status = response.status
        # What the session asked for because of this answer, and got.
        is_token_fresh = status == 401 and self._token_calls.last is not None
        from onroll.fetch.refusals import explain_refusal  # noqa: PLC0415  (only when refused)

        why = explain_refusal(request.method, response, is_token_fresh=is_token_fresh)
        clean = self._redactor.clean
        said = f"{request.method} {request.url} answered {status}: {why.sentence}"
        diagnostic = Diagnostic(why.code, clean(said), hint=clean(why.hint))
        kind = AuthenticationError if status in (401, 403) else ResponseError
        return kind(diagnostic, exchange=self.shown(request, response))

    def _said_no(
        self, request: Request, response: Response, success: Condition, body: Json
    ) -> ResponseError:
        said = success.message.first(body) if success.message is not None else None
        told = "" if isinstance(said, Absent) or said is None else as_text(said)
        words = f": {self._redactor.clean(told)[:300]}" if told else ""
        return ResponseError(
            Diagnostic(
                "source-says-no",
                f"the answer ({response.status}) does not fulfill `success`{words}",
                hint=_TOLD if told else "name where the API explains it: `success.message`",
            ),
            exchange=self.shown(request, response),
        )


def _shape_of(body: bytes) -> bytes:
    """Return a JSON body with all text in it hidden; other bodies as nothing."""

    def hidden(value: Json) -> Json:
        if isinstance(value, dict):
            return {key: hidden(item) for key, item in value.items()}
        if isinstance(value, list):
            return [hidden(item) for item in value]
        return HIDDEN if isinstance(value, str) else value

    try:
        return json.dumps(hidden(json.loads(body))).encode()
    except (ValueError, RecursionError):
        return HIDDEN.encode()
