"""Summaries go through a real mail server: encrypted, signed in, and to whom it takes."""

from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING, Any

import pytest
from tests.ports import free_port

from onroll.definition import summary_rules
from onroll.definition.summary_rules import SummaryRules
from onroll.errors import MailError
from onroll.service.mailing import send_mail
from onroll.service.summary import compose_summary

from .servers.server import HOST
from .servers.smtp import Smtp
from .servers.tcp_proxy import TcpProxy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onroll.diagnostics import Diagnostic

REPORT: dict[str, Any] = {
    "run": "r-17",
    "connector": "personio-berlin",
    "target": "directory",
    "status": "done",
    "error": None,
    "listing": {"complete": True, "proof": "total", "distinct": 2, "pages": 1},
    "plan": {"create": 1, "conflict": 1},
    "applied": {"created": 1},
    "items": [
        {"id": "1", "email": "þórunn@example.com", "action": "create", "outcome": "applied"},
        {"id": "2", "email": "x@example.com", "action": "conflict", "outcome": "skipped"},
    ],
    "started_at": "2026-11-22T08:19:13Z",
    "finished_at": "2026-11-22T08:19:25Z",
}


def config(smtp: Smtp, security: Any, **changed: Any) -> summary_rules.Smtp:
    """Return how to reach a port of the server, signed in."""
    ports = {"none": smtp.port, "starttls": smtp.starttls_port, "tls": smtp.tls_port}
    user = changed.get("username", "mailer")
    known = {"username": user, "password": smtp.users.get(user)}
    return summary_rules.Smtp(
        **{"host": HOST, "port": ports[security], "security": security} | known | changed
    )


def send(
    smtp: Smtp,
    where: summary_rules.Smtp,
    *,
    to: Sequence[str] = ("it@example.com",),
    sender: str = "onroll <onroll@example.com>",
    context: ssl.SSLContext | None = None,
    timeout_seconds: float = 10,
) -> tuple[Diagnostic, ...]:
    message = compose_summary(REPORT, SummaryRules(sender, tuple(to), where))
    return send_mail(
        message, where, context=context or smtp.trust(), timeout_seconds=timeout_seconds
    )


def refusal(smtp: Smtp, where: summary_rules.Smtp, **how: Any) -> Diagnostic:
    """Send what cannot be sent; return the first diagnostic. The password is in no text of it."""
    with pytest.raises(MailError) as caught:
        send(smtp, where, **how)
    assert where.password is None or where.password not in f"{caught.value}{caught.value!r}"
    assert caught.value.__cause__ is None
    return caught.value.diagnostic


# smtplib itself signs in with ASCII only.
@pytest.mark.parametrize("user", Smtp.users)
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_summary_arrives_encrypted_and_signed_in(smtp: Smtp, security: str, user: str) -> None:
    warnings = send(smtp, config(smtp, security, username=user))

    assert not warnings
    (received,) = smtp.received()
    assert received.is_encrypted
    assert received.user == user
    assert received.sender == "onroll@example.com"
    assert received.recipients == ["it@example.com"]


def test_a_summary_arrives_whole(smtp: Smtp) -> None:
    send(smtp, config(smtp, "starttls"), to=["it@example.com", "Ünlü <hr@example.com>"])

    (received,) = smtp.received()
    message = received.message
    assert received.recipients == ["it@example.com", "hr@example.com"]
    assert message["Subject"] == "onroll: personio-berlin → directory: 1 created, 1 conflict"
    assert message["To"].addresses[1].display_name == "Ünlü"
    assert message["Message-ID"].endswith("@example.com>")
    assert abs(message["Date"].datetime.timestamp() - time.time()) < 60
    types = [part.get_content_type() for part in message.walk()]
    assert types == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/csv",
    ]
    (attachment,) = message.iter_attachments()
    assert "þórunn@example.com" in attachment.get_content()
    assert received.file.read_bytes().isascii()


def test_on_this_machine_no_encryption_is_needed(smtp: Smtp) -> None:
    send(smtp, config(smtp, "none"))

    assert [received.user for received in smtp.received()] == ["mailer"]


def test_nobody_has_to_sign_in(smtp: Smtp) -> None:
    send(smtp, config(smtp, "none", username=None, password=None))

    assert [received.user for received in smtp.received()] == [None]


