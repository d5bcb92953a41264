"""Cut what was taken down to a few records, and let each list end with what is left of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from onroll.errors import SourceError
from onroll.expressions.reference import as_text
from onroll.fetch.records import records_in
from onroll.model import Absent
from onroll.pseudonyms.rules import ITEM
from onroll.service.calls import lists_of
from onroll.service.finite import counted, ended, read_headers
from onroll.service.record_places import places_of, thinned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from onroll.definition.connector import ConnectorDefinition, ListDefinition, Lookup
    from onroll.expressions.path import Path
    from onroll.model import Json, Response
    from onroll.pseudonyms.rules import FieldPath
    from onroll.service.taking import Taken, TakenAnswer

__all__ = ["Short", "shorten_answers", "without_records"]


@dataclass(frozen=True, slots=True)
class Short:
    """An answer as it will be recorded, but for people's data. `response` is the original one.

    `restated` are the ways to what now says of the list how much of it is recorded.
    """

    name: str
    response: Response = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: Json = field(repr=False)
    restated: frozenset[FieldPath] = field(default=frozenset(), repr=False)


def shorten_answers(
    definition: ConnectorDefinition, taken: Taken, records: int
) -> dict[str, list[Short]]:
    """Return the answers of each list, detail and call, shortened, in their order."""
    named: dict[str, list[TakenAnswer]] = {}
    for one in taken.answers:
        named.setdefault(one.name, []).append(one)
    lists = lists_of(definition)
    lookups = {one.name: one for one in definition.lookups}
    known = {taken.identify(record) for record in taken.records}
    found: dict[str, list[Short]] = {}
    for name, answers in named.items():
        if name not in lists:
            found[name] = [Short(name, one.response, {}, one.body) for one in answers]
        elif name in lookups:
            lookup = lookups[name]
            found[name] = _lookup(lists[name], lookup, answers, taken.records)
        else:
            chosen = _Chosen(records, known, taken.identify)
            pages = [_page(definition, lists[name], one, chosen, taken.records) for one in answers]
            found[name] = _finite(lists[name], pages, taken.identify)
    return found


def without_records(listing: ListDefinition, page: Short) -> Short:
    """Return a page as it is behind the last one: nobody is on it."""
    places = places_of(page.body, listing.resource_location, listing.shape)
    return replace(page, body=thinned(page.body, places, lambda _: False))


def _page(
    definition: ConnectorDefinition,
    listing: ListDefinition,
    answer: TakenAnswer,
    chosen: _Chosen,
    records: Iterable[Json],
) -> Short:
    """Return a page with its chosen records, and what is laid beside them for these."""
    body = answer.body
    places = places_of(body, listing.resource_location, listing.shape)
    body = thinned(body, places, chosen.of_a_page())
    for lookup in definition.lookups:
        if lookup.listing is None:
            beside = places_of(body, lookup.resource_location)
            body = thinned(body, beside, _wanted(lookup, records))
    headers = read_headers(listing, answer.response.headers)
    return Short(answer.name, answer.response, headers, body)


def _lookup(
    listing: ListDefinition,
    lookup: Lookup,
    answers: list[TakenAnswer],
    records: tuple[Json, ...],
) -> list[Short]:
    """Return the pages of a lookup's list with the entries that the records name."""
    pages: list[Short] = []
    is_wanted = _wanted(lookup, records)
    for answer in answers:
        places = places_of(answer.body, listing.resource_location, listing.shape)
        body = thinned(answer.body, places, is_wanted)
        headers = read_headers(listing, answer.response.headers)
        page = Short(answer.name, answer.response, headers, body)
        was_empty = not _records(listing, replace(page, body=answer.body))
        if was_empty or _records(listing, page):
            pages.append(page)
    if not pages:
        first = answers[0]
        places = places_of(first.body, listing.resource_location, listing.shape)
        body = thinned(first.body, places, lambda _: False)
        headers = read_headers(listing, first.response.headers)
        pages = [Short(first.name, first.response, headers, body)]
    return _finite(listing, pages, lambda entry: _key(lookup.key, entry))


def _finite(
    listing: ListDefinition, pages: list[Short], identify: Callable[[Json], str | None]
) -> list[Short]:
    on_pages = [_records(listing, page) for page in pages]
    ids = {identify(record) for records in on_pages for record in records}
    people = len(ids - {None})
    found: list[Short] = []
    for page, records in zip(pages, on_pages, strict=True):
        if page.body is None:
            found.append(page)
            continue
        body, headers = counted(
            listing,
            page.body,
            page.headers,
            people=people,
            pages=len(pages),
            on_page=len(records),
        )
        if page is pages[-1]:
            body, headers = ended(listing, body, headers)
        restated = frozenset(_changed(page.body, body))
        found.append(replace(page, body=body, headers=headers, restated=restated))
    return found


def _changed(before: Json, after: Json, path: FieldPath = ()) -> Iterator[FieldPath]:
    """Yield the ways to the values that differ between two bodies of one shape."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            yield from _changed(value, after.get(key), (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for one, other in zip(before, after, strict=True):
            yield from _changed(one, other, (*path, ITEM))
    elif before != after:
        yield path


def _records(listing: ListDefinition, page: Short) -> list[Json]:
    try:
        return records_in(listing, page.response, page.body, 1, None)
    except SourceError:
        return []  # a refusal that stands for the end, or a page that a replay refuses too


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The chosen records of a page: those that were mapped, wherever they stand again.

    Somebody who stands in two parts has details only once, so a replay must know them too.
    """

    most: int
    known: set[str | None] = field(repr=False)
    identify: Callable[[Json], str | None]

    def of_a_page(self) -> Callable[[Json], bool]:
        """Return whether the next record of a page is one of them; those without an id count."""
        left = iter(range(self.most))

        def is_kept(record: Json) -> bool:
            found = self.identify(record)
            return found in self.known if found is not None else next(left, None) is not None

        return is_kept


def _wanted(lookup: Lookup, records: Iterable[Json]) -> Callable[[Json], bool]:
    """Return whether an entry is one that the records refer to."""
    wanted: set[str] = set()
    for record in records:
        found = lookup.match.all(record)
        for match in [] if isinstance(found, Absent) else found:
            items = match if isinstance(match, list) else [match]
            # A lookup that is called as the field is has been laid over it.
            keys = (
                _key(lookup.key, one) if isinstance(one, dict) else as_text(one).strip()
                for one in items
                if one is not None
            )
            wanted |= {one for one in keys if one is not None}
    return lambda entry: _key(lookup.key, entry) in wanted


def _key(path: Path, entry: Json) -> str | None:
    found = path.first(entry)
    return None if found is None or isinstance(found, Absent) else as_text(found).strip()
