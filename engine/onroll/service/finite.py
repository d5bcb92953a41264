"""Make a list that was read in part a list that ends: what is recorded is all there is.

Totals and numbers of pages become those of the recording, and the last page names no next one.
So a replay proves the end in the way in which the API declares it.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, Final

from onroll.expressions.locator import Locator, next_of_link_header, parse_locator
from onroll.expressions.number import whole_number
from onroll.expressions.reference import as_text
from onroll.expressions.signs import sign_of_a_larger_total, signs_of_more
from onroll.model import Absent, Headers, Json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.definition.connector import ListDefinition
    from onroll.expressions.condition import Condition
    from onroll.outline import Keys

__all__ = ["counted", "counting_headers", "ended", "read_headers"]

#: Keys of `pagination` that say where an answer names the next page.
_MARKS: Final = ("cursor", "next")
_DEEPEST: Final = 4


def read_headers(listing: ListDefinition | None, headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of an answer that its list is read by; no others are recorded."""
    if listing is None:
        return {}
    names = {one.header for one in _locators(listing) if one.header is not None}
    conditions = (listing.more, listing.success)
    names |= {one.header for one in conditions if one is not None and one.header is not None}
    return {name: headers[name] for name in sorted(names) if name in headers}


def counting_headers(listing: ListDefinition | None) -> frozenset[str]:
    """Return those headers, as the definition writes them, that say how many there are."""
    if listing is None:
        return frozenset()
    locators = (listing.total_count, _locator(listing, "total_pages"))
    return frozenset(one.header for one in locators if one is not None and one.header is not None)


def counted(
    listing: ListDefinition,
    body: Json,
    headers: Mapping[str, str],
    *,
    people: int,
    pages: int,
    on_page: int,
) -> tuple[Json, dict[str, str]]:
    """Return a page that says of the list what is recorded of it: so many people and pages."""
    body, told = copy.deepcopy(body), dict(headers)
    counts = [(listing.total_count, people), (_locator(listing, "total_pages"), pages)]
    for locator, count in counts:
        if locator is not None:
            _set(locator, count, body, told)
    # Totals that the definition does not read would still be those of the company.
    while (sign := sign_of_a_larger_total(body, told, max(people, on_page))) is not None:
        name = sign.removeprefix("header ").strip("`")
        if not _replace_named(body, name, people):
            break
    return body, told


def ended(
    listing: ListDefinition, body: Json, headers: Mapping[str, str]
) -> tuple[Json, dict[str, str]]:
    """Return a page that names no page behind it, in any of the ways that its answer has."""
    body, told = copy.deepcopy(body), dict(headers)
    for key in _MARKS:
        locator = _locator(listing, key)
        if locator is not None and _is_there(locator, body, told):
            _clear(locator, body, told)
    if listing.more is not None and listing.more.holds_for_answer(body, told):
        _deny(listing.more, body, told)
    for sign in signs_of_more(body, {}):
        _replace_named(body, sign.strip("`"), None)
    return body, told


def _locators(listing: ListDefinition) -> Iterator[Locator]:
    if listing.total_count is not None:
        yield listing.total_count
    for key in (*_MARKS, "total_pages"):
        found = _locator(listing, key)
        if found is not None:
            yield found


def _locator(listing: ListDefinition, key: str) -> Locator | None:
    found = listing.pagination.get(key)
    return None if found is None else parse_locator(found)


def _is_there(locator: Locator, body: Json, headers: Mapping[str, str]) -> bool:
    found = locator.read(body, Headers(headers))
    return not isinstance(found, Absent) and found is not None


def _set(locator: Locator, count: int, body: Json, headers: dict[str, str]) -> None:
    """Put a number where one is, as text where it is text."""
    found = locator.read(body, Headers(headers))
    if isinstance(found, Absent) or whole_number(found) is None or locator.parameter is not None:
        return
    if locator.header is not None:
        _set_header(headers, locator.header, str(count))
    elif locator.path is not None and locator.path.keys is not None:
        _put(body, locator.path.keys, str(count) if isinstance(found, str) else count)


def _clear(locator: Locator, body: Json, headers: dict[str, str]) -> None:
    if locator.header is not None:
        value = Headers(headers).get(locator.header, "")
        left = ""
        if locator.header.lower() == "link":
            links = re.findall(r"<[^<>]*>[^<]*", value)
            left = ", ".join(
                one.strip(" ,") for one in links if isinstance(next_of_link_header(one), Absent)
            ) or re.sub(r"\bnext\b", "last", links[0].strip(" ,") if links else "")
        _set_header(headers, locator.header, left)
    elif locator.path is not None and locator.path.keys is not None:
        _put(body, locator.path.keys, None)


def _set_header(headers: dict[str, str], name: str, value: str) -> None:
    for known in list(headers):
        if known.lower() == name.lower():
            del headers[known]
    if value:
        headers[name] = value


def _deny(condition: Condition, body: Json, headers: dict[str, str]) -> None:
    """Make a condition that says that there is more say that there is not."""
    if condition.header is not None:
        _set_header(headers, condition.header, "")
        return
    if condition.body is None or condition.body.keys is None:
        return
    wanted = condition.wanted or ()
    other = not wanted[0] if len(wanted) == 1 and isinstance(wanted[0], bool) else None
    if not condition.present and condition.wanted is None:
        other = True
    _put(body, condition.body.keys, other)


def _put(body: Json, keys: Keys, value: Json) -> None:
    """Set what is at a path, if the way to it is there."""
    if not keys:
        return
    holder: Any = body
    for key in keys[:-1]:
        try:
            holder = holder[key]
        except (KeyError, IndexError, TypeError):
            return
    last = keys[-1]
    if (isinstance(holder, dict) and isinstance(last, str)) or (
        isinstance(holder, list) and isinstance(last, int) and -len(holder) <= last < len(holder)
    ):
        holder[last] = value  # type: ignore[index]  # one of the two, see above


def _replace_named(body: Json, name: str, count: int | None, depth: int = 0) -> bool:
    """Set a member by its dotted name to a count, or to what says that there is no more."""
    if not isinstance(body, dict) or depth > _DEEPEST:
        return False
    for key, value in body.items():
        if key == name:
            body[key] = _said(value, count)
            return bool(as_text(body[key]) != as_text(value))
        if name.startswith(f"{key}.") and _replace_named(
            value, name[len(key) + 1 :], count, depth + 1
        ):
            return True
    return False


def _said(value: Json, count: int | None) -> Json:
    if count is not None:
        return str(count) if isinstance(value, str) else count
    if isinstance(value, bool):
        return False
    if isinstance(value, list):
        return [
            one
            for one in value
            if not (isinstance(one, dict) and "next" in (one.get("rel"), one.get("relation")))
        ]
    return None
