"""Send an e-mail by SMTP: over STARTTLS or TLS with a verified certificate."""

from __future__ import annotations

import base64
import smtplib
import ssl
from contextlib import suppress
from email.utils import format_datetime, localtime, make_msgid
from typing import TYPE_CHECKING, Final

from onroll.diagnostics import Diagnostic
from onroll.errors import MailError
from onroll.model import is_loopback
from onroll.redaction import Redactor
from onroll.service.summary_facts import single_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from onroll.definition.summary_rules import Smtp

__all__ = ["send_mail"]

_LONGEST_ANSWER: Final = 200
_KNOWN_METHODS: Final = frozenset({"CRAM-MD5", "LOGIN", "PLAIN"})
_CHECK_SERVER: Final = "check `host`, `port` and `security` of `summary.smtp`"


def send_mail(
    message: EmailMessage,
    smtp: Smtp,
    *,
    context: ssl.SSLContext | None = None,
    timeout_seconds: float = 30,
) -> tuple[Diagnostic, ...]:
    """Send the message to whom it is addressed; return a warning for each who was refused.

    Gives it a date and an id. No answer is waited for longer than `timeout_seconds`. Credentials
    go over an encrypted connection only, or to this machine. Raises `MailError` when nobody gets
    it.
    """
    if smtp.username is not None and smtp.security == "none" and not _is_this_machine(smtp.host):
        raise MailError(
            Diagnostic(
                "mail-not-private",
                f"the password for {smtp.host} would travel without encryption",
                hint="set `security: starttls` or `security: tls` in `summary.smtp`",
            )
        )
    if "Date" not in message:
        message["Date"] = format_datetime(localtime())
        sender = message["From"].addresses[0]
        message["Message-ID"] = make_msgid(domain=sender.domain)
    try:
        refused = _deliver(message, smtp, context or ssl.create_default_context(), timeout_seconds)
    except (smtplib.SMTPException, OSError) as error:
        # Not chained: what a library keeps of a refused sign-in is not ours to show.
        raise MailError(*_explained(error, smtp, timeout_seconds)) from None
    return tuple(_recipients_refused(refused, smtp, is_sent=True))


def _deliver(
    message: EmailMessage, smtp: Smtp, context: ssl.SSLContext, timeout_seconds: float
) -> dict[str, tuple[int, bytes]]:
    """Return the answers to recipients who were refused."""
    if smtp.security == "tls":
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            smtp.host, smtp.port, timeout=timeout_seconds, context=context
        )
    else:
        client = smtplib.SMTP(smtp.host, smtp.port, timeout=timeout_seconds)
    try:
        client.ehlo_or_helo_if_needed()
        if smtp.security == "starttls":
            # A server that leaves it out, or somebody between who does, gets nothing.
            if not client.has_extn("starttls"):
                raise MailError(_not_offered("STARTTLS", smtp, _CHECK_SERVER))
            client.starttls(context=context)
            client.ehlo()
        if smtp.username is not None:
            if not _methods(client) & _KNOWN_METHODS:
                hint = "leave `username` out of `summary.smtp` where nobody signs in"
                raise MailError(_not_offered("way to sign in that is known here", smtp, hint))
            _sign_in(client, smtp.username, smtp.password or "")
        refused = client.send_message(message)
        # The server has taken the message: what happens to the farewell changes nothing.
        with suppress(smtplib.SMTPException, OSError):
            client.quit()
    finally:
        client.close()
    return refused


