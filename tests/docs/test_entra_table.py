"""The table of Microsoft Entra's functions is whole, and every row of it is true."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest

from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings
from onroll.definition.source import read_yaml
from onroll.mapping.mapper import build_mapper
from onroll.model import ATTRIBUTES
from onroll.plugins.registry import installed

from .markdown import ROOT, prose

_PAGE = ROOT / "docs" / "how-to" / "entra-expressions.md"
_ROW = re.compile(r"\| `(.+)` \| `(.+)` \| `(.+)` → `(.+)` \|")
_NEEDED = {"id": "id", "email": "id", "username": "id"}

#: The functions of Entra's own page, in its order.
_FUNCTIONS = [
    "Append",
    "AppRoleAssignmentsComplex",
    "BitAnd",
    "CBool",
    "CDate",
    "Coalesce",
    "ConvertToBase64",
    "ConvertToUTF8Hex",
    "Count",
    "CStr",
    "DateAdd",
    "DateDiff",
    "DateFromNum",
    "FormatDateTime",
    "Guid",
    "IgnoreFlowIfNullOrEmpty",
    "IIF",
    "InStr",
    "IsNull",
    "IsNullOrEmpty",
    "IsPresent",
    "IsString",
    "Item",
    "Join",
    "Left",
    "Mid",
    "NormalizeDiacritics",
    "Not",
    "Now",
    "NumFromDate",
    "PCase",
    "RandomString",
    "Redact",
    "RemoveDuplicates",
    "Replace",
    "SelectUniqueValue",
    "SingleAppRoleAssignment",
    "Split",
    "StripSpaces",
    "Switch",
    "ToLower",
    "ToUpper",
    "Word",
]


@dataclass(frozen=True)
class Row:
    """One row: the expression there, the value here, and what it gives for a record."""

    expression: str
    written: str
    record: str
    gives: str

    def __str__(self) -> str:
        return self.expression


def _rows() -> list[Row]:
    table = [line for line in prose(_PAGE).splitlines() if line.count(" | ") == 2 and "→" in line]
    matches = [_ROW.fullmatch(line) for line in table]
    assert all(matches), "a row has another form"
    return [Row(*one.groups()) for one in matches if one is not None]


@pytest.mark.parametrize("row", _rows(), ids=str)
def test_a_row_gives_what_it_says(row: Row) -> None:
    written = read_yaml(row.written, row.expression).data
    is_attributes = isinstance(written, dict) and set(written) <= set(ATTRIBUTES)
    attributes = written if is_attributes else {"custom": {"value": written}}
    definition = {
        "format": 1,
        "name": "base",
        "base_url": "https://api.example.com",
        "list_users": {"resource_location": "data"},
        "attributes": {**_NEEDED, **attributes},
    }
    parsed = parse_definition(json.dumps(definition))
    mapper = build_mapper(parsed, Settings({}).scope(), installed())
    user = mapper.map({"id": "1", **json.loads(row.record)}).user
    assert user is not None
    shown = list(attributes)[-1]
    found: Any = user.attributes[shown]
    assert json.dumps(found if is_attributes else found["value"]) == json.dumps(
        json.loads(row.gives)
    )


def test_every_function_of_entra_has_its_row_and_none_is_made_up() -> None:
    cells = [line.split(" | ")[0] for line in prose(_PAGE).splitlines() if line.startswith("| `")]
    named = {name for cell in cells for name in re.findall(r"[A-Z]\w+(?=\(|`|, )", cell)}
    assert set(_FUNCTIONS) <= named
    called = {name for cell in cells for name in re.findall(r"\b([A-Z]\w+)\(", cell)}
    assert called <= set(_FUNCTIONS)
