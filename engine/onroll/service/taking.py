"""Read a few pages of a source as any command does, and take down what it answers on the way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from onroll.definition.settings import Settings
from onroll.http.recording import Tape
from onroll.plugins.registry import installed
from onroll.protocols import UnreadableBody
from onroll.service.calls import Calls, templates_of
from onroll.service.opening import Options, open_source
from onroll.service.reading import People
from onroll.service.sampling import Sampler

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.definition.connector import ConnectorDefinition
    from onroll.definition.settings import Settings
    from onroll.fetch.address import Addresses
    from onroll.model import Json, Response
    from onroll.redaction import Redactor

__all__ = ["Taken", "TakenAnswer", "take"]


@dataclass(frozen=True, slots=True)
class TakenAnswer:
    """One answer, decoded if it was a good one, and whose it is: a list, a detail, a lookup."""

    name: str
    response: Response = field(repr=False)
    body: Json = field(repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was asked and answered. `records` are those that were mapped, with all joined to them.

    So many of them are `users`. `identify` finds a record's id.
    """

    answers: tuple[TakenAnswer, ...]
    records: tuple[Json, ...] = field(repr=False)
    users: int
    identify: Callable[[Json], str | None]
    addresses: Addresses
    redactor: Redactor


def take(
    definition: ConnectorDefinition,
    settings: Settings,
    options: Options,
    *,
    pages: int,
    records: int,
) -> Taken:
    """Read so many pages of each part, and the details of so many records of each page.

    Those are chosen so that somebody of each status is among them.

    One request after the other, so that a replay asks in the same order. Raises `SourceError`.
    """
    tape = Tape(definition.limits.page_bytes)
    chosen = replace(options, wrap=tape.around, concurrency=1)
    mapped: list[Json] = []
    users = 0
    with open_source(definition, settings, chosen) as opened:
        # Of the people alone: a lookup's list is always read to its end.
        first = replace(opened, limits=replace(opened.limits, pages=pages))
        sampler = Sampler(definition.attributes, opened.mapper.map, records)
        for sheet in People(first, reads_ahead=False).sheets(choose=sampler.choose):
            mapped += [item.record for item in sheet.items]
            users += len(sheet.users)
        return Taken(
            answers=tuple(_named(definition, tape, options)),
            records=tuple(mapped),
            users=users,
            identify=opened.mapper.identify,
            addresses=opened.source.addresses,
            redactor=opened.redactor,
        )


def _named(definition: ConnectorDefinition, tape: Tape, options: Options) -> list[TakenAnswer]:
    calls = Calls(definition, ignored=options.filters)
    templates = templates_of(definition)
    found: list[TakenAnswer] = []
    for request, response in tape.answers:
        name = calls.name_of(request, lambda _: True)
        if name is None:
            continue  # no example could hold it
        decoder = templates[name].decoder
        kind = installed().decoder[decoder["format"]].kind
        keys = {key: value for key, value in decoder.items() if key != "format"}
        try:
            body = kind.build(keys)(response) if response.is_success else None
        except UnreadableBody:
            body = None
        found.append(TakenAnswer(name, response, body))
    return found
