"""What is decoded in part and mapped by generated code gives just what is decoded and mapped whole.

The slow way is the reference: pages decoded whole, and each record mapped attribute by attribute.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings
from onroll.errors import DefinitionError, SourceError
from onroll.mapping.mapper import build_mapper
from onroll.outline import Members
from onroll.plugins.registry import installed
from onroll.service.opening import Options, open_source
from onroll.service.reading import People

from .lists import RECORDS, Case, cases

if TYPE_CHECKING:
    from onroll.definition.connector import ConnectorDefinition
    from onroll.model import ListingReport

TRIES = settings(
    deadline=None,
    max_examples=250,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def parsed(case: Case) -> ConnectorDefinition | None:
    try:
        return parse_definition(json.dumps(case.written))
    except DefinitionError:
        return None


def everything(
    definition: ConnectorDefinition, case: Case, *, is_fast: bool
) -> tuple[list[Any], ListingReport | None, Any, int]:
    """Return all that a reading gives, its certificate and its error, and how many were members."""
    sheets: list[Any] = []
    of_members = 0
    options = Options(transport=httpx.MockTransport(case.serve()), attempts=1, concurrency=1)
    error: Any = None
    report: ListingReport | None = None
    try:
        with open_source(definition, Settings({}), options) as opened:
            people = People(opened, keeps_records=not is_fast)
            try:
                for sheet in people.sheets():
                    of_members += any(isinstance(one, Members) for one in sheet.records)
                    mapped = (
                        sheet.mapped if is_fast else list(map(opened.mapper.map, sheet.records))
                    )
                    sheets.append((sheet.numbers, sheet.ids, mapped, sheet.repeated, sheet.page))
            finally:
                report = replace(people.report, seconds=0.0)
    except SourceError as raised:
        error = (type(raised), raised.diagnostics, raised.exchange)
    except DefinitionError as raised:
        error = raised.diagnostics
    return sheets, report, error, of_members


@TRIES
@given(cases())
def test_users_reasons_errors_and_certificates_are_the_same(case: Case) -> None:
    definition = parsed(case)
    if definition is None:
        event("no definition")
        return
    *fast, of_members = everything(definition, case, is_fast=True)
    *slow, none = everything(definition, case, is_fast=False)
    event(f"pages decoded in part: {min(of_members, 2)}")
    assert none == 0
    assert fast == slow
    assert repr(fast) == repr(slow)  # 1 == 1.0 == True, and keys have an order


@TRIES
@given(cases(), st.lists(RECORDS, max_size=6))
def test_whole_records_are_mapped_as_one_by_one(case: Case, records: list[Any]) -> None:
    definition = parsed(case)
    if definition is None:
        return
    mapper = build_mapper(definition, Settings({}).scope(), installed())
    together, one_by_one = mapper.map_all(records), [mapper.map(one) for one in records]
    assert together == one_by_one
    assert repr(together) == repr(one_by_one)
    assert mapper.identify_all(records) == [mapper.identify(one) for one in records]


def plain_case(pages: list[Any], **attributes: Any) -> Case:
    written = {
        "format": 1,
        "name": "acme",
        "base_url": "https://api.example.test/v1",
        "list_users": {
            "endpoint": "/people",
            "resource_location": "people",
            "total_count": "total",
            "pagination": {"style": "page", "page_name": "page", "start": 0},
        },
        "attributes": {"id": "id", "email": "mail.value", "username": "mail.value", **attributes},
    }
    total = sum(map(len, pages))
    return Case(written, [{"people": page, "total": total} for page in pages])


def person(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "mail": {"type": "work", "value": f"p{number}@example.test"}, **more}


def compared(case: Case) -> tuple[list[Any], int]:
    definition = parsed(case)
    assert definition is not None
    *fast, of_members = everything(definition, case, is_fast=True)
    *slow, _ = everything(definition, case, is_fast=False)
    assert fast == slow
    assert repr(fast) == repr(slow)
    return fast, of_members


def test_every_page_but_the_first_and_the_empty_one_is_decoded_in_part() -> None:
    case = plain_case([[person(3 * page + one) for one in range(3)] for page in range(5)])
    (sheets, report, _), of_members = compared(case)
    assert of_members == 4
    assert len(sheets) == 6
    assert report is not None
    assert report.complete


@given(st.sampled_from([{}, {"type": "home"}, None, [], "x", {"value": {}}, {"value": ["a"]}]))
@example({"type": "home"})
def test_an_object_of_which_nothing_is_read_is_not_taken_for_an_empty_one(mail: Any) -> None:
    pages = [[person(1), person(2)], [person(3), person(4, mail=mail)], [person(5), person(6)]]
    compared(plain_case(pages))


def test_a_page_that_is_different_is_learned_from() -> None:
    nested = [person(one, mail={"value": {"of": "an object"}}) for one in (5, 6)]
    pages = [[person(1), person(2)], [person(3), person(4)], nested, nested[:0]]
    pages = [*pages[:3], *([person(one), person(one + 1)] for one in (7, 9, 11))]
    _, of_members = compared(plain_case(pages))
    assert of_members == 4


def test_a_source_of_which_each_page_is_different_is_decoded_whole_after_a_while() -> None:
    def deep(levels: int) -> Any:
        return "x" if levels == 0 else {"value": deep(levels - 1)}

    pages = [[person(page, room=deep(12 if page % 2 else 0))] for page in range(1, 60)]
    _, of_members = compared(plain_case(pages, custom={"room": "room"}))
    assert 0 < of_members < 20
