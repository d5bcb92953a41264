"""An answer that a specification describes, made up: records, and what stands around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from onroll.drafting.evidence import FieldFacts
from onroll.drafting.invented import invent
from onroll.drafting.leaves import written
from onroll.drafting.openapi_schema import Schema, as_list, as_object
from onroll.drafting.words import words_of
from onroll.expressions.reference import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.drafting.leaves import Step
    from onroll.drafting.openapi_lists import ListPlace
    from onroll.drafting.openapi_schema import Specification
    from onroll.model import Json

__all__ = ["MadeUp", "describe_fields", "make_up"]

_DEEPEST: Final = 8
#: In one record, and behind how many references: a person, a department, its head.
_MOST_VALUES: Final = 500
_MOST_REFERENCES: Final = 3
_MOST_FIELDS: Final = 300
#: Of schemas: aliases of aliases, all of them too deep, are a field each and never end.
_MOST_LOOKED_AT: Final = 20_000
_FEWEST_RECORDS: Final = 3
_MOST_RECORDS: Final = 60
_MOST_KINDS: Final = 4
_LONGEST_DESCRIPTION: Final = 200
_VALUES: Final = frozenset({"value", "text", "content", "#text"})
_KINDS: Final = frozenset({"type", "kind", "label", "usage"})

_TOTALS: Final = frozenset(
    {"total", "totalcount", "totalresult", "totalelement", "totalrecord", "totalitem", "totalsize"}
    | {"recordcount", "resultcount", "itemcount", "totalnumber", "countall", "count", "odatacount"}
    | {"totalrow", "totalhit", "totalentry", "totalnumberofrecord", "numfound", "totalobject"}
)
_PAGE_TOTALS: Final = frozenset({"totalpage", "pagecount", "page_total", "lastpage", "numpage"})
_PAGES: Final = frozenset({"page", "currentpage", "pagenumber", "pageno", "pageindex"})
_SIZES: Final = frozenset(
    {
        "limit",
        "perpage",
        "pagesize",
        "size",
        "itemperpage",
        "maxresult",
        "resultperpage",
        "pagelimit",
    }
)
_OFFSETS: Final = frozenset({"offset", "start", "startat", "skip", "from"})
_MORE: Final = frozenset({"hasmore", "hasnext", "hasnextpage", "more", "morepage", "ismore"})
_ENDS: Final = frozenset({"islast", "last", "hasprevious", "hasprev", "haspreviouspage"})
_YES: Final = frozenset({"success", "ok", "succeeded", "issuccess", "issuccessful"})
_BACK: Final = frozenset({"prev", "previous", "before", "first", "self", "last", "current"})
_CURSORS: Final = frozenset({"cursor", "token", "after", "marker", "continuation"})
_CURSOR: Final = "b3BhcXVlLWN1cnNvcg"


@dataclass(frozen=True, slots=True)
class MadeUp:
    """How an answer is made up: its records, and the address of the page that would follow."""

    records: int
    next_url: str
    has_cursor: bool = False
    first_page: int = 1


@dataclass(slots=True)
class _Maker:
    specification: Specification
    made: MadeUp
    left: int = _MOST_VALUES
    open_references: list[str] = field(default_factory=list)


def make_up(
    specification: Specification, schema: Json, example: Json, place: ListPlace, made: MadeUp
) -> Json:
    """Return an answer as it is described: with this many records, and signs of a next page."""
    maker = _Maker(specification, made)
    return _around(maker, schema, example, place, 0)


def _around(maker: _Maker, node: Json, example: Json, place: ListPlace, depth: int) -> Json:
    """Make up what is on the way to the list, and the list."""
    schema = maker.specification.schema(node)
    example = schema.example if example is None else example
    if depth == len(place.keys):
        return _records(maker, example, place)
    shown = as_object(example)
    whole: dict[str, Json] = {}
    for key, inner in {**dict.fromkeys(shown), **schema.properties}.items():
        if key == place.keys[depth]:
            whole[key] = _around(maker, inner, shown.get(key), place, depth + 1)
        else:
            whole[key] = _beside(maker, (key,), inner, shown.get(key))
    return whole


def _records(maker: _Maker, example: Json, place: ListPlace) -> Json:
    shown = next(iter(as_list(example)), None)
    if place.is_keyed:
        shown = next(iter(as_object(example).values()), None)
    records: list[Json] = []
    for index in range(maker.made.records):
        maker.left = _MOST_VALUES
        records.append(_value(maker, "", place.item, shown, index, 0))
    maker.left = _MOST_VALUES
    if place.is_keyed:
        return {str(1001 + index): record for index, record in enumerate(records)}
    return records


def _beside(maker: _Maker, keys: tuple[str, ...], node: Json, example: Json) -> Json:
    """Make up what stands beside the list: counts, links, flags."""
    schema = maker.specification.schema(node)
    example = schema.example if example is None else example
    shown = as_object(example)
    if (schema.properties or shown) and len(keys) < _DEEPEST:
        inner = {**dict.fromkeys(shown), **schema.properties}
        return {
            key: _beside(maker, (*keys, key), it, shown.get(key))
            for key, it in list(inner.items())[:100]
        }
    if schema.kind == "array" or isinstance(example, list):
        joined = "".join(words_of(keys[-1]))
        return (
            [] if joined in ("error", "warning") else _value(maker, keys[-1], node, example, 0, 1)
        )
    told, value = _of_paging(keys, schema, example, maker.made)
    return value if told else invent(keys[-1], schema, example, 0)


def _of_paging(  # noqa: C901, PLR0911  (one row for each of a page's usual members)
    keys: tuple[str, ...], schema: Schema, example: Json, made: MadeUp
) -> tuple[bool, Json]:
    """Return what a page's usual member holds; False for what is none of them."""
    words = words_of(keys[-1])
    joined, above = "".join(words), set(words_of(keys[-2])) if len(keys) > 1 else set()
    is_number = schema.kind in ("integer", "number") or isinstance(example, int | float)
    if isinstance(example, bool) or schema.kind == "boolean":
        if joined in _MORE or joined in _YES:
            return True, True
        return (True, False) if joined in _ENDS or words[-1:] == ("error",) else (False, None)
    if joined in _TOTALS:
        total = 3 * made.records
        return True, total if is_number or schema.kind == "" else str(total)
    if is_number:
        if joined in _PAGE_TOTALS or (joined == "page" and "total" in above):
            return True, 3
        if joined in _PAGES:
            return True, made.first_page
        if joined in _SIZES:
            return True, made.records
        if joined in _OFFSETS:
            return True, 0
        if joined == "startindex":
            return True, 1
        if "next" in words:
            return True, made.first_page + 1 if "page" in words else made.records
        return (True, None) if _BACK & set(words) else (False, None)
    if _BACK & {*words, *above}:
        return True, None
    if "next" in {*words, *above} or words[-1:] == ("next",):
        is_link = schema.format in ("uri", "url") or {"url", "link", "href", "uri"} & set(words)
        is_cursor = bool(_CURSORS & set(words)) or (made.has_cursor and not is_link)
        return True, _CURSOR if is_cursor else made.next_url
    if _CURSORS & set(words):
        return True, _CURSOR
    return (True, None) if words[-1:] == ("error",) else (False, None)


