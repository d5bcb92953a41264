"""Wrong connection files, each beside the whole message it must give.

`ONROLL_UPDATE_GOLDENS=1` writes the messages anew; read the difference before it is committed.
"""

import json
import os
from pathlib import Path

import pytest

from onroll.definition.connections import load_connections
from onroll.diagnostics import Diagnostic, render_json
from onroll.errors import DefinitionError

WRONG = Path(__file__).parent / "wrong_connections"
FILES = sorted(WRONG.glob("*.yaml"))

#: Every literal secret in these files holds one of these.
SECRETS = ("s3cr3t", "hunter2")


@pytest.fixture(autouse=True)
def _inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(WRONG)


def diagnostics_of(file: Path) -> tuple[Diagnostic, ...]:
    with pytest.raises(DefinitionError) as caught:
        load_connections(Path(file.name))
    return caught.value.diagnostics


def name_of(file: Path) -> str:
    return file.stem


def test_every_message_belongs_to_a_file() -> None:
    assert {file.stem for file in WRONG.glob("*.txt")} == {file.stem for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_wrong_connection_file_gives_its_whole_message(file: Path) -> None:
    golden = file.with_suffix(".txt")
    message = "\n\n".join(one.text() for one in diagnostics_of(file)) + "\n"
    if os.environ.get("ONROLL_UPDATE_GOLDENS") == "1":
        golden.write_text(message, encoding="utf-8")
    assert message == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_message_about_a_connection_file_holds_a_secret(file: Path) -> None:
    found = diagnostics_of(file)
    forms = [str(found), json.dumps(render_json(found), ensure_ascii=False)]
    assert [secret for secret in SECRETS for form in forms if secret in form] == []


@pytest.mark.parametrize("secret", SECRETS)
def test_every_secret_that_is_looked_for_stands_in_a_connection_file(secret: str) -> None:
    assert any(secret.encode() in file.read_bytes() for file in FILES)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_the_mistakes_of_a_connection_file_stand_in_its_order(file: Path) -> None:
    places = [(one.place.line, one.place.column) for one in diagnostics_of(file) if one.place]
    assert places == sorted(places)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_mistake_of_a_connection_file_is_said_twice(file: Path) -> None:
    found = diagnostics_of(file)
    assert len(found) == len(set(found))
