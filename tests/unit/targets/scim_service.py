"""A SCIM service as a transport: small, in memory, and as poor or as faulty as a test wants it."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpx

BASE = "https://scim.example.test/v2"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

_PATH = re.compile(
    rf'(?:(?P<urn>{re.escape(ENTERPRISE)}):)?(?P<key>\w+)(?:\[(?P<by>\w+) eq "(?P<is>[^"]*)"\])?'
    r"(?:\.(?P<part>\w+))?"
)


@dataclass
class ScimService:
    """Answers `/Users`, `/Groups` and `/ServiceProviderConfig`.

    `cap` bounds pages silently. `lose` is how many writes are done and then answered with
    `loses_by`: a status, or an exception of the transport. `refuse` are answers given in front
    of everything else.
    """

    can_patch: bool = True
    can_sort: bool = False
    can_filter: bool = True
    has_etags: bool = True
    has_groups: bool = True
    cap: int = 1_000
    is_shuffled: bool = False
    ignores_start: bool = False
    lose: int = 0
    loses_by: Exception | int = 502
    refuse: list[httpx.Response] = field(default_factory=list)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)
    total: int | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.refuse:
            return self.refuse.pop(0)
        kind, _, id_ = unquote(request.url.raw_path.decode().split("?")[0])[4:].partition("/")
        if kind == "ServiceProviderConfig":
            can = {"patch": self.can_patch, "sort": self.can_sort, "etag": self.has_etags}
            said = {name: {"supported": one} for name, one in can.items()}
            return httpx.Response(200, json=said)
        if kind == "Groups" and not self.has_groups:
            return httpx.Response(404)
        store = self.users if kind == "Users" else self.groups
        if request.method == "GET":
            return self._read(store, id_, request)
        answer = self._write(store, kind, id_, request)
        if answer.is_success and self.lose:
            self.lose -= 1
            if isinstance(self.loses_by, Exception):
                raise self.loses_by
            return httpx.Response(self.loses_by)
        return answer

    def writes(self, method: str = "") -> list[httpx.Request]:
        return [one for one in self.asked if one.method != "GET" and method in ("", one.method)]

    def bodies(self, method: str) -> list[Any]:
        return [json.loads(one.content) for one in self.writes(method)]

    def _read(self, store: Any, id_: str, request: httpx.Request) -> httpx.Response:
        if id_:
            found = store.get(id_)
            return httpx.Response(200, json=found) if found else httpx.Response(404)
        if "filter" in request.url.params and not self.can_filter:
            return _error(400, "invalidFilter")
        resources = [one for one in store.values() if _fits(one, request.url.params.get("filter"))]
        total = len(resources)
        if self.total is not None and store is self.users:
            total = self.total
        if self.is_shuffled and "sortBy" not in request.url.params:
            random.shuffle(resources)
        start = 1 if self.ignores_start else int(request.url.params.get("startIndex", "1"))
        count = min(int(request.url.params.get("count", "100")), self.cap)
        page = resources[start - 1 : start - 1 + count]
        answer = {"totalResults": total, "itemsPerPage": len(page), "startIndex": start}
        return httpx.Response(200, json={**answer, "Resources": page} if page else answer)

    def _write(self, store: Any, kind: str, id_: str, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if request.method == "POST":
            return self._create(store, body)
        known = store.get(id_)
        if known is None:
            return _error(404)
        asked = request.headers.get("If-Match")
        if asked is not None and asked != known.get("meta", {}).get("version"):
            return _error(412)
        if request.method == "PUT":
            changed = body
        elif self.can_patch:
            changed = json.loads(json.dumps(known))
            for operation in body["Operations"]:
                if not _apply(changed, operation):
                    return _error(400, "noTarget")
        else:
            return _error(501)
        return self._keep(store, {**changed, "id": id_}, 200)

    def _create(self, store: Any, body: dict[str, Any]) -> httpx.Response:
        return self._keep(store, {**body, "id": f"u-{len(store) + 1}"}, 201)

    def _keep(self, store: Any, resource: dict[str, Any], status: int) -> httpx.Response:
        for one in store.values():
            same = one.get("userName", "").casefold() == resource.get("userName", "?").casefold()
            if same and one["id"] != resource["id"]:
                return _error(409, "uniqueness", f"{one['userName']} is taken")
        if self.has_etags:
            resource["meta"] = {"version": f'W/"{len(self.asked)}"'}
        resource.pop("password", None)
        store[resource["id"]] = resource
        return httpx.Response(status, json=resource)


def _error(status: int, kind: str | None = None, detail: str = "") -> httpx.Response:
    body = {"status": str(status), "detail": detail, **({"scimType": kind} if kind else {})}
    return httpx.Response(status, json=body)


def _fits(resource: dict[str, Any], told: str | None) -> bool:
    if told is None:
        return True
    name, _, literal = told.partition(" eq ")
    value = json.loads(literal)
    if name == "emails.value":
        values = [one.get("value", "") for one in resource.get("emails", [])]
    else:
        values = [resource.get(name, "")]
    is_exact = name == "externalId"
    return any(one == value if is_exact else one.casefold() == value.casefold() for one in values)


def _apply(resource: dict[str, Any], operation: dict[str, Any]) -> bool:
    """Apply one operation; False when it has no target (RFC 7644, 3.5.2)."""
    match = _PATH.fullmatch(operation["path"])
    assert match is not None, operation
    inside = resource.setdefault(match["urn"], {}) if match["urn"] else resource
    key, part, value = match["key"], match["part"], operation.get("value")
    if match["by"]:
        among = [one for one in inside.get(key, []) if one.get(match["by"]) == match["is"]]
        if not among:
            return False
        for one in among:
            if part is None:
                inside[key].remove(one)
            elif operation["op"] == "remove":
                one.pop(part, None)
            else:
                one[part] = value
    elif operation["op"] == "add" and isinstance(value, list):
        inside.setdefault(key, []).extend(one for one in value if one not in inside.get(key, []))
    else:
        holder, name = (inside.setdefault(key, {}), part) if part else (inside, key)
        if operation["op"] == "remove":
            holder.pop(name, None)
        else:
            holder[name] = value
    return True
