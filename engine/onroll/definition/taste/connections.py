"""Taste in a connection file: no secret stands in it, and editors know what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onroll.definition.requests import as_object
from onroll.definition.taste.identity import modeline_findings
from onroll.definition.taste.secrets import literal_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.source import KeyPath, Source
    from onroll.diagnostics import Diagnostic

__all__ = ["connection_findings"]

_HINT: Final = (
    "write `${env:NAME}`, `${file:PATH}` or `${keyring:service/name}`, and change the secret: "
    "whoever saw the file knows it"
)


def connection_findings(source: Source) -> Iterator[Diagnostic]:
    """Yield what a connection file that is valid should not hold, or lacks."""
    yield from modeline_findings(source, "onroll schema --connections > onroll-yaml.schema.json")
    paths: list[KeyPath] = [("store",), ("summary", "smtp")]
    for name in as_object(source.get(("connections",))):
        paths += [("connections", name, "settings"), ("connections", name, "filters")]
    paths += [("targets", name) for name in as_object(source.get(("targets",)))]
    for path in paths:
        yield from literal_secrets(source, path, {}, _HINT)
