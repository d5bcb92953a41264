"""A connector definition as a frozen value: what a checked file says, with its paths compiled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from onroll.model import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path as FilePath

    from onroll.definition.source import KeyPath, Source
    from onroll.expressions.condition import Condition
    from onroll.expressions.locator import Locator
    from onroll.expressions.path import Path
    from onroll.model import Json

__all__ = [
    "ConnectorDefinition",
    "Decoding",
    "Detail",
    "Example",
    "ListDefinition",
    "Lookup",
    "Recorded",
    "RequestTemplate",
    "SendIn",
    "Setting",
    "Shape",
    "UpdatedSince",
]

SendIn: TypeAlias = Literal["query", "json", "form"]

#: A `decoder` section as written: the format's name, and its own keys.
Decoding: TypeAlias = "Mapping[str, Any]"

_JSON: Final = {"format": "json"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What whoever connects must supply. `default` is None when there is none."""

    name: str
    title: str
    description: str = ""
    secret: bool = False
    default: Json = None
    enum: tuple[Json, ...] = ()
    pattern: str | None = None
    required: bool = True


@dataclass(frozen=True, slots=True)
class RequestTemplate:
    """A request as written: references not resolved yet."""

    endpoint: str = ""
    method: str = "GET"
    headers: Mapping[str, Json] = field(default_factory=dict)
    params: Mapping[str, Json] = field(default_factory=dict)
    json: Json = None
    form: Mapping[str, Json] | None = None
    decoder: Decoding = field(default_factory=lambda: _JSON)


@dataclass(frozen=True, slots=True)
class Shape:
    """How records are laid out where there is no list of objects; see `fetch.shape`."""

    style: Literal["keyed", "columns", "values"]
    key: str = "key"
    columns: Path | None = None
    column_name: Path | None = None


@dataclass(frozen=True, slots=True)
class UpdatedSince:
    """How people who changed since a moment are asked for."""

    name: str
    value: str = "${since}"
    format: str = "iso"
    overlap_minutes: int = 60


@dataclass(frozen=True, slots=True)
class ListDefinition:
    """One list: how it is asked for, where its records lie, how it goes on and ends.

    `path` is where it stands in the file. `record` is what each of its records gets besides.
    """

    name: str
    path: KeyPath
    request: RequestTemplate
    resource_location: Path
    pagination: Mapping[str, Any]
    send_in: SendIn
    total_count: Locator | None = None
    more: Condition | None = None
    success: Condition | None = None
    may_be_absent: bool = False
    duplicates: Literal["refuse", "keep_first"] = "refuse"
    is_paging_declared: bool = True
    shape: Shape | None = None
    record: Mapping[str, Json] = field(default_factory=dict)
    end_statuses: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Detail:
    """One more request per record; what lies at `resource_location` attaches under `name`.

    A call of `context` is the same thing, made once and for all.
    """

    name: str
    request: RequestTemplate
    resource_location: Path
    success: Condition | None = None
    may_be_absent: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """Other entries, and how they join: the entry whose `key` equals the record's `match`.

    They come from a list of their own, or from `resource_location` of the users' own pages.
    """

    name: str
    resource_location: Path
    key: Path
    match: Path
    listing: ListDefinition | None = None
    optional: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded answer: status, headers, and the file of its body.

    `asked` is the request that it was given to, as method and path with query, and `sent` that
    one's body. None: nobody wrote it down.
    """

    status: int
    headers: Mapping[str, str]
    body: FilePath
    asked: str | None = None
    sent: Json = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Example:
    """Recorded answers by list name, and the file with the users they must give."""

    responses: Mapping[str, tuple[Recorded, ...]]
    users: FilePath
    description: str = ""


@dataclass(frozen=True, slots=True)
class ConnectorDefinition:
    """A connector: everything its file says, checked. `source` knows where each part stands.

    `list_users` is the list as written; `parts` are the lists that are read, mostly it alone.
    """

    name: str
    title: str
    base_url: str
    auth: Mapping[str, Any]
    list_users: ListDefinition
    parts: tuple[ListDefinition, ...]
    attributes: Mapping[str, Json]
    source: Source = field(repr=False)
    description: str = ""
    documentation: str = ""
    verified: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    headers: Mapping[str, Json] = field(default_factory=dict)
    params: Mapping[str, Json] = field(default_factory=dict)
    tls: Mapping[str, Json] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    context: tuple[Detail, ...] = ()
    updated_since: UpdatedSince | None = None
    exclude: tuple[Condition, ...] = ()
    details: tuple[Detail, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    full_filters: frozenset[str] = frozenset()
    examples: tuple[Example, ...] = ()
