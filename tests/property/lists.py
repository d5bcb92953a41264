"""Arbitrary lists: definitions that read records in all ways, and servers that give arbitrary ones.

Everything is made of few keys and few values, so that paths meet what they look for, or something
else, or nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = ("a", "b", "value", "@x.y")

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 7, -3, 2**63, 10**30, 1.5, 4.0, 1e300]),
    st.sampled_from(["", " a ", "Active", "x", "2021-03-01", "2021-03-01T10:00:00Z", "1", "ü\t"]),
)
VALUES = st.recursive(
    _SCALARS,
    lambda below: st.one_of(
        st.lists(below, max_size=3),
        st.dictionaries(st.sampled_from((*KEYS, "z")), below, max_size=4),
    ),
    max_leaves=10,
)
#: What most people of a list look like, so that a page is often like the one before.
_COMMON = st.fixed_dictionaries(
    {"a": st.fixed_dictionaries({"value": st.sampled_from(["x", " y", 7])}), "z": st.just(1)},
    optional={
        "b": st.one_of(
            st.none(), st.fixed_dictionaries({"a": st.just("deep")}, optional={"z": st.just(0)})
        ),
        "@x.y": st.sampled_from(["Active", "gone", None, ["x", None, " y "]]),
        "value": st.lists(
            st.fixed_dictionaries({"a": st.sampled_from(["work", "home"]), "b": st.just("m")}),
            max_size=2,
        ),
    },
)
#: Some records look like nobody else's.
RECORDS = st.integers(0, 7).flatmap(lambda kind: VALUES if kind == 0 else _COMMON)
_ODD_IDS = st.sampled_from([1, 2, "1", "p1", " p2 ", None, "", True, 1.0, ["x"]])


def _few(one: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[list[Any]]:
    """One to three of them. Not as a list: hypothesis makes those empty deep inside others."""
    return st.one_of(*(st.tuples(*[one] * count) for count in range(1, most + 1))).map(list)


_STEPS = st.one_of(st.sampled_from(KEYS), st.integers(-2, 2))
_PATHS = st.one_of(
    st.sampled_from(["a.value", "b.a", "b", ["@x.y"], "value[0].b"]),
    st.sampled_from(["$.value[?(@.a=='work')].b", "$.value[*].b"]),
    _few(_STEPS),
)
_CHANGES = _few(
    st.sampled_from(["lower", "date", "datetime", "number", "first", {"join": ","}]), most=2
)
_MAPS = st.sampled_from([{"active": "A"}, {"x": "B", "active": "A"}, {"x": "A", "*": "B"}])
_LAID_OUT = st.fixed_dictionaries(
    {"path": _PATHS},
    optional={
        "transform": _CHANGES,
        "map": _MAPS,
        "default": st.sampled_from(["x", "2020-01-01"]),
        "when": st.fixed_dictionaries({"path": _PATHS, "present": st.booleans()}),
    },
)
_WRITTEN = st.one_of(
    _PATHS,
    _LAID_OUT,
    st.builds(lambda values: {"first": values}, _few(_PATHS)),
    st.builds(lambda values: {"all": values}, _few(_PATHS)),
    st.sampled_from([{"value": "x"}, {"template": "${id}-x"}, {"template": "${email} ${id}"}]),
)
_STATUS = st.fixed_dictionaries(
    {"path": _PATHS},
    optional={"map": st.sampled_from([{"active": "active", "gone": "inactive"}, {"*": "leave"}])},
)
_ATTRIBUTES = st.fixed_dictionaries(
    {"id": st.just("id"), "email": _WRITTEN, "username": _WRITTEN},
    optional={
        "status": _STATUS,
        "team": _WRITTEN,
        "manager_id": _WRITTEN,
        "hire_date": _WRITTEN,
        "created_at": _WRITTEN,
        "groups": _WRITTEN,
        "custom": st.dictionaries(st.sampled_from(["team", "room"]), _WRITTEN, max_size=2),
    },
)
_EXCLUDE = st.one_of(
    st.none(),
    st.tuples(
        st.fixed_dictionaries({"path": _PATHS, "equals": st.sampled_from(["x", 7, True])})
    ).map(list),
)
_PAGINATION = st.sampled_from(
    [
        {"style": "offset", "offset_name": "offset"},
        {"style": "page", "page_name": "page", "start": 0},
        {"style": "page", "page_name": "page", "start": 0, "total_pages": "meta.pages"},
        {"style": "cursor", "cursor_name": "page", "cursor": "meta.next"},
        {"style": "cursor", "cursor_name": "page", "cursor": "meta.next", "more": {"body": "more"}},
        {"style": "next_link", "next": ["@x.y"]},
        {"style": "last_id", "last_id_name": "after", "last_id": "id"},
    ]
)


@dataclass(frozen=True)
class Case:
    """A definition as JSON, and the pages that its server gives, envelope and all."""

    written: dict[str, Any]
    pages: list[Any]

    def serve(self) -> Callable[[httpx.Request], httpx.Response]:
        """Return a server of the pages, in order; past the last one it gives an empty one."""
        count = 0
        style = self.written["list_users"]["pagination"]["style"]

        def answer(request: httpx.Request) -> httpx.Response:
            nonlocal count
            asked = request.url.params.get("page")
            number = int(asked) if asked is not None and style != "last_id" else count
            count += 1
            body = self.pages[number] if number < len(self.pages) else {"people": [], "meta": {}}
            return httpx.Response(200, content=json.dumps(body).encode())

        return answer


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a definition and what its server has."""
    listing: dict[str, Any] = {
        "endpoint": "/people",
        "resource_location": "people",
        "pagination": draw(_PAGINATION),
    }
    if draw(st.booleans()):
        listing["total_count"] = "meta.total"
    if draw(st.booleans()):
        listing["duplicates"] = "keep_first"
    if draw(st.booleans()):
        listing["may_be_absent"] = True
    exclude = draw(_EXCLUDE)
    if exclude is not None:
        listing["exclude"] = exclude
    attributes = draw(_ATTRIBUTES)
    if draw(st.integers(0, 9)) == 0:
        # With these a record is needed whole.
        attributes["email"] = draw(st.sampled_from([".", "$..a"]))
    written = {
        "format": 1,
        "name": "acme",
        "base_url": "https://api.example.test/v1",
        "list_users": listing,
        "attributes": attributes,
    }
    if draw(st.booleans()):
        written["success"] = {"body": "ok", "equals": True, "message": "error.text"}
    lists = draw(_few(_few(RECORDS, most=4), most=7))
    lists = [[_known(draw, record) for record in page] for page in lists]
    total = sum(map(len, lists))
    return Case(written, [_page(draw, lists, number, total) for number in range(len(lists))])


