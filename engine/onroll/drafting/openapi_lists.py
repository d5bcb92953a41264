"""The operations of an OpenAPI file that answer with a list of objects, the likeliest first."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from onroll.drafting.openapi_schema import Specification, as_object
from onroll.drafting.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.model import Json

__all__ = ["ListPlace", "Operation", "list_operations"]

_DEEPEST_LIST: Final = 4
_MOST_PLACES: Final = 200
_MOST_OPERATIONS: Final = 5000
_PEOPLE: Final = frozenset(
    {"employee", "user", "person", "people", "worker", "staff", "member", "colleague", "personnel"}
    | {"workforce", "mitarbeiter", "employment"}
)
_OTHERS: Final = frozenset(
    {
        "absence",
        "attendance",
        "document",
        "payroll",
        "role",
        "group",
        "team",
        "department",
        "report",
    }
    | {"log", "audit", "event", "webhook", "job", "candidate", "applicant", "invoice", "history"}
    | {
        "permission",
        "session",
        "note",
        "comment",
        "leave",
        "file",
        "deleted",
        "archived",
        "timesheet",
    }
)
_OF_PEOPLE: Final = frozenset(
    {"email", "mail", "firstname", "lastname", "givenname", "familyname", "surname", "username"}
    | {"jobtitle", "department", "hiredate", "employeeid", "employeenumber", "manager", "phone"}
    | {"displayname", "workemail", "startdate", "supervisor", "birthday", "dateofbirth", "fullname"}
)
_SEARCH: Final = re.compile(r"(?:search|query|list|find|filter)(?:$|[_A-Z-])", re.IGNORECASE)
_JSON: Final = re.compile(r"application/(?:json|[\w.+-]+\+json)|text/json|\*/\*|application/\*")
_STATUSES: Final = ("200", "2XX", "2xx", "201", "202", "206", "default")


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where a list lies in an answer: the keys on the way, and the schema of its items."""

    keys: tuple[str, ...]
    item: Json
    is_keyed: bool = False
    points: float = 0.0


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation whose answer holds a list of objects. `points` say how likely of people."""

    method: str
    path: str
    written: Mapping[str, Json]
    beside: Mapping[str, Json]
    schema: Json
    example: Json
    place: ListPlace
    points: float

    @property
    def name(self) -> str:
        """Name the operation as its documentation does."""
        summary = self.written.get("summary") or self.written.get("operationId")
        said = f": {' '.join(summary.split())[:100]}" if isinstance(summary, str) else ""
        return f"{self.method} {self.path}{said}"


def list_operations(specification: Specification) -> list[Operation]:
    """Return the GET operations that list objects, and the POST ones that search for them."""
    found: list[Operation] = []
    paths = as_object(specification.document.get("paths"))
    for path, written in list(paths.items())[:_MOST_OPERATIONS]:
        beside = specification.resolved(written)
        for method in ("get", "post"):
            operation = as_object(beside.get(method))
            if not operation or (method == "post" and not _is_search(path, operation)):
                continue
            listed = _list_of(specification, method.upper(), path, operation, beside)
            if listed is not None:
                found.append(listed)
    return sorted(found, key=lambda one: (-one.points, len(one.path)))


def _is_search(path: str, operation: Mapping[str, Json]) -> bool:
    said = operation.get("operationId")
    is_said = isinstance(said, str) and _SEARCH.search(said) is not None
    return is_said or _SEARCH.search(path.rstrip("/").rpartition("/")[2]) is not None


def _list_of(
    specification: Specification,
    method: str,
    path: str,
    operation: Mapping[str, Json],
    beside: Mapping[str, Json],
) -> Operation | None:
    answers = as_object(operation.get("responses"))
    for status in _STATUSES:
        content = as_object(specification.resolved(answers.get(status)).get("content"))
        for media, written in content.items():
            if not _JSON.match(media.lower()):
                continue
            body = as_object(written)
            example = _example(specification, body)
            schema = body.get("schema")
            if schema is None:
                schema = _schema_of(example, 0)
            place = _best_place(specification, schema, example)
            if place is not None:
                points = place.points + _path_points(path, method)
                return Operation(method, path, operation, beside, schema, example, place, points)
    return None


def _example(specification: Specification, body: Mapping[str, Json]) -> Json:
    if body.get("example") is not None:
        return body["example"]
    for one in as_object(body.get("examples")).values():
        value = specification.resolved(one).get("value")
        if isinstance(value, dict | list) and value:
            return value
    return None


def _path_points(path: str, method: str) -> float:
    segments = [one for one in path.split("/") if one]
    fixed = [one for one in segments if not one.startswith("{")]
    points = 0.0
    if fixed:
        last = set(words_of(fixed[-1]))
        points += 1.5 * bool(last & _PEOPLE) - 1.0 * bool(last & _OTHERS)
    if segments and segments[-1].startswith("{"):
        points -= 2  # one of them, with lists of its own
    points -= 0.3 * sum(one.startswith("{") for one in segments)
    return points - 0.2 * (method == "POST")


def _best_place(specification: Specification, schema: Json, example: Json) -> ListPlace | None:
    places = list(_places(specification, schema, example))
    return max(places, key=lambda one: one.points - 0.1 * len(one.keys), default=None)


def _places(specification: Specification, schema: Json, example: Json) -> Iterator[ListPlace]:
    waiting: deque[tuple[tuple[str, ...], Json, Json]] = deque([((), schema, example)])
    seen = 0
    while waiting and seen < _MOST_PLACES:
        seen += 1
        keys, node, sample = waiting.popleft()
        found = specification.schema(node)
        if sample is None:
            sample = found.example
        if found.kind == "array":
            item = found.items
            if not specification.schema(item).properties and isinstance(sample, list) and sample:
                item = _schema_of(sample[0], 0)
            if specification.schema(item).properties:
                yield ListPlace(keys, item, points=_field_points(specification, item))
            continue
        if len(keys) >= _DEEPEST_LIST:
            continue
        if not found.properties and as_object(found.additional):
            item = found.additional
            if len(specification.schema(item).properties) > 2:
                points = _field_points(specification, item) - 0.5
                yield ListPlace(keys, item, is_keyed=True, points=points)
        properties = dict(found.properties)
        if not properties and isinstance(sample, dict):
            properties = {key: _schema_of(one, 0) for key, one in sample.items()}
        samples = as_object(sample)
        waiting += [((*keys, key), one, samples.get(key)) for key, one in properties.items()]


def _field_points(specification: Specification, item: Json) -> float:
    own = specification.schema(item).properties
    points = 2.0 * _named(own)
    for inner in list(own.values())[:40]:
        points += 0.4 * _named(specification.schema(inner).properties)
    return min(points, 12.0) / 6


def _named(properties: Mapping[str, Json]) -> int:
    names = {"".join(words_of(key)) for key in properties}
    return len(names & _OF_PEOPLE)


def _schema_of(example: Json, depth: int) -> Json:
    """Return the schema that an example shows."""
    if isinstance(example, dict) and depth < 6:
        inner = {key: _schema_of(one, depth + 1) for key, one in list(example.items())[:200]}
        return {"type": "object", "properties": inner, "example": example}
    if isinstance(example, list):
        first = next(iter(example), None)
        return {"type": "array", "items": _schema_of(first, depth + 1), "example": example}
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number"}
    return {"type": kinds.get(type(example), ""), "example": example}
