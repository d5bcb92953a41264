"""Which list, detail or lookup of a definition a request belongs to.

Examples are filed by these names, both when they are recorded and when they are replayed, so one
rule serves both: method, path, and what the definition fixes of query and body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from onroll.expressions.reference import as_pairs, as_text
from onroll.http.encoding import url_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from onroll.definition.connector import ConnectorDefinition, ListDefinition, RequestTemplate
    from onroll.model import Json, Request

__all__ = ["Calls", "lists_of", "templates_of"]


def lists_of(definition: ConnectorDefinition) -> dict[str, ListDefinition]:
    """Return the lists of a definition by the names that examples have for them."""
    lookups = {one.name: one.listing for one in definition.lookups if one.listing is not None}
    return {**lookups, **{one.name: one for one in definition.parts}}


def templates_of(definition: ConnectorDefinition) -> dict[str, RequestTemplate]:
    """Return every request of a definition by the name that examples have for it."""
    once = {one.name: one.request for one in (*definition.details, *definition.context)}
    return {**once, **{name: one.request for name, one in lists_of(definition).items()}}


class Calls:
    """The requests of a definition, to be told apart. `ignored` parameters tell nothing.

    It remembers which list was asked last: a next link may look like nothing that is known.
    """

    def __init__(self, definition: ConnectorDefinition, ignored: Collection[str] = ()) -> None:
        self._lists = lists_of(definition)
        patterns = {
            name: _Pattern.of(one, {*ignored, *_paging_names(self._lists.get(name))})
            for name, one in templates_of(definition).items()
        }
        # The most telling first: one part may be asked for as another is, and a parameter more.
        self._patterns = dict(sorted(patterns.items(), key=lambda one: one[1].weight, reverse=True))
        self._last_list: str | None = None

    def name_of(self, request: Request, is_open: Callable[[str], bool]) -> str | None:
        """Return whose request it is, of those for which `is_open`; None when it is nobody's."""
        found = self._found(request, is_open)
        if found in self._lists:
            self._last_list = found
        return found

    def _found(self, request: Request, is_open: Callable[[str], bool]) -> str | None:
        asked = _Asked.of(request)
        fits = [name for name, one in self._patterns.items() if one.is_path_of(asked)]
        for name in fits:
            if is_open(name) and self._patterns[name].is_said_by(asked):
                return name
        # A next link need not say again what the list's own address says.
        last = self._last_list
        if last is None or not is_open(last):
            return None
        if not fits or (last in fits and not self._patterns[last].is_denied_by(asked)):
            return last
        return None


@dataclass(frozen=True, slots=True)
class _Asked:
    method: str
    path: str
    values: Mapping[str, str]

    @classmethod
    def of(cls, request: Request) -> _Asked:
        parts = urlsplit(url_of(request))
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        query = {f"?{name}": value for name, value in pairs}
        return cls(request.method, parts.path, {**query, **_body(request.json, request.form)})


@dataclass(frozen=True, slots=True)
class _Pattern:
    method: str
    path: re.Pattern[str]
    literal: int
    fixed: Mapping[str, str]

    @classmethod
    def of(cls, template: RequestTemplate, ignored: Collection[str]) -> _Pattern:
        pieces = re.split(r"\$\{[^}]*\}", template.endpoint)
        path = re.compile("[^/]+".join(re.escape(piece) for piece in pieces) + "$")
        form = None if template.form is None else tuple(as_pairs(template.form))
        values = {
            **{f"?{name}": as_text(one) for name, one in template.params.items() if _is_flat(one)},
            **_body(template.json, form),
        }
        fixed = {
            name: value
            for name, value in values.items()
            if "${" not in value and name[1:] not in ignored
        }
        return cls(template.method, path, sum(map(len, pieces)), fixed)

    @property
    def weight(self) -> tuple[int, int]:
        """How much of a request it says."""
        return len(self.fixed), self.literal

    def is_path_of(self, asked: _Asked) -> bool:
        return self.method == asked.method and self.path.search(asked.path) is not None

    def is_said_by(self, asked: _Asked) -> bool:
        return self.fixed.items() <= asked.values.items()

    def is_denied_by(self, asked: _Asked) -> bool:
        """Whether something else stands where it says what stands there."""
        return any(asked.values.get(name, value) != value for name, value in self.fixed.items())


def _is_flat(value: Json) -> bool:
    return isinstance(value, str | int | float)


def _body(json: Json, form: tuple[tuple[str, str], ...] | None) -> dict[str, str]:
    """Return the values of a body by where they stand; the first mark says in what."""
    return {**{f"={name}": value for name, value in form or ()}, **dict(_leaves(json, ""))}


def _leaves(value: Json, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _leaves(item, f"{path}[{place}]")
    elif value is not None:
        yield f":{path}", as_text(value)


def _paging_names(listing: ListDefinition | None) -> Iterator[str]:
    """Yield the parameters of paging: what stands there changes from page to page."""
    for key, value in (listing.pagination if listing is not None else {}).items():
        if key.endswith("_name") and isinstance(value, str):
            yield value