@pytest.mark.parametrize("password", ["not-the-password", "not-thé-password"])
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_wrong_password_is_explained_and_not_shown(
    smtp: Smtp, security: str, password: str
) -> None:
    said = refusal(smtp, config(smtp, security, password=password))

    assert said.code == "mail-sign-in-refused"
    assert "535" in said.message
    assert password not in said.text()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_trusts_stops_the_mail(smtp: Smtp, security: str) -> None:
    said = refusal(smtp, config(smtp, security), context=ssl.create_default_context())

    assert said.code == "mail-server-unreachable"
    assert "certificate is not trusted" in said.message
    assert not smtp.received()


def test_a_certificate_for_another_name_stops_the_mail(smtp: Smtp) -> None:
    # An old way to write 127.0.0.1, which the system knows and the certificate does not.
    said = refusal(smtp, config(smtp, "starttls", host="127.1"))

    assert said.code == "mail-server-unreachable"
    assert "certificate is not trusted" in said.message
    assert not smtp.received()


def test_a_server_without_starttls_gets_nothing(smtp: Smtp) -> None:
    said = refusal(smtp, config(smtp, "starttls", port=smtp.port))

    assert said.code == "mail-not-offered"
    assert "STARTTLS" in said.message
    assert not smtp.received()


def test_tls_to_a_port_without_it_is_explained(smtp: Smtp) -> None:
    said = refusal(smtp, config(smtp, "tls", port=smtp.starttls_port))

    assert said.code == "mail-server-unreachable"
    assert "does not speak TLS" in said.message


def test_no_password_goes_to_another_machine_in_plain(smtp: Smtp) -> None:
    said = refusal(smtp, config(smtp, "none", host="mail.example.com"))

    assert said.code == "mail-not-private"


def test_a_recipient_who_is_refused_is_named_and_the_others_get_it(smtp: Smtp) -> None:
    to = ["refused@example.com", "it@example.com", "deferred@example.com"]

    warnings = send(smtp, config(smtp, "starttls"), to=to)

    assert [one.severity for one in warnings] == ["warning", "warning"]
    assert "refused@example.com: 550 5.1.1" in warnings[0].message
    assert "deferred@example.com: 451 4.3.0" in warnings[1].message
    assert [received.recipients for received in smtp.received()] == [["it@example.com"]]


def test_a_mail_that_every_recipient_is_refused_for_is_not_sent(smtp: Smtp) -> None:
    said = refusal(smtp, config(smtp, "starttls"), to=["refused@example.com"])

    assert said.code == "mail-recipient-refused"
    assert said.severity == "error"


def test_a_dropped_connection_is_explained(smtp: Smtp) -> None:
    said = refusal(smtp, config(smtp, "starttls"), to=["dropped@example.com"])

    assert said.code == "mail-server-unreachable"
    assert "closed the connection" in said.message


def test_a_farewell_that_is_lost_changes_nothing(smtp: Smtp) -> None:
    warnings = send(smtp, config(smtp, "tls"), to=["hasty@example.com"])

    assert not warnings
    assert len(smtp.received()) == 1


def test_a_server_that_is_not_there_is_explained(smtp: Smtp) -> None:
    said = refusal(smtp, config(smtp, "starttls", port=free_port()))

    assert said.code == "mail-server-unreachable"
    assert "refused" in said.message.lower()


def test_a_name_that_does_not_exist_is_explained(smtp: Smtp) -> None:
    said = refusal(smtp, config(smtp, "starttls", host="mail.invalid"))

    assert said.code == "mail-server-unreachable"


@pytest.mark.parametrize("amount", [0, 200, 1500])
def test_a_server_that_falls_silent_is_not_waited_for(smtp: Smtp, amount: int) -> None:
    with TcpProxy(smtp.starttls_port, "hang", amount) as proxy:
        port = int(proxy.url.rpartition(":")[2])
        began = time.monotonic()

        said = refusal(smtp, config(smtp, "starttls", port=port), timeout_seconds=1)

    assert said.code == "mail-server-unreachable"
    assert "no answer within 1 s" in said.message
    assert time.monotonic() - began < 30
