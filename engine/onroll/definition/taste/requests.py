"""Taste in what is asked: pages whose size is known, lists that can be proven, addresses by TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.definition.wording import dotted
from onroll.diagnostics import Diagnostic
from onroll.model import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.connector import ConnectorDefinition, ListDefinition
    from onroll.definition.source import KeyPath, Source

__all__ = ["request_findings"]


def request_findings(definition: ConnectorDefinition) -> Iterator[Diagnostic]:
    """Yield what should be said of the lists and addresses of a definition."""
    lists = [*definition.parts]
    lists += [one.listing for one in definition.lookups if one.listing is not None]
    said: set[KeyPath] = set()
    for one in lists:
        for path, finding in _list(definition.source, one):
            if path not in said:  # parts and lists may share a `pagination`
                said.add(path)
                yield finding
    yield from _plain_http(definition)


def _list(source: Source, listing: ListDefinition) -> Iterator[tuple[KeyPath, Diagnostic]]:
    if not listing.is_paging_declared:
        if listing.total_count is None:
            yield (
                listing.path,
                Diagnostic(
                    "lint-no-proof",
                    f"nothing says that `{dotted(listing.path)}` is all there in one answer",
                    source.place(listing.path, of_key=True),
                    hint="add `total_count`, or `pagination`, `{style: none}` for a single answer",
                    severity="warning",
                ),
            )
        return
    if "limit" in listing.pagination or listing.pagination.get("style") == "none":
        return
    path = _pagination(source, listing)
    yield (
        path,
        Diagnostic(
            "lint-no-limit",
            f"`{dotted(path)}` does not say how many records a page has",
            source.place(path, of_key=True),
            hint="add `limit_name` and `limit`: large pages are fewer requests, and a page that is "
            "shorter than asked for tells more",
            severity="warning",
        ),
    )


def _pagination(source: Source, listing: ListDefinition) -> KeyPath:
    """Return where a list's pagination is written: its own, its list's, or the shared one."""
    own = (*listing.path, "pagination")
    if source.get(own) is not None:
        return own
    is_part = listing.path[:2] == ("list_users", "parts")
    shared: KeyPath = ("list_users", "pagination")
    return shared if is_part and source.get(shared) is not None else ("pagination",)


def _plain_http(definition: ConnectorDefinition) -> Iterator[Diagnostic]:
    source = definition.source
    paths: list[KeyPath] = [("base_url",)]
    paths += [("settings", name, "default") for name in definition.settings]
    for path in paths:
        url = source.get(path)
        if isinstance(url, str) and url.startswith("http://") and not is_loopback(url):
            yield Diagnostic(
                "lint-plain-http",
                f"`{dotted(path)}` starts with http://: people's data would travel unencrypted",
                source.place(path),
                hint="write https://",
                severity="warning",
            )
