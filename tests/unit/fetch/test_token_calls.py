"""What is shown of a token call that failed is the call of the thread that it failed in."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from onroll.errors import AuthenticationError
from onroll.fetch.address import Addresses
from onroll.fetch.source import Source
from onroll.http.client import HttpClient
from onroll.model import Limits, Request, Response, Token
from onroll.protocols import CredentialsRefused
from onroll.redaction import Redactor

from .reading import BASE_URL

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.protocols import AuthFlow


class Refused:
    """A method that is refused; `meanwhile` is done when its first answer is there."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], None] | None = None

    def grant(self, previous: Token | None) -> AuthFlow:
        yield Request("POST", f"{BASE_URL}/token")
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        raise CredentialsRefused("credentials-refused", "no")

    def apply(self, request: Request, token: Token) -> Request:
        return request

    def renewed(self, token: Token, response: Response) -> Token:
        return token


def test_two_threads_that_are_refused_show_their_calls_each() -> None:
    shown: list[Any] = []
    method = Refused()

    def ask() -> None:
        with pytest.raises(AuthenticationError) as caught:
            source.authenticate()
        shown.append(caught.value.exchange)

    other = threading.Thread(target=ask)

    def begin_other() -> None:
        other.start()
        time.sleep(0.1)  # it has begun by then, and waits for the end of this call

    transport = httpx.MockTransport(lambda _: httpx.Response(400, json={}))
    with HttpClient(Limits(), transport=transport) as client:
        source = Source(client, method, Addresses(BASE_URL, BASE_URL), Redactor())
        method.meanwhile = begin_other
        ask()
        other.join()
    assert [one and one.status for one in shown] == [400, 400]
