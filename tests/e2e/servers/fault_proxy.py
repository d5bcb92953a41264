"""mitmproxy in front of a server, which breaks answers by a short list of rules."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .installation import cache_folder, python_environment, replace_file
from .server import HOST, Server

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ADDON = Path(__file__).with_name("fault_addon.py")
_REQUIREMENT = "mitmproxy==11.0.2"  # the last series that runs on Python 3.11


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault, and which of the requests whose path starts with `path` meet it.

    With `method` only requests of that one count.

    Requests are counted from 1 for each rule, retries included: `at` names single ones, `every`
    each n-th one. The kinds:

    * `answer`: `status`, `headers` and `body` instead of the server's answer
    * `kill`: the connection is closed without an answer
    * `cut`: the server's answer ends after `keep` bytes, with a matching Content-Length
    * `truncate`: likewise, but Content-Length still speaks of the whole
    * `repeat`: the answer given before this one, again
    * `delay`: the server's answer, `seconds` later
    """

    kind: Literal["answer", "kill", "cut", "truncate", "repeat", "delay"]
    at: Sequence[int] = ()
    every: int = 0
    path: str = "/"
    method: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    keep: int = 300
    seconds: float = 0


@dataclass(frozen=True, slots=True)
class ProxiedRequest:
    """A request as the proxy met it; `at` is in seconds since the epoch."""

    at: float
    method: str
    target: str
    faults: Sequence[str]


class FaultProxy(Server):
    """A proxy to `target`; `use` sets the rules and forgets what was before."""

    name = "fault-proxy"

    def __init__(self, target: str, port: int | None = None) -> None:
        super().__init__(port)
        self.target = target
        self._rules = self.log.with_suffix(".rules")
        self._events = self.log.with_suffix(".events")

    def install(self) -> None:
        python_environment("mitmproxy", _REQUIREMENT)

    def prepare(self) -> None:
        self.use()

    def command(self) -> Sequence[str | Path]:
        program = python_environment("mitmproxy", _REQUIREMENT) / "mitmdump"
        options = {
            "confdir": cache_folder() / "mitmproxy",
            "keep_host_header": "true",  # servers build links from it
            "connection_strategy": "lazy",
        }
        command: list[str | Path] = [program, "--quiet", "--listen-host", HOST]
        command += ["--script", _ADDON]
        command += ["--mode", f"reverse:{self.target}@{self.port}"]
        for name, value in options.items():
            command += ["--set", f"{name}={value}"]
        return command

    def environment(self) -> Mapping[str, str]:
        return {"FAULT_RULES": str(self._rules), "FAULT_EVENTS": str(self._events)}

    def use(self, *rules: Rule) -> None:
        self._events.write_bytes(b"")
        replace_file(self._rules, json.dumps([asdict(rule) for rule in rules]))

    def requests(self) -> list[ProxiedRequest]:
        """Return the requests since `use`, in the order in which they came."""
        lines = self._events.read_text(encoding="utf-8").splitlines()
        events: list[dict[str, Any]] = [json.loads(line) for line in lines]
        return [ProxiedRequest(**event) for event in events]

    def faulty(self) -> list[ProxiedRequest]:
        return [request for request in self.requests() if request.faults]