def _sign_in(client: smtplib.SMTP, username: str, password: str) -> None:
    if (username + password).isascii():
        client.login(username, password)
        return
    # smtplib knows ASCII only, and says so in an error that holds the password. PLAIN is UTF-8
    # (RFC 4616), and so is LOGIN wherever it takes more than ASCII.
    if "PLAIN" in _methods(client):
        both = _base64("\0".join(["", username, password]))
        code, answer = client.docmd("AUTH", f"PLAIN {both}")
    else:
        code, answer = client.docmd("AUTH", f"LOGIN {_base64(username)}")
        if code == 334:
            code, answer = client.docmd(_base64(password))
    if code not in {235, 503}:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _methods(client: smtplib.SMTP) -> set[str]:
    return set(client.esmtp_features.get("auth", "").upper().split())


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _explained(
    error: smtplib.SMTPException | OSError, smtp: Smtp, timeout_seconds: float
) -> list[Diagnostic]:
    match error:
        case smtplib.SMTPAuthenticationError():
            return [
                Diagnostic(
                    "mail-sign-in-refused",
                    f"{_server(smtp)} refused the user name and password: {_answer(error, smtp)}",
                    hint="check `username` and `password` of `summary.smtp`; with two factors, "
                    "most providers want a password made for one application",
                )
            ]
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            return list(_recipients_refused(refused, smtp, is_sent=False))
        case smtplib.SMTPNotSupportedError():
            hint = "write `from` and `to` of `summary` without letters beyond ASCII"
            return [_not_offered("addresses with letters beyond ASCII", smtp, hint)]
        case smtplib.SMTPResponseException():
            return [
                Diagnostic(
                    "mail-refused",
                    f"{_server(smtp)} refused the mail: {_answer(error, smtp)}",
                    hint="may the user send as `from` of `summary`? "
                    "If the mail is too large, set `results: none`",
                )
            ]
        case _:
            return [_not_reached(error, smtp, timeout_seconds)]


def _not_reached(
    error: smtplib.SMTPException | OSError, smtp: Smtp, timeout_seconds: float
) -> Diagnostic:
    hint = _CHECK_SERVER
    # smtplib calls whatever happens while it waits for an answer a disconnection.
    if isinstance(error.__context__, OSError):
        error = error.__context__
    if isinstance(error, ssl.SSLCertVerificationError):
        why = f"its certificate is not trusted ({single_line(error.verify_message)})"
        hint = (
            "`host` must be the name in the certificate; name an authority of your own in the "
            "environment's SSL_CERT_FILE"
        )
    elif isinstance(error, ssl.SSLError):
        why = "it does not speak TLS there"
        hint = "servers take `security: tls` at port 465 mostly, and `starttls` at 587"
    elif isinstance(error, TimeoutError):
        why = f"no answer within {timeout_seconds:g} s"
    elif isinstance(error, smtplib.SMTPServerDisconnected):
        why = "it closed the connection"
    elif isinstance(error, smtplib.SMTPException):
        why = "its answer is not SMTP"
    else:
        why = single_line(error.strerror) or "the connection broke"
    return Diagnostic(
        "mail-server-unreachable", f"{_server(smtp)} cannot be used: {why}", hint=hint
    )


def _not_offered(what: str, smtp: Smtp, hint: str) -> Diagnostic:
    return Diagnostic("mail-not-offered", f"{_server(smtp)} offers no {what}", hint=hint)


def _recipients_refused(
    refused: dict[str, tuple[int, bytes]], smtp: Smtp, *, is_sent: bool
) -> Iterator[Diagnostic]:
    for recipient, (code, answer) in refused.items():
        yield Diagnostic(
            "mail-recipient-refused",
            f"{_server(smtp)} refused the recipient {single_line(recipient)}: "
            f"{code} {_shown(answer, smtp)}",
            hint="check `to` of `summary`",
            severity="warning" if is_sent else "error",
        )


def _server(smtp: Smtp) -> str:
    return f"the mail server {smtp.host}:{smtp.port}"


def _answer(error: smtplib.SMTPResponseException, smtp: Smtp) -> str:
    return f"{error.smtp_code} {_shown(error.smtp_error, smtp)}"


def _shown(answer: bytes | str, smtp: Smtp) -> str:
    """Write a server's words without the password, which some repeat in one form or another."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    password = smtp.password or ""
    known = Redactor([password] if password else [])
    if password:
        known.add(_base64("\0".join(["", smtp.username or "", password])))
    return single_line(known.clean(text))[:_LONGEST_ANSWER]


def _is_this_machine(host: str) -> bool:
    return is_loopback(f"smtp://[{host}]" if ":" in host else f"smtp://{host}")
