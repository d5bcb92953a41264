"""The `summary` block of a connection file."""

from pathlib import Path
from typing import Any

import pytest

from onroll.definition.summary_rules import Smtp, SummaryRules
from onroll.errors import DefinitionError, SettingsError

from .files import load

LEAST: dict[str, Any] = {
    "from": "onroll@acme.test",
    "to": ["it@acme.test"],
    "smtp": {"host": "smtp.acme.test"},
}


def summary(folder: Path, environment: Any = None, **written: Any) -> Any:
    file = load(folder, top={"summary": {**LEAST, **written}})
    return file.summary(environment or {})


def smtp(folder: Path, **written: Any) -> Any:
    rules, _ = summary(folder, smtp={"host": "smtp.acme.test", **written})
    return rules.smtp


def test_without_a_block_nobody_is_told(tmp_path: Path) -> None:
    assert load(tmp_path).summary({}) == (None, ())


def test_the_least_is_sent_on_failure_with_results_by_starttls(tmp_path: Path) -> None:
    rules, hidden = summary(tmp_path)
    assert rules == SummaryRules(
        sender="onroll@acme.test",
        recipients=("it@acme.test",),
        smtp=Smtp("smtp.acme.test", 587, "starttls"),
        send="on_failure",
        attach=True,
        link=None,
    )
    assert hidden == ()


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_port_follows_the_security(tmp_path: Path, security: str, port: int) -> None:
    assert smtp(tmp_path, security=security).port == port


def test_a_port_that_is_written_counts(tmp_path: Path) -> None:
    assert smtp(tmp_path, security="tls", port=2465).port == 2465


@pytest.mark.parametrize(
    ("results", "attach", "link"),
    [
        ("attach", True, "https://acme.test/{run}"),
        ("link", False, "https://acme.test/{run}"),
        ("none", False, None),
    ],
)
def test_results_are_attached_linked_or_left_out(
    tmp_path: Path, results: str, attach: bool, link: str | None
) -> None:
    rules, _ = summary(tmp_path, results=results, link="https://acme.test/{run}")
    assert (rules.attach, rules.link) == (attach, link)


def test_a_password_is_read_and_is_to_be_hidden(tmp_path: Path) -> None:
    server = {"host": "smtp.acme.test", "username": "onroll", "password": "${env:SMTP}"}
    rules, hidden = summary(tmp_path, {"SMTP": "s3cr3t"}, smtp=server)
    assert (rules.smtp.username, rules.smtp.password) == ("onroll", "s3cr3t")
    assert "s3cr3t" in hidden
    assert "s3cr3t" not in repr(rules)


def test_a_password_that_is_written_is_to_be_hidden_too(tmp_path: Path) -> None:
    server = {"host": "smtp.acme.test", "username": "onroll", "password": "s3cr3t"}
    assert summary(tmp_path, smtp=server)[1] == ("s3cr3t",)


def test_everything_that_a_summary_lacks_is_named(tmp_path: Path) -> None:
    server = {"host": "${env:HOST}", "username": "onroll", "password": "${env:SMTP}"}
    with pytest.raises(SettingsError) as caught:
        summary(tmp_path, smtp=server)
    assert [one.message.split(" comes")[0] for one in caught.value.diagnostics] == [
        "`summary.smtp.host`",
        "`summary.smtp.password`",
    ]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_password_may_go_unencrypted_to_this_machine(tmp_path: Path, host: str) -> None:
    server = {"host": host, "security": "none", "username": "u", "password": "p"}
    assert summary(tmp_path, smtp=server)[0].smtp.host == host


def test_a_password_never_goes_unencrypted_to_another_machine(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        smtp(tmp_path, security="none", username="u", password="s3cr3t")
    assert caught.value.diagnostic.code == "insecure-mail"


def test_a_host_that_is_read_later_is_checked_then(tmp_path: Path) -> None:
    server = {"host": "${env:H}", "security": "none", "username": "u", "password": "p"}
    with pytest.raises(SettingsError) as caught:
        summary(tmp_path, {"H": "smtp.acme.test"}, smtp=server)
    assert caught.value.diagnostic.code == "insecure-mail"


@pytest.mark.parametrize("sender", ["onroll@acme.test", "onroll <onroll@acme.test>", "${env:FROM}"])
def test_a_sender_is_an_address_with_or_without_a_name(tmp_path: Path, sender: str) -> None:
    assert summary(tmp_path, {"FROM": "onroll@acme.test"}, **{"from": sender})[0]


@pytest.mark.parametrize("sender", ["onroll", "a@b\nBcc: x@y", "a@b, c@d", "<>", "x <a@b> <c@d>"])
def test_a_sender_of_another_form_is_refused(tmp_path: Path, sender: str) -> None:
    with pytest.raises(DefinitionError):
        summary(tmp_path, **{"from": sender})
