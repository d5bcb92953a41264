"""Where the requests of a definition stand, and the rules that all of them keep."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from onroll.definition.masking import shown_name
from onroll.definition.wording import dotted
from onroll.diagnostics import Diagnostic, quoted_list
from onroll.expressions.path import PathError, parse_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.definition.source import KeyPath, Source
    from onroll.model import Json

__all__ = ["as_object", "broken_requests", "request_paths"]

#: What a lookup needs an endpoint for.
_OF_REQUESTS: Final = (
    "method", "headers", "params", "json", "form", "shape", "decoder", "total_count", "pagination",
    "success", "may_be_absent",
)  # fmt: skip
_OF_SHAPES: Final = {
    "keyed": {"key"},
    "columns": {"columns", "column_name"},
    "values": {"key"},
}
#: The first key of a path that goes on behind it.
_FIRST_KEY: Final = re.compile(r"(?:\$\.)?([\w-]+)[.\[]")


def request_paths(data: Mapping[str, Json]) -> Iterator[KeyPath]:
    """Yield where the requests of a definition stand: lists, parts, details, lookups, context."""
    yield ("list_users",)
    listing = as_object(data.get("list_users"))
    parts = listing.get("parts")
    for index, _ in enumerate(parts if isinstance(parts, list) else ()):
        yield ("list_users", "parts", index)
    for name in as_object(listing.get("details")):
        yield ("list_users", "details", name)
    for key in ("lookups", "context"):
        for name in as_object(data.get(key)):
            yield (key, name)


def broken_requests(source: Source) -> Iterator[Diagnostic]:
    """Yield what the lists, details and calls of a definition break."""
    for path in request_paths(source.data):
        written = source.get(path)
        if isinstance(written, dict):
            yield from _bodies(source, path, _whole(source, path, written))
            yield from _shape(source, (*path, "shape"))
    yield from _page_lookups(source)
    yield from _late_lookups(source)
    yield from _names(source)
    yield from _ids(source)
    yield from _examples(source)


def as_object(value: Json) -> dict[str, Json]:
    """Return the value when it is an object, else an empty one: its schema has spoken."""
    return value if isinstance(value, dict) else {}


def _whole(source: Source, path: KeyPath, written: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return a request with what it inherits from the list that it is a part of."""
    if path[:2] == ("list_users", "parts"):
        return {**as_object(source.data.get("list_users")), **written}
    return written


def _bodies(source: Source, path: KeyPath, written: Mapping[str, Json]) -> Iterator[Diagnostic]:
    pagination = as_object(written.get("pagination") or source.data.get("pagination"))
    send_in = pagination.get("send_in")
    is_get = written.get("method", "GET") == "GET"
    for key in ("json", "form"):
        if is_get and (key in written or send_in == key):
            at = (*path, key) if key in written else (*path, "pagination", "send_in")
            yield Diagnostic(
                "get-with-body",
                f"`{dotted(path)}` sends a body, and its method is GET",
                source.place(at, of_key=True),
                hint="add `method: POST`, or write the values below `params`",
            )
    if "json" in written and "form" in written:
        message = f"`{dotted(path)}` has `json` and `form`, which exclude each other"
        yield Diagnostic("exclusive-keys", message, source.place((*path, "form"), of_key=True))


def _shape(source: Source, path: KeyPath) -> Iterator[Diagnostic]:
    written = as_object(source.get(path))
    style = written.get("style")
    if not isinstance(style, str) or style not in _OF_SHAPES:
        return  # its schema has spoken
    if style == "columns" and "columns" not in written:
        yield Diagnostic(
            "missing-key",
            f"`{dotted(path)}` lacks `columns`",
            source.place(path, of_key=True),
            hint="name the place where the answer lists its columns",
        )
    for key in written:
        if key != "style" and key not in _OF_SHAPES[style]:
            yield Diagnostic(
                "unknown-key",
                f"`{dotted(path)}` has `{key}`, which `style: {style}` has no use for",
                source.place((*path, key), of_key=True),
            )


