"""Arbitrary lists: definitions that read records in all ways, and servers that give arbitrary ones.

By dice of a known seed. A definition's paths are of few keys, so that they meet what they look for,
or something else, or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from .records import KEYS, Dice, records_of
from .spelling import answer_of

__all__ = ["Case", "make_case"]

BASE_URL = "https://api.example.test/v1"
_USUAL_PATHS: list[Any] = [
    "a.value", "a.value", "b.a", "b", ["@x.y"], "value[0].b", "k61.a", "k61", ["", "b"], "z",
    "$.value[?(@.a=='work')].b", "$.value[*].b", ["@x.y", 0], "value[-1].b",
]  # fmt: skip
#: With these a record is needed whole.
_WHOLE_PATHS: list[Any] = [".", "$..a", ['q"', "a"], "$.value[?(@.a==$.a.value)].b"]
_CHANGES: list[Any] = ["lower", "date", "datetime", "number", "first", {"join": ","}]
_MAPS = [{"active": "A"}, {"x": "B", "active": "A"}, {"x": "A", "*": "B"}]
_PAGINATION: list[Any] = [
    {"style": "offset", "offset_name": "offset"},
    {"style": "page", "page_name": "page", "start": 0},
    {"style": "last_id", "last_id_name": "after", "last_id": "seq"},
    {"style": "page", "page_name": "page", "start": 0, "total_pages": "meta.pages"},
    {"style": "cursor", "cursor_name": "page", "cursor": "meta.next"},
    {"style": "cursor", "cursor_name": "page", "cursor": "meta.next", "more": {"body": "more"}},
    {"style": "cursor", "cursor_name": "page", "cursor": "$.links[?(@.rel==$.want)].at"},
    {"style": "next_link", "next": ["@x.y"]},
]
#: Where the list is; the last ones have nothing beside it, so that nothing can be said there.
_LOCATIONS: list[Any] = ["people", "people", "data.people", "data[0].people", ["@p.x"], "[-1]", "."]
_SPOILED: list[dict[str, Any]] = [
    {"meta": None},
    {"meta": {"total": 1, "next": "0"}},
    {"ok": False, "error": {"text": "no"}},
    {"more": None},
    {"more": False},
    {"@x.y": 7},
    {"@x.y": "http://["},
    {"error": "no"},
    {"people": None},
    {"people": {}},
    {"people": "x"},
]


@dataclass(frozen=True)
class Case:
    """A definition as JSON, and what its server answers at each path, page by page."""

    written: dict[str, Any]
    answers: dict[str, list[httpx.Response]]
    #: Pages that are refused when they are asked for the first time.
    refused: frozenset[int] = frozenset()

    def serve(self, asked: list[str]) -> httpx.MockTransport:
        """Return a server that notes what it was asked. Past the last page nobody is."""
        seen: dict[str, int] = {}
        refused = set(self.refused)

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(f"{request.method} {request.url}")
            pages = self.answers.get(request.url.path.removeprefix("/v1"), [])
            named = request.url.params.get("page")
            number = int(named) if named is not None else seen.get(request.url.path, 0)
            if number in refused:
                refused.remove(number)
                return httpx.Response(503, headers={"Retry-After": "0"})
            seen[request.url.path] = number + 1
            one = pages[min(number, len(pages) - 1)] if pages else httpx.Response(404)
            return httpx.Response(one.status_code, headers=one.headers, stream=one.stream)

        return httpx.MockTransport(answer)


def make_case(dice: Dice) -> Case:
    """Make a definition and what its server has."""
    dice.paths = dice.sample(_USUAL_PATHS, 6)
    if dice.random() < 0.08:
        dice.paths.append(dice.choice(_WHOLE_PATHS))
    location = dice.choice(_LOCATIONS)
    is_bare = location in (".", "[-1]")
    of_lists = dice.random() < 0.06
    listing = _listing(dice, is_bare=is_bare)
    listing["resource_location"] = location
    if listing["pagination"]["style"] == "last_id" and of_lists:
        listing["pagination"] = {**listing["pagination"], "last_id": "[0].seq"}
    written: dict[str, Any] = {
        "format": 1,
        "name": "acme",
        "base_url": BASE_URL,
        "list_users": listing,
        "attributes": _attributes(dice),
    }
    if not is_bare and dice.random() < 0.5:
        written["success"] = {"body": "ok", "equals": True, "message": "error.text"}
    answers = {"/people": _answers(dice, location, of_lists=of_lists, endpoint="people")}
    if dice.random() < 0.15:
        added = dice.choice([{}, {"record": {"z": "gone"}}])
        listing["parts"] = [{}, {"endpoint": "/former", **added}]
        answers["/former"] = _answers(dice, location, of_lists=of_lists, endpoint="former")
    if of_lists:
        written["attributes"] = _one_deeper(written["attributes"])
    elif dice.random() < 0.15:
        _join(dice, written, answers)
    refused = {dice.randint(0, 3)} if dice.random() < 0.004 else set[int]()
    return Case(written, answers, frozenset(refused))


def _listing(dice: Dice, *, is_bare: bool) -> dict[str, Any]:
    listing: dict[str, Any] = {
        "endpoint": "/people",
        "pagination": dice.choice(_PAGINATION[:3] if is_bare else _PAGINATION),
    }
    if dice.random() < 0.5:
        listing["total_count"] = {"header": "X-Total"} if is_bare else "meta.total"
    if dice.random() < 0.5:
        listing["duplicates"] = "keep_first"
    if dice.random() < 0.3:
        listing["may_be_absent"] = True
    if dice.random() < 0.3:
        test = {"equals": dice.choice(["x", 7, True])} if dice.random() < 0.6 else {"present": True}
        listing["exclude"] = [{"path": _path(dice), **test}]
    return listing


def _join(dice: Dice, written: dict[str, Any], answers: dict[str, list[httpx.Response]]) -> None:
    """Add a detail or a lookup, and attributes that read it."""
    if dice.random() < 0.5:
        of = dice.choice(["${record.id}", "${record.a.value}"])
        request = {"endpoint": "/detail", "params": {"of": of}, "resource_location": "it"}
        written["list_users"]["details"] = {"more": request}
        body: dict[str, Any] = {"ok": True, "it": {"a": "detailed"}}
        answers["/detail"] = [answer_of(dice, body, is_odd=False)]
    else:
        lookup = {"resource_location": "rows", "key": "k", "match": _path(dice)}
        request = {"endpoint": "/teams", "pagination": {"style": "none"}}
        written["lookups"] = {"more": {**request, **lookup}}
        rows = [{"k": key, "a": f"team {key}"} for key in ("x", "deep", "7", "m", "work")]
        answers["/teams"] = [answer_of(dice, {"ok": True, "rows": rows}, is_odd=False)]
    written["attributes"]["division"] = "more.a"


def _attributes(dice: Dice) -> dict[str, Any]:
    found: dict[str, Any] = {"id": "id", "email": _written(dice), "username": _written(dice)}
    found["manager_id"] = _path(dice)
    if dice.random() < 0.1:
        found["id"] = {"path": "id", "default": "nobody"}
    for name in ("team", "hire_date", "created_at", "groups", "department"):
        if dice.random() < 0.3:
            found[name] = _written(dice)
    if dice.random() < 0.5:
        found["status"] = {"path": _path(dice)}
        if dice.random() < 0.7:
            table = {"active": "active", "x": "inactive"}
            found["status"]["map"] = dice.choice([table, {"*": "leave"}])
    if dice.random() < 0.7:
        found["custom"] = {name: _written(dice) for name in ("team", "room")}
    return found


def _written(dice: Dice) -> Any:
    kind = dice.random()
    if kind < 0.5:
        return _path(dice)
    if kind < 0.6:
        return {dice.choice(["first", "all"]): [_path(dice) for _ in range(dice.randint(1, 3))]}
    if kind < 0.7:
        return dice.choice(
            [{"value": "x"}, {"template": "${id}-x"}, {"template": "${manager_id} ${id}"}]
        )
    found: dict[str, Any] = {"path": _path(dice)}
    if dice.random() < 0.4:
        found["transform"] = dice.sample(_CHANGES, dice.randint(1, 2))
    if dice.random() < 0.3:
        found["map"] = dice.choice(_MAPS)
    if dice.random() < 0.2:
        found["default"] = dice.choice(["x", "2020-01-01"])
    if dice.random() < 0.2:
        found["when"] = {"path": _path(dice), "present": dice.random() < 0.5}
    return found


def _path(dice: Dice) -> Any:
    if dice.random() < 0.8:
        return dice.choice(dice.paths)
    return [dice.choice([*KEYS, 0, 1, -1]) for _ in range(dice.randint(1, 3))]


def _one_deeper(written: Any) -> Any:
    """Return a mapping whose paths begin in the first item of a record that is a list."""
    if isinstance(written, list):
        return [0, *written]
    if isinstance(written, str):
        return f"$[0]{written[1:]}" if written.startswith("$") else f"[0].{written}"
    deeper = dict(written)
    for key, value in written.items():
        if key in ("first", "all"):
            deeper[key] = [_one_deeper(one) for one in value]
        elif key in ("when", "custom") or (key not in _CONSTANT and not isinstance(value, bool)):
            deeper[key] = _one_deeper(value)
    return deeper


_CONSTANT = ("value", "template", "transform", "map", "default", "present")


def _answers(dice: Dice, location: Any, *, of_lists: bool, endpoint: str) -> list[httpx.Response]:
    """Make the answers of one list, the last of which has nobody."""
    most = dice.choice([2, 4, 4])
    sizes = [dice.randint(1, most) for _ in range(dice.randint(2, 8))]
    if dice.random() < 0.1:
        sizes[dice.randrange(len(sizes))] = 0
    records = records_of(dice, sum(sizes))
    if of_lists:
        records = [[one, "x"] for one in records]
    is_odd = dice.random() < 0.3
    answers = []
    for number, size in enumerate(sizes):
        people = [records.pop() for _ in range(size)]
        body = _page(dice, endpoint, people, number, sizes)
        answers.append(answer_of(dice, _laid_out(location, body), is_odd=is_odd))
        answers[-1].headers["X-Total"] = str(sum(sizes))
    nobody = _laid_out(location, {"ok": True, "people": [], "meta": {}})
    return [*answers, httpx.Response(200, json=nobody)]


def _page(
    dice: Dice, endpoint: str, people: list[Any], number: int, sizes: list[int]
) -> dict[str, Any]:
    is_last = number + 1 == len(sizes)
    meta = {"total": sum(sizes) + (dice.random() < 0.01), "pages": len(sizes)}
    if not is_last:
        meta["next"] = number + 1
    page: dict[str, Any] = {
        "ok": True,
        "more": not is_last,
        "meta": meta,
        "@x.y": None if is_last else f"{BASE_URL}/{endpoint}?page={number + 1}",
        "links": [{"rel": "self"}, *([] if is_last else [{"rel": "next", "at": number + 1}])],
        "want": "next",
        "people": people,
    }
    if dice.random() < 0.02:
        page |= dice.choice(_SPOILED)
    return page


def _laid_out(location: Any, page: dict[str, Any]) -> Any:
    """Put the list of a page where the definition looks for it."""
    rest = {key: value for key, value in page.items() if key != "people"}
    people = page["people"]
    match location:
        case ".":
            return people
        case "[-1]":
            return [rest, people]
        case "data.people":
            return {**rest, "data": {"z": 1, "people": people}}
        case "data[0].people":
            return {"data": [{"people": people, "z": 1}, {"z": 2}], **rest}
        case ["@p.x"]:
            return {**rest, "@p.x": people}
        case _:
            return page
