"""What a draft is made from: a call, what answered it, and what its documentation says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from onroll.model import Headers, Json

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Answer", "Call", "FieldFacts", "Guess", "ParameterFacts"]

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Guess(Generic[T_co]):
    """A value of the definition to be, and what speaks for it.

    `evidence` is half a sentence that can stand as a comment behind the value: "a list of 100
    objects with `email`". It names keys, counts and words of the vendor's, never a person's data.
    What is not `is_sure` is marked for checking, and asked about on a terminal.
    """

    value: T_co
    evidence: str
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class ParameterFacts:
    """What a documentation says of a query parameter."""

    name: str
    default: Json = None
    maximum: int | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What a documentation says of a field of a record: its kind, format and values."""

    kind: str = ""
    format: str = ""
    values: tuple[Json, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: recorded, or made up after a documentation (`is_described`).

    `body` is the decoded value, by `decoder` where that is not JSON's. Made-up records are as
    many as it takes for each documented value of each field to appear once.
    """

    body: Json = field(repr=False)
    status: int = 200
    headers: Headers = field(default_factory=Headers)
    decoder: Mapping[str, Any] | None = None
    is_described: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A request for a list of people, as far as it is known, and its answer.

    `url` is absolute, without query and fragment, or None when nobody said it. `params` is the
    query in order. `headers` are the request's, and may hold secrets, as may `params`, `body` and
    `credentials` (user name and password of Basic). `known_params` and `fields` (by the written
    path inside the record) come from a documentation. `notes` are sentences on what was left out
    or read otherwise than it was written, for whoever drafts; they hold no values.
    """

    url: str | None = None
    method: str = "GET"
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Headers = field(default_factory=Headers, repr=False)
    json: Json = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    credentials: tuple[str, str] | None = field(default=None, repr=False)
    answer: Answer | None = None
    known_params: tuple[ParameterFacts, ...] = ()
    fields: Mapping[str, FieldFacts] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
