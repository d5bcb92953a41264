"""Find the records in an answer. Nothing found is an error that says what is there instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onroll.diagnostics import Diagnostic, quoted_list
from onroll.errors import ResponseError
from onroll.expressions.path import parse_path, walk
from onroll.fetch.layout import is_keyed
from onroll.fetch.shape import Misshapen, records_of
from onroll.model import ABSENT, Absent, Json, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from onroll.definition.connector import ListDefinition
    from onroll.diagnostics import Place
    from onroll.expressions.path import Path

__all__ = ["records_in", "refuse_misplaced"]

_ERRORS: Final = frozenset(
    {"error", "errors", "errorcode", "errormessage", "errormsg", "exception", "fault"}
)


def records_in(
    listing: ListDefinition,
    response: Response,
    body: Json,
    number: int,
    place: Place | None,
    first_keys: frozenset[str] | None = None,
) -> list[Json]:
    """Return the records of a page; a 204 has none. `first_keys` are the keys of page one.

    Raises `ResponseError` when the resource location matches nothing, or no list.
    """
    if response.status == 204:
        return []
    location = listing.resource_location
    if listing.shape is not None:
        found = _shaped(listing, response, body, number, place)
    elif location.keys is not None:
        found = location.first(body)
    else:
        matches = location.all(body)
        if matches == [] and not _is_filter(location) and not _is_empty_at(location, body):
            # `$.data[*].persn` finds nothing among people who are there.
            matches = ABSENT
        is_one_list = (
            isinstance(matches, list) and len(matches) == 1 and isinstance(matches[0], list)
        )
        found = matches[0] if isinstance(matches, list) and is_one_list else matches
    if isinstance(found, list):
        return _with_constants(found, listing.record) if listing.record else found
    if listing.may_be_absent and (isinstance(found, Absent) or found is None):
        # Behind page one only an answer of page one's shape is an empty page: an error in a 200
        # has other keys.
        is_known = first_keys is None or not isinstance(body, dict) or set(body) <= first_keys
        if is_known:
            return []
    raise ResponseError(_not_found(listing, response, body, number, found, place))


def _with_constants(records: list[Json], added: Mapping[str, Json]) -> list[Json]:
    return [{**one, **added} if isinstance(one, dict) else one for one in records]


def _shaped(
    listing: ListDefinition, response: Response, body: Json, number: int, place: Place | None
) -> Json | Absent:
    """Return the records that are laid out otherwise; nothing at all where nothing is found."""
    assert listing.shape is not None
    found = listing.resource_location.first(body)
    if found is None or isinstance(found, Absent):
        return found
    try:
        return records_of(listing.shape, found, body)
    except Misshapen as error:
        raise ResponseError(
            Diagnostic(
                "wrong-shape",
                f"page {number} has {_kind(found)} at `{listing.resource_location}` that does not "
                f"have the shape `{listing.shape.style}`: {error}",
                place,
                expected=f"what `shape` says; the answer ({response.status}) {_has(body)}",
            )
        ) from None


def _is_filter(location: Path) -> bool:
    """Whether a JSONPath leaves records out by what they hold, so that none may be left."""
    return "?" in location.text


def _is_empty_at(location: Path, body: Json) -> bool:
    """Whether there is nothing that a JSONPath's wildcards could go through."""
    inner = parse_path(location.text.removesuffix("[*]")).all(body)
    if isinstance(inner, list) and inner and all(one in (None, [], {}) for one in inner):
        return True
    return walk(body, location.prefix) in (None, [], {})


def refuse_misplaced(
    listing: ListDefinition,
    response: Response,
    body: Json,
    identify: Callable[[Sequence[Json]], list[str | None]],
    place: Place | None,
) -> None:
    """Raise `ResponseError` when page one has people, but not at a location that may be absent.

    Without this a mistyped location with `may_be_absent` would be a complete list of nobody.
    """
    found = listing.resource_location.first(body)
    if isinstance(found, Absent) and any(
        one is not None for _, items in _lists(body) for one in identify(items[:1])
    ):
        raise ResponseError(_not_found(listing, response, body, 1, found, place))


def _not_found(
    listing: ListDefinition,
    response: Response,
    body: Json,
    number: int,
    found: Json | Absent,
    place: Place | None,
) -> Diagnostic:
    location = listing.resource_location
    size = (
        f"{len(response.body) / 1000:.0f} kB"
        if len(response.body) > 999
        else f"{len(response.body)} bytes"
    )
    if isinstance(found, Absent) or found is None:
        code = "resource-location-not-found"
        message = f"page {number} has nothing at `{location}`"
    else:
        code = "resource-location-no-list"
        message = f"page {number} has {_kind(found)} at `{location}`, not a list"
    lists = list(_lists(body))
    hint = None
    if isinstance(found, dict) and listing.request.decoder["format"] == "xml":
        element = str(location).rpartition(".")[2]
        hint = (
            "an element that stands there once is no list: "
            f"name it, `decoder: {{format: xml, lists: [{element}]}}`"
        )
    elif is_keyed(found):
        hint = "its keys look like ids: try `shape: {style: keyed, key: id}`"
    elif lists:
        path, items = max(lists, key=lambda pair: len(pair[1]))
        written = '"."' if path == "." else path
        hint = (
            f"`{path}` is a list of {len(items)} {_items(items)}: "
            f"try `resource_location: {written}`"
        )
    elif isinstance(body, dict) and (sign := _sign_of_an_error(body)) is not None:
        hint = (
            f"`{sign}` looks like an error with a good status: read it in the answer, and say by "
            "`success` how it is told from a list"
        )
    elif isinstance(body, dict) and (found is None or isinstance(found, Absent)):
        hint = "if the key is missing when nobody is in the list, say `may_be_absent: true`"
    return Diagnostic(
        code,
        message,
        place,
        expected=f"a list; the answer ({response.status}, {size}) {_has(body)}",
        hint=hint,
    )


def _sign_of_an_error(body: Mapping[str, Json]) -> str | None:
    """Return the key by which an answer without a list says that something went wrong."""
    for key, value in body.items():
        name = key.lower().replace("_", "")
        if name in ("success", "ok") and value is False:
            return key
        if name in _ERRORS and value not in (None, False, 0, "", [], {}):
            return key
    return None


def _has(body: Json) -> str:
    if not isinstance(body, dict):
        return f"is {_kind(body)}"
    if not body:
        return "is an empty object"
    text = f"has the keys {quoted_list(list(body))}"
    for key, value in body.items():
        if isinstance(value, dict) and value and len(body) <= 6:
            text += f"; `{key}` has {quoted_list(list(value), limit=6)}"
    return text


def _lists(body: Json, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, list[Json]]]:
    """Yield every list of an answer and its path, three levels down."""
    if isinstance(body, list):
        yield prefix or ".", body
    elif isinstance(body, dict) and depth < 3:
        for key, value in body.items():
            if key.replace("_", "").replace("-", "").isalnum():
                yield from _lists(value, f"{prefix}.{key}" if prefix else key, depth + 1)


def _items(items: list[Json]) -> str:
    if items and all(isinstance(item, dict) for item in items):
        return "object" if len(items) == 1 else "objects"
    return "item" if len(items) == 1 else "items"


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, list):
        return "a list"
    return (
        "an object" if isinstance(value, dict) else "text" if isinstance(value, str) else "a number"
    )
