"""What is decoded in part and mapped by generated code gives just what is decoded and mapped whole.

The slow way is the reference: pages decoded whole, and each record mapped attribute by attribute.
`ONROLL_PROPERTY_EXAMPLES` is how many lists are tried. With it they are new ones each time, or
those from `ONROLL_PROPERTY_SEED` on; without it they are the same every time.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from operator import ne
from random import Random
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings
from onroll.errors import DefinitionError, SourceError
from onroll.mapping.mapper import build_mapper
from onroll.plugins.registry import installed
from onroll.service.opening import Options, open_source
from onroll.service.reading import People

from .lists import Case, make_case
from .records import Dice, make_records

if TYPE_CHECKING:
    from onroll.definition.connector import ConnectorDefinition

EXAMPLES = int(os.environ.get("ONROLL_PROPERTY_EXAMPLES", "400"))
IS_NEW = "ONROLL_PROPERTY_EXAMPLES" in os.environ
FIRST = int(os.environ.get("ONROLL_PROPERTY_SEED", Random().getrandbits(40) if IS_NEW else 0))


def parsed(case: Case) -> ConnectorDefinition | None:
    try:
        return parse_definition(json.dumps(case.written))
    except DefinitionError:
        return None


def everything(
    definition: ConnectorDefinition, case: Case, *, is_fast: bool
) -> tuple[dict[str, Any], list[str]]:
    """Return all that a reading gives, and the records of each page as they were decoded."""
    asked: list[str] = []
    found: dict[str, Any] = {"sheets": [], "asked": asked}
    decoded: list[str] = []
    options = Options(transport=case.serve(asked), attempts=1 + bool(case.refused), concurrency=1)
    try:
        with open_source(definition, Settings({}), options) as opened:
            people = People(opened, keeps_records=not is_fast)
            try:
                for sheet in people.sheets():
                    decoded.append(repr(sheet.records))
                    mapped = (
                        sheet.mapped if is_fast else list(map(opened.mapper.map, sheet.records))
                    )
                    found["sheets"].append((sheet.numbers, sheet.ids, mapped, sheet.repeated))
            finally:
                found["report"] = replace(people.report, seconds=0.0)
    except SourceError as raised:
        found["error"] = (type(raised), raised.diagnostics, raised.exchange)
    except DefinitionError as raised:
        found["error"] = raised.diagnostics
    return found, decoded


def compared(case: Case) -> tuple[dict[str, Any], int] | None:
    """Read a list both ways. Return what came, and how many pages were decoded in part."""
    definition = parsed(case)
    if definition is None:
        return None
    fast, in_part = everything(definition, case, is_fast=True)
    slow, whole = everything(definition, case, is_fast=False)
    assert fast == slow
    assert repr(fast) == repr(slow)  # 1 == 1.0 == True, and keys have an order
    return fast, sum(map(ne, in_part, whole))


def test_users_reasons_errors_requests_and_certificates_are_the_same() -> None:
    in_part = 0
    for seed in range(FIRST, FIRST + EXAMPLES):
        try:
            found = compared(make_case(Dice(seed)))
        except Exception as error:
            error.add_note(f"ONROLL_PROPERTY_SEED={seed}")
            raise
        in_part += found is not None and found[1] > 0
    # Else this says nothing.
    assert in_part > EXAMPLES // 2


def test_whole_records_are_mapped_as_one_by_one() -> None:
    for seed in range(FIRST, FIRST + EXAMPLES):
        dice = Dice(seed)
        definition = parsed(make_case(dice))
        if definition is None:
            continue
        records = make_records(dice)
        mapper = build_mapper(definition, Settings({}).scope(), installed())
        together, one_by_one = mapper.map_all(records), [mapper.map(one) for one in records]
        assert repr(together) == repr(one_by_one), f"ONROLL_PROPERTY_SEED={seed}"
        assert mapper.identify_all(records) == [mapper.identify(one) for one in records]


def plain_case(
    pages: list[Any], listing: dict[str, Any] | None = None, /, **attributes: Any
) -> Case:
    written = {
        "format": 1,
        "name": "acme",
        "base_url": "https://api.example.test/v1",
        "list_users": {
            "endpoint": "/people",
            "resource_location": "people",
            "total_count": "total",
            "pagination": {"style": "page", "page_name": "page", "start": 0},
            **(listing or {}),
        },
        "attributes": {"id": "id", "email": "mail.value", "username": "mail.value", **attributes},
    }
    total = sum(map(len, pages))
    answers = [httpx.Response(200, json={"people": page, "total": total}) for page in (*pages, [])]
    return Case(written, {"/people": answers})


def person(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "mail": {"type": "work", "value": f"p{number}@example.test"}, **more}


def in_part(pages: list[Any], listing: dict[str, Any] | None = None, /, **attributes: Any) -> int:
    """Read a list both ways; return how many of its pages were decoded in part."""
    found = compared(plain_case(pages, listing, **attributes))
    assert found is not None
    return found[1]


def test_every_page_but_the_first_and_the_empty_one_is_decoded_in_part() -> None:
    case = plain_case([[person(3 * page + one) for one in range(3)] for page in range(20)])
    found = compared(case)
    assert found is not None
    assert found[1] == 19
    assert len(found[0]["sheets"]) == 21
    assert found[0]["report"].complete


@pytest.mark.parametrize(
    "mail", [{}, {"type": "home"}, None, [], "x", {"value": {}}, {"value": ["a"]}]
)
def test_an_object_of_which_nothing_is_read_is_not_taken_for_an_empty_one(mail: Any) -> None:
    in_part([[person(1), person(2)], [person(3), person(4, mail=mail)], [person(5), person(6)]])


def test_a_page_that_is_different_is_learned_from() -> None:
    nested = [person(one, mail={"value": {"of": "an object"}}) for one in (5, 6)]
    pages = [[person(1), person(2)], [person(3), person(4)], nested]
    assert in_part([*pages, *([person(one), person(one + 1)] for one in (7, 9, 11))]) == 4


def test_a_source_of_which_each_page_is_different_is_decoded_whole_after_a_while() -> None:
    def deep(levels: int) -> Any:
        return "x" if levels == 0 else {"value": deep(levels - 1)}

    pages = [[person(page, room=deep(12 if page % 2 else 0))] for page in range(1, 60)]
    assert 0 < in_part(pages, custom={"room": "room"}) < 20


def test_a_filter_may_compare_with_what_nobody_else_reads() -> None:
    phones = [{"kind": "work", "number": "1"}, {"kind": "home", "number": "2"}]
    pages = [[person(one, phones=phones, prefers="home")] for one in range(4)]
    in_part(pages, phone="$.phones[?(@.kind==$.prefers)].number")


def test_a_record_may_be_a_list_of_objects() -> None:
    pages = [[[person(one, phones=[{"number": "1"}])]] for one in range(4)]
    read = {"id": "[0].id", "email": "[0].mail.value", "username": "[0].mail.value"}
    assert in_part(pages, **read) == 3
    assert in_part(pages, **read, phone="$[0].phones[*].number") == 3
    in_part(pages, **read, phone="$[0]..number")


@pytest.mark.parametrize("key", ['a"b', "a\\b", "a\nb", "", "ü", "k61", "__class__", "x" * 1000])
def test_keys_may_have_any_letters(key: str) -> None:
    pages = [[person(one, **{key: "there"})] for one in range(4)]
    in_part(pages, team=[key])
    assert in_part([[{"id": one, "mail": {key: 1}}, person(one + 9)] for one in range(4)]) == 3


@pytest.mark.parametrize("key", ["a", 0])
def test_a_path_may_have_any_length(key: str | int) -> None:
    assert in_part([[person(one)] for one in range(4)], team=[*[key] * 20_000, "a"]) == 3


def test_something_that_is_no_object_may_stand_before_the_others() -> None:
    details = {"more": {"endpoint": "/people", "resource_location": "total"}}
    pages = [[person(1), person(2)], ["text", person(3)], [person(4), person(5)]]
    in_part(pages, {"details": details}, id={"path": "id", "default": "x"}, custom={"n": "more"})


def test_pages_of_people_without_ids_are_told_apart_by_all_that_they_have() -> None:
    nobody = [[{**person(0), "id": None, "room": room}] for room in (1, 2)]
    found = compared(plain_case([[person(1)], *nobody, [person(2)]]))
    assert found is not None
    assert found[0]["report"].received == 4


def test_a_page_without_the_list_is_told_from_an_empty_one_by_all_that_it_has() -> None:
    paging = {"style": "cursor", "cursor_name": "page", "cursor": "next"}
    case = plain_case([], {"pagination": paging, "may_be_absent": True, "total_count": "na"})
    bodies: list[Any] = [{"people": [person(one)], "next": one} for one in (1, 2, 3, 4)]
    bodies[1] = {"next": 2}
    bodies += [{"problem": "no", "next": 5}, {"people": []}]
    answers = {"/people": [httpx.Response(200, json=body) for body in bodies]}
    found = compared(replace(case, answers=answers))
    assert found is not None
    assert "error" in found[0]
    assert len(found[0]["sheets"]) == 4


def test_entries_beside_the_people_are_read_with_them() -> None:
    case = plain_case([], {"total_count": "na"}, team="teams.name")
    case.written["lookups"] = {"teams": {"resource_location": "with", "key": "k", "match": "team"}}
    body = {"people": [person(1, team=3)], "with": [{"k": 3, "name": "Sales"}]}
    bodies = [{**body, "people": [person(one, team=3)]} for one in range(4)]
    answers = [httpx.Response(200, json=one) for one in (*bodies, {"people": []})]
    found = compared(replace(case, answers={"/people": answers}))
    assert found is not None
    users = [one.user for sheet in found[0]["sheets"] for one in sheet[2]]
    assert [user and user.attributes["team"] for user in users] == ["Sales"] * 4


def test_people_by_their_ids_are_read_as_a_list_is() -> None:
    case = plain_case([], {"total_count": "na", "shape": {"style": "keyed", "key": "id"}})
    keyed = [{f"p{one}": {"mail": {"value": "x"}, "room": 1}} for one in range(4)]
    answers = [httpx.Response(200, json={"people": one}) for one in (*keyed, {})]
    found = compared(replace(case, answers={"/people": answers}))
    assert found is not None
    assert found[0]["report"].received == 4


def test_a_page_in_the_middle_that_says_no_is_refused() -> None:
    case = plain_case([], {"total_count": "na"})
    case.written["success"] = {"body": "ok", "equals": True, "message": "why"}
    bodies = [{"ok": one != 2, "why": "tired", "people": [person(one)]} for one in range(4)]
    answers = {"/people": [httpx.Response(200, json=body) for body in bodies]}
    found = compared(replace(case, answers=answers))
    assert found is not None
    assert "tired" in found[0]["error"][1][0].message
