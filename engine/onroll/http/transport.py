"""The network under httpx: httpcore's pool, with one deadline over everything a request does.

httpx's own timeouts count per read, so a server that drips bytes can hold a request forever.
Here each read and write gets what is left until the deadline, and so does the question for a
host's address. httpx's transport offers no such seam; httpcore, which does the work beneath, does.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.request import getproxies, proxy_bypass
from weakref import WeakSet

import httpcore
import httpx

from onroll.diagnostics import Diagnostic
from onroll.errors import SettingsError
from onroll.http.networks import endpoint_of
from onroll.http.quieting import quiet_httpcore
from onroll.http.resolving import LookUp, Resolver, system_addresses
from onroll.http.tls import client_context
from onroll.model import is_loopback

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator

    from onroll.http.networks import NetworkPolicy
    from onroll.http.tls import TlsMaterial

__all__ = ["DEADLINE", "DeadlineTransport"]

#: The request extension that holds the deadline, in the clock of `time.monotonic`.
DEADLINE: Final = "onroll.deadline"

_CONNECT_SECONDS: Final = 15.0
_now = threading.local()


def _left(timeout: float | None) -> float:
    deadline: float | None = getattr(_now, "deadline", None)
    if deadline is None:
        return timeout if timeout is not None else _CONNECT_SECONDS
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time for this request is over")
    return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A connection whose every operation ends at the deadline of the request that uses it."""

    def __init__(self, stream: httpcore.NetworkStream, connections: _Connections) -> None:
        self._stream = stream
        quiet_httpcore()
        self._connections = connections

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        encrypted = self._stream.start_tls(ssl_context, server_hostname, _left(timeout))
        return self._connections.keep(encrypted)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class _Connections:
    """What is open, so that closing also ends the requests of other threads.

    Pages that were asked for early may be under way when nobody wants them any more.
    """

    def __init__(self) -> None:
        self._streams: WeakSet[_Stream] = WeakSet()
        self._lock = threading.Lock()
        self.is_closed = False

    def keep(self, stream: httpcore.NetworkStream) -> _Stream:
        """Return a connection that was just made; close it when it comes too late."""
        kept = _Stream(stream, self)
        with self._lock:
            if not self.is_closed:
                self._streams.add(kept)
                return kept
        stream.close()
        raise httpcore.ConnectError("the connections were closed")

    def close(self) -> None:
        """Wake whoever waits for an answer, and let nobody connect any more."""
        with self._lock:
            self.is_closed = True
            streams = list(self._streams)
        for stream in streams:
            end = stream.get_extra_info("socket")
            if isinstance(end, socket.socket):
                with suppress(OSError):  # closed before
                    # Not TLS's own, which would have the other thread read what is encrypted.
                    socket.socket.shutdown(end, socket.SHUT_RDWR)


class _Backend(httpcore.NetworkBackend):
    """Opens connections within the deadline, to addresses that were checked.

    TLS goes on verifying the name: the address is only where the connection leads.
    """

    def __init__(self, resolver: Resolver, connections: _Connections) -> None:
        self._backend = httpcore.SyncBackend()
        self._resolver = resolver
        self._connections = connections

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failed: Exception | None = None
        for address in self._resolver.addresses(host, port, _to_connect(timeout)):
            within = _to_connect(timeout)
            try:
                stream = self._backend.connect_tcp(
                    address, port, within, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return self._connections.keep(stream)
        self._resolver.forget(host)
        assert failed is not None  # there was an address
        raise failed


def _to_connect(timeout: float | None) -> float:
    return min(_CONNECT_SECONDS, _left(timeout))


class _Body(httpx.SyncByteStream):
    """The body as it comes, read under the request's deadline."""

    def __init__(self, stream: Iterable[bytes], deadline: float | None) -> None:
        self._stream = stream
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        _now.deadline = self._deadline
        yield from self._stream

    def close(self) -> None:
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()


class DeadlineTransport(httpx.BaseTransport):
    """Sends requests over pooled connections; TLS is verified, proxies come from the environment.

    Raises httpcore's exceptions, and `TransportError` for a host that `networks` does not allow;
    without `networks` every host is. Loopback is never asked for through a proxy. `look_up` is
    the seam for tests of names.
    """

    def __init__(
        self,
        *,
        connections: int,
        networks: NetworkPolicy | None = None,
        tls: TlsMaterial | None = None,
        look_up: LookUp = system_addresses,
    ) -> None:
        self._connections = connections
        # httpx's context honors SSL_CERT_FILE and SSL_CERT_DIR, as people expect behind a proxy
        # that inspects TLS. Nothing else is taken from the environment: no .netrc.
        try:
            self._ssl_context = client_context(tls)
        except OSError:
            message = "the certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read"
            raise SettingsError(Diagnostic("wrong-environment", message)) from None
        self._proxies = getproxies()
        self._pools: dict[str, httpcore.ConnectionPool] = {}
        self._resolver = Resolver(networks, look_up)
        self._open = _Connections()
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; its body is read by whoever iterates over the answer."""
        assert isinstance(request.stream, httpx.SyncByteStream)
        if self._open.is_closed:
            raise httpcore.ConnectError("the connections were closed")
        deadline: float | None = request.extensions.get(DEADLINE)
        _now.deadline = deadline
        proxy = self._proxy_for(request.url)
        if proxy:
            # The proxy resolves the name, so that only what is plain from it can be refused.
            self._resolver.refuse_name(endpoint_of(str(request.url)))
        response = self._pool(proxy).handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions={},
            )
        )
        stream = response.stream
        assert not hasattr(stream, "__aiter__")
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(stream, deadline),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close every connection; requests under way fail, and so do later ones."""
        self._open.close()
        for pool in self._pools.values():
            pool.close()

    def _pool(self, proxy: str) -> httpcore.ConnectionPool:
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = httpcore.ConnectionPool(
                    ssl_context=self._ssl_context,
                    proxy=_proxy(proxy) if proxy else None,
                    max_connections=self._connections,
                    max_keepalive_connections=self._connections,
                    keepalive_expiry=30.0,
                    network_backend=_Backend(
                        Resolver(None) if proxy else self._resolver, self._open
                    ),
                )
            return self._pools[proxy]

    def _proxy_for(self, url: httpx.URL) -> str:
        if is_loopback(str(url)) or proxy_bypass(url.netloc.decode("ascii")):
            return ""
        return self._proxies.get(url.scheme) or self._proxies.get("all") or ""


def _proxy(address: str) -> httpcore.Proxy:
    try:
        parsed = httpx.Proxy(address if "://" in address else f"http://{address}")
    except (ValueError, httpx.InvalidURL):
        parsed = None
    is_usable = parsed is not None and parsed.url.scheme in ("http", "https")
    if parsed is None or not is_usable or (parsed.url.port or 0) > 65535:
        # Not shown: a proxy's address may hold a password.
        message = "the proxy that the environment names (HTTPS_PROXY, HTTP_PROXY) cannot be used"
        expected = "http:// or https://, a host and a port"
        raise SettingsError(Diagnostic("wrong-environment", message, expected=expected))
    return httpcore.Proxy(url=str(parsed.url), auth=parsed.raw_auth)
