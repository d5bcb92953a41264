"""The attributes that are found in recorded answers, against those of the shipped connectors.

`python -m pytest tests/drafting/test_attributes_score.py -s` prints the table.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from onroll.builtin import shipped
from onroll.definition.connector import ConnectorDefinition
from onroll.definition.load import load_definition, parse_definition
from onroll.definition.settings import Settings
from onroll.drafting.people import find_attributes
from onroll.fetch.shape import records_of
from onroll.mapping.mapper import Mapper, build_mapper
from onroll.model import ATTRIBUTES, Json
from onroll.plugins.registry import installed

#: Of the connectors whose own mapping gives something from the bare records, the part for which
#: the found mapping must give the same.
LEAST = {
    **dict.fromkeys(ATTRIBUTES[:-1], 0.9),
    "location": 0.8,  # of several places that someone may be at, people choose differently
    "status": 0.8,  # a value that may mean two things is left to people
    "address": 0.0,  # no shipped connector maps it
}


@dataclass(frozen=True)
class Compared:
    """One attribute of one connector: whether what was found gives the same, or too much."""

    connector: str
    attribute: str
    result: str


def records_in(definition: ConnectorDefinition) -> Iterator[Json]:
    """Yield the records of the first example's answers to the list, the first of several."""
    example = definition.examples[0]
    for part in definition.parts[:1]:
        for recorded in example.responses.get(part.name, ()):
            if recorded.body.suffix != ".json":
                continue
            body = json.loads(recorded.body.read_bytes())
            found = part.resource_location.first(body)
            if found and part.shape is not None:
                yield from records_of(part.shape, found, body)
            elif isinstance(found, list):
                yield from found


def mapper_of(attributes: Mapping[str, Json]) -> Mapper:
    written = {
        "format": 1,
        "name": "found",
        "base_url": "https://api.example.test",
        "list_users": {"resource_location": "."},
        "attributes": {"id": None, "email": None, "username": None, **attributes},
    }
    return build_mapper(parse_definition(json.dumps(written)), Settings({}).scope(), installed())


def values(mapper: Mapper, records: list[Json], attribute: str) -> list[Json]:
    users = [mapper.map(record).user for record in records]
    return [user.attributes.get(attribute) if user is not None else None for user in users]


@lru_cache(maxsize=1)
def compared() -> tuple[Compared, ...]:
    """Compare every shipped connector, on the records as its list gives them."""
    folders = sorted(one.parent for one in shipped("connectors").glob("*/connector.yaml"))
    return tuple(
        one for folder in folders for one in compare(load_definition(folder / "connector.yaml"))
    )


def compare(definition: ConnectorDefinition) -> Iterator[Compared]:
    records = [one for one in records_in(definition) if isinstance(one, dict)]
    theirs = build_mapper(definition, Settings({}).scope(), installed())
    records = [one for one in records if theirs.map(one).user is not None]
    if not records:
        return
    found = {name: guess.value for name, guess in find_attributes(records, {}).items()}
    ours = mapper_of(found)
    for attribute in ATTRIBUTES[:-1]:
        is_theirs = attribute in definition.attributes
        wanted = values(theirs, records, attribute) if is_theirs else []
        given = values(ours, records, attribute)
        if not any(wanted):
            if attribute in found and any(given):
                yield Compared(definition.name, attribute, "extra")
            continue
        same = [one == other for one, other in zip(wanted, given, strict=True) if one]
        yield Compared(definition.name, attribute, "same" if all(same) else "other")


def scores() -> dict[str, float]:
    same = Counter(one.attribute for one in compared() if one.result == "same")
    other = Counter(one.attribute for one in compared() if one.result == "other")
    return {
        name: same[name] / (same[name] + other[name])
        for name in ATTRIBUTES
        if same[name] + other[name]
    }


def test_the_found_attributes_are_those_of_the_shipped_connectors() -> None:
    for name, score in scores().items():
        rows = [one for one in compared() if one.attribute == name]
        counts = Counter(one.result for one in rows)
        wrong = ", ".join(one.connector for one in rows if one.result == "other")
        total = counts["same"] + counts["other"]
        row = f"{name:18}{counts['same']:3} of {total:<3}{score:6.0%}{counts['extra']:5} more"
        sys.stdout.write(f"{row}  {wrong}\n")
    below = {name: score for name, score in scores().items() if score < LEAST[name]}
    assert below == {}
