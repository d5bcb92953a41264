"""Say why there was no answer: no such host, nobody listening, TLS, a time that ran out.

What the operating system and OpenSSL call it is looked up below our exceptions, which keep only
its text.
"""

from __future__ import annotations

import errno
import re
import socket
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from onroll.diagnostics import Diagnostic
from onroll.http.carrier import (
    BrokenAnswer,
    ConnectionEnded,
    CutAnswer,
    LateAnswer,
    LateConnection,
    ProxyRefusal,
)

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

__all__ = ["LASTING", "explain_failure"]

#: Codes of what stays as it is when it is tried again.
LASTING: Final = frozenset({"certificate-not-trusted", "client-certificate"})

_TIMEOUTS: Final = (LateAnswer, LateConnection, TimeoutError)

_CHECK: Final = "check `base_url`, the network and the proxy (HTTPS_PROXY, NO_PROXY)"
_SYSTEM: Final = {
    errno.ECONNREFUSED: (
        "nobody listens there (connection refused)",
        "check host and port of `base_url`, and that the service is up",
    ),
    errno.EHOSTUNREACH: ("there is no way to the host", _CHECK),
    errno.ENETUNREACH: ("there is no way to the host's network", _CHECK),
    errno.ECONNRESET: (
        "the connection was closed before the answer",
        (
            "check scheme and port of `base_url`; a firewall or proxy may close it, and so does a "
            "server that wants a client certificate (`tls`)"
        ),
    ),
}
#: X509_V_ERR_…: the numbers that `ssl.SSLCertVerificationError.verify_code` has.
_NOT_YET, _EXPIRED, _REVOKED = 9, 10, 23
_UNKNOWN_AUTHORITY: Final = frozenset({2, 18, 19, 20, 21})
_OTHER_NAME: Final = frozenset({62, 64})
_CLIENT_WANTED: Final = "CERTIFICATE_REQUIRED"
#: Alerts (RFC 8446, 6.2) by which a server says what it thinks of a client certificate.
_CLIENT_REFUSED: Final = re.compile(
    r"ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(REVOKED|EXPIRED|UNKNOWN)"
    r"|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)"
)
_HANDSHAKE: Final = "HANDSHAKE_FAILURE"
#: What OpenSSL says of an answer that is no TLS at all.
_NO_TLS: Final = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH")


def explain_failure(
    origin: str, error: BaseException, *, timeout_seconds: float, has_certificate: bool
) -> Diagnostic:
    """Explain one of our exceptions or the system's.

    `has_certificate` says whether a client certificate was there to be shown.
    """
    import ssl  # noqa: PLC0415  (slow to import, and not needed for http://)

    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _untrusted(origin, cause)
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, TimeoutError):
            return _tls(origin, cause, has_certificate=has_certificate)
        if isinstance(cause, socket.gaierror):
            return _no_host(origin, cause)
    if isinstance(error, _TIMEOUTS):
        return _timeout(origin, error, timeout_seconds)
    reason, hint = _reason(origin, error, causes)
    return Diagnostic("unreachable", f"{origin} cannot be reached: {reason}", hint=hint)


