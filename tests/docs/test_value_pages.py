"""On pages about values, the YAML between two JSON blocks makes the second of the first."""

from __future__ import annotations

import json

import pytest

from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings
from onroll.definition.source import read_yaml
from onroll.mapping.mapper import build_mapper
from onroll.plugins.registry import installed

from .markdown import ROOT, Block, blocks

_PAGES = [
    ROOT / "docs" / "how-to" / f"{name}.md" for name in ("shape-values", "lists-of-name-and-value")
]
_NEEDED = {"id": "id", "email": "id", "username": "id"}


def _threes() -> list[tuple[Block, Block, Block]]:
    found = []
    for page in _PAGES:
        ones = blocks(page)
        for record, written, gives in zip(ones, ones[1:], ones[2:], strict=False):
            if [one.language for one in (record, written, gives)] == ["json", "yaml", "json"]:
                found.append((record, written, gives))
    return found


@pytest.mark.parametrize(("record", "written", "gives"), _threes(), ids=str)
def test_the_record_gives_what_the_page_says(record: Block, written: Block, gives: Block) -> None:
    attributes = read_yaml(written.text, str(written)).data["attributes"]
    definition = {
        "format": 1,
        "name": "base",
        "base_url": "https://api.example.com",
        "list_users": {"resource_location": "data"},
        "attributes": {**_NEEDED, **attributes},
    }
    mapper = build_mapper(
        parse_definition(json.dumps(definition)), Settings({}).scope(), installed()
    )
    result = mapper.map({"id": "1", **json.loads(record.text)})
    assert result.user is not None, result.reasons
    wanted = json.loads(gives.text)
    assert {name: result.user.attributes[name] for name in wanted} == wanted


def test_every_record_on_the_pages_is_checked() -> None:
    records = [one for page in _PAGES for one in blocks(page, "json")]
    assert len(records) == 2 * len(_threes())