def _known(draw: st.DrawFn, record: Any) -> Any:
    """Give a record an id, which mostly nobody else has."""
    if not isinstance(record, dict):
        return record
    is_odd = draw(st.integers(0, 19)) == 0
    identifier = draw(_ODD_IDS) if is_odd else draw(st.integers(1, 10**12))
    return {"id": identifier, **record}


def _page(draw: st.DrawFn, lists: list[Any], number: int, total: int) -> dict[str, Any]:
    """Draw one page's envelope, mostly as it should be."""
    meta: dict[str, Any] = {"total": total, "pages": len(lists)}
    is_last = number + 1 == len(lists)
    if not is_last:
        meta["next"] = str(number + 1)
    link = None if is_last else f"https://api.example.test/v1/people?page={number + 1}"
    page = {"ok": True, "more": not is_last, "meta": meta, "@x.y": link, "people": lists[number]}
    if draw(st.integers(0, 24)) == 0:
        spoil: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
            [
                {"people": None},
                {"people": {}},
                {"people": "x"},
                {"meta": None},
                {"meta": {"total": total + 1, "next": "0"}},
                {"ok": False, "error": {"text": "no"}},
                {"more": None},
                {"@x.y": 7},
                {"error": "no"},
            ]
        )
        page.update(draw(spoil))
    return page
