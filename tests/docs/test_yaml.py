"""The YAML on the pages is right: whole files validate, and parts do inside a whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from onroll.definition.connections import load_connections
from onroll.definition.load import parse_definition
from onroll.definition.schema import envelope
from onroll.definition.source import read_yaml
from onroll.errors import DefinitionError

from .markdown import Block, all_blocks
from .whole import completed

if TYPE_CHECKING:
    from pathlib import Path

_BLOCKS = all_blocks("yaml")
_EDITS = ("write: ", "append: ", "change: ")
_CONNECTION_FILE = "# onroll.yaml"


def _is_whole(block: Block) -> bool:
    lines = [line for line in block.text.splitlines() if not line.lstrip().startswith("#")]
    return bool(lines) and lines[0].startswith("format: 1")


def _is_connection_file(block: Block) -> bool:
    return block.text.startswith(_CONNECTION_FILE)


def _is_wrong(block: Block) -> bool:
    return block.directive.startswith("wrong: ")


def _is_foreign(block: Block) -> bool:
    return block.directive.startswith("foreign: ")


_WRONG = [block for block in _BLOCKS if _is_wrong(block)]
_FOREIGN = [block for block in _BLOCKS if _is_foreign(block)]
_RIGHT = [block for block in _BLOCKS if not _is_wrong(block) and not _is_foreign(block)]
_DEFINITIONS = [block for block in _RIGHT if _is_whole(block) and not _is_connection_file(block)]
_CONNECTIONS = [block for block in _RIGHT if _is_connection_file(block)]
_PARTS = [block for block in _RIGHT if not _is_whole(block)]


@pytest.mark.parametrize("block", _DEFINITIONS, ids=str)
def test_a_block_that_starts_with_the_format_is_a_whole_definition(block: Block) -> None:
    parse_definition(block.text, name=str(block))


@pytest.mark.parametrize("block", _CONNECTIONS, ids=str)
def test_a_block_that_starts_as_a_connection_file_is_one(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "onroll.yaml"
    file.write_text(block.text, encoding="utf-8")
    load_connections(file)


@pytest.mark.parametrize("block", _PARTS, ids=str)
def test_a_part_of_a_definition_fits_into_a_whole_one(block: Block) -> None:
    if block.directive.startswith(_EDITS):
        read_yaml(block.text, str(block))  # the commands on the page check the whole file
    else:
        _parse_part(block)


@pytest.mark.parametrize("block", _WRONG, ids=str)
def test_a_block_that_is_said_to_be_wrong_is_wrong_in_that_way(block: Block) -> None:
    wanted = set(block.directive.removeprefix("wrong: ").split(", "))
    with pytest.raises(DefinitionError) as caught:
        _parse_part(block)
    assert {one.code for one in caught.value.diagnostics} == wanted


@pytest.mark.parametrize("block", _FOREIGN, ids=str)
def test_a_block_of_another_program_stands_where_one_comes_from_it(block: Block) -> None:
    program = block.directive.removeprefix("foreign: ")
    assert block.page.name == f"coming-from-{program}.md"
    assert yaml.safe_load(block.text)


def _parse_part(block: Block) -> None:
    part = read_yaml(block.text, str(block)).data
    assert isinstance(part, dict), f"{block}: a part starts at a key of the top level"
    assert set(part) <= set(envelope()["properties"]), f"{block}: {set(part)}"
    parse_definition(json.dumps(completed(part)), name=str(block))
