"""A client for the sandbox, as simple as can be: it checks nothing and follows nothing."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest

from onroll.testing.sandbox import Sandbox

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Talks to one sandbox; both APIs take the token that v1 gives."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._token: str | None = None

    @property
    def token(self) -> str:
        if self._token is None:
            fields = urlencode({"client_id": "me", "client_secret": "right"})
            reply = self.send("POST", "/v1/auth", fields, {"Content-Type": FORM})
            self._token = reply.json["data"]["token"]
        return self._token

    def send(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
    ) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.sandbox.port, timeout=10)
        try:
            connection.request(method, path, body or None, headers or {})
            answer = connection.getresponse()
            lower_case = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, lower_case, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, headers={"Authorization": f"Bearer {self.token}", **headers})

    def employees(self, limit: int = 100, pages: int = 10) -> list[dict[str, Any]]:
        """Read v1's list by offset, so many pages of it."""
        found: list[dict[str, Any]] = []
        for page in range(pages):
            path = f"/v1/company/employees?limit={limit}&offset={page * limit}"
            found.extend(record["attributes"] for record in self.get(path).json["data"])
        return found

    def persons(self, path: str = "/v2/persons?limit=50") -> list[dict[str, Any]]:
        """Read a list of v2 by its next links."""
        found: list[dict[str, Any]] = []
        following: str | None = path
        while following:
            page = self.get(following.removeprefix(self.sandbox.url)).json
            found.extend(page["_data"])
            following = page["_meta"]["links"].get("next", {}).get("href")
        return found


@pytest.fixture
def serve() -> Iterator[Callable[..., Client]]:
    """Start sandboxes that end with the test."""
    with ExitStack() as stack:

        def start(*faults: str, users: int = 450, **settings: Any) -> Client:
            return Client(stack.enter_context(Sandbox(users=users, faults=faults, **settings)))

        yield start
