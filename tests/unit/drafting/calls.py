"""Calls and their answers to draft from, and a check that a guess is a definition's part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from onroll.definition.load import parse_definition
from onroll.drafting.evidence import Answer, Call, ParameterFacts
from onroll.drafting.paging import find_paging
from onroll.drafting.records import FoundRecords, find_records
from onroll.drafting.totals import find_total
from onroll.model import Headers, Json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.definition.connector import ListDefinition
    from onroll.drafting.evidence import Guess

URL = "https://api.example.test/v1/people"


def people(count: int = 2) -> list[dict[str, Json]]:
    """Return records of people."""
    return [
        {"id": n, "email": f"p{n}@example.test", "first_name": "Ada", "last_name": "Kern"}
        for n in range(1, count + 1)
    ]


def called(
    body: Json,
    *,
    url: str = URL,
    method: str = "GET",
    params: Mapping[str, str] | None = None,
    json: Json = None,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    known: tuple[ParameterFacts, ...] = (),
) -> Call:
    """Return a call that was answered with a body."""
    return Call(
        url,
        method,
        params or {},
        json=json,
        form=form,
        answer=Answer(body, headers=Headers(headers or {})),
        known_params=known,
    )


def records_of(call: Call) -> FoundRecords:
    """Return the list that is found first."""
    assert call.answer is not None
    return find_records(call.answer)[0]


def total_of(call: Call) -> Guess[Json] | None:
    """Return the total count that is found."""
    return find_total(call, records_of(call))


def pagings_of(call: Call) -> list[Guess[Mapping[str, Any]]]:
    """Return every section that is found, each of which must be valid."""
    found = find_paging(call, records_of(call), total_of(call))
    for one in found:
        parsed(call, pagination=one.value)
    return found


def paging_of(call: Call) -> Guess[Mapping[str, Any]]:
    """Return the section that is found first."""
    return pagings_of(call)[0]


def parsed(call: Call, **listing: Any) -> ListDefinition:
    """Parse a definition that has these keys in its list."""
    body = {"json": call.json} if call.json is not None else {}
    body |= {"form": call.form} if call.form is not None else {}
    written = {
        "format": 1,
        "name": "acme",
        "base_url": "https://api.example.test",
        "list_users": {"method": call.method, "resource_location": "data", **body, **listing},
        "attributes": {"id": "id", "email": "email", "username": "email"},
    }
    return parse_definition(json.dumps(written, ensure_ascii=False)).list_users
