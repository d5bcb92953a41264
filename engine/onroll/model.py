"""The frozen values that travel from step to step. No behavior beyond reading them.

The way of the data: a definition makes a plan of requests, a `Request` brings a `Response`,
a response is a `Page` of records, a record maps to a `User`, and the whole listing ends with a
`ListingReport` that says whether it is complete, and by which proof.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

import msgspec

__all__ = [
    "ABSENT",
    "ATTRIBUTES",
    "DATE_ATTRIBUTES",
    "DEFAULT_PORTS",
    "INSTANT_ATTRIBUTES",
    "LIST_ATTRIBUTES",
    "NEEDED_ATTRIBUTES",
    "NO_STATUS",
    "STATUSES",
    "TEXT_ATTRIBUTES",
    "Absent",
    "Headers",
    "Json",
    "Limits",
    "ListingReport",
    "Page",
    "Proof",
    "Reason",
    "Refusal",
    "Request",
    "Response",
    "Token",
    "User",
    "is_loopback",
    "is_sendable",
    "origin_of",
]

#: Any JSON value. `Any` and not a recursive union: a record's shape is the vendor's, not ours.
Json: TypeAlias = Any

Proof: TypeAlias = Literal["total", "end_marker", "empty_page", "single_page"]


class Absent(enum.Enum):
    """The type of `ABSENT`: a key that is not there, which is neither null nor empty."""

    ABSENT = "absent"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT

#: Stands for the name of an unknown status where the record has none.
NO_STATUS: Final = "(none)"

STATUSES: Final = ("onboarding", "active", "leave", "inactive")

#: A definition, with its connection's overlay, must map these.
NEEDED_ATTRIBUTES: Final = ("id", "email", "username")

#: Our user's attributes in the order in which they are shown. RFC 7643's meanings in snake_case.
ATTRIBUTES: Final = (
    "id",
    "employee_number",
    "username",
    "email",
    "alternate_email",
    "first_name",
    "middle_name",
    "last_name",
    "display_name",
    "preferred_name",
    "job_title",
    "department",
    "division",
    "team",
    "company",
    "cost_center",
    "employee_type",
    "location",
    "manager_id",
    "manager_email",
    "phone",
    "mobile",
    "status",
    "hire_date",
    "termination_date",
    "created_at",
    "updated_at",
    "roles",
    "groups",
    "locale",
    "time_zone",
    "address",
    "custom",
)
DATE_ATTRIBUTES: Final = frozenset({"hire_date", "termination_date"})
INSTANT_ATTRIBUTES: Final = frozenset({"created_at", "updated_at"})
LIST_ATTRIBUTES: Final = frozenset({"roles", "groups"})
#: `address` may be text or an object, and `custom` is an object.
TEXT_ATTRIBUTES: Final = (
    frozenset(ATTRIBUTES)
    - DATE_ATTRIBUTES
    - INSTANT_ATTRIBUTES
    - LIST_ATTRIBUTES
    - {"address", "custom"}
)

#: The port of a URL that names none (RFC 9110, 4.2).
DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@lru_cache(maxsize=256)
def origin_of(url: str) -> str:
    """Return a URL's origin (RFC 6454): scheme, host and port, the default port left out."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    suffix = "" if port is None or port == DEFAULT_PORTS.get(parts.scheme) else f":{port}"
    return f"{parts.scheme}://{host}{suffix}"


def is_loopback(url: str) -> bool:
    """Whether a URL names this machine by a loopback name or address."""
    try:
        host = urlsplit(url).hostname or ""
        # Not by its beginning: 127.0.0.1.example.com is somebody else's.
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


#: What a header may hold (RFC 9110, 5.5), and of that only what all servers read alike.
_SENDABLE = re.compile(r"[\t\x20-\x7e]*")


def is_sendable(value: str) -> bool:
    """Whether a header can carry this text: no line break, no letter beyond ASCII."""
    return _SENDABLE.fullmatch(value) is not None


class Headers(Mapping[str, str]):
    """Response headers: names without regard to case, repeated ones joined by a comma."""

    __slots__ = ("_values",)

    def __init__(self, pairs: Mapping[str, str] | tuple[tuple[str, str], ...] = ()) -> None:
        items = pairs.items() if isinstance(pairs, Mapping) else pairs
        self._values: dict[str, str] = {}
        for name, value in items:
            key = name.lower()
            known = self._values.get(key)
            self._values[key] = value if known is None else f"{known}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({', '.join(self._values)})"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the API allows, and the bounds that we keep. None means no limit of that kind."""

    requests_per_minute: int | None = None
    requests_per_second: int | None = None
    concurrency: int = 4
    timeout_seconds: float = 60.0
    page_bytes: int = 64 << 20
    pages: int = 1_000_000
    records: int = 20_000_000
    retry_statuses: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. `params` is the query in order; at most one of `json` and `form` is set.

    Its `repr` shows neither headers nor parameters: both may hold credentials.
    """

    method: str
    url: str
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Json = field(default=None, repr=False)
    form: tuple[tuple[str, str], ...] | None = field(default=None, repr=False)

    @property
    def origin(self) -> str:
        """The origin that the request goes to."""
        return origin_of(self.url)


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer. `url` is the address asked, with its query; `body` is decompressed bytes."""

    status: int
    headers: Headers
    body: bytes = field(repr=False)
    url: str = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Token:
    """A credential that was granted. `lifetime` is in seconds from the moment of the grant."""

    value: str = field(repr=False)
    lifetime: float | None = None
    refresh: str | None = field(default=None, repr=False)
    is_renewable: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing: its records, and what its answer says about the rest.

    `number` counts from 1. `records` are those that the answer holds, in order. `answer` is the
    decoded body (None for a 204), `url` the address it came from.
    """

    number: int
    records: list[Json]
    answer: Json
    headers: Headers
    url: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one attribute of one record could not be used. Never holds the person's data."""

    attribute: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that gives no user. `record` counts from 1 over the whole listing."""

    record: int
    id: str | None
    reasons: tuple[Reason, ...]


class User(msgspec.Struct, frozen=True):
    """A person in our attributes. Absent attributes are not keys; null ones are None."""

    attributes: Mapping[str, Json]
    unknown_status: str | None = None

    @property
    def id(self) -> str:
        """The source's id, always text."""
        return str(self.attributes["id"])


@dataclass(frozen=True, slots=True)
class ListingReport:
    """What was read, and the proof that it is all: the certificate of a listing.

    `complete` is true only with a `proof` and without `reasons`. `received` counts records,
    `distinct` their different ids, `seconds` is wall time. `updated_since` is the moment (ISO 8601,
    UTC) since which changes were asked for; such a listing is `partial`.
    """

    complete: bool = False
    proof: Proof | None = None
    total_count: int | None = None
    received: int = 0
    distinct: int = 0
    duplicates: int = 0
    refused: int = 0
    excluded: int = 0
    pages: int = 0
    requests: int = 0
    retries: int = 0
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    unknown_statuses: Mapping[str, int] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    partial: bool = False
    updated_since: str | None = None
    seconds: float = 0.0
