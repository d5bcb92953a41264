"""`onroll record` against the sandbox and small servers: what it writes, and what it never does."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.unit.service.socket_api import Said, SocketApi

from onroll.cli import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from onroll.testing.sandbox import Sandbox

    from .conftest import Outcome

_V2 = ("--set", "client_id=demo", "--set", "client_secret=s3cr3t-of-the-demo")


def _source(sandbox: Sandbox, onroll: Callable[..., Outcome], where: tuple[str, ...]) -> set[str]:
    """Return the names of the first people of the sandbox."""
    found = onroll("preview", "personio", *where, "--limit", "10", "--json")
    users = found.json["users"]
    return {one[key] for one in users for key in ("first_name", "last_name", "email")}


def test_people_of_the_sandbox_become_others_of_the_same_shape(
    onroll: Callable[..., Outcome], sandbox: Sandbox, where: tuple[str, ...], tmp_path: Path
) -> None:
    names = _source(sandbox, onroll, where)
    outcome = onroll("record", "personio", *where, "--records", "3", "--yes")

    assert outcome.code == 0, outcome.err
    folder = tmp_path / "personio-examples"
    files = sorted(one.name for one in folder.iterdir())
    assert files == [*(f"list-users-{n}.json" for n in (1, 2, 3)), "users.json"]
    users = json.loads((folder / "users.json").read_text("utf-8"))
    assert len(users) == 6
    assert all(one["email"].endswith((".com", ".net", ".org", ".example")) for one in users)
    told = "".join(one.read_text("utf-8") for one in folder.iterdir()) + outcome.err
    assert not [name for name in names if len(name) > 3 and f'"{name}"' in told]
    assert "list-users-1.json" in outcome.out


def test_details_and_lookups_are_recorded_as_far_as_the_records_need_them(
    onroll: Callable[..., Outcome], sandbox: Sandbox, tmp_path: Path
) -> None:
    outcome = onroll(
        "record", "personio-v2", "--base-url", sandbox.url, *_V2, "--records", "2", "--yes"
    )

    assert outcome.code == 0, outcome.err
    folder = tmp_path / "personio-v2-examples"
    assert len(list(folder.glob("employment-*.json"))) == 4
    users = json.loads((folder / "users.json").read_text("utf-8"))
    departments = json.loads((folder / "department.json").read_text("utf-8"))["_data"]
    assert {one["department"] for one in users if one.get("department")} <= {
        one["name"] for one in departments
    }
    assert len(departments) <= 4
    assert not list(folder.glob("*token*"))


def test_nothing_is_written_when_nobody_says_yes(
    onroll: Callable[..., Outcome], where: tuple[str, ...], tmp_path: Path
) -> None:
    outcome = onroll("record", "personio", *where)
    assert outcome.code == 2
    assert "nobody-to-ask" in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("answer", "is_written"), [("n\n", False), ("y\n", True)])
def test_on_a_terminal_it_shows_and_asks(
    onroll: Callable[..., Outcome],
    where: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    is_written: bool,
) -> None:
    monkeypatch.setattr(record, "is_interactive", lambda: True)
    monkeypatch.setattr("click.confirm", lambda *_, **__: answer == "y\n")
    outcome = onroll("record", "personio", *where, "--records", "2")
    assert outcome.code == 0
    assert "attributes.email.value" in outcome.err
    assert "made-up address" in outcome.err
    assert (tmp_path / "personio-examples").exists() is is_written


def test_a_second_recording_gets_a_folder_of_its_own(
    onroll: Callable[..., Outcome], where: tuple[str, ...], tmp_path: Path
) -> None:
    for _ in range(2):
        onroll("record", "personio", *where, "--records", "1", "--pages", "1", "--yes")
    assert {one.name for one in tmp_path.iterdir()} == {
        "personio-examples", "personio-examples-2",
    }  # fmt: skip


def test_a_folder_with_something_in_it_is_never_written_into(
    onroll: Callable[..., Outcome], where: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x")
    outcome = onroll("record", "personio", *where, "--into", "mine", "--yes")
    assert outcome.code == 2
    assert "file-exists" in outcome.err
    assert [one.name for one in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_a_path_to_keep_that_is_nowhere_is_refused_with_the_nearest(
    onroll: Callable[..., Outcome], where: tuple[str, ...], tmp_path: Path
) -> None:
    keep = "attributes.ofice.value.attributes.name"
    outcome = onroll("record", "personio", *where, "--keep", keep, "--yes", "--records", "5")
    assert outcome.code == 2
    assert "did you mean `attributes.office.value.attributes.name`?" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_json_says_what_became_of_each_path(
    onroll: Callable[..., Outcome], where: tuple[str, ...]
) -> None:
    outcome = onroll("record", "personio", *where, "--records", "2", "--yes", "--json")
    fates = {one["path"]: one["becomes"] for one in outcome.json["paths"]}
    assert fates["attributes.email.value"] == "email"
    assert fates["attributes.hire_date.value"] == "date"
    assert fates["attributes.department.value.attributes.name"] == "words"
    assert outcome.json["is_complete"] is True


_DEFINITION = """\
# Our own people.
format: 1
name: acme
base_url: https://api.acme.test
settings: {{token: {{secret: true}}}}
auth: {{method: bearer, token: "${{settings.token}}"}}
list_users:
  endpoint: /people
  resource_location: {location}
  decoder: {decoder}
  pagination: {{style: none}}
