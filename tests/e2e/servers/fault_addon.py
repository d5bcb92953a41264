"""The part of the fault proxy that runs inside mitmproxy; `fault_proxy.Rule` tells what it does.

It imports nothing of ours, as mitmproxy has its own Python environment, and mitmproxy by name
only, as the project's environment, in which types are checked, has none.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import time
from pathlib import Path
from typing import Any

_http = importlib.import_module("mitmproxy.http")


class Faults:
    """Read the rules when they change, and apply those that a request meets."""

    def __init__(self, rules: Path, events: Path) -> None:
        self._rules_file = rules
        self._events_file = events
        self._version: object = None
        self._rules: list[dict[str, Any]] = []
        self._counts: list[int] = []
        self._latest: dict[str, bytes] = {}

    def request(self, flow: Any) -> None:
        self._read_rules()
        target: str = flow.request.path
        method: str = flow.request.method
        met = [
            rule for number, rule in enumerate(self._rules) if self._meets(number, method, target)
        ]
        flow.metadata["rules"] = met
        event = {
            "at": time.time(),
            "method": method,
            "target": target,
            "faults": [rule["kind"] for rule in met],
        }
        with self._events_file.open("a", encoding="utf-8") as events:
            events.write(json.dumps(event) + "\n")
        for rule in met:
            if rule["kind"] == "kill":
                flow.kill()
            elif rule["kind"] == "answer":
                flow.response = _http.Response.make(rule["status"], rule["body"], rule["headers"])

    async def response(self, flow: Any) -> None:
        path = flow.request.path.partition("?")[0]
        latest = self._latest.get(path)
        for rule in flow.metadata.get("rules", ()):
            if rule["kind"] == "cut":
                flow.response.content = flow.response.content[: rule["keep"]]
            elif rule["kind"] == "truncate":
                _truncate(flow.response, rule["keep"])
            elif rule["kind"] == "delay":
                await asyncio.sleep(rule["seconds"])
            elif rule["kind"] == "repeat" and latest is not None:
                flow.response.content = latest
        if not flow.metadata.get("rules"):
            self._latest[path] = flow.response.content

    def _meets(self, number: int, method: str, target: str) -> bool:
        rule = self._rules[number]
        if not target.startswith(rule["path"]) or rule["method"] not in ("", method):
            return False
        self._counts[number] += 1
        count = self._counts[number]
        return count in rule["at"] or bool(rule["every"] and count % rule["every"] == 0)

    def _read_rules(self) -> None:
        # Each setting of rules is a new file, so its number tells them apart even when two are
        # written in the same instant.
        status = self._rules_file.stat()
        version = (status.st_ino, status.st_mtime_ns)
        if version != self._version:
            self._version = version
            self._rules = json.loads(self._rules_file.read_text(encoding="utf-8"))
            self._counts = [0] * len(self._rules)
            self._latest.clear()


def _truncate(response: Any, keep: int) -> None:
    whole = response.raw_content
    response.raw_content = whole[:keep]
    response.headers["Content-Length"] = str(len(whole))
    response.headers["Connection"] = "close"  # else both sides wait for the rest


addons = [Faults(Path(os.environ["FAULT_RULES"]), Path(os.environ["FAULT_EVENTS"]))]