def _page_lookups(source: Source) -> Iterator[Diagnostic]:
    for name, written in as_object(source.data.get("lookups")).items():
        if not isinstance(written, dict) or "endpoint" in written:
            continue
        useless = [key for key in _OF_REQUESTS if key in written]
        if useless:
            yield Diagnostic(
                "missing-key",
                f"`lookups.{name}` has {quoted_list(useless)}, and no `endpoint` to ask",
                source.place(("lookups", name, useless[0]), of_key=True),
                hint="add `endpoint`; without it the entries are taken from the users' own pages",
            )


def _late_lookups(source: Source) -> Iterator[Diagnostic]:
    """Find lookups that are matched by what one attaches that is joined after them."""
    lookups = as_object(source.data.get("lookups"))
    names = list(lookups)
    for index, name in enumerate(names):
        match = as_object(lookups[name]).get("match")
        leads = _FIRST_KEY.match(match) if isinstance(match, str) else None
        if leads is not None and leads[1] in names[index + 1 :]:
            yield Diagnostic(
                "unknown-reference",
                f"`{dotted(('lookups', name, 'match'))}` leads into the lookup "
                f"`{shown_name(leads[1])}`, which is joined after it",
                source.place(("lookups", name, "match")),
                hint=f"lookups are joined in order: write `{shown_name(leads[1])}` before "
                f"`{shown_name(name)}`",
            )


def _names(source: Source) -> Iterator[Diagnostic]:
    """Find names that two requests have: `examples` could not tell them apart."""
    known: dict[str, KeyPath] = {"list_users": ("list_users",)}
    for path in request_paths(source.data):
        at: KeyPath = path
        name: Json = path[-1]
        if path[:2] == ("list_users", "parts"):
            at, name = (*path, "name"), as_object(source.get(path)).get("name")
        if path == ("list_users",) or not isinstance(name, str):
            continue
        if name in known:
            yield Diagnostic(
                "duplicate-name",
                f"`{name}` is the name of two requests: `{dotted(known[name])}` and "
                f"`{dotted(path)}`",
                source.place(at, of_key=at == path),
                hint="rename one of them",
            )
        known[name] = path


def _ids(source: Source) -> Iterator[Diagnostic]:
    """Find an id that would come from a detail or lookup: people are counted before those."""
    attributes = as_object(source.data.get("attributes"))
    details = as_object(source.get(("list_users", "details")))
    joined = {*details, *as_object(source.data.get("lookups"))}
    for path, first in _first_keys(attributes.get("id"), ("attributes", "id")):
        if first in joined:
            kind = "detail" if first in details else "lookup"
            yield Diagnostic(
                "wrong-path",
                f"`{dotted(path)}` takes the id from the {kind} `{first}`, and people are counted "
                "by their ids before it is asked for",
                source.place(path),
                hint=f"take the id from the list itself; if it has a key `{first}`, rename the "
                f"{kind}",
            )


def _first_keys(value: Json, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Yield the first key of each path that a value is made of."""
    if isinstance(value, str) or (isinstance(value, list) and path[-1] not in ("first", "all")):
        try:
            parsed = parse_path(value)
        except PathError:
            return  # its schema has spoken
        keys = parsed.keys or parsed.prefix
        if keys and isinstance(keys[0], str):
            yield path, keys[0]
    elif isinstance(value, dict):
        for key in ("path", "first", "all"):
            yield from _first_keys(value.get(key), (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _first_keys(item, (*path, index))


def _examples(source: Source) -> Iterator[Diagnostic]:
    """Find examples without an answer to any list of users: nothing could be replayed."""
    listing = as_object(source.data.get("list_users"))
    parts = listing.get("parts")
    named = [
        str(as_object(part).get("name", f"part_{number}"))
        for number, part in enumerate(parts if isinstance(parts, list) else (), 1)
    ]
    lists = named or ["list_users"]
    examples = source.data.get("examples")
    for index, example in enumerate(examples if isinstance(examples, list) else ()):
        responses = as_object(example).get("responses")
        if isinstance(responses, dict) and responses and not set(lists) & set(responses):
            path: KeyPath = ("examples", index, "responses")
            yield Diagnostic(
                "missing-key",
                f"`{dotted(path)}` lacks {quoted_list(lists)}",
                source.place(path, of_key=True),
                hint=f"add `{lists[0]}`",
            )
