import pytest

from onroll.definition.source import read_yaml
from onroll.definition.taste.findings import about_connections

GOOD = """\
# yaml-language-server: $schema=onroll-yaml.schema.json
format: 1
store: people.db
targets:
  staff:
    kind: scim
    base_url: https://scim.example.com
    auth: {method: bearer, token: "${env:SCIM_TOKEN}"}
connections:
  berlin:
    connector: personio
    settings: {client_id: abc, client_secret: "${env:SECRET}"}
"""


def codes(old: str = "", new: str = "") -> list[str]:
    assert old in GOOD
    text = GOOD.replace(old, new) if old else GOOD
    found = about_connections(read_yaml(text, "onroll.yaml"))
    assert "hunter2" not in str(found)
    return [one.code for one in found]


def test_nothing_is_found_in_a_good_connection_file() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("${env:SECRET}", "hunter2hunter2"),
        ("${env:SCIM_TOKEN}", "hunter2hunter2"),
        ("client_id: abc", "client_id: hunter2Zq9xW4bT8mK1pQ7"),
    ],
)
def test_a_secret_in_a_connection_file_is_found(old: str, new: str) -> None:
    assert codes(old, new) == ["lint-literal-secret"]


def test_a_connection_file_without_a_schema_is_found() -> None:
    assert codes("# yaml-language-server: $schema=onroll-yaml.schema.json\n", "") == [
        "lint-no-modeline"
    ]
