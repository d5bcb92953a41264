"""A carrier that answers from recordings: the seam for examples, with no network under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.http.carrier import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.http.carrier import Asked, Sent
    from onroll.model import Request, Response

__all__ = ["Replay"]


class Replay:
    """Answers each request with what `answer` returns for it, as it is before credentials.

    It may raise.
    """

    def __init__(self, answer: Callable[[Request], Response]) -> None:
        self._answer = answer

    def carry(self, sent: Sent, asked: Asked) -> Answer:  # noqa: ARG002  (a `Carrier` has it)
        """Answer one request."""
        recorded = self._answer(asked.request)
        encoding = recorded.headers.get("content-encoding", "")
        return Answer(recorded.status, recorded.headers, encoding, [recorded.body], _nothing)

    def close(self) -> None:
        """Close nothing."""


def _nothing() -> None:
    pass
