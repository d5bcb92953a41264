"""scim2-server with 1,200 people or none: pages by index, or by the cursors of RFC 9865.

It keeps its people in memory, so they are sent after each start, in bulk requests.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx

from .installation import cache_folder, python_environment, replace_file
from .people import people
from .server import HOST, Server, ServerError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .people import Person

_CORE = "urn:ietf:params:scim:schemas:core:2.0:"
_USER = f"{_CORE}User"
_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
_BULK_SIZE = 300
_CURSOR_CONFIGURATION = {
    "schemas": [f"{_CORE}ServiceProviderConfig"],
    "patch": {"supported": True},
    "bulk": {"supported": True, "maxOperations": _BULK_SIZE, "maxPayloadSize": 2**20},
    "filter": {"supported": True, "maxResults": 200},
    "changePassword": {"supported": False},
    "sort": {"supported": True},
    "etag": {"supported": True},
    "pagination": {
        "cursor": True,
        "index": True,
        "defaultPaginationMethod": "cursor",
        "defaultPageSize": 50,
        "maxPageSize": 100,
        "cursorTimeout": 600,
    },
    "authenticationSchemes": [],
}


class Scim(Server):
    """A SCIM 2.0 service; `base_url` ends in `/v2`."""

    name = "scim"
    token = "token-of-the-tests"
    count = len(people())

    def __init__(
        self, port: int | None = None, *, cursor: bool = False, empty: bool = False
    ) -> None:
        super().__init__(port)
        self.cursor = cursor
        self.empty = empty

    @property
    def base_url(self) -> str:
        return f"{self.url}/v2"

    def install(self) -> None:
        python_environment("scim", "scim2-server[cursor]==0.8.3")

    def command(self) -> Sequence[str | Path]:
        program = python_environment("scim", "scim2-server[cursor]==0.8.3") / "scim2-server"
        command: list[str | Path] = [program, "--hostname", HOST, "--port", str(self.port)]
        command += ["--bearer-token", self.token]
        if self.cursor:
            configuration = cache_folder() / "scim-cursor.json"
            replace_file(configuration, json.dumps(_CURSOR_CONFIGURATION))
            command += ["--service-provider-config", configuration]
        return command

    def seed(self) -> None:
        if self.empty:
            return
        with httpx.Client(
            base_url=self.base_url,
            headers={"Authorization": f"Bearer {self.token}"},
            trust_env=False,
            timeout=60,
        ) as client:
            everyone = people()
            for start in range(0, len(everyone), _BULK_SIZE):
                batch = everyone[start : start + _BULK_SIZE]
                client.post("/Bulk", json=_bulk_request(batch)).raise_for_status()
            total = client.get("/Users", params={"count": 0}).json()["totalResults"]
        if total != self.count:
            raise ServerError(f"{total} people after sending {self.count}")


def _bulk_request(batch: Sequence[Person]) -> dict[str, Any]:
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": person.login, "data": _user(person)}
        for person in batch
    ]
    return {"schemas": [_BULK], "Operations": operations}


def _user(person: Person) -> dict[str, Any]:
    return {
        "schemas": [_USER, _ENTERPRISE],
        "userName": person.login,
        "externalId": person.id,
        "name": {"givenName": person.first_name, "familyName": person.last_name},
        "displayName": f"{person.first_name} {person.last_name}",
        "active": person.active,
        "title": person.title,
        "emails": [{"value": person.email, "type": "work", "primary": True}],
        _ENTERPRISE: {"employeeNumber": person.id, "department": person.department},
    }
