"""What editors show of a definition and of onroll.yaml, through the language server they run."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from onroll.builtin import shipped

from .servers.editor import Editor
from .servers.installation import InstallationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CONNECTORS = ("personio", "scim", "hibob", "redmine", "wordpress", "oracle-hcm")
_TOP = "format: 1\nname: acme\nbase_url: https://api.example.com\n"
_LISTING = "list_users:\n  endpoint: /people\n  resource_location: data\n"
_ATTRIBUTES = "attributes:\n  id: id\n  email: email\n  username: email\n"
_REST = _LISTING + _ATTRIBUTES
_CURSOR = "▮"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with both schemas, as `onroll schema` prints them."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "schemas").mkdir()
    for name, options in (("connector", ()), ("onroll-yaml", ("--connections",))):
        command = [sys.executable, "-m", "onroll", "schema", *options]
        printed = subprocess.run(command, check=True, capture_output=True, timeout=60)
        (folder / "schemas" / f"{name}.schema.json").write_bytes(printed.stdout)
    return folder


@pytest.fixture(scope="module")
def editor(folder: Path) -> Iterator[Editor]:
    try:
        editor = Editor(folder, {"./schemas/onroll-yaml.schema.json": "by-settings/onroll.yaml"})
    except InstallationError as error:
        pytest.fail(f"the YAML language server cannot be installed: {error}", pytrace=False)
    with editor:
        yield editor


class Opened:
    """A text in the editor, with the cursor where `▮` stood."""

    def __init__(self, editor: Editor, file: Path, text: str) -> None:
        before, _, after = text.partition(_CURSOR)
        self._editor, self._file = editor, file
        self._line = before.count("\n")
        self._column = len(before) - before.rfind("\n") - 1
        self.diagnostics = editor.open(file, before + after)

    @property
    def offered(self) -> set[str]:
        return set(self._editor.completions(self._file, self._line, self._column))

    @property
    def hover(self) -> str:
        return self._editor.hover(self._file, self._line, self._column)

    @property
    def underlined(self) -> list[tuple[int, str]]:
        return [(one["range"]["start"]["line"], one["message"]) for one in self.diagnostics]


@pytest.fixture
def open_(editor: Editor, folder: Path, request: pytest.FixtureRequest) -> partial[Opened]:
    """Open a text with a comment that names the schema by a path from its own folder."""
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)

    def open_text(text: str, schema: str = "connector.schema.json", file: str = "") -> Opened:
        path = folder / name / (file or "connector.yaml")
        first = f"# yaml-language-server: $schema=../schemas/{schema}\n"
        return Opened(editor, path, first + text)

    return partial(open_text)


def test_the_methods_of_auth_are_offered(open_: Any) -> None:
    opened = open_(_TOP + f"auth:\n  method: {_CURSOR}\n" + _REST)
    assert {"none", "api_key", "bearer", "basic", "login", "oauth2_jwt_bearer"} <= opened.offered


def test_the_keys_of_the_chosen_method_are_offered_and_no_others(open_: Any) -> None:
    opened = open_(_TOP + f"auth:\n  method: bearer\n  {_CURSOR}\n" + _REST)
    assert {"token", "scheme", "header"} <= opened.offered
    assert not {"access_token_url", "username", "endpoint"} & opened.offered


def test_another_method_has_other_keys(open_: Any) -> None:
    opened = open_(_TOP + f"auth:\n  method: login\n  {_CURSOR}\n" + _REST)
    assert {"endpoint", "token", "expires_in", "renewed_token"} <= opened.offered
    assert "username" not in opened.offered


def test_the_styles_of_pagination_are_offered(open_: Any) -> None:
    opened = open_(_TOP + _LISTING + f"  pagination:\n    style: {_CURSOR}\n" + _ATTRIBUTES)
    assert {"none", "offset", "page", "cursor", "next_link", "last_id"} == opened.offered


def test_the_keys_of_the_chosen_style_are_offered(open_: Any) -> None:
    paging = f"  pagination:\n    style: offset\n    {_CURSOR}\n"
    opened = open_(_TOP + _LISTING + paging + _ATTRIBUTES)
    assert {"offset_name", "start", "limit_name", "limit", "more"} <= opened.offered
    assert "page_name" not in opened.offered


def test_transforms_are_offered(open_: Any) -> None:
    value = f"  hire_date:\n    path: hired\n    transform:\n      - {_CURSOR}\n"
    opened = open_(_TOP + _REST + value)
    assert {"date", "trim", "lower", "split"} <= opened.offered


def test_our_attributes_are_offered(open_: Any) -> None:
    opened = open_(_TOP + _LISTING + _ATTRIBUTES + f"  {_CURSOR}\n")
    assert {"first_name", "manager_email", "hire_date", "custom"} <= opened.offered


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_TOP + f"limits:\n  conc{_CURSOR}urrency: 4\n" + _REST,
         ("Concurrency", "Requests under way at once", "Default: \\`4\\`")),
        (_TOP + f"auth:\n  method: bearer\n  to{_CURSOR}ken: x\n" + _REST,
         ("Token", "The token, usually")),
        (_TOP + f"auth:\n  met{_CURSOR}hod: bearer\n  token: x\n" + _REST,
         ("Method", "`bearer`: A long-lived token after a scheme word.")),
        (_TOP + _LISTING + f"  total{_CURSOR}_count: meta.total\n" + _ATTRIBUTES,
         ("Total count location", "how many records there are in all", "X-Total-Count")),
        (_TOP + _LISTING + f"  pagination: {{style: page, pa{_CURSOR}ge_name: p}}\n" + _ATTRIBUTES,
         ("Page name", "The parameter that names the page.")),
    ],
    ids=["default", "key of a method", "method", "examples", "flow style"],
)  # fmt: skip
def test_hover_explains_a_key(open_: Any, text: str, said: tuple[str, ...]) -> None:
    hover = open_(text).hover
    assert [words for words in said if words not in hover] == [], hover


def test_a_mistyped_key_is_underlined(open_: Any) -> None:
    opened = open_(_TOP + _LISTING + "  pagintion: {style: none}\n" + _ATTRIBUTES)
    [(line, message)] = opened.underlined
    assert line == 7
    assert "pagintion" in message


def test_a_key_of_another_method_is_underlined(open_: Any) -> None:
    opened = open_(_TOP + "auth:\n  method: bearer\n  token: x\n  username: y\n" + _REST)
    [(line, message)] = opened.underlined
    assert line == 7
    assert "username" in message


def test_a_value_of_the_wrong_form_is_explained_in_our_words(open_: Any) -> None:
    opened = open_(_TOP.replace("name: acme", "name: Acme Inc.") + _REST)
    assert opened.underlined == [
        (2, "Expected lower-case letters, digits and single `-`, starting with a letter.")
    ]


def test_a_needed_key_that_is_missing_is_said(open_: Any) -> None:
    opened = open_(_TOP + "auth: {method: bearer}\n" + _REST)
    [(line, message)] = opened.underlined
    assert line == 4
    assert "token" in message


def test_a_section_without_its_method_yet_is_said_once(open_: Any) -> None:
    assert [line for line, _ in open_(_TOP + "auth:\n" + _REST).underlined] == [4]


def test_keys_that_exclude_each_other_are_underlined(open_: Any) -> None:
    opened = open_(_TOP + _REST.replace("  id: id\n", "  id:\n    path: id\n    value: 1\n"))
    assert sorted(line for line, _ in opened.underlined) == [9, 10]


@pytest.mark.parametrize("name", _CONNECTORS)
def test_a_shipped_connector_has_no_diagnostics(editor: Editor, name: str) -> None:
    file = shipped("connectors") / name / "connector.yaml"
    text = file.read_text(encoding="utf-8")
    assert "$schema=../../schemas/connector.schema.json" in text
    assert editor.open(file, text) == []


def test_without_the_comment_nothing_is_known(editor: Editor, folder: Path) -> None:
    """So the comment it is that connects a file with its schema in the tests above."""
    opened = Opened(editor, folder / "plain" / "connector.yaml", f"pagintion: 1\n{_CURSOR}\n")
    assert opened.diagnostics == []
    assert "auth" not in opened.offered


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the parent's name)
        """Say nothing."""


def test_the_comment_may_name_a_url(editor: Editor, folder: Path) -> None:
    handler = partial(_Quiet, directory=str(folder / "schemas"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/connector.schema.json"
            first = f"# yaml-language-server: $schema={url}\n"
            text = f"{first}{_TOP}auth:\n  method: {_CURSOR}\n{_REST}"
            opened = Opened(editor, folder / "url" / "connector.yaml", text)
            assert "bearer" in opened.offered
        finally:
            server.shutdown()
            thread.join()


_ONROLL = "onroll-yaml.schema.json"
_CONNECTION = "format: 1\nconnections:\n  berlin:\n    connector: personio\n"
_TARGET = "format: 1\ntargets:\n  staff:\n    kind: scim\n    base_url: https://example.com/scim\n"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        (f"format: 1\ntargets:\n  staff:\n    kind: {_CURSOR}\n", {"directory", "scim"}),
        (f"{_TARGET}    {_CURSOR}\n", {"auth", "page_size", "set_passwords"}),
        (f"{_TARGET}    auth:\n      method: {_CURSOR}\n", {"bearer", "oauth2_client_credentials"}),
        (f"{_TARGET}    auth:\n      method: bearer\n      {_CURSOR}\n", {"token", "scheme"}),
        (f"{_CONNECTION}    {_CURSOR}\n",
         {"settings", "filters", "attributes", "import", "allow_private_network"}),
        (f"{_CONNECTION}    import:\n      create_as: {_CURSOR}\n", {"staged", "active"}),
    ],
    ids=["kinds", "keys of a kind", "methods", "keys of a method", "connection", "values"],
)  # fmt: skip
def test_onroll_yaml_is_completed(open_: Any, text: str, offered: set[str]) -> None:
    assert offered <= open_(text, _ONROLL, "onroll.yaml").offered


def test_hover_explains_a_key_of_onroll_yaml(open_: Any) -> None:
    text = (
        f"format: 1\nconnections:\n  berlin:\n    connector: personio\n    imp{_CURSOR}ort: {{}}\n"
    )
    assert "brought into a target" in open_(text, _ONROLL, "onroll.yaml").hover


def test_a_mistyped_key_of_onroll_yaml_is_underlined(open_: Any) -> None:
    opened = open_(_CONNECTION.replace("connector:", "conector:"), _ONROLL, "onroll.yaml")
    assert (4, "Property conector is not allowed.") in opened.underlined


def test_a_good_onroll_yaml_has_no_diagnostics(open_: Any) -> None:
    text = (
        _TARGET + '    auth: {method: bearer, token: "${env:TOKEN}"}\nconnections:\n'
        "  berlin:\n    connector: personio\n    settings: {client_id: abc}\n"
        "    attributes: {team: null}\n    import: {target: staff, limits: {suspensions: 10%}}\n"
    )
    assert open_(text, _ONROLL, "onroll.yaml").diagnostics == []


def test_settings_of_the_editor_may_name_the_schema_instead(editor: Editor, folder: Path) -> None:
    file = folder / "by-settings" / "onroll.yaml"
    opened = Opened(editor, file, f"format: 1\ntargets:\n  staff:\n    kind: {_CURSOR}\n")
    assert "scim" in opened.offered
