"""Wrong definitions, each beside the whole message it must give.

`ONROLL_UPDATE_GOLDENS=1` writes the messages anew; read the difference before it is committed.
"""

import json
import os
from pathlib import Path

import pytest

from onroll.definition.load import compile_definition
from onroll.definition.source import read_yaml
from onroll.diagnostics import Diagnostic, render_json, render_problem
from onroll.errors import DefinitionError
from onroll.plugins.host import create_host
from onroll.plugins.registry import build_registry

WRONG = Path(__file__).parent / "wrong"
FILES = sorted(WRONG.glob("*.yaml"))
REGISTRY = build_registry(create_host(with_installed=False))

#: Every literal secret in these files holds one of these.
SECRETS = ("s3cr3t", "hunter", "Zq9xW", "Tr0ub4dor", "48151623", "12345678")


def diagnostics_of(file: Path) -> tuple[Diagnostic, ...]:
    with pytest.raises(DefinitionError) as caught:
        compile_definition(read_yaml(file.read_bytes(), "connector.yaml"), WRONG, REGISTRY)
    return caught.value.diagnostics


def message_of(file: Path) -> str:
    return "\n\n".join(one.text() for one in diagnostics_of(file)) + "\n"


def name_of(file: Path) -> str:
    return file.stem


def test_there_are_many_wrong_definitions() -> None:
    assert len(FILES) >= 45


def test_every_message_belongs_to_a_definition() -> None:
    assert {file.stem for file in WRONG.glob("*.txt")} == {file.stem for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_wrong_definition_gives_its_whole_message(file: Path) -> None:
    golden = file.with_suffix(".txt")
    message = message_of(file)
    if os.environ.get("ONROLL_UPDATE_GOLDENS") == "1":
        golden.write_text(message, encoding="utf-8")
    assert message == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_form_of_a_message_holds_a_secret(file: Path) -> None:
    found = diagnostics_of(file)
    forms = [
        message_of(file),
        json.dumps(render_json(found), ensure_ascii=False),
        json.dumps([render_problem(one) for one in found], ensure_ascii=False),
        repr(found),
    ]
    assert [(secret, form) for secret in SECRETS for form in forms if secret in form] == []


@pytest.mark.parametrize("secret", SECRETS)
def test_every_secret_that_is_looked_for_stands_in_a_file(secret: str) -> None:
    assert any(secret.encode() in file.read_bytes() for file in FILES)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_caret_stands_inside_its_excerpt(file: Path) -> None:
    for one in diagnostics_of(file):
        if one.place is not None and one.place.excerpt:
            caret = one.place.caret or one.place.column
            assert 1 <= caret <= caret + one.place.length - 1 <= len(one.place.excerpt) + 1


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_the_mistakes_stand_in_the_order_of_the_file(file: Path) -> None:
    places = [(one.place.line, one.place.column) for one in diagnostics_of(file) if one.place]
    assert places == sorted(places)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_mistake_is_said_twice(file: Path) -> None:
    found = diagnostics_of(file)
    assert len(found) == len(set(found))
