"""Paging that follows what the answer names: a next link, or a cursor that goes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from onroll.drafting.evidence import Guess
from onroll.drafting.members import bare
from onroll.drafting.roles import role_of
from onroll.drafting.sizes import size_part
from onroll.model import Json, origin_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.drafting.evidence import Call
    from onroll.drafting.marks import Mark, Marks
    from onroll.drafting.roles import Parameters

__all__ = ["Weighed", "followed_pagings", "link_params"]

Weighed = tuple[float, Guess["Mapping[str, Any]"]]

#: Standards by which the key is left out on the last page (OData 2 and 4).
_LEFT_OUT: Final = frozenset({"odatanextlink", "next"})


@dataclass(frozen=True, slots=True)
class _Link:
    """A next link, and the parameter in it by which it differs from the call."""

    locator: Json
    label: str
    name: str
    url: str = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    mover: str | None
    #: Why the link itself had better not be followed; empty when it may be.
    objection: str = ""


def followed_pagings(call: Call, parameters: Parameters, marks: Marks) -> Iterator[Weighed]:
    """Yield the sections that follow a link or a cursor, each with its weight."""
    links = list(_links(call, marks))
    is_post = call.method == "POST"
    if marks.merged is not None:
        yield _merged(parameters, marks)
    for cursor in marks.cursors:
        yield _cursor(cursor, links, parameters, marks)
    for link in links:
        yield from _link(link, parameters, marks, is_post=is_post)
    for mark in marks.links:
        if mark.value is None:
            yield _empty_link(mark, parameters, marks)


def link_params(call: Call, marks: Marks) -> Mapping[str, str]:
    """Return the query of the answer's next link; empty without one."""
    return next((link.query for link in _links(call, marks)), {})


# ---- links -----------------------------------------------------------------------------------


def _links(call: Call, marks: Marks) -> Iterator[_Link]:
    if marks.header_link is not None:
        yield _seen(call, {"header": "Link"}, "the header `Link`", "Link", marks.header_link)
    for mark in marks.links:
        if mark.value is not None:
            yield _seen(call, mark.locator, mark.label, mark.name, mark.value)


def _seen(call: Call, locator: Json, label: str, name: str, url: str) -> _Link:
    pairs = parse_qsl(_query_of(url), keep_blank_values=True)
    query = {key: value for key, value in pairs if key and key.isprintable()}
    moving = [key for key, value in query.items() if call.params.get(key) != value]
    mover = _mover(moving, query)
    return _Link(locator, label, name, url, query, mover, _objection(call, url, query, mover))


def _query_of(url: str) -> str:
    return url.partition("#")[0].partition("?")[2]


def _mover(moving: list[str], query: Mapping[str, str]) -> str | None:
    by_role = {role_of(key, query[key]): key for key in reversed(moving)}
    for role in ("cursor", "last_id", "offset", "page"):
        if role in by_role:
            return by_role[role]
    unknown = [key for key in moving if role_of(key, query[key]) is None]
    return unknown[0] if len(unknown) == 1 else None


def _objection(call: Call, url: str, query: Mapping[str, str], mover: str | None) -> str:
    is_described = call.answer is not None and call.answer.is_described
    if call.url is None or mover is None or is_described:
        return ""
    try:
        whole = urljoin(call.url, url)
        if origin_of(whole) != origin_of(call.url):
            return "it leads to another host"
        if not urlsplit(url).scheme and urlsplit(whole).path != urlsplit(call.url).path:
            return "it leads to another path"
    except ValueError:
        return "its address cannot be read"
    lost = [name for name in call.params if name not in query and not _is_paging(name, call)]
    return f"it leaves out `{lost[0]}` of the call" if lost else ""


def _is_paging(name: str, call: Call) -> bool:
    """Whether a parameter only says which page: a link need not repeat it."""
    return role_of(name, call.params[name]) in ("page", "offset", "cursor", "last_id")


