"""The shapes and exit codes that programs rely on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import onroll as package
from onroll.model import ATTRIBUTES
from onroll.testing.sandbox import Sandbox

from .conftest import at

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Outcome

CHECKS = [
    "definition", "settings", "reach", "authenticate", "list", "records", "total_count",
    "pagination", "attributes",
]  # fmt: skip

ACME = """\
format: 1
name: acme
base_url: {url}/v1
auth: {{method: bearer, token: "${{settings.token}}"}}
settings: {{token: {{title: Token, secret: true}}}}
list_users: {{endpoint: /company/employees, resource_location: {location}}}
attributes: {{id: id, email: email, username: email}}
"""


def test_version_prints_name_and_version(onroll: Callable[..., Outcome]) -> None:
    assert onroll("--version").out == f"onroll {package.__version__}\n"


def test_help_names_every_command(onroll: Callable[..., Outcome]) -> None:
    said = onroll("--help").out
    for command in (
        "connectors", "validate", "schema", "explain", "test", "preview", "fetch", "sandbox"
    ):  # fmt: skip
        assert f"  {command}" in said


@pytest.mark.parametrize(
    "command",
    ["connectors", "validate", "schema", "explain", "test", "preview", "fetch", "sandbox"],
)
def test_each_command_explains_itself_in_80_columns(
    onroll: Callable[..., Outcome], command: str
) -> None:
    outcome = onroll(command, "--help")
    assert outcome.code == 0
    assert max(len(line) for line in outcome.out.splitlines()) <= 80


def test_an_unknown_command_is_exit_2_and_names_the_nearest(
    onroll: Callable[..., Outcome],
) -> None:
    outcome = onroll("fech")
    assert outcome.code == 2
    assert "Did you mean `fetch`?" in outcome.err


def test_connectors_is_one_array_of_what_is_shipped(onroll: Callable[..., Outcome]) -> None:
    outcome = onroll("connectors", "--json")
    assert outcome.code == 0
    rows = {row["name"]: row for row in outcome.json}
    assert {"personio", "personio-v2", "redmine", "scim"} <= set(rows)
    for row in rows.values():
        assert {"name", "title", "auth", "pagination", "verified"} <= set(row)


def test_connectors_lists_local_ones_too(onroll: Callable[..., Outcome]) -> None:
    file = Path("connectors/acme/connector.yaml")
    file.parent.mkdir(parents=True)
    file.write_text(ACME.format(url="https://api.acme.test", location="data"))
    assert "acme" in [row["name"] for row in onroll("connectors", "--json").json]


def test_validate_without_names_checks_every_shipped_connector(
    onroll: Callable[..., Outcome],
) -> None:
    outcome = onroll("validate")
    assert outcome.code == 0
    assert outcome.out.count(": ok") >= 4


def test_validate_reports_all_mistakes_of_a_file_and_is_exit_2(
    onroll: Callable[..., Outcome],
) -> None:
    Path("acme.yaml").write_text("format: 1\nname: acme\nbase_uri: https://x.test\n")
    outcome = onroll("validate", "acme.yaml", "--json")
    assert outcome.code == 2
    [result] = outcome.json
    assert result["ok"] is False
    codes = [one["code"] for one in result["diagnostics"]]
    assert "unknown-key" in codes
    assert codes.count("missing-key") == 2  # `base_uri` stands for the third
    assert all(one["place"]["line"] for one in result["diagnostics"])


def test_validate_names_the_nearest_connector(onroll: Callable[..., Outcome]) -> None:
    outcome = onroll("validate", "persnio")
    assert outcome.code == 2
    assert "did you mean `personio`?" in outcome.err


def test_schema_is_json_that_knows_every_authentication_method(
    onroll: Callable[..., Outcome],
) -> None:
    schema = onroll("schema").json
    methods = schema["$defs"]["auth"]["properties"]["method"]["enum"]
    assert {"none", "api_key", "bearer", "basic", "login", "oauth2_client_credentials"} <= set(
        methods
    )


def test_explain_says_what_is_asked_and_how_it_ends(onroll: Callable[..., Outcome]) -> None:
    said = onroll("explain", "personio").out
    assert "GET https://api.personio.de/v1/company/employees?limit=100&offset=0" in said
    assert "The listing ends with as many different ids as the total count" in said


def test_test_passes_every_check_and_is_exit_0(
    onroll: Callable[..., Outcome], where: tuple[str, ...]
) -> None:
    outcome = onroll("test", "personio", *where, "--json")
    answer = outcome.json
    assert outcome.code == 0
    assert answer["ok"] is True
    assert answer["connector"] == "personio"
    assert answer["total_count"] == 450
    assert answer["error"] is None
    assert [check["name"] for check in answer["checks"]] == CHECKS
    assert all(check["ok"] and not check["skipped"] for check in answer["checks"])


def test_a_skipped_check_is_not_ok(onroll: Callable[..., Outcome], sandbox: Sandbox) -> None:
    answer = onroll("test", "personio", *at(sandbox, secret="wrong"), "--json").json
    for check in answer["checks"]:
        assert not (check["ok"] and check["skipped"])


def test_refused_credentials_fail_authenticate_with_the_providers_answer(
    onroll: Callable[..., Outcome], sandbox: Sandbox
) -> None:
    outcome = onroll("test", "personio", *at(sandbox, secret="wrong"), "--json")
    answer = outcome.json
    checks = {check["name"]: check for check in answer["checks"]}
    assert outcome.code == 4
    assert checks["reach"]["ok"]
    assert not checks["authenticate"]["ok"]
    assert not checks["authenticate"]["skipped"]
    assert checks["list"]["skipped"]
    error = answer["error"]
    assert set(error) == {"code", "message", "hint", "request", "response"}
    assert error["request"]["method"] == "POST"
    assert error["response"]["status"] in (401, 403)
    assert json.loads(error["response"]["body"])["success"] is False


def test_an_unreachable_host_fails_reach(onroll: Callable[..., Outcome]) -> None:
    outcome = onroll(
        "test", "personio", "--base-url", "http://127.0.0.1:9", "--set", "client_id=a",
        "--set", "client_secret=s3cr3t-of-the-demo", "--json",
    )  # fmt: skip
    checks = {check["name"]: check for check in outcome.json["checks"]}
    assert outcome.code == 4
    assert not checks["reach"]["ok"]
    assert checks["authenticate"]["skipped"]


def test_missing_settings_are_exit_3_and_all_named_at_once(
    onroll: Callable[..., Outcome],
) -> None:
    outcome = onroll("test", "personio")
    assert outcome.code == 3
    assert "ONROLL_PERSONIO_CLIENT_ID" in outcome.err
    assert "ONROLL_PERSONIO_CLIENT_SECRET" in outcome.err


def test_missing_settings_fail_that_check_in_json(onroll: Callable[..., Outcome]) -> None:
    outcome = onroll("test", "personio", "--json")
    checks = {check["name"]: check for check in outcome.json["checks"]}
    assert outcome.code == 3
    assert checks["definition"]["ok"]
    assert not checks["settings"]["ok"]
    assert checks["reach"]["skipped"]


def test_a_wrong_resource_location_names_the_keys_that_are_there(
    onroll: Callable[..., Outcome], sandbox: Sandbox
) -> None:
    definition = (
        Path(package.load("personio").definition.source.name)
        .read_text()
        .replace("resource_location: data", "resource_location: data.users")
        .replace("examples:", "x:")
        .partition("\nx:")[0]
    )
    Path("mine.yaml").write_text(definition)
    outcome = onroll("test", "mine.yaml", *at(sandbox))
    assert outcome.code == 4
    assert "error[resource-location-not-found]: page 1 has nothing at `data.users`" in outcome.err
    assert "mine.yaml:" in outcome.err
    assert "try `resource_location: data`" in outcome.err


def test_preview_has_the_documented_shape(
    onroll: Callable[..., Outcome], where: tuple[str, ...]
) -> None:
    outcome = onroll("preview", "personio", *where, "--limit", "7", "--json")
    answer = outcome.json
    assert outcome.code == 0
    assert {
        "connector", "total_count", "records", "users", "refused", "coverage", "unmapped"
    } <= set(answer)  # fmt: skip
    assert len(answer["records"]) == len(answer["users"]) == 7
    assert answer["coverage"]["email"]["filled"] == 7
    assert {"filled", "empty", "absent", "types", "examples"} <= set(answer["coverage"]["id"])
    assert "attributes.gender.value" in answer["unmapped"]
    assert "attributes.email.value" not in answer["unmapped"]


def test_preview_shows_why_a_record_is_refused_and_is_exit_1(
    onroll: Callable[..., Outcome],
) -> None:
    with Sandbox(users=4, faults=("bad-date",)) as sandbox:
        outcome = onroll("preview", "personio", *at(sandbox), "--json")
    [refused] = outcome.json["refused"]
    assert outcome.code == 1
    assert refused["record"] == 3
    assert [reason["attribute"] for reason in refused["reasons"]] == ["hire_date"]


@pytest.mark.parametrize("half", [(), ("--raw",), ("--mapped",)])
def test_preview_fits_80_columns(
    onroll: Callable[..., Outcome],
    where: tuple[str, ...],
    half: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = onroll("preview", "personio", *where, *half).out
    assert max(len(line.rstrip()) for line in said.splitlines()) <= 80


def test_fetch_writes_every_user_once_and_the_report(
    onroll: Callable[..., Outcome], where: tuple[str, ...]
) -> None:
    outcome = onroll("fetch", "personio", *where, "--report", "report.json")
    users = outcome.users
    report = json.loads(Path("report.json").read_text())
    assert outcome.code == 0
    assert len({user["id"] for user in users}) == len(users) == 450
    assert report["complete"] is True
    assert report["proof"] == "total"
    for key, count in {
        "total_count": 450, "received": 450, "distinct": 450, "duplicates": 0, "refused": 0,
        "pages": 6, "requests": 7, "retries": 0,
    }.items():  # fmt: skip
        assert report[key] == count, key
    assert report["reasons"] == []
    assert isinstance(report["seconds"], float)
    assert "complete: 450 people" in outcome.err


def test_a_user_has_flat_attributes_in_their_order_with_text_ids(
    onroll: Callable[..., Outcome], where: tuple[str, ...]
) -> None:
    user = onroll("fetch", "personio", *where).users[0]
    assert [name for name in ATTRIBUTES if name in user] == list(user)
    assert user["id"] == "9000"
    assert user["manager_id"] is None
    assert len(user["hire_date"]) == 10
    assert user["created_at"].endswith("Z")


def test_an_incomplete_listing_is_exit_4_with_its_reason(
    onroll: Callable[..., Outcome],
) -> None:
    with Sandbox(users=450, faults=("lost",)) as sandbox:
        outcome = onroll("fetch", "personio", *at(sandbox), "--report", "report.json")
    report = json.loads(Path("report.json").read_text())
    assert outcome.code == 4
    assert len(outcome.users) == 449
    assert report["complete"] is False
    assert report["proof"] is None
    assert report["reasons"] == ["total_count says 450, but 449 different people were received"]


def test_refused_people_are_exit_1_counted_and_named_by_id_only(
    onroll: Callable[..., Outcome],
) -> None:
    with Sandbox(users=450, faults=("bad-date",)) as sandbox:
        outcome = onroll("fetch", "personio", *at(sandbox), "--report", "report.json")
    report = json.loads(Path("report.json").read_text())
    assert outcome.code == 1
    assert report["complete"] is True
    assert report["refused"] == 1
    [refusal] = report["refusals"]
    assert refusal["id"] == "9225"
    assert refusal["reasons"][0]["attribute"] == "hire_date"
    assert "2021-02-30" not in json.dumps(report)


def test_an_unknown_status_is_named_and_never_active(onroll: Callable[..., Outcome]) -> None:
    with Sandbox(users=10, faults=("status-unknown",)) as sandbox:
        outcome = onroll("fetch", "personio", *at(sandbox))
    [user] = [user for user in outcome.users if "unknown_status" in user]
    assert user["unknown_status"] == "sabbatical"
    assert user["status"] is None
    assert "unknown status 'sabbatical'" in outcome.err


def test_the_report_is_written_when_the_source_fails(onroll: Callable[..., Outcome]) -> None:
    with Sandbox(users=450, faults=("not-found",)) as sandbox:
        outcome = onroll("fetch", "personio", *at(sandbox), "--report", "report.json")
    report = json.loads(Path("report.json").read_text())
    assert outcome.code == 4
    assert report["complete"] is False
    assert "404" in report["reasons"][0]


def test_an_invalid_definition_is_exit_2_before_anything_is_asked(
    onroll: Callable[..., Outcome],
) -> None:
    Path("acme.yaml").write_text("format: 2\n")
    assert onroll("fetch", "acme.yaml").code == 2


def test_a_base_url_that_is_none_is_exit_2(onroll: Callable[..., Outcome]) -> None:
    outcome = onroll(
        "fetch", "personio", "--base-url", "personio.de", "--set", "client_id=a",
        "--set", "client_secret=s3cr3t-of-the-demo",
    )  # fmt: skip
    assert outcome.code == 2
    assert "--base-url" in outcome.err
