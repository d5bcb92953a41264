"""The network: requests go out over pooled connections, each within its time.

TLS is verified, proxies come from the environment, and hosts are asked that are allowed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onroll.http.carrier import Answer
from onroll.http.connecting import Connecting, Route
from onroll.http.exchange import ask
from onroll.http.pool import Pool
from onroll.http.proxies import Proxies
from onroll.http.resolving import LookUp, Resolver, system_addresses

if TYPE_CHECKING:
    from onroll.http.address import Address
    from onroll.http.carrier import Asked, Sent
    from onroll.http.networks import NetworkPolicy
    from onroll.http.tls import TlsMaterial

__all__ = ["Network"]

#: Methods whose requests say how long their body is even when they have none (RFC 9110, 8.6).
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


class Network:
    """A `Carrier` over sockets. Safe to share between threads.

    Raises `TransportError` for a host that `networks` does not allow; without `networks` every
    host is. Loopback is never asked for through a proxy. Raises `SettingsError` for a proxy, for
    authorities or a client certificate that cannot be used. `look_up` is the seam for tests of
    names.
    """

    def __init__(
        self,
        *,
        connections: int,
        networks: NetworkPolicy | None = None,
        tls: TlsMaterial | None = None,
        look_up: LookUp = system_addresses,
    ) -> None:
        self._resolver = Resolver(networks, look_up)
        self._pool = Pool(connections, Connecting(self._resolver, tls).open)
        self._proxies = Proxies()
        self._routes: dict[tuple[str, str, int], Route] = {}

    def carry(self, sent: Sent, asked: Asked) -> Answer:  # noqa: ARG002  (for other carriers)
        """Send one request; its body is read by whoever iterates over the answer."""
        address = sent.address
        route = self._route(address)
        target, headers = address.target, _headers(sent)
        if route.proxy is not None and route.scheme == "http":
            target = f"http://{address.netloc}{address.target}"
            headers += route.proxy.headers
        connection = self._pool.take(route, sent.deadline)
        try:
            status, read, body = ask(connection, sent.method, target, headers, sent.content)
        except BaseException:
            self._pool.give_back(route, connection, is_reusable=False)
            raise
        is_open = True

        def close() -> None:
            nonlocal is_open
            if is_open:
                is_open = False
                self._pool.give_back(route, connection, is_reusable=body.is_reusable)

        encoding = read.get("content-encoding", "")
        return Answer(status, read, encoding, body, close, body.announced)

    def close(self) -> None:
        """Close every connection; requests under way fail, and so do later ones."""
        self._pool.close()

    def _route(self, address: Address) -> Route:
        origin = (address.scheme, address.host, address.port)
        known = self._routes.get(origin)
        if known is None:
            proxy = self._proxies.proxy_for(address)
            if proxy is not None:
                # The proxy resolves the name, so that only what is plain from it can be refused.
                self._resolver.refuse_name((address.host.lower().rstrip("."), address.port))
            known = self._routes[origin] = Route(*origin, proxy)
        return known


def _headers(sent: Sent) -> list[tuple[str, str]]:
    headers = [("Host", sent.address.netloc), *sent.headers]
    if sent.content is not None:
        headers.append(("Content-Length", str(len(sent.content))))
    elif sent.method in _WITH_BODY:
        headers.append(("Content-Length", "0"))
    return headers