def _causes(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    for _ in range(10):
        if current is None:
            return
        yield current
        current = current.__cause__ or current.__context__


def _timeout(origin: str, error: BaseException, seconds: float) -> Diagnostic:
    if isinstance(error, LateConnection):
        hint = (
            "no connection came about: check host and port of `base_url`; a firewall, or a list of "
            "addresses that the provider lets in, may be in the way"
        )
    else:
        hint = "is the host right? `limits.timeout_seconds` sets the time a request may take"
    message = f"{origin} did not answer in full within {seconds:g} seconds"
    return Diagnostic("timeout", message, hint=hint)


def _no_host(origin: str, error: socket.gaierror) -> Diagnostic:
    host = urlsplit(origin).hostname or origin
    if error.errno == socket.EAI_AGAIN:
        message = f"the name `{host}` cannot be looked up: no name server answers"
        return Diagnostic("host-not-found", message, hint=_CHECK)
    return Diagnostic(
        "host-not-found",
        f"there is no host of the name `{host}`",
        hint="check the spelling in `base_url`, and the setting that the name is made of; "
        "a name of an inner network needs its name server, or a proxy (HTTPS_PROXY)",
    )


def _untrusted(origin: str, error: ssl.SSLCertVerificationError) -> Diagnostic:
    code = error.verify_code
    host = urlsplit(origin).hostname or origin
    if code in _UNKNOWN_AUTHORITY:
        is_own = code == 18
        reason = (
            "it vouches for itself (self-signed)"
            if is_own
            else "no authority that is known here vouches for it"
        )
        hint = (
            "give the certificate of the authority by `tls: {ca}`, or all that are trusted by "
            "SSL_CERT_FILE; a proxy that inspects TLS shows one of its own"
        )
    elif code in _OTHER_NAME:
        reason = f"it is made out to another name than `{host}`"
        hint = "check the host in `base_url`: it must be a name that the certificate has"
    elif code == _EXPIRED:
        reason = "it has expired"
        hint = "the provider must renew it; if it is new, check this machine's clock"
    elif code == _NOT_YET:
        reason = "it is not valid yet"
        hint = "check this machine's clock"
    else:
        reason = "it was revoked" if code == _REVOKED else error.verify_message
        hint = "the provider must mend it"
    return Diagnostic(
        "certificate-not-trusted",
        f"the certificate of {origin} is not trusted: {reason}",
        hint=hint,
    )


def _tls(origin: str, error: ssl.SSLError, *, has_certificate: bool) -> Diagnostic:
    reason = getattr(error, "reason", None) or ""
    ours = "both PEM texts of `tls: {client_certificate, client_key}`"
    is_handshake = _HANDSHAKE in reason
    if _CLIENT_WANTED in reason or (is_handshake and not has_certificate):
        may = "may want" if is_handshake else "wants"
        return Diagnostic(
            "client-certificate",
            f"{origin} ended the TLS handshake: it {may} a client certificate",
            hint=f"give {ours}, as the provider issued them",
        )
    if _CLIENT_REFUSED.search(reason) or is_handshake:
        words = reason.rpartition("ALERT_")[2].replace("_", " ").lower()
        return Diagnostic(
            "client-certificate",
            f"{origin} refused the client certificate ({words})",
            hint=f"check {ours}: expired, of another authority, or not known to the provider",
        )
    if any(one in reason for one in _NO_TLS):
        return Diagnostic(
            "no-tls",
            f"{origin} does not speak TLS",
            hint="check scheme and port of `base_url`",
        )
    words = reason.replace("_", " ").lower() or type(error).__name__
    return Diagnostic("no-tls", f"TLS with {origin} failed: {words}", hint=_CHECK)


def _reason(origin: str, error: BaseException, causes: list[BaseException]) -> tuple[str, str]:
    if isinstance(error, ProxyRefusal):
        hint = "check the proxy that HTTPS_PROXY or HTTP_PROXY names, and its credentials"
        return f"the proxy answered {_first_line(error)}", hint
    numbers = [one.errno for one in causes if isinstance(one, OSError)]
    known = next((_SYSTEM[one] for one in numbers if one in _SYSTEM), None)
    if known is not None:
        return known
    if isinstance(error, ConnectionEnded):
        return _SYSTEM[errno.ECONNRESET]
    if isinstance(error, CutAnswer):
        hint = "it may pass; smaller pages (`pagination.limit`) are cut less often"
        return "the connection was closed before the answer was whole", hint
    if isinstance(error, BrokenAnswer):
        is_plain = origin.startswith("http:")
        hint = "`base_url` may need https://" if is_plain else _CHECK
        return "what answers there does not speak HTTP", hint
    return _first_line(error), _CHECK


def _first_line(error: BaseException) -> str:
    text = str(error) or type(error).__name__
    return text.splitlines()[0][:200]
