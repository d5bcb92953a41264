"""Open connections: to an address that was checked, through a proxy where one is named, with TLS.

TLS verifies the name: the address is only where the connection leads.
"""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from onroll.diagnostics import Diagnostic
from onroll.errors import SettingsError
from onroll.http.carrier import LateAnswer, LateConnection, NoConnection
from onroll.http.connection import Connection
from onroll.http.exchange import ask_for_tunnel
from onroll.http.resolving import Resolver
from onroll.http.tls import client_context

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from onroll.http.proxies import Proxy
    from onroll.http.tls import TlsMaterial

__all__ = ["Connecting", "Route"]

_CONNECT_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Route:
    """A scheme, a host and a port, and by way of which proxy."""

    scheme: str
    host: str
    port: int
    proxy: Proxy | None = None


class Connecting:
    """Opens connections to hosts that `resolver` allows. Safe to share between threads.

    Raises `SettingsError` for material of TLS that cannot be used.
    """

    def __init__(self, resolver: Resolver, tls: TlsMaterial | None) -> None:
        self._resolver = resolver
        self._proxy_resolver = Resolver(None)
        # The authorities are read when somebody must prove who they are: not for http://.
        self._ours = _Context(tls)
        self._proxy_s = _Context(None)
        if tls is not None:
            self._ours.get()

    def open(self, route: Route, deadline: float, keep: Callable[[Connection], None]) -> Connection:
        """Open one. `keep` gets it as soon as there is something to close, and may raise.

        Raises `NoAnswer`, `TransportError` for a host that is not allowed, or `SettingsError`.
        """
        proxy = route.proxy
        # Before anybody is asked: what is wrong with it is a matter of settings.
        context = self._ours.get() if route.scheme == "https" else None
        if proxy is None:
            connection = _dial(self._resolver, route.host, route.port, deadline)
        else:
            connection = _dial(self._proxy_resolver, proxy.host, proxy.port, deadline)
        try:
            keep(connection)
            if proxy is not None:
                self._pass(proxy, route, connection)
            if context is not None:
                connection.start_tls(context, route.host)
        except BaseException as error:
            connection.close()
            if isinstance(error, TimeoutError | LateAnswer):
                raise LateConnection(str(error)) from error
            if isinstance(error, OSError | UnicodeError):  # the latter of a name that none can be
                raise NoConnection(str(error)) from error
            raise
        return connection

    def _pass(self, proxy: Proxy, route: Route, connection: Connection) -> None:
        if proxy.scheme == "https":
            connection.start_tls(self._proxy_s.get(), proxy.host)
        if route.scheme != "https":
            return
        host = f"[{route.host}]" if ":" in route.host else route.host
        accepts = [("Accept", "*/*"), *proxy.headers]
        ask_for_tunnel(connection, f"{host}:{route.port}", accepts)


class _Context:
    """A TLS context that is made when it is needed first, and never twice."""

    def __init__(self, tls: TlsMaterial | None) -> None:
        self._tls = tls
        self._made: ssl.SSLContext | None = None
        self._lock = threading.Lock()

    def get(self) -> ssl.SSLContext:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def _make(self) -> ssl.SSLContext:
        import ssl  # noqa: PLC0415  (not for http://)

        # SSL_CERT_FILE and SSL_CERT_DIR count, as people expect behind a proxy that inspects TLS.
        try:
            context = client_context(self._tls)
        except OSError:
            message = "the certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read"
            raise SettingsError(Diagnostic("wrong-environment", message)) from None
        context.set_alpn_protocols(["http/1.1"])
        # Who a certificate is made out to is not where its names are (RFC 9110, 4.3.4).
        context.hostname_checks_common_name = False
        # So that an end of TLS (RFC 8446, 6.1) is not one of the connection, which anybody can
        # bring about. OpenSSL 1.1.1 knows of no such option, and tells them apart.
        context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
        return context


def _dial(resolver: Resolver, host: str, port: int, deadline: float) -> Connection:
    """Connect to the first address of a host where anybody is."""
    failed: OSError | None = None
    for address in resolver.addresses(host, port, _seconds_to_connect(deadline)):
        try:
            opened = socket.create_connection((address, port), _seconds_to_connect(deadline))
        except OSError as error:
            failed = error
        else:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return Connection(opened, deadline)
    resolver.forget(host)
    kind = LateConnection if isinstance(failed, TimeoutError) else NoConnection
    raise kind(str(failed)) from failed


def _seconds_to_connect(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise LateConnection("the time for this request is over")
    return min(_CONNECT_SECONDS, left)
