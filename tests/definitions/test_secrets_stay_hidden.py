"""However a definition with secrets in it is damaged, no message shows one."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onroll.definition.load import parse_definition
from onroll.diagnostics import render_json
from onroll.errors import DefinitionError

SECRET = "s3cr3t-9Xq"
#: Literal secrets in every section that may hold one, in every style of YAML.
DEFINITION = f"""\
format: 1
name: acme
settings:
  key: {{default: {SECRET}, secret: true}}
  other: {{enum: [{SECRET}, "{SECRET}"]}}
base_url: https://api.acme.test/v1
auth:
  method: login
  endpoint: /login
  json: {{user: admin, password: {SECRET}, codes: [{SECRET}, '{SECRET}']}}
  form:
    client_secret: "{SECRET} \\"{SECRET}\\" x"
    note: |
      {SECRET}
      pass: {SECRET}
    folded: >-
      {SECRET}
      {SECRET}
    long: "{SECRET}
      {SECRET}"
  headers:
    Authorization: Basic {SECRET}  # {SECRET}
  token: data.token
headers: {{X-Api-Key: {SECRET}, X-Beside: "${{settings.key}}:{SECRET}"}}
params:
  - {SECRET}
  - key: {SECRET}
list_users:
  endpoint: /users
  resource_location: data
  params: {{api_key: {SECRET}}}
  json:
    deep: [{{a: {SECRET}}}, [[{SECRET}]]]
password: {SECRET}
credentials:
  user: admin
  pass: {SECRET}
  list: [{SECRET}, {{a: {SECRET}}}]
attributes: {{id: id, email: email, username: email}}
"""
#: What people lose and what slips in: none of it may uncover a secret.
SLIPS = [
    "", " ", "\n", "\t", '"', "'", "{", "}", "[", "]", ":", ": ", ",", ", ", "- ", "*", "&", "!",
    "|", ">", "#", " #", "${", "\\", "%", "@", "`", "?", "? ", "---\n", "<<: ", "\x00", "é",
]  # fmt: skip


def messages_of(written: str) -> list[str]:
    try:
        parse_definition(written, name="connector.yaml")
    except DefinitionError as error:
        found = error.diagnostics
        return [str(error), json.dumps(render_json(found), ensure_ascii=False), repr(found)]
    return []


def slipped(position: int, removed: int, put: str) -> str:
    return DEFINITION[:position] + put + DEFINITION[position + removed :]


def test_the_definition_is_wrong_enough_to_give_messages() -> None:
    assert len(messages_of(DEFINITION)[0].splitlines()) > 20


def test_the_whole_definition_shows_none() -> None:
    assert not [message for message in messages_of(DEFINITION) if SECRET in message]


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(0, len(DEFINITION)),
    st.integers(0, 3),
    st.sampled_from(SLIPS),
)
def test_no_slip_shows_one(position: int, removed: int, put: str) -> None:
    written = slipped(position, removed, put)
    assert not [message for message in messages_of(written) if SECRET in message]


@pytest.mark.parametrize("line", DEFINITION.splitlines(), ids=lambda line: line.strip()[:20])
@pytest.mark.parametrize("spaces", [-1, 1])
def test_no_wrong_indentation_shows_one(line: str, spaces: int) -> None:
    moved = " " + line if spaces > 0 else line.removeprefix(" ")
    messages = messages_of(DEFINITION.replace(line, moved))
    assert not [message for message in messages if SECRET in message]


@pytest.mark.parametrize("number", range(len(DEFINITION.splitlines())))
def test_no_missing_line_shows_one(number: int) -> None:
    lines = DEFINITION.splitlines()
    del lines[number]
    assert not [message for message in messages_of("\n".join(lines)) if SECRET in message]


@pytest.mark.parametrize("number", range(1, len(DEFINITION.splitlines())))
def test_no_file_that_was_cut_shows_one(number: int) -> None:
    written = "\n".join(DEFINITION.splitlines()[:number])
    assert not [message for message in messages_of(written) if SECRET in message]