def _link(link: _Link, parameters: Parameters, marks: Marks, *, is_post: bool) -> Iterator[Weighed]:
    size, note = size_part(parameters, marks, link.query)
    section: dict[str, Any] = {"style": "next_link", "next": link.locator, **size}
    if bare(link.name) in _LEFT_OUT and link.name.startswith(("@", "__")):
        section["absent_is_end"] = True
    weight = 95.0 if isinstance(link.locator, dict) else 90.0
    if is_post:
        # The link is asked for by POST too, with the page in its query and another in the body.
        weight -= 50.0
    evidence = f"{link.label} has the address of the next page"
    if not link.objection:
        yield weight, Guess(section, evidence + note, is_sure=not is_post)
    else:
        hint = f"{evidence}, but {link.objection}"
        yield weight - 20.0, Guess(section, hint + note, is_sure=False)
        yield from _parameter_of(link, size, note, weight)


def _parameter_of(
    link: _Link, size: Mapping[str, Json], note: str, weight: float
) -> Iterator[Weighed]:
    """Yield the section that takes the cursor out of a link that had better not be followed."""
    if link.mover is None or role_of(link.mover, link.query[link.mover]) in ("page", "offset"):
        return
    where = link.locator if isinstance(link.locator, dict) else {"body": link.locator}
    section = {
        "style": "cursor",
        "cursor_name": link.mover,
        "cursor": {**where, "parameter": link.mover},
        **size,
    }
    evidence = f"{link.label} has `{link.mover}` for the next page, and {link.objection}"
    yield weight, Guess(section, evidence + note, is_sure=True)


def _empty_link(mark: Mark, parameters: Parameters, marks: Marks) -> Weighed:
    size, note = size_part(parameters, marks)
    section = {"style": "next_link", "next": mark.locator, **size}
    evidence = f"{mark.label} is there and empty: it may hold the address of a next page"
    return 55.0, Guess(section, evidence + note, is_sure=False)


# ---- cursors ---------------------------------------------------------------------------------


def _merged(parameters: Parameters, marks: Marks) -> Weighed:
    assert marks.merged is not None
    size, note = size_part(parameters, marks)
    section = {"style": "cursor", "cursor": marks.merged.locator, **size}
    return 99.0, Guess(section, f"{marks.merged.label} holds the next parameters{note}")


def _cursor(cursor: Mark, links: list[_Link], parameters: Parameters, marks: Marks) -> Weighed:
    query = next((link.query for link in links), {})
    size, note = size_part(parameters, marks, query)
    name, reason, is_named = _cursor_name(cursor, links, parameters)
    section: dict[str, Any] = {
        "style": "cursor",
        "cursor_name": name,
        "cursor": cursor.locator,
        **size,
        **marks.more_condition,
    }
    if cursor.value is None:
        weight = 70.0 if is_named else 50.0
        evidence = f"{cursor.label} is there and empty; {reason}"
        return weight, Guess(section, evidence + note, is_sure=False)
    weight = 100.0 if is_named else 80.0
    return weight, Guess(section, f"{cursor.label} has a cursor; {reason}{note}", is_named)


def _cursor_name(cursor: Mark, links: list[_Link], parameters: Parameters) -> tuple[str, str, bool]:
    """Return the parameter that takes a cursor, why it is that, and whether that is said."""
    for link in links:
        for name, value in link.query.items():
            if cursor.value is not None and value in (cursor.value, unquote(cursor.value)):
                return name, f"the next link sends it as `{name}`", True
    named = [one for one in parameters.movers if one.role == "cursor"]
    if not named:
        # Some call the parameter `offset` or `start`, and answer with opaque text for it.
        named = [one for one in parameters.movers if one.number is None]
        named = named if len(named) == 1 else []
    alike = _without_next(cursor.name)
    named.sort(key=lambda one: bare(one.name) != bare(alike))
    if named:
        return named[0].name, f"{named[0].source} has `{named[0].name}`", True
    return alike, f"`{alike}` is a guess, nothing names the parameter", False


def _without_next(name: str) -> str:
    """Return what the parameter is called by custom: `next_cursor` → `cursor`."""
    for prefix in ("next_", "next-", "nextPage_", "next"):
        rest = name[len(prefix) :]
        if name.startswith(prefix) and rest and (prefix != "next" or rest[0].isupper()):
            return rest[0].lower() + rest[1:]
    plain = bare(name)
    if plain in ("next", "nextpage"):
        return "cursor"
    return "after" if plain in ("endcursor", "aftercursor") else name
