"""A connector definition as a frozen value: what a checked file says, with its paths compiled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from onroll.model import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path as FilePath

    from onroll.definition.source import Source
    from onroll.expressions.condition import Condition
    from onroll.expressions.locator import Locator
    from onroll.expressions.path import Path
    from onroll.model import Json

__all__ = [
    "ConnectorDefinition",
    "Detail",
    "Example",
    "ListDefinition",
    "Lookup",
    "Recorded",
    "RequestTemplate",
    "SendIn",
    "Setting",
]

SendIn: TypeAlias = Literal["query", "json", "form"]


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


@dataclass(frozen=True, slots=True)
class ListDefinition:
    """One list: how it is asked for, where its records lie, how it goes on and ends."""

    name: str
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


@dataclass(frozen=True, slots=True)
class Detail:
    """One more request per record; what lies at `resource_location` attaches under `name`."""

    name: str
    request: RequestTemplate
    resource_location: Path
    success: Condition | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """Another list, and how its entries join: the entry whose `key` equals the record's `match`."""

    name: str
    listing: ListDefinition
    key: Path
    match: Path
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded answer: status, headers, and the file of its body."""

    status: int
    headers: Mapping[str, str]
    body: FilePath


@dataclass(frozen=True, slots=True)
class Example:
    """Recorded answers by list name, and the file with the users they must give."""

    responses: Mapping[str, tuple[Recorded, ...]]
    users: FilePath
    description: str = ""


@dataclass(frozen=True, slots=True)
class ConnectorDefinition:
    """A connector: everything its file says, checked. `source` knows where each part stands."""

    name: str
    title: str
    base_url: str
    auth: Mapping[str, Any]
    list_users: ListDefinition
    attributes: Mapping[str, Json]
    source: Source = field(repr=False)
    description: str = ""
    documentation: str = ""
    verified: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Setting] = field(default_factory=dict)
    headers: Mapping[str, Json] = field(default_factory=dict)
    params: Mapping[str, Json] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    exclude: tuple[Condition, ...] = ()
    details: tuple[Detail, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    full_filters: frozenset[str] = frozenset()
    examples: tuple[Example, ...] = ()
