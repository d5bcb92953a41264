"""What a built-in kind does, a kind from another distribution does too: the example plug-in."""

import hashlib
import hmac
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree
from textwrap import dedent
from urllib.parse import parse_qs, urlsplit

import pytest
from jsonschema import Draft202012Validator
from yaml import safe_load

from .distribution import EXAMPLE, Site

SECRET = "a key of the test"
DEFINITION = """\
    format: 1
    name: acme
    settings: {secret: {title: Key, secret: true}}
    base_url: https://api.acme.example
    auth:
      method: signature
      key_id: k-1
      secret: "${settings.secret}"
    list_users:
      endpoint: /people
      resource_location: people
      pagination:
        style: each_value
        value_name: office
        values: [berlin, oslo, madrid]
    attributes: {id: id, email: email, username: email}
    """


def written(folder: Path, change: tuple[str, str] = ("", "")) -> str:
    file = folder / "acme.yaml"
    file.write_text(dedent(DEFINITION).replace(*change))
    return file.name


def test_a_definition_may_use_an_installed_plugin(example: Site) -> None:
    result = example.run("validate", written(example.path))
    assert (result.returncode, result.stdout, result.stderr) == (0, "acme.yaml: ok\n", "")


def test_without_the_plugin_its_kinds_are_unknown(site: Site) -> None:
    result = site.run("validate", written(site.path))
    assert result.returncode == 2
    assert "`signature` is not an authentication method" in result.stderr
    assert "`each_value` is not a pagination style" in result.stderr


def test_a_wrong_key_of_a_plugin_is_told_like_any_other(example: Site) -> None:
    result = example.run("validate", written(example.path, ("key_id", "keyid")))
    assert result.returncode == 2
    told = dedent("""\
        error[unknown-key]: `keyid` is not a key of `auth`
          --> acme.yaml:7:3
          |
        7 |   keyid: …
          |   ^^^^^
          = expected one of `header`, `key_id`, `method`, `secret`

        hint: did you mean `key_id`?
        """)
    assert told in result.stderr


def test_a_wrong_value_of_a_plugin_is_told_without_the_secret(example: Site) -> None:
    result = example.run("validate", written(example.path, ('"${settings.secret}"', "s3cr3t")))
    assert result.returncode == 2
    assert "error[wrong-value]: `auth.secret`" in result.stderr
    assert "--> acme.yaml:8:11" in result.stderr
    assert "s3cr3t" not in result.stdout + result.stderr


def test_a_misspelled_kind_of_a_plugin_is_recognized(example: Site) -> None:
    result = example.run("validate", written(example.path, ("each_value", "each_values")))
    assert "hint: did you mean `each_value`?" in result.stderr


def test_the_schema_for_editors_completes_the_plugin(example: Site) -> None:
    schema = json.loads(example.run("schema").stdout)
    assert "signature" in schema["$defs"]["auth"]["properties"]["method"]["enum"]
    assert "each_value" in schema["$defs"]["pagination"]["properties"]["style"]["enum"]
    right = safe_load(dedent(DEFINITION))
    validator = Draft202012Validator(schema)
    assert not list(validator.iter_errors(right))
    for section, key in (("auth", "key_id"), ("pagination", "values")):
        lacking = safe_load(dedent(DEFINITION))
        of = lacking["auth"] if section == "auth" else lacking["list_users"]["pagination"]
        of[f"{key}x"] = of.pop(key)
        said = " ".join(error.message for error in validator.iter_errors(lacking))
        assert f"'{key}' is a required property" in said
        assert f"'{key}x' was unexpected" in said


PEOPLE = {"berlin": ["ada", "grace"], "madrid": ["alan"]}


class Office(BaseHTTPRequestHandler):
    """An API that lists the people of one office, to whoever signs."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        signed = hmac.new(SECRET.encode(), f"GET {parts.path}".encode(), hashlib.sha256)
        is_signed = self.headers["X-Signature"] == f"k-1:{signed.hexdigest()}"
        names = PEOPLE.get(parse_qs(parts.query)["office"][0], [])
        found = [{"id": name, "email": f"{name}@acme.example"} for name in names]
        body = json.dumps({"people": found}).encode()
        self.send_response(200 if is_signed else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def office() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Office) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_plugin_signs_and_pages_a_real_listing(example: Site, office: str) -> None:
    options = ("--base-url", office, "--set", f"secret={SECRET}")
    result = example.run("fetch", written(example.path), *options)
    assert result.returncode == 0, result.stderr
    users = [json.loads(line) for line in result.stdout.splitlines()]
    assert [user["id"] for user in users] == ["ada", "grace", "alan"]


def test_the_contract_suites_find_the_plugin_and_it_passes(example: Site, tmp_path: Path) -> None:
    project = tmp_path / "project"
    copytree(EXAMPLE, project)
    (project / "conftest.py").unlink()
    # The laws of the built-in kinds are run elsewhere.
    options = (
        "-v",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-k",
        "signature or each_value or vcard or roster",
    )
    result = example.run(*options, cwd=project, module="pytest")
    assert result.returncode == 0, result.stdout
    assert result.stdout.count("[signature") > 30
    assert result.stdout.count("[each_value") > 15
    assert result.stdout.count("[vcard") > 15
    assert result.stdout.count("TestRoster") > 40
    assert "skipped" not in result.stdout


def test_the_example_is_a_distribution_that_pip_installs(site: Site, tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling is not installed: no wheel is built")
    copytree(EXAMPLE, tmp_path / "project")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    command += ["--no-build-isolation", "--disable-pip-version-check", "--target", str(site.path)]
    subprocess.run([*command, str(tmp_path / "project")], check=True, timeout=120)
    result = site.run("validate", written(site.path))
    assert (result.returncode, result.stdout) == (0, "acme.yaml: ok\n")