def _value(maker: _Maker, name: str, node: Json, example: Json, index: int, depth: int) -> Json:
    """Make up one value inside a record."""
    maker.left -= 1
    if maker.left < 0 or depth > _DEEPEST:
        return None
    reference = node.get("$ref") if isinstance(node, dict) else None
    if isinstance(reference, str):
        if len(maker.open_references) > _MOST_REFERENCES:
            return None
        maker.open_references.append(reference)
    schema = maker.specification.schema(node)
    example = schema.example if example is None else example
    value = _made(maker, name, schema, example, index, depth)
    if isinstance(reference, str):
        maker.open_references.pop()
    return value


def _made(maker: _Maker, name: str, schema: Schema, example: Json, index: int, depth: int) -> Json:
    shown = as_object(example)
    if schema.properties or shown:
        # What an example leaves out may be there all the same; what it has is there.
        inner = {**dict.fromkeys(shown), **schema.properties}
        keys = list(inner)[:_MOST_FIELDS]
        whole: dict[str, Json] = dict.fromkeys(keys)
        # Plain values first: what is nested deep must not take the room of what is not.
        for key in sorted(keys, key=lambda one: _is_nested(maker, inner[one])):
            # A wrapper's value is what the wrapper is called: `email: {label: …, value: …}`.
            called = name if key in _VALUES else key
            whole[key] = _value(maker, called, inner[key], shown.get(key), index, depth + 1)
        return whole
    if schema.kind == "array" or isinstance(example, list):
        if schema.items is None:
            return example if isinstance(example, list) else []
        items = as_list(example)
        kinds = _kinds(maker, schema.items)
        return [
            _value(maker, name, schema.items, next(iter(items), None), index + at, depth + 1)
            for at in range(kinds)
        ]
    if schema.kind == "object":
        return example if isinstance(example, dict) else {}
    return invent(name, schema, example, index)


def _is_nested(maker: _Maker, node: Json) -> bool:
    schema = maker.specification.schema(node)
    return bool(schema.properties) or schema.kind == "array"


def _kinds(maker: _Maker, item: Json) -> int:
    """Return how many items tell a list's kinds of items apart: work, home."""
    properties = maker.specification.schema(item).properties
    counts = [
        len(maker.specification.schema(inner).values)
        for key, inner in properties.items()
        if key.lower() in _KINDS
    ]
    return min(max([*counts, 1]), _MOST_KINDS)


def describe_fields(
    specification: Specification, item: Json
) -> tuple[Mapping[str, FieldFacts], int]:
    """Return what is said of each field of a record, and how many records show all values."""
    facts: dict[str, FieldFacts] = {}
    _describe(specification, item, (), facts, [], iter(range(_MOST_LOOKED_AT)))
    longest = max((len(one.values) for one in facts.values()), default=0)
    return facts, min(max(longest, _FEWEST_RECORDS), _MOST_RECORDS)


def _describe(
    specification: Specification,
    node: Json,
    steps: tuple[Step, ...],
    facts: dict[str, FieldFacts],
    references: list[str],
    left: Iterator[int],
) -> None:
    reference = node.get("$ref") if isinstance(node, dict) else None
    name = reference if isinstance(reference, str) else ""
    within = [*references, name] if name else references
    if next(left, None) is None:
        return
    if len(steps) > _DEEPEST or len(facts) > _MOST_FIELDS or len(within) > _MOST_REFERENCES:
        return
    schema = specification.schema(node)
    if schema.properties:
        for key, inner in schema.properties.items():
            _describe(specification, inner, (*steps, key), facts, within, left)
    elif schema.kind == "array":
        item = specification.schema(schema.items)
        if item.properties:
            _describe(specification, schema.items, (*steps, 0), facts, within, left)
        elif steps:
            facts[as_text(written(steps))] = _facts(schema, item)
    elif steps:
        facts[as_text(written(steps))] = _facts(schema, schema)


def _facts(outer: Schema, schema: Schema) -> FieldFacts:
    description = " ".join((outer.description or schema.description).split())
    return FieldFacts(
        kind=outer.kind,
        format=schema.format,
        values=schema.values,
        description=description[:_LONGEST_DESCRIPTION],
    )
