"""Rules between the parts of a definition, which no schema of one part can see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from onroll.definition.attribute_rules import (
    broken_attributes,
    unmapped_conditions,
    wrong_references,
)
from onroll.definition.guesses import intended
from onroll.definition.requests import as_object, broken_requests
from onroll.definition.settings import may_run_forever
from onroll.definition.wording import dotted
from onroll.diagnostics import Diagnostic, quoted_list
from onroll.expressions.reference import references_in
from onroll.model import ATTRIBUTES, NEEDED_ATTRIBUTES, is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.source import KeyPath, Source
    from onroll.model import Json

__all__ = ["broken_rules"]

_NOT_RESOLVED: Final = (
    "attributes", "settings", "examples", "verified", "title", "description", "name"
)  # fmt: skip


def broken_rules(source: Source) -> Iterator[Diagnostic]:
    """Yield every rule that a definition of (mostly) right shape breaks."""
    declared = as_object(source.data.get("settings"))
    mapped = as_object(source.data.get("attributes"))
    yield from _settings(source, declared)
    for key in source.data:
        if key not in _NOT_RESOLVED:
            yield from wrong_references(source, (key,), mapped, declared)
    yield from broken_attributes(source, ("attributes",), mapped, declared)
    if mapped:
        yield from unmapped_conditions(source, ("list_users", "exclude"), mapped)
    yield from _needed_attributes(source)
    yield from broken_requests(source)
    yield from _urls(source)
    yield from _plain_http(source)


def _settings(source: Source, declared: dict[str, Json]) -> Iterator[Diagnostic]:
    for name in declared:
        path: KeyPath = ("settings", name, "default")
        if any(references_in(source.get(path))):
            yield Diagnostic(
                "unknown-reference",
                f"`{dotted(path)}` holds a reference, and defaults are taken as they are",
                source.place(path),
                hint="leave the default out; whoever connects supplies the value",
            )
        pattern = source.get(("settings", name, "pattern"))
        if isinstance(pattern, str) and may_run_forever(pattern):
            path = ("settings", name, "pattern")
            yield Diagnostic(
                "wrong-value",
                f"`{dotted(path)}` may run forever: it repeats a group that itself repeats or "
                "chooses, or does so too often in a row",
                source.place(path),
                expected="a regular expression of a few repetitions, of plain groups",
                hint="write a set of characters, as in `[a-z.]+` for `([a-z]+|[.])+`",
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
    custom = as_object(attributes.get("custom"))
    empty: list[KeyPath] = [
        ("attributes", name)
        for name, value in attributes.items()
        if value is None and name not in NEEDED_ATTRIBUTES and name in ATTRIBUTES
    ]
    empty += [("attributes", "custom", name) for name, value in custom.items() if value is None]
    for path in empty:
        yield Diagnostic(
            "wrong-type",
            f"`{dotted(path)}` is empty",
            source.place(path),
            expected="a path in the record, or an object that says how the value is made",
        )


def _urls(source: Source) -> Iterator[Diagnostic]:
    """Find addresses that start like a URL and cannot be one: `https://[::1`, `https://a:port`."""
    paths: list[KeyPath] = [("base_url",)]
    paths += [("auth", key) for key in as_object(source.data.get("auth"))]
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
    auth = as_object(source.data.get("auth"))
    if auth.get("method", "none") == "none":
        return
    paths: list[KeyPath] = [("base_url",)]
    paths += [("auth", key) for key in auth if key == "endpoint" or key.endswith("_url")]
    for path in paths:
        url = source.get(path)
        if isinstance(url, str) and url.startswith("http://") and not is_loopback(url):
            yield Diagnostic(
                "insecure-url",
                f"credentials would travel unencrypted: `{dotted(path)}` starts with http://",
                source.place(path),
                expected="https://",
            )
