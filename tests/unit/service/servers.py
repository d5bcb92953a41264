"""Connectors of a few lines, and servers that are functions, for the use cases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx

from onroll.definition.load import parse_definition
from onroll.service.connector import Connector
from onroll.service.opening import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OFFSET = {"style": "offset", "offset_name": "offset", "limit_name": "limit", "limit": 2}
LOGIN = {"method": "login", "endpoint": "/auth", "json": {"key": "s3cret-key"}, "token": "token"}


def connector(list_users: Mapping[str, Any] | None = None, **top: Any) -> Connector:
    written = {
        "format": 1,
        "name": "acme",
        "base_url": "https://api.example.test/v1",
        "list_users": {
            "endpoint": "/people",
            "resource_location": "people",
            "total_count": "total",
            "pagination": OFFSET,
            **(list_users or {}),
        },
        "attributes": {"id": "id", "email": "email", "username": "id"},
        **top,
    }
    return Connector(parse_definition(json.dumps(written)))


def people(*identifiers: object) -> list[dict[str, object]]:
    return [{"id": one, "email": f"{one}@example.test"} for one in identifiers]


def company(count: int) -> Callable[[httpx.Request], Any]:
    """Return an honest server: a login that always works, and people by offset."""

    def serve(request: httpx.Request) -> Any:
        if request.url.path.endswith("/auth"):
            return {"token": "t0ken-of-today"}
        start = int(request.url.params["offset"])
        ids = [f"p{number}" for number in range(1, count + 1)]
        return {"people": people(*ids[start : start + 2]), "total": count}

    return serve


def asking(serve: Callable[[httpx.Request], Any], **chosen: Any) -> Options:
    """Return options under which `serve` answers: with a response, or the JSON of one."""

    def handle(request: httpx.Request) -> httpx.Response:
        answer = serve(request)
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    return Options(**{"attempts": 1, "transport": httpx.MockTransport(handle), **chosen})
