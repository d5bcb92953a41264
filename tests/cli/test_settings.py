"""Where settings come from, and that secrets are never shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from onroll.builtin import shipped
from onroll.testing.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from .conftest import Outcome

SECRET = "a-secret-that-nobody-may-see"

CONNECTIONS = """\
format: 1
connections:
  berlin:
    connector: personio
    settings: {{client_id: from-the-file, client_secret: "${{env:BERLIN_SECRET}}"}}
    attributes:
      username: {{template: "${{first_name}}.${{last_name}}", transform: [ascii, lower]}}
      team: null
{more}
"""


def bodies_seen(sandbox: Sandbox) -> str:
    return " ".join(one.path for one in sandbox.requests)


def test_the_environment_is_read_by_the_name_that_was_run(
    onroll: Callable[..., Outcome], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONROLL_PERSONIO_CLIENT_ID", "demo")
    monkeypatch.setenv("ONROLL_PERSONIO_CLIENT_SECRET", SECRET)
    outcome = onroll("test", "personio", "--base-url", f"{sandbox.url}/v1")
    assert outcome.code == 0


def test_set_wins_over_the_environment(
    onroll: Callable[..., Outcome], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONROLL_PERSONIO_CLIENT_ID", "demo")
    monkeypatch.setenv("ONROLL_PERSONIO_CLIENT_SECRET", "wrong")
    outcome = onroll(
        "test", "personio", "--base-url", f"{sandbox.url}/v1", "--set", f"client_secret={SECRET}"
    )
    assert outcome.code == 0


def test_a_connection_brings_its_settings_and_its_own_mapping(
    onroll: Callable[..., Outcome], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BERLIN_SECRET", SECRET)
    Path("onroll.yaml").write_text(CONNECTIONS.format(more=""))
    outcome = onroll("fetch", "berlin", "--base-url", f"{sandbox.url}/v1")
    assert outcome.code == 0
    first = outcome.users[0]
    assert first["username"] == "ilse.oduya"
    assert "team" not in first


def test_a_connection_reads_only_its_own_variables(
    onroll: Callable[..., Outcome], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONROLL_PERSONIO_CLIENT_SECRET", SECRET)
    Path("onroll.yaml").write_text(CONNECTIONS.format(more=""))
    outcome = onroll("test", "berlin", "--base-url", f"{sandbox.url}/v1")
    assert outcome.code == 3
    assert "BERLIN_SECRET" in outcome.err


def test_a_connection_wins_over_a_connector_of_its_name(
    onroll: Callable[..., Outcome], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BERLIN_SECRET", SECRET)
    text = CONNECTIONS.format(more="").replace("berlin:", "personio:")
    Path("onroll.yaml").write_text(text)
    assert onroll("test", "personio", "--base-url", f"{sandbox.url}/v1").code == 0


def test_connections_whose_variables_would_collide_are_refused(
    onroll: Callable[..., Outcome],
) -> None:
    more = "  ber-lin: {connector: personio}\n  ber_lin: {connector: personio}\n"
    Path("onroll.yaml").write_text(CONNECTIONS.format(more=more))
    outcome = onroll("test", "berlin")
    assert outcome.code == 2
    assert "ONROLL_BER_LIN_" in outcome.err


def test_a_filter_makes_the_listing_partial(
    onroll: Callable[..., Outcome], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BERLIN_SECRET", SECRET)
    more = "    filters: {email: nobody@example.test}\n"
    Path("onroll.yaml").write_text(CONNECTIONS.format(more=more))
    sandbox.requests.clear()
    outcome = onroll("fetch", "berlin", "--base-url", f"{sandbox.url}/v1", "--report", "r.json")
    assert '"partial": true' in Path("r.json").read_text()
    assert any("email=nobody" in one.query for one in sandbox.requests)
    assert outcome.users == []


def test_a_filter_comes_from_the_environment(
    onroll: Callable[..., Outcome], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BERLIN_SECRET", SECRET)
    more = '    filters: {email: "${env:WHO}@example.test"}\n'
    Path("onroll.yaml").write_text(CONNECTIONS.format(more=more))
    outcome = onroll("fetch", "berlin", "--base-url", f"{sandbox.url}/v1")
    assert outcome.code == 3
    assert "the filter `email` of `berlin` comes from the environment variable WHO" in outcome.err
    assert onroll("explain", "berlin").code == 0  # asks nothing, so it needs no filter
    monkeypatch.setenv("WHO", "somebody")
    sandbox.requests.clear()
    assert onroll("fetch", "berlin", "--base-url", f"{sandbox.url}/v1").code == 0
    assert any("email=somebody" in one.query for one in sandbox.requests)


def test_an_empty_variable_does_not_hide_the_connection_file(
    onroll: Callable[..., Outcome], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BERLIN_SECRET", SECRET)
    monkeypatch.setenv("ONROLL_BERLIN_CLIENT_SECRET", "")
    Path("onroll.yaml").write_text(CONNECTIONS.format(more=""))
    assert onroll("test", "berlin", "--base-url", f"{sandbox.url}/v1").code == 0


def _local_connector(folder: str, name: str = "personio") -> str:
    """Write the list of Personio's people below ./connectors, without its examples."""
    text = (shipped("connectors") / "personio" / "connector.yaml").read_text(encoding="utf-8")
    assert "\nname: personio\n" in text
    file = Path("connectors") / folder / "connector.yaml"
    file.parent.mkdir(parents=True)
    text = text.partition("\nexamples:")[0] + "\n"
    file.write_text(text.replace("\nname: personio\n", f"\nname: {name}\n"), encoding="utf-8")
    return f"./{file.as_posix()}"


