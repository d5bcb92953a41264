"""Rules between the parts of a definition, which no schema of one part can see."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from onroll.definition.guesses import RESERVED, intended
from onroll.definition.masking import shown_name, shown_reference
from onroll.definition.wording import dotted
from onroll.diagnostics import Diagnostic, nearest, one_of, quoted_list
from onroll.expressions.reference import Reference, references_in
from onroll.model import ATTRIBUTES, NEEDED_ATTRIBUTES, STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.source import KeyPath, Source
    from onroll.model import Json

__all__ = ["broken_rules", "is_loopback"]

_NOT_RESOLVED: Final = ("settings", "examples", "verified", "title", "description", "name")


def broken_rules(source: Source) -> Iterator[Diagnostic]:
    """Yield every rule that a definition of (mostly) right shape breaks."""
    yield from _references(source)
    yield from _needed_attributes(source)
    yield from _status_values(source)
    yield from _dependencies(source)
    yield from _bodies(source)
    yield from _urls(source)
    yield from _plain_http(source)


def _object(value: Json) -> dict[str, Json]:
    """Return the value when it is an object, else an empty one: its schema has spoken."""
    return value if isinstance(value, dict) else {}


def _texts(value: Json, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))


def _references(source: Source) -> Iterator[Diagnostic]:
    data = source.data
    declared = _object(data.get("settings"))
    mapped = _object(data.get("attributes"))
    for name in declared:
        path: KeyPath = ("settings", name, "default")
        if any(references_in(source.get(path))):
            yield Diagnostic(
                "unknown-reference",
                f"`{dotted(path)}` holds a reference, and defaults are taken as they are",
                source.place(path),
                hint="leave the default out; whoever connects supplies the value",
            )
    for path, text in _texts({k: v for k, v in data.items() if k not in _NOT_RESOLVED}):
        odd = _odd_reference(text)
        if odd is not None:
            yield Diagnostic("unknown-reference", odd, source.place(path), hint=_REFERENCE_HINT)
        for reference in references_in(text):
            wrong = _wrong_reference(reference, path, declared, mapped)
            if wrong is not None:
                message, hint = wrong
                place = source.place(path)
                yield Diagnostic("unknown-reference", message, place, hint=hint)


_REFERENCE_HINT: Final = "write `${settings.name}`; `$${` stands for `${` itself"
_JINJA = re.compile(r"\{\{[^{}]*\}\}")
_UNCLOSED = re.compile(r"\$\{(?![^${}]*\})")


def _odd_reference(text: str) -> str | None:
    """Say what is wrong with text that tries to refer to something in another notation."""
    if _JINJA.search(text):
        return "`{{ … }}` is not a reference"
    if _UNCLOSED.search(text.replace("$${", "")):
        return "a reference is not closed: `${` without `}`"
    return None


def _wrong_reference(
    reference: Reference, path: KeyPath, declared: dict[str, Json], mapped: dict[str, Json]
) -> tuple[str, str | None] | None:
    name = reference.name
    match reference.namespace:
        case "settings":
            if name in declared:
                return None
            right = nearest(name, declared)
            hint = f"did you mean `${{settings.{right}}}`?" if right else None
            return (
                f"`{shown_reference(reference)}` names a setting that is not declared",
                hint or f"declare it: `settings: {{{shown_name(name)}: {{title: …}}}}`",
            )
        case "record":
            if path[:2] == ("list_users", "details"):
                return None
            return (
                f"`{shown_reference(reference)}` has no meaning in `{dotted(path)}`",
                "`${record.…}` is known in details only",
            )
        case "env" | "file" | "keyring":
            return (
                f"a definition cannot read `${{{reference.namespace}:…}}`",
                "declare a setting; the connection file may take it from there",
            )
        case _:
            return _wrong_bare_name(reference, path, declared, mapped)


def _wrong_bare_name(
    reference: Reference, path: KeyPath, declared: dict[str, Json], mapped: dict[str, Json]
) -> tuple[str, str | None] | None:
    if path[-1] != "template":
        known = nearest(reference.name.removeprefix("setting."), declared)
        hint = f"did you mean `${{settings.{known}}}`?" if known else None
        return (
            f"`{shown_reference(reference)}` is not a reference",
            hint or "write `${settings.name}` for a setting",
        )
    if reference.name in mapped:
        return None
    right = nearest(reference.name, mapped)
    return (
        f"`{shown_reference(reference)}` names an attribute that is not mapped",
        f"did you mean `${{{right}}}`?"
        if right and reference.name not in ATTRIBUTES
        else "map it, or use another",
    )


def _needed_attributes(source: Source) -> Iterator[Diagnostic]:
    attributes = source.data.get("attributes")
    if not isinstance(attributes, dict):
        return
    intentions = intended(attributes, ATTRIBUTES)
    needed = [name for name in NEEDED_ATTRIBUTES if name not in attributes]
    missing = [name for name in needed if name not in intentions]
    if missing:
        yield Diagnostic(
            "attribute-not-mapped",
            f"`attributes` does not map {quoted_list(missing)}",
            source.place(("attributes",), of_key=True),
            hint="where only the tenant knows the fields, write "
            f"`{missing[0]}: null` and map it in the connection",
        )
    for name, value in attributes.items():
        if value is None and name not in NEEDED_ATTRIBUTES and name in ATTRIBUTES:
            yield Diagnostic(
                "wrong-type",
                f"`attributes.{name}` is empty",
                source.place(("attributes", name)),
                expected="a path in the record, or an object that says how the value is made",
            )


def _status_values(source: Source) -> Iterator[Diagnostic]:
    for path, value in _constants(source.get(("attributes", "status")), ("attributes", "status")):
        if value in STATUSES or value is None:
            continue
        right = nearest(str(value), STATUSES)
        yield Diagnostic(
            "wrong-value",
            f"`{value}` is not a status",
            source.place(path),
            expected=one_of(STATUSES),
            hint=f"did you mean `{right}`?" if right else None,
        )


def _constants(value: Json, path: KeyPath) -> Iterator[tuple[KeyPath, Json]]:
    """Yield what a value can give outright: constants, defaults and the right sides of maps."""
    if not isinstance(value, dict):
        return
    mapping = value.get("map")
    if isinstance(mapping, dict):
        for key, item in mapping.items():
            yield (*path, "map", key), item
    elif "value" in value:
        yield (*path, "value"), value["value"]
    if "default" in value:
        yield (*path, "default"), value["default"]
    items = value.get("first")
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if not isinstance(mapping, dict):
            yield from _constants(item, (*path, "first", index))


def _dependencies(source: Source) -> Iterator[Diagnostic]:
    """Find conditions on attributes that are not mapped, and attributes made of each other."""
    attributes = source.data.get("attributes")
    if not isinstance(attributes, dict):
        return
    excluded = _object(source.data.get("list_users")).get("exclude")
    conditions = [
        *_texts(attributes, ("attributes",)),
        *_texts(excluded, ("list_users", "exclude")),
    ]
    for path, text in conditions:
        if path[-1] == "attribute" and text not in attributes and not RESERVED.keys() & set(path):
            right = nearest(text, attributes)
            yield Diagnostic(
                "unknown-attribute",
                f"`{dotted(path)}` names `{text}`, which is not mapped",
                source.place(path),
                hint=f"did you mean `{right}`?" if right else None,
            )
    names = set(attributes)
    needs = {name: set(_needs(value)) & names for name, value in attributes.items()}
    settled: set[str] = set()
    while ready := [name for name in needs if name not in settled and needs[name] <= settled]:
        settled.update(ready)
    for name in needs:
        if name not in settled and name in _reachable(name, needs):
            yield Diagnostic(
                "circular-attributes",
                f"`attributes.{name}` is made of itself",
                source.place(("attributes", name), of_key=True),
                hint="of attributes that are made of each other, one must come from the record",
            )


def _needs(value: Json) -> Iterator[str]:
    for path, text in _texts(value):
        if path and path[-1] == "attribute":
            yield text
        elif path and path[-1] == "template":
            yield from (one.name for one in references_in(text) if not one.namespace)


def _reachable(name: str, needs: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(needs[name])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += needs.get(one, ())
    return found


def _bodies(source: Source) -> Iterator[Diagnostic]:
    data = source.data
    lists: list[KeyPath] = [("list_users",)]
    lists += [("lookups", name) for name in _object(data.get("lookups"))]
    details = _object(source.get(("list_users", "details")))
    lists += [("list_users", "details", name) for name in details]
    for path in lists:
        written = source.get(path)
        if not isinstance(written, dict):
            continue
        pagination = _object(written.get("pagination") or data.get("pagination"))
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
            place = source.place((*path, "form"), of_key=True)
            yield Diagnostic("exclusive-keys", message, place)


def _urls(source: Source) -> Iterator[Diagnostic]:
    """Find addresses that start like a URL and cannot be one: `https://[::1`, `https://a:port`."""
    paths: list[KeyPath] = [("base_url",)]
    paths += [("auth", key) for key in _object(source.data.get("auth"))]
    for path in paths:
        url = source.get(path)
        if not isinstance(url, str) or "${" in url or not url.startswith(("https://", "http://")):
            continue
        try:
            parts = urlsplit(url)
            is_url = bool(parts.hostname) and (parts.port or 0) >= 0
        except ValueError:
            is_url = False
        if not is_url:
            yield Diagnostic(
                "wrong-value",
                f"`{dotted(path)}` has no host, or a port that is no number",
                source.place(path),
                expected="a URL",
                hint="write it in full, as in `https://api.example.com/v1`",
            )


def _plain_http(source: Source) -> Iterator[Diagnostic]:
    base_url = source.data.get("base_url")
    auth = source.data.get("auth")
    if not isinstance(base_url, str) or not base_url.startswith("http://"):
        return
    if isinstance(auth, dict) and auth.get("method") != "none" and not is_loopback(base_url):
        yield Diagnostic(
            "insecure-url",
            "credentials would travel unencrypted: `base_url` starts with http://",
            source.place(("base_url",)),
            expected="https://",
        )


def is_loopback(url: str) -> bool:
    """Whether a URL names this machine by a loopback name or address."""
    try:
        host = urlsplit(url).hostname or ""
        # Not by its beginning: 127.0.0.1.example.com is somebody else's.
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
