"""Which libraries a command loads: starting is quick, because most of them are not needed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from onroll.plugins.built_in import BUILT_IN

#: What only a store, a signature or XML needs.
HEAVY = ("alembic", "authlib", "cryptography", "joserfc", "keyring", "sqlalchemy", "xmltodict")
#: What only a table, a mistake, a plug-in from elsewhere or somebody else's transport needs.
SLOW = (
    *("attr", "httpcore", "httpx", "importlib.metadata", "importlib.resources", "jsonschema"),
    *("jsonpath_ng", "phonenumbers", "pygments", "re2", "referencing", "rich", "zoneinfo"),
)
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


@pytest.mark.parametrize(
    "arguments", [("--version",), ("--help",), ("validate", "personio")], ids=" ".join
)
def test_nothing_slow_is_loaded_to_say_that_all_is_well(arguments: tuple[str, ...]) -> None:
    assert loaded_by(*arguments).isdisjoint(SLOW)


def test_nothing_slow_is_loaded_to_fetch_people(where: tuple[str, ...]) -> None:
    assert loaded_by("fetch", "personio", *where).isdisjoint({*HEAVY, *SLOW})


def test_only_the_kinds_that_a_definition_uses_are_loaded() -> None:
    modules = {module for modules in BUILT_IN.values() for module in modules}
    assert loaded_by("validate", "personio") & modules == {
        "onroll.auth.login",
        "onroll.auth.none",  # examples are replayed without credentials
        "onroll.decoders.json",
        "onroll.pagination.offset",
        "onroll.transforms.time",
    }


def test_rules_of_connection_files_are_loaded_only_where_there_is_one() -> None:
    assert "onroll.definition.connections" not in loaded_by("explain", "personio")


def test_no_charset_is_loaded_before_an_answer_names_one() -> None:
    assert "encodings.iso8859_16" not in loaded_by("validate", "personio")
