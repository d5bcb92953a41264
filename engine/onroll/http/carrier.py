"""What carries requests, and what may be put around it to see or to keep what passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, runtime_checkable

import httpx

if TYPE_CHECKING:
    from onroll.model import Request

__all__ = ["ASKED", "Asked", "HasAnswers", "Transport", "Wrap"]

#: What carries requests: the network, a recording, or a test's own answers.
Transport: TypeAlias = httpx.BaseTransport

#: Puts a transport around the one that carries requests. It gets bodies as they came, encoded;
#: closing it closes the other.
Wrap: TypeAlias = Callable[[Transport], Transport]

#: The request extension that holds what was asked for, an `Asked`.
ASKED: Final = "onroll.asked"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was before credentials were put on it, and the how-manieth try it is.

    `has_credentials` is false of requests that only ask for a token.
    """

    request: Request
    attempt: int
    has_credentials: bool


@runtime_checkable
class HasAnswers(Protocol):
    """What a transport has besides, when it may answer without asking anybody."""

    def has_answer(self, asked: Asked) -> bool:
        """Whether it would: then no rate limit counts."""
        ...
