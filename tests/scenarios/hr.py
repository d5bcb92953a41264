"""The HR system of the scenarios: a real HTTP server that lists whoever works there.

One server for all scenarios; each connection of each scenario has an account of its own, which is
the first part of the path. What is wrong with an answer is the scenario's to say.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

import certifi
import pytest

from .scenario import SourceFaults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Self

__all__ = ["TOKEN", "Account", "HrSystem", "trusting_one_authority"]

TOKEN: Final = "token-of-the-scenarios"


@dataclass
class Account:
    """Who works there today, and what is wrong with the source."""

    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: SourceFaults = field(default_factory=SourceFaults)
    readings: int = 0

    def records(self, filters: dict[str, str]) -> list[dict[str, Any]]:
        """Return the records that the whole list holds."""
        changed_since = filters.pop("changed_since", "")
        found = [
            record
            for record in (_record(key, person) for key, person in self.people.items())
            if all(str(record.get(name)) == value for name, value in filters.items())
            and record.get("changed", "") >= changed_since
        ]
        nameless = [{"first_name": "Nobody"} for _ in range(self.faults.without_id)]
        return found + nameless

    def answer(self, query: dict[str, str]) -> dict[str, Any]:
        """Return one page."""
        faults = self.faults
        offset, limit = int(query.pop("offset", 0)), int(query.pop("limit", 100))
        records = self.records(query)
        total = len(records) if faults.total is None else faults.total
        if offset == 0:
            self.readings += 1
        elif faults.drifts == "always" or (faults.drifts == "once" and self.readings == 1):
            # Somebody at the front left the list while it was read: the next page begins one late.
            records = [*records[1:], records[0]]
        records += [one for one in records if one.get("id") in faults.repeats]
        records = [one for one in records if one.get("id") not in faults.loses]
        limit = min(limit, faults.page_cap or limit)
        page: dict[str, Any] = {faults.list_key: records[offset : offset + limit]}
        return {**page, "total": total} if faults.has_total else page


def _record(key: str, person: dict[str, Any]) -> dict[str, Any]:
    record = {"id": key, **person}
    if "login" not in record and record.get("email"):
        record["login"] = record["email"]
    return record


@contextmanager
def trusting_one_authority(folder: Path) -> Iterator[None]:
    """Trust one authority instead of 140: no scenario speaks TLS, and each run loads them all."""
    end = "-----END CERTIFICATE-----\n"
    first = Path(certifi.where()).read_text(encoding="utf-8").partition(end)[0]
    path = folder / "one.pem"
    path.write_text(first + end, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(path))
        yield


class HrSystem:
    """The server. `accounts` by their name in the path."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        accounts = self.accounts

        class Desk(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                address = urlsplit(self.path)
                account = accounts[address.path.split("/")[1]]
                status = account.faults.status or 200
                if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                    status = 401
                query = dict(parse_qsl(address.query))
                answer = account.answer(query) if status == 200 else {"error": status}
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  (its name)
                """Say nothing."""

        # Answers of two packets would wait for each other otherwise.
        Desk.wbufsize = -1
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def url_of(self, account: str, *, has_moved: bool) -> str:
        """Return an account's base URL."""
        host = "localhost" if has_moved else "127.0.0.1"
        return f"http://{host}:{self._server.server_port}/{account}"

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
