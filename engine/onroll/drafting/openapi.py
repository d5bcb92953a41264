"""An OpenAPI 3 file → the calls for lists that it describes, each with an answer made up."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from onroll.diagnostics import Diagnostic, quoted_list
from onroll.drafting.access import find_access
from onroll.drafting.document import read_document
from onroll.drafting.evidence import Answer, Call
from onroll.drafting.made_up import MadeUp, describe_fields, make_up
from onroll.drafting.openapi_lists import list_operations
from onroll.drafting.openapi_request import read_request, server_of
from onroll.drafting.openapi_schema import Specification, as_object
from onroll.drafting.openapi_security import describe_access
from onroll.drafting.people import people_likeness
from onroll.drafting.request_words import is_of_paging
from onroll.drafting.wire import Unusable
from onroll.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onroll.drafting.draft import AuthDraft, SettingDraft
    from onroll.drafting.openapi_lists import ListPlace, Operation
    from onroll.model import Json

__all__ = ["Described", "described_as", "read_openapi"]

_MOST: Final = 20
_SAMPLE: Final = 3
_BUNDLE: Final = "bundle the files into one first: `npx @redocly/cli bundle FILE -o whole.yaml`"


@dataclass(frozen=True, slots=True)
class Described:
    """A call as a documentation describes it. `likeness` (0 to 1): how much of people.

    `access` holds a draft for each way to authenticate; the settings of each fill the call's
    address too.
    """

    call: Call
    title: str
    operation: str
    likeness: float
    access: tuple[AuthDraft, ...]


def read_openapi(raw: bytes, name: str) -> list[Described]:
    """Read a specification: the operations that list objects, those most like people first.

    Raises `UsageError` when it is none of OpenAPI 3, or describes no list.
    """
    try:
        return _described(read_document(raw))
    except Unusable as error:
        raise UsageError(
            Diagnostic("openapi-not-usable", f"{name}: {error.message}", hint=error.hint)
        ) from None


def described_as(described: Sequence[Described], call: Call) -> Described | None:
    """Return the operation that a call asks for: same method, and the end of its path the same."""
    if call.url is None:
        return None
    segments = _segments(call.url)
    fitting = [
        (length, one)
        for one in described
        if one.call.method == call.method
        and (length := _common(segments, _segments(one.call.url or ""))) > 0
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _segments(url: str) -> list[str]:
    return [one for one in url.partition("://")[2].split("/")[1:] if one]


def _common(asked: Sequence[str], described: Sequence[str]) -> int:
    """Return how many segments agree from the end; 0 when the last fixed ones differ."""
    length = 0
    for one, other in zip(reversed(asked), reversed(described), strict=False):
        if one != other and not re.search(r"[{<$:]", other):
            break
        length += 1
    return length if length == min(len(asked), len(described)) or length > 1 else 0


def _described(document: Json) -> list[Described]:
    _refuse_others(document)
    specification = Specification(document)
    info = as_object(document.get("info"))
    title = str(info.get("title") or "")
    operations = list_operations(specification)[:_MOST]
    found = [_describe(specification, operation, title) for operation in operations]
    if not found:
        _refuse_empty(specification)
    found.sort(key=lambda one: -one.likeness)
    return found


def _refuse_others(document: Json) -> None:
    if not isinstance(document, dict):
        raise Unusable("it is no OpenAPI file", "an OpenAPI file starts with `openapi: 3.…`")
    if "swagger" in document:
        raise Unusable(
            "it is Swagger 2, which came before OpenAPI 3",
            "convert it: `npx swagger2openapi FILE -o openapi.yaml`, or at "
            "https://converter.swagger.io",
        )
    version = document.get("openapi")
    if not str(version).startswith("3."):
        raise Unusable("it is no OpenAPI 3 file", "an OpenAPI file starts with `openapi: 3.…`")
    if not as_object(document.get("paths")):
        raise Unusable("it has no `paths`", "an API without calls cannot list people")


def _refuse_empty(specification: Specification) -> None:
    outside = list(specification.outside)
    if outside:
        raise Unusable(
            f"it describes no list, and refers to other files: {quoted_list(outside, limit=4)}",
            _BUNDLE,
        )
    raise Unusable(
        "none of its calls answers with a list of objects",
        "give a curl line and a recorded answer of the call that lists people",
    )


def _describe(specification: Specification, operation: Operation, title: str) -> Described:
    server = server_of(specification, operation)
    call = read_request(specification, operation, server)
    fields, records = describe_fields(specification, operation.place.item)
    names = [one.name for one in call.known_params]
    made = MadeUp(
        records=records,
        next_url=_next_url(call, names),
        has_cursor=any("cursor" in name.lower() or "token" in name.lower() for name in names),
        first_page=_first_page(call),
    )
    body = make_up(specification, operation.schema, operation.example, operation.place, made)
    answer = Answer(body, is_described=True)
    likeness = people_likeness([_shallow(one, 3) for one in _sample(body, operation.place)])
    outside = list(specification.outside)
    notes = (
        *call.notes,
        *((f"what {quoted_list(outside, limit=4)} says was left out: {_BUNDLE}",) * bool(outside)),
    )
    access = describe_access(specification, operation.written, server.url)
    return Described(
        call=replace(call, answer=answer, fields=fields, notes=notes),
        title=title,
        operation=operation.name,
        likeness=round(min(1.0, max(0.0, likeness * 0.7 + operation.points * 0.1)), 3),
        access=tuple(_laid_over(draft, find_access(call, ""), server.settings) for draft in access),
    )


def _sample(body: Json, place: ListPlace) -> list[Json]:
    for key in place.keys:
        body = body[key]
    return list(body.values() if place.is_keyed else body)[:_SAMPLE]


def _shallow(value: Json, depth: int) -> Json:
    """Leave out what lies deep: it is other things' than the record's, and there is much of it."""
    if isinstance(value, dict):
        return {key: _shallow(one, depth - 1) for key, one in value.items()} if depth else None
    if isinstance(value, list):
        return [_shallow(one, depth - 1) for one in value] if depth else None
    return value


def _laid_over(draft: AuthDraft, asked: AuthDraft, known: Mapping[str, SettingDraft]) -> AuthDraft:
    """Add what the call itself takes: settings of its address, headers and parameters."""
    settings = {name: known.get(name, one) for name, one in asked.settings.items()}
    return replace(
        draft,
        settings={**settings, **draft.settings},
        headers={**asked.headers, **draft.headers},
        params={**asked.params, **draft.params},
    )


def _first_page(call: Call) -> int:
    for one in call.known_params:
        if "page" in one.name.lower() and one.default == 0 and not isinstance(one.default, bool):
            return 0
    return 1


def _next_url(call: Call, names: list[str]) -> str:
    """Return the address of a second page, as the API's own parameters ask for it."""
    base = call.url or "https://api.example.com/"
    for name in names:
        lower = name.lower()
        if not is_of_paging(name) or "size" in lower or "limit" in lower or "per" in lower:
            continue
        if "cursor" in lower or "token" in lower or "after" in lower:
            return f"{base}?{name}=b3BhcXVlLWN1cnNvcg"
        if "offset" in lower or "skip" in lower or "start" in lower:
            return f"{base}?{name}=100"
        if "page" in lower:
            return f"{base}?{name}={_first_page(call) + 1}"
    return f"{base}?page=2"
