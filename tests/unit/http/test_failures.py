"""Why there was no answer, for what a test's own server cannot show."""

from __future__ import annotations

import errno
import socket
import ssl

import pytest

from onroll.http.carrier import (
    BrokenAnswer,
    CutAnswer,
    LateAnswer,
    LateConnection,
    NoConnection,
    ProxyRefusal,
)
from onroll.http.failures import explain_failure

_ORIGIN = "https://hr.example.test"


def _explained(error: BaseException, *, has_certificate: bool = False) -> tuple[str, str, str]:
    found = explain_failure(_ORIGIN, error, timeout_seconds=60, has_certificate=has_certificate)
    return found.code, found.message, found.hint or ""


def _caused_by(cause: BaseException) -> NoConnection:
    """Return what connecting makes of an error of the system."""
    error = NoConnection(str(cause))
    error.__cause__ = cause
    return error


def _untrusted(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    error.verify_message = "words of OpenSSL"
    return error


def _alert(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


def test_a_name_server_that_is_silent_is_not_a_name_that_is_wrong() -> None:
    code, message, _ = _explained(_caused_by(socket.gaierror(socket.EAI_AGAIN, "try again")))
    assert code == "host-not-found"
    assert message == "the name `hr.example.test` cannot be looked up: no name server answers"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ECONNREFUSED, "nobody listens there"),
        (errno.EHOSTUNREACH, "no way to the host"),
        (errno.ENETUNREACH, "no way to the host's network"),
        (errno.ECONNRESET, "closed before the answer"),
    ],
)
def test_what_the_system_says_is_said_in_words(number: int, words: str) -> None:
    code, message, hint = _explained(_caused_by(OSError(number, "…")))
    assert (code, bool(hint)) == ("unreachable", True)
    assert words in message


@pytest.mark.parametrize(
    ("verify_code", "words"),
    [(9, "not valid yet"), (10, "expired"), (23, "revoked"), (77, "words of OpenSSL")],
)
def test_a_certificate_is_refused_for_a_reason(verify_code: int, words: str) -> None:
    code, message, hint = _explained(_caused_by(_untrusted(verify_code)))
    assert (code, bool(hint)) == ("certificate-not-trusted", True)
    assert words in message


@pytest.mark.parametrize(
    ("reason", "has_certificate", "words"),
    [
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", False, "it wants a client certificate"),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", False, "it may want a client certificate"),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", True, "refused the client certificate"),
        ("SSLV3_ALERT_CERTIFICATE_EXPIRED", True, "(certificate expired)"),
    ],
)
def test_an_alert_tells_what_is_wrong_with_the_client_certificate(
    reason: str, has_certificate: bool, words: str
) -> None:
    error = _caused_by(_alert(reason))
    code, message, _ = _explained(error, has_certificate=has_certificate)
    assert code == "client-certificate"
    assert words in message


def test_a_proxy_that_says_no_is_named() -> None:
    error = ProxyRefusal("407 Proxy Authentication Required")
    code, message, hint = _explained(error)
    assert (code, message) == (
        "unreachable",
        f"{_ORIGIN} cannot be reached: the proxy answered 407 Proxy Authentication Required",
    )
    assert "HTTPS_PROXY" in hint


def test_a_connection_that_does_not_come_about_is_told_from_a_slow_answer() -> None:
    assert "no connection came about" in _explained(LateConnection())[2]
    assert "`limits.timeout_seconds`" in _explained(LateAnswer())[2]


def test_what_is_no_http_is_not_quoted() -> None:
    error = BrokenAnswer("illegal status line: bytearray(b'220 welcome')")
    assert "220" not in _explained(error)[1]


def test_an_answer_that_is_cut_is_told_from_one_that_did_not_come() -> None:
    message, hint = _explained(CutAnswer("of 1000 bytes, 20 came"))[1:]
    assert message.endswith("the connection was closed before the answer was whole")
    assert "`pagination.limit`" in hint
