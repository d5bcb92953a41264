"""Pages of which only a part is decoded, as paginators see them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import httpx

from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings
from onroll.expressions.path import walk
from onroll.fetch.listing import Listing
from onroll.outline import Members, Reads
from onroll.protocols import End, Step
from onroll.service.opening import Options, open_source
from onroll.service.wanted_places import places_of_records

if TYPE_CHECKING:
    from onroll.model import ListingReport, Page

DEFINITION = {
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
