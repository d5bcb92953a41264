"""A company that changes from day to day, and its HR system: a small HTTP server in a thread.

The shipped sandbox always lists the same people; here they come, change, leave and come back.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

PAGE_SIZE: Final = 10
DEPARTMENTS: Final = ("Sales", "Research", "Finance", "Legal")

DEFINITION: Final = f"""\
format: 1
name: people
title: People of the tests
base_url: https://people.example/v1
auth: {{method: none}}
list_users:
  endpoint: /people
  resource_location: people
  total_count: total
  pagination: {{style: offset, limit_name: limit, limit: {PAGE_SIZE}, offset_name: offset}}
attributes:
  id: id
  username: login
  email: email
  first_name: first_name
  last_name: last_name
  job_title: job_title
  department: department
  manager_id: {{path: manager_id, clear: true}}
  status: {{path: status, map: {{active: active, leave: leave}}}}
"""

Record = dict[str, Any]


class Company:
    """Who works there. The same seed gives the same history."""

    def __init__(self, seed: int, size: int, first: int = 1) -> None:
        self._random = random.Random(seed)
        self._hired = first - 1
        self._gone: list[Record] = []
        self.people: dict[int, Record] = {}
        for _ in range(size):
            self._hire()

    def records(self) -> list[Record]:
        return [dict(one) for one in self.people.values()]

    def next_day(self, hires: int = 4) -> None:
        """Let people be hired, change, go on leave, return, leave, come back, and swap addresses.

        Whoever leads others has a smaller number than they, so that nobody leads in a circle.
        """
        draw = self._random
        for one in self._gone[:2]:
            self.people[int(one["id"])] = one
        self._gone = self._gone[2:]
        for number in draw.sample(sorted(self.people), 2):
            self._gone.append(self.people.pop(number))
        for _ in range(hires):
            self._hire()
        for number, person in self.people.items():
            self._change(number, person)
        giver, taker = draw.sample(sorted(self.people), 2)
        first, second = self.people[giver], self.people[taker]
        second["email"], first["email"] = first["email"], f"moved{self._hired}.{giver}@example.com"

    def _hire(self) -> None:
        self._hired += 1
        number, draw = self._hired, self._random
        self.people[number] = {
            "id": str(number),
            "login": f"user{number}",
            "email": f"user{number}@example.com",
            "first_name": f"First{number}",
            "last_name": f"Last{number}",
            "job_title": "Novice",
            "department": draw.choice(DEPARTMENTS),
            "manager_id": self._manager_of(number),
            "status": "leave" if draw.random() < 0.08 else "active",
        }

    def _change(self, number: int, person: Record) -> None:
        draw = self._random
        chance = draw.random()
        if chance < 0.35:
            person["department"] = draw.choice(DEPARTMENTS)
        if chance < 0.25 or chance > 0.9:
            person["job_title"] = f"Title {draw.randrange(1000)}"
        if 0.2 < chance < 0.45:
            person["manager_id"] = self._manager_of(number)
        if 0.4 < chance < 0.5:
            person["email"] = f"user{number}.{draw.randrange(10**6)}@example.com"
        if 0.5 < chance < 0.57:
            person["login"] = f"user{number}.{draw.randrange(10**6)}"
        if chance > 0.85:
            person["status"] = "leave" if person["status"] == "active" else "active"

    def _manager_of(self, number: int) -> str | None:
        others = [one for one in self.people if one < number]
        return str(self._random.choice(others)) if others and self._random.random() < 0.8 else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that were killed."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class HrSystem:
    """Serves `people`, a page at a time. `was_read` is set when a last page was given.

    `total` is what it says instead of the truth. Nobody is answered while `is_open` is not set.
    """

    def __init__(self, people: Sequence[Record] = ()) -> None:
        self.people = list(people)
        self.total: int | None = None
        self.requests = 0
        self.is_open = threading.Event()
        self.is_open.set()
        self.was_read = threading.Event()
        self.read_at = 0.0
        system = self

        class Desk(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # answers of two packets would wait for each other

            def do_GET(self) -> None:
                query = {name: one[0] for name, one in parse_qs(urlsplit(self.path).query).items()}
                offset, limit = int(query["offset"]), int(query["limit"])
                system.requests += 1
                system.is_open.wait(60)
                people = system.people
                page = people[offset : offset + limit]
                total = len(people) if system.total is None else system.total
                body = json.dumps({"people": page, "total": total}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                if offset + limit >= len(people):
                    system.read_at = time.monotonic()
                    system.was_read.set()

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  (its name)
                """Say nothing."""

        self._server = _Server(("127.0.0.1", 0), Desk)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
