"""Pages of which only a part is decoded, as paginators see them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings
from onroll.errors import SourceError
from onroll.expressions.path import walk
from onroll.fetch.listing import Listing
from onroll.fetch.selection import Selected, Selection, select
from onroll.model import Headers, Response
from onroll.outline import Members, Reads
from onroll.protocols import End, Step
from onroll.service.opening import Options, open_source
from onroll.service.reading import People
from onroll.service.wanted_places import places_of_records

if TYPE_CHECKING:
    from onroll.model import ListingReport, Page

DEFINITION: dict[str, Any] = {
    "format": 1,
    "name": "acme",
    "base_url": "https://api.example.test",
    "list_users": {
        "endpoint": "/people",
        "resource_location": "people",
        "pagination": {"style": "page", "page_name": "page"},
    },
    "attributes": {"id": "id", "email": "mail", "username": "mail"},
}


@dataclass(frozen=True)
class Telling:
    """A style that says at the end why it is one, by what it does not say that it reads."""

    was_part: list[bool]

    def first(self) -> Step:
        return Step(params={"page": 1}, position=1)

    def after(self, step: Step, page: Page) -> Step | End:
        self.was_part.append(isinstance(page.answer, Members))
        if walk(page.answer, ("is_last",)) is True:
            return End(None, f"it says {walk(page.answer, ('why',))}")
        return Step(params={"page": step.position + 1}, position=step.position + 1)

    def reads(self) -> Reads:
        return Reads((("is_last",),))


class Silent:
    """The same one, which does not say what it reads."""

    def __init__(self, telling: Telling) -> None:
        self.first, self.after = telling.first, telling.after


def answer(request: httpx.Request) -> httpx.Response:
    number = int(request.url.params["page"])
    people = [{"id": f"{number}-{one}", "mail": "a@example.test", "room": one} for one in range(3)]
    body = {"people": people, "is_last": number == 4, "why": f"page {number}"}
    return httpx.Response(200, json=body)


def read(paginator: Telling | Silent) -> ListingReport:
    definition = parse_definition(json.dumps(DEFINITION))
    options = Options(transport=httpx.MockTransport(answer), concurrency=1)
    with open_source(definition, Settings({}), options) as opened:
        listing = Listing(
            opened.source,
            definition.list_users,
            lambda: replace(opened.plan, paginator=paginator),
            opened.mapper.identify_all,
            opened.limits,
            reads=places_of_records(definition),
        )
        for _ in listing:
            pass
        return listing.report()


def people_with(room: Any, number: int = 1) -> Response:
    body = {"people": [{"id": str(number), "mail": "a@example.test", "room": room}]}
    return Response(200, Headers(), json.dumps(body).encode(), "https://api.example.test/people")


def selection() -> Selection:
    attributes = {**DEFINITION["attributes"], "location": "room.name"}
    definition = parse_definition(json.dumps(DEFINITION | {"attributes": attributes}))
    with open_source(definition, Settings({}), Options()) as opened:
        found = select(opened.plan, places_of_records(definition) or ())
    assert found is not None
    return found


def learn(one: Selection, response: Response) -> None:
    """Do as a listing does with an answer that was decoded whole."""
    one.learn(response, json.loads(response.body))


def test_answers_asked_for_together_teach_one_lesson() -> None:
    one = selection()
    learn(one, people_with(None))
    waiting = [people_with({"name": "A", "floor": 1}, number) for number in range(20)]
    assert not any(isinstance(one.decode(response), Selected) for response in waiting)
    # They were all under way when the first of them came.
    for response in waiting:
        learn(one, response)
    assert isinstance(one.decode(waiting[0]), Selected)
    assert isinstance(one.decode(people_with(None)), Selected)


def test_a_source_that_goes_on_being_different_is_decoded_whole() -> None:
    one = selection()
    deep: Any = 1
    for _ in range(30):
        deep = [deep]
        learn(one, people_with([deep]))
    assert not isinstance(one.decode(people_with(None)), Selected)


@pytest.mark.parametrize("keeps_records", [True, False])
def test_a_last_page_that_says_so_beside_the_paginator_is_decoded_whole(
    keeps_records: bool,
) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["page"])
        body = {"people": [{"id": str(number), "mail": "a@b.test", "x": "y"}], "more": number < 4}
        text = json.dumps(body).encode()
        return httpx.Response(200, content=text.replace(b'"y"', b'"\xff"') if number == 4 else text)

    marked = {"style": "page", "page_name": "page", "more": {"body": "more", "equals": True}}
    listed = {**DEFINITION["list_users"], "pagination": marked}
    definition = parse_definition(json.dumps(DEFINITION | {"list_users": listed}))
    options = Options(transport=httpx.MockTransport(broken), concurrency=1, attempts=1)
    with open_source(definition, Settings({}), options) as opened:
        people = People(opened, keeps_records=keeps_records)
        with pytest.raises(SourceError) as raised:
            list(people.sheets())
        assert raised.value.diagnostic.code == "broken-body"
        assert not people.report.complete


def test_a_paginator_is_given_the_first_and_the_last_page_whole() -> None:
    paginator = Telling([])
    report = read(paginator)
    assert report.reasons == ("it says page 4",)
    assert (paginator.was_part[0], paginator.was_part[-1]) == (False, False)
    assert any(paginator.was_part)


def test_a_paginator_that_does_not_say_what_it_reads_is_given_every_page_whole() -> None:
    paginator = Telling([])
    assert read(Silent(paginator)).received == 12
    assert not any(paginator.was_part)