attributes:
  id: {id}
  email: mail
  username: mail
  display_name: name
  location: office
# The end.
"""
_TABLE = "id;name;mail;office\r\n" + "".join(
    f"{4000 + one};{name} Kern;{name}.kern@acme.de;Berlin\r\n"
    for one, name in enumerate(("Grace", "Linh", "Mina", "Omar"))
)
_TREE = "<all><people>{}</people></all>".format(
    "".join(
        f'<person id="{4000 + one}"><name>{name} Kern</name><mail>{name}.kern@acme.de</mail>'
        "<office/></person>"
        for one, name in enumerate(("Grace", "Linh", "Mina", "Omar"))
    )
)
_LINES = "".join(
    json.dumps({"id": 4000 + one, "name": f"{name} Kern", "mail": f"{name}.kern@acme.de"}) + "\n"
    for one, name in enumerate(("Grace", "Linh", "Mina", "Omar"))
)
_FORMATS = {
    "csv": ('{format: csv, delimiter: ";"}', '"."', "id", _TABLE),
    "xml": ("{format: xml, lists: [person]}", "all.people.person", '["@id"]', _TREE),
    "ndjson": ("{format: ndjson}", '"."', "id", _LINES),
}


@contextmanager
def _serving(body: str | bytes) -> Iterator[str]:
    with SocketApi(lambda _: Said(body=body)) as api:
        yield api.url


def _write_definition(folder: Path, form: str) -> Path:
    decoder, location, identifier, _ = _FORMATS[form]
    file = folder / "acme.yaml"
    written = _DEFINITION.format(decoder=decoder, location=location, id=identifier)
    file.write_text(written, encoding="utf-8")
    return file


def _record(
    onroll: Callable[..., Outcome], url: str, *more: str, name: str = "./acme.yaml"
) -> Outcome:
    where = ("--base-url", url, "--set", "token=s3cr3t-of-the-demo")
    return onroll("record", name, *where, "--records", "2", "--yes", *more)


@pytest.mark.parametrize("form", list(_FORMATS))
def test_a_definition_of_ones_own_gets_its_examples_and_they_hold(
    onroll: Callable[..., Outcome], tmp_path: Path, form: str
) -> None:
    file = _write_definition(tmp_path, form)
    before = file.read_text("utf-8")
    with _serving(_FORMATS[form][3]) as url:
        outcome = _record(onroll, url)

    assert outcome.code == 0, outcome.err
    assert file.read_text("utf-8").startswith(before)
    assert f"examples/recorded/list-users.{form}" in file.read_text("utf-8")
    validated = onroll("validate", "./acme.yaml")
    assert (validated.code, validated.out) == (0, "./acme.yaml: ok, 1 example replayed\n")
    recorded = (tmp_path / "examples" / "recorded" / f"list-users.{form}").read_text("utf-8")
    for name in ("Grace", "Linh", "Kern", "acme", "Berlin"):
        assert name.lower() not in recorded.lower()


def test_a_definition_that_has_examples_is_left_alone_and_the_yaml_is_printed(
    onroll: Callable[..., Outcome], tmp_path: Path
) -> None:
    file = _write_definition(tmp_path, "csv")
    with _serving(_TABLE) as url:
        _record(onroll, url)
        once = file.read_text("utf-8")
        outcome = _record(onroll, url)
    assert file.read_text("utf-8") == once
    assert "users: examples/recorded-2/users.json" in outcome.out


def test_a_name_in_a_path_that_is_kept_is_refused_and_nothing_is_written(
    onroll: Callable[..., Outcome], tmp_path: Path
) -> None:
    file = _write_definition(tmp_path, "csv")
    before = file.read_text("utf-8")
    table = _TABLE.replace("Berlin", "Kern Tower").replace("Grace Kern", "Kern")
    with _serving(table) as url:
        outcome = _record(onroll, url, "--keep", "office")
    assert outcome.code == 6
    assert "original-left" in outcome.err
    assert "`office`" in outcome.err
    assert "Kern" not in outcome.err
    assert file.read_text("utf-8") == before
    assert [one.name for one in tmp_path.iterdir()] == ["acme.yaml"]


def test_a_secret_that_the_api_sends_back_is_never_written(
    onroll: Callable[..., Outcome], tmp_path: Path
) -> None:
    _write_definition(tmp_path, "csv")
    table = _TABLE.replace("Berlin", "s3cr3t-of-the-demo")
    with _serving(table) as url:
        outcome = _record(onroll, url, "--keep", "office")
    assert outcome.code == 6
    assert "secret-left" in outcome.err
    assert [one.name for one in tmp_path.iterdir()] == ["acme.yaml"]


def test_a_source_that_cannot_be_read_gives_its_reason_and_no_file(
    onroll: Callable[..., Outcome], tmp_path: Path
) -> None:
    _write_definition(tmp_path, "csv")
    with _serving("<html>Sign in</html>") as url:
        outcome = _record(onroll, url)
    assert outcome.code == 4
    assert [one.name for one in tmp_path.iterdir()] == ["acme.yaml"]


def test_a_connection_is_recorded_with_its_own_settings_for_its_definition(
    onroll: Callable[..., Outcome], tmp_path: Path
) -> None:
    _write_definition(tmp_path, "csv")
    (tmp_path / "onroll.yaml").write_text(
        "format: 1\n"
        "connections:\n"
        "  ours:\n"
        "    connector: ./acme.yaml\n"
        "    settings: {token: s3cr3t-of-the-demo}\n"
        "    filters: {site: Berlin}\n"
        "    attributes: {job_title: {value: Engineer}}\n",
        encoding="utf-8",
    )
    with _serving(_TABLE) as url:
        outcome = onroll("record", "ours", "--base-url", url, "--records", "2", "--yes")
    assert outcome.code == 0, outcome.err
    validated = onroll("validate", "./acme.yaml")
    assert (validated.code, validated.out) == (0, "./acme.yaml: ok, 1 example replayed\n")
    users = json.loads((tmp_path / "examples" / "recorded" / "users.json").read_text("utf-8"))
    assert "job_title" not in users[0]


def test_examples_that_are_a_link_to_elsewhere_go_there_and_the_yaml_is_printed(
    onroll: Callable[..., Outcome], tmp_path: Path
) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    elsewhere.mkdir()
    here.mkdir()
    (here / "examples").symlink_to(elsewhere)
    file = _write_definition(here, "csv")
    before = file.read_text("utf-8")
    with _serving(_TABLE) as url:
        outcome = _record(onroll, url, name=str(file))
    assert outcome.code == 0, outcome.err
    assert (elsewhere / "recorded" / "users.json").is_file()
    assert "examples:" in outcome.out
    assert file.read_text("utf-8") == before


def test_a_definition_that_is_a_link_stays_one(
    onroll: Callable[..., Outcome], tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    real = _write_definition(tmp_path / "elsewhere", "csv")
    before = real.read_text("utf-8")
    (tmp_path / "acme.yaml").symlink_to(real)
    with _serving(_TABLE) as url:
        outcome = _record(onroll, url)
    assert outcome.code == 0, outcome.err
    assert (tmp_path / "acme.yaml").is_symlink()
    assert real.read_text("utf-8") == before


def test_a_link_that_leads_nowhere_is_not_written_through(
    onroll: Callable[..., Outcome], tmp_path: Path
) -> None:
    _write_definition(tmp_path, "csv")
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "recorded").symlink_to(tmp_path / "nowhere")
    with _serving(_TABLE) as url:
        outcome = _record(onroll, url)
    assert outcome.code == 0, outcome.err
    assert not (tmp_path / "nowhere").exists()
    assert (tmp_path / "examples" / "recorded-2" / "users.json").is_file()


def test_a_secret_in_two_bytes_a_letter_is_never_written(
    onroll: Callable[..., Outcome], tmp_path: Path
) -> None:
    file = _write_definition(tmp_path, "csv")
    written = file.read_text("utf-8").replace("format: csv", "format: csv, charset: utf-16")
    file.write_text(written, encoding="utf-8")
    table = _TABLE.replace("Berlin", "s3cr3t-of-the-demo")
    with _serving(table.encode("utf-16")) as url:
        outcome = _record(onroll, url, "--keep", "office")
    assert outcome.code == 6
    assert "secret-left" in outcome.err
    assert [one.name for one in tmp_path.iterdir()] == ["acme.yaml"]


def test_a_total_of_any_name_still_proves_the_end(
    onroll: Callable[..., Outcome], tmp_path: Path
) -> None:
    file = _write_definition(tmp_path, "csv")
    written = file.read_text("utf-8").replace('{format: csv, delimiter: ";"}', "{format: json}")
    written = written.replace('location: "."', "location: people\n  total_count: meta.staff")
    file.write_text(written, encoding="utf-8")
    people = [{"id": 4000 + one, "name": "Ada Kern", "mail": "a@acme.de"} for one in range(4)]
    with _serving(json.dumps({"people": people, "meta": {"staff": 4}})) as url:
        outcome = _record(onroll, url, "--json")
    assert outcome.code == 0, outcome.err
    assert outcome.json["is_complete"] is True


def test_a_lookup_that_is_called_as_its_field_keeps_the_entries_that_are_named(
    onroll: Callable[..., Outcome], tmp_path: Path
) -> None:
    file = _write_definition(tmp_path, "csv")
    written = file.read_text("utf-8").replace('{format: csv, delimiter: ";"}', "{format: json}")
    written = written.replace('location: "."', "location: people")
    written = written.replace("location: office", "department: team.name")
    team = "team: {endpoint: /teams, resource_location: teams, key: id, match: team}"
    written = written.replace("attributes:", f"lookups:\n  {team}\nattributes:")
    file.write_text(written, encoding="utf-8")
    person = {"id": 4000, "name": "Ada Kern", "mail": "ada@acme.de", "team": 7}
    teams = [{"id": one, "name": f"Team {one}"} for one in (7, 8)]
    with _serving(json.dumps({"people": [person], "teams": teams})) as url:
        outcome = _record(onroll, url)
    assert outcome.code == 0, outcome.err
    folder = tmp_path / "examples" / "recorded"
    [user] = json.loads((folder / "users.json").read_text("utf-8"))
    [team] = json.loads((folder / "team.json").read_text("utf-8"))["teams"]
    assert user["department"] == team["name"]