def test_a_local_connector_cannot_choose_by_its_name_whose_variables_it_reads(
    onroll: Callable[..., Outcome], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _local_connector("foo")
    monkeypatch.setenv("ONROLL_PERSONIO_CLIENT_ID", "demo")
    monkeypatch.setenv("ONROLL_PERSONIO_CLIENT_SECRET", SECRET)
    sandbox.requests.clear()
    outcome = onroll("test", "foo", "--base-url", f"{sandbox.url}/v1")
    assert outcome.code == 2
    assert "error[connector-name]" in outcome.err
    assert "connector.yaml:" in outcome.err
    assert not list(sandbox.requests)


def test_a_local_connector_reads_the_variables_of_its_name(
    onroll: Callable[..., Outcome], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _local_connector("foo", "foo")
    monkeypatch.setenv("ONROLL_FOO_CLIENT_ID", "demo")
    monkeypatch.setenv("ONROLL_FOO_CLIENT_SECRET", SECRET)
    assert onroll("test", "foo", "--base-url", f"{sandbox.url}/v1").code == 0


def test_a_local_connector_does_not_take_the_place_of_a_shipped_one(
    onroll: Callable[..., Outcome], where: tuple[str, ...]
) -> None:
    path = _local_connector("personio")
    outcome = onroll("test", "personio", *where)
    assert outcome.code == 2
    assert "error[connector-clash]" in outcome.err
    assert path in outcome.err
    assert onroll("test", path, *where).code == 0
    names = [row["name"] for row in onroll("connectors", "--json").json]
    assert {"personio", path} <= set(names)


def test_the_shipped_folder_itself_is_no_clash(
    onroll: Callable[..., Outcome], where: tuple[str, ...]
) -> None:
    Path("connectors").symlink_to(shipped("connectors"), target_is_directory=True)
    assert onroll("test", "personio", *where).code == 0
    names = [row["name"] for row in onroll("connectors", "--json").json]
    assert len(names) == len(set(names))
    assert not any("/" in name for name in names)


def test_set_without_a_name_does_not_show_what_was_given(
    onroll: Callable[..., Outcome],
) -> None:
    outcome = onroll("test", "personio", "--set", SECRET)
    assert outcome.code == 2
    assert SECRET not in outcome.err + outcome.out


def test_no_output_of_any_command_shows_a_secret(onroll: Callable[..., Outcome]) -> None:
    faults = ("forbidden", "html=1", "not-found", "redirect", "success-false")
    said = ""
    for fault in faults:
        with Sandbox(users=3, faults=(fault,)) as sandbox:
            for command in ("test", "preview", "fetch"):
                outcome = onroll(
                    command, "personio", "--base-url", f"{sandbox.url}/v1",
                    "--set", "client_id=demo", "--set", f"client_secret={SECRET}",
                )  # fmt: skip
                assert outcome.code == 4
                said += outcome.out + outcome.err
    assert SECRET not in said
    assert "papi-" not in said.replace("[hidden]", "")


def test_an_unknown_setting_names_the_nearest(onroll: Callable[..., Outcome]) -> None:
    outcome = onroll("test", "personio", "--set", "client_idd=x")
    assert outcome.code == 3
    assert "did you mean `client_id`?" in outcome.err


def test_a_filter_from_the_environment_is_shown_by_no_error(
    onroll: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BERLIN_SECRET", "s3cr3t-of-the-demo")
    monkeypatch.setenv("WHO", SECRET)
    more = '    filters: {email: "${env:WHO}"}\n'
    Path("onroll.yaml").write_text(CONNECTIONS.format(more=more))
    with Sandbox(users=3, faults=("not-found",)) as sandbox:
        outcome = onroll("test", "berlin", "--base-url", f"{sandbox.url}/v1")
        assert any(SECRET in one.query for one in sandbox.requests)
    assert outcome.code == 4
    assert "email=[hidden]" in outcome.err
    assert SECRET not in outcome.err + outcome.out


def test_a_missing_setting_names_every_place_that_was_looked_at(
    onroll: Callable[..., Outcome], tmp_path: Path
) -> None:
    (tmp_path / "onroll.yaml").write_text(
        "format: 1\n"
        "connections:\n"
        "  berlin:\n"
        "    connector: scim\n"
        '    settings: {token: "${file:nowhere.txt}", url: "${env:NOWHERE}"}\n',
        encoding="utf-8",
    )
    outcome = onroll("test", "berlin")
    assert outcome.code == 3
    for place in (
        "nowhere.txt",
        "ONROLL_BERLIN_TOKEN",
        "--set token",
        "NOWHERE",
        "ONROLL_BERLIN_URL",
    ):
        assert place in outcome.err
