"""Read from servers that are pure functions, through everything but the network."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings, settle
from onroll.errors import SourceError
from onroll.model import ListingReport
from onroll.service.opening import Options, open_source
from onroll.service.reading import People

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from onroll.definition.connector import ConnectorDefinition

BASE_URL = "https://api.example.test/v1"

Answer = Any


@dataclass
class Result:
    """What a reading gave: the ids as they came out, the certificate, and the error."""

    ids: list[str] = field(default_factory=list)
    report: ListingReport = field(default_factory=ListingReport)
    error: SourceError | None = None
    requests: list[httpx.Request] = field(default_factory=list)

    @property
    def urls(self) -> list[str]:
        return [str(request.url) for request in self.requests]


def definition(list_users: Mapping[str, Any], **top: Any) -> ConnectorDefinition:
    """Make a definition from its list, of one page unless it says otherwise; JSON is YAML.

    `pagination: None` says nothing of pages.
    """
    listing = {
        "endpoint": "/people",
        "resource_location": "people",
        "pagination": {"style": "none"},
        **list_users,
    }
    if listing["pagination"] is None:
        del listing["pagination"]
    written = {
        "format": 1,
        "name": "acme",
        "base_url": BASE_URL,
        "list_users": listing,
        "attributes": {"id": "id", "email": "email", "username": "id"},
        **top,
    }
    return parse_definition(json.dumps(written))


def respond(answer: Answer) -> httpx.Response:
    return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)


def read(
    connector: ConnectorDefinition,
    server: Callable[[httpx.Request], Answer],
    *,
    settings: Mapping[str, str] | None = None,
    most_requests: int = 1000,
    keep: Callable[[dict[str, Any]], None] = lambda _: None,
    **options: Any,
) -> Result:
    """Read everybody. Fails when the reading does not come to an end."""
    result = Result()

    def handle(request: httpx.Request) -> httpx.Response:
        result.requests.append(request)
        assert len(result.requests) <= most_requests, "the reading does not end"
        return respond(server(request))

    options.setdefault("attempts", 1)
    chosen = Options(transport=httpx.MockTransport(handle), **options)
    with open_source(connector, settled(connector, settings), chosen) as opened:
        people = People(opened)
        try:
            for sheet in people.sheets():
                for user in sheet.users:
                    result.ids.append(user.id)
                    keep(dict(user.attributes))
        except SourceError as error:
            result.error = error
        result.report = people.report
    return result


def settled(connector: ConnectorDefinition, given: Mapping[str, str] | None) -> Settings:
    return settle(connector, connector.name, given=given or {}, environment={}, filed={})


def person(identifier: object) -> dict[str, object]:
    return {"id": identifier, "email": f"{identifier}@example.test"}


def people(*identifiers: object) -> list[dict[str, object]]:
    return [person(one) for one in identifiers]


def pages_by_offset(count: int, size: int, **extra: Any) -> Callable[[httpx.Request], Answer]:
    """Return an honest server that pages by `offset` and says the total."""

    def serve(request: httpx.Request) -> Answer:
        start = int(request.url.params.get("offset", "0"))
        ids = [f"p{number}" for number in range(1, count + 1)]
        return {"people": people(*ids[start : start + size]), "total": count, **extra}

    return serve


OFFSET = {"style": "offset", "offset_name": "offset", "limit_name": "limit", "limit": 2}
CURSOR = {
    "style": "cursor",
    "cursor_name": "cursor",
    "cursor": "next",
    "limit_name": "limit",
    "limit": 2,
}
NEXT_LINK = {"style": "next_link", "next": "next", "limit_name": "limit", "limit": 2}
