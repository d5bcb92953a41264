"""Which libraries a command loads: starting is quick, because most of them are not needed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("alembic", "authlib", "cryptography", "joserfc", "keyring", "sqlalchemy", "xmltodict")
PROGRAM = """
import json, sys
from onroll.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps(sorted(sys.modules)))
"""


def loaded_by(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "arguments",
    [("--version",), ("fetch", "--help"), ("validate", "personio"), ("explain", "personio")],
    ids=" ".join,
)
def test_no_library_of_stores_signatures_or_xml_is_loaded_where_it_is_not_needed(
    arguments: tuple[str, ...],
) -> None:
    assert loaded_by(*arguments).isdisjoint(HEAVY)


def test_no_charset_is_loaded_before_an_answer_names_one() -> None:
    assert "encodings.iso8859_16" not in loaded_by("validate", "personio")
