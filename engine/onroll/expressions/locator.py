"""Locators: where a value lies in an answer, which is its body, a header, or a URL found there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from onroll.expressions.path import Path, parse_path
from onroll.model import ABSENT, Absent, Json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.outline import Keys

__all__ = ["Locator", "next_of_link_header", "parse_locator"]


@dataclass(frozen=True, slots=True)
class Locator:
    """A place in an answer: a path in the body or a header, and a query parameter of the URL there.

    The header `Link` (RFC 8288) is read for its `rel=next` target.
    """

    path: Path | None = None
    header: str | None = None
    parameter: str | None = None

    def __str__(self) -> str:
        where = f"header `{self.header}`" if self.header else f"`{self.path}`"
        return f"parameter `{self.parameter}` of the URL at {where}" if self.parameter else where

    @property
    def places(self) -> tuple[Keys, ...]:
        """The place in the body that is read, if it is one there."""
        return () if self.path is None else (self.path.place,)

    def read(self, body: Json, headers: Mapping[str, str]) -> Json | Absent:
        """Return what is there: a value, None for null, `ABSENT` when nothing is."""
        found = self._read(body, headers)
        if self.parameter is None or not isinstance(found, str):
            return found
        # Not `urlsplit`, which raises on what the answer may hold in a host's place.
        query = parse_qsl(found.partition("#")[0].partition("?")[2], keep_blank_values=True)
        return next((value for name, value in query if name == self.parameter), ABSENT)

    def _read(self, body: Json, headers: Mapping[str, str]) -> Json | Absent:
        if self.header is None:
            return self.path.first(body) if self.path is not None else ABSENT
        value = headers.get(self.header)
        if value is None:
            return ABSENT
        return next_of_link_header(value) if self.header.lower() == "link" else value.strip()


def parse_locator(written: Any) -> Locator:
    """Compile a locator as written: a path, or `{body | header, parameter}`.

    Raises `PathError` when the path in it cannot be read.
    """
    if isinstance(written, dict):
        parameter = written.get("parameter")
        if "header" in written:
            return Locator(header=written["header"], parameter=parameter)
        return Locator(path=parse_path(written["body"]), parameter=parameter)
    return Locator(path=parse_path(written))


_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_REL = re.compile(r""";\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))""", re.IGNORECASE)


def next_of_link_header(value: str) -> str | Absent:
    """Return the `rel=next` target of a `Link` header (RFC 8288), or `ABSENT`."""
    for target, parameters in _LINK.findall(value):
        for quoted, bare in _REL.findall(parameters):
            if "next" in (quoted or bare).lower().split():
                return str(target)
    return ABSENT
