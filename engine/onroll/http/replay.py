"""A transport that answers from recordings: the seam for examples, with no network under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from onroll.http.carrier import ASKED, Asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.model import Request, Response

__all__ = ["ReplayTransport"]


class ReplayTransport(httpx.BaseTransport):
    """Answers each request with what `answer` returns for it, as it is before credentials.

    It may raise.
    """

    def __init__(self, answer: Callable[[Request], Response]) -> None:
        self._answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        asked = request.extensions[ASKED]
        assert isinstance(asked, Asked)
        recorded = self._answer(asked.request)
        # As a stream: `content=` would be read at once, and the client reads the raw bytes.
        stream = httpx.ByteStream(recorded.body)
        return httpx.Response(recorded.status, headers=dict(recorded.headers), stream=stream)
