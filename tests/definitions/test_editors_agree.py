"""What editors say of a file and what the loader says of it agree, as far as JSON Schema can."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from onroll.builtin import shipped
from onroll.definition.bundle import bundle, connections_bundle
from onroll.definition.connections import load_connections
from onroll.definition.load import compile_definition
from onroll.definition.source import Source, read_yaml
from onroll.errors import DefinitionError
from onroll.plugins.host import create_host
from onroll.plugins.registry import build_registry

HERE = Path(__file__).parent
REGISTRY = build_registry(create_host(with_installed=False))
DEFINITIONS = Draft202012Validator(bundle(REGISTRY))
CONNECTIONS = Draft202012Validator(connections_bundle(REGISTRY))

#: What no schema of one place can see, with the codes of the loader for it.
BEYOND_SCHEMAS = {
    # between two places of the file
    "circular-attributes",
    "connection-clash",
    "duplicate-name",
    "get-with-body",
    "insecure-mail",
    "insecure-url",
    "unknown-attribute",
    "unknown-reference",
    "unknown-target",
    # paths, URLs, dates and regular expressions have grammars of their own
    "example-not-readable",
    "wrong-path",
}
#: Files in which such a mistake has a code that is a schema's elsewhere.
BEYOND_BY_NAME = {
    "040-status-that-is-none": "wrong-value",  # a status may come from `map`, `first`, `default`
    "050-get-with-a-body": "exclusive-keys",  # a part's `form` beside its list's `json`
    "115-side-loaded-lookup": "missing-key",  # without `endpoint` a lookup is another thing
}


def read(file: Path) -> Source | None:
    """Return what was read; None for what is no YAML, of which editors say so by themselves."""
    try:
        return read_yaml(file.read_bytes(), file.name)
    except DefinitionError:
        return None


def name_of(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


WRONG = [file for file in sorted((HERE / "wrong").glob("*.yaml")) if read(file)]
WRONG_CONNECTIONS = [
    file for file in sorted((HERE / "wrong_connections").glob("*.yaml")) if read(file)
]
RIGHT = [
    *sorted(shipped("connectors").glob("*/connector.yaml")),
    *sorted((HERE.parent / "e2e" / "definitions").glob("*.yaml")),
]


def codes_of(file: Path) -> set[str]:
    source = read(file)
    assert source is not None
    try:
        compile_definition(source, file.parent, REGISTRY)
    except DefinitionError as error:
        return {one.code for one in error.diagnostics}
    return set()


def is_accepted(validator: Any, file: Path) -> bool:
    source = read(file)
    assert source is not None
    return bool(validator.is_valid(source.data))


@pytest.mark.parametrize("file", RIGHT, ids=name_of)
def test_editors_accept_what_the_loader_accepts(file: Path) -> None:
    assert codes_of(file) == set()
    assert is_accepted(DEFINITIONS, file)


def test_many_wrong_definitions_can_be_read() -> None:
    assert len(WRONG) > 60


@pytest.mark.parametrize("file", WRONG, ids=name_of)
def test_editors_refuse_what_the_loader_refuses(file: Path) -> None:
    if is_accepted(DEFINITIONS, file):
        beyond = BEYOND_SCHEMAS | {BEYOND_BY_NAME.get(file.stem, "")}
        assert codes_of(file) <= beyond


@pytest.mark.parametrize("file", WRONG_CONNECTIONS, ids=name_of)
def test_editors_refuse_what_the_loader_refuses_in_a_connection_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    with pytest.raises(DefinitionError) as caught:
        load_connections(Path(file.name))
    if is_accepted(CONNECTIONS, file):
        beyond = BEYOND_SCHEMAS | {BEYOND_BY_NAME.get(file.stem, "")}
        assert {one.code for one in caught.value.diagnostics} <= beyond


@pytest.mark.parametrize("name", BEYOND_BY_NAME)
def test_a_file_that_is_named_is_beyond_schemas(name: str) -> None:
    [file] = [one for one in (*WRONG, *WRONG_CONNECTIONS) if one.stem == name]
    assert is_accepted(DEFINITIONS if file in WRONG else CONNECTIONS, file)
