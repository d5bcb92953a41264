"""Which network addresses may be asked: a definition from a stranger must not reach into ours.

Pure: names are resolved elsewhere. What counts is the address that a connection goes to, so odd
spellings of a host (`0x7f.1`, `2130706433`) need no rules of their own.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from onroll.model import DEFAULT_PORTS

__all__ = ["Endpoint", "NetworkPolicy", "Objection", "endpoint_of", "kind_of_address"]

#: A host in lower case without a dot behind it, and a port.
Endpoint: TypeAlias = tuple[str, int]

_Network: TypeAlias = IPv4Network | IPv6Network

#: Where clouds hand out credentials to whoever asks from inside.
_METADATA: Final = "a cloud's metadata address"
#: IANA's registries of special-purpose addresses (RFC 6890), by what people call them.
_KINDS: Final = {
    _METADATA: """
        169.254.169.0/24 169.254.170.0/24 169.254.0.23/32 169.254.10.10/32 169.254.42.42/32
        100.100.100.200/32 168.63.129.16/32 192.0.0.192/32
        fd00:ec2::/32 fd20:ce::254/128 fd00:42::42/128""",
    "a loopback address": "127.0.0.0/8 ::1/128",
    "an unspecified address": "0.0.0.0/8 ::/128",
    "a link-local address": "169.254.0.0/16 fe80::/10",
    "a private address": """
        10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 fc00::/7 fec0::/10""",
    "a multicast address": "224.0.0.0/4 ff00::/8",
    "a reserved address": """
        192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
        240.0.0.0/4 ::/96 64:ff9b:1::/48 2001::/23 2001:db8::/32 3fff::/20""",
}
_NETWORKS: Final[tuple[tuple[_Network, str], ...]] = tuple(
    (ip_network(one), kind) for kind, networks in _KINDS.items() for one in networks.split()
)
#: Only these are given out for the internet (RFC 4291, 2.4).
_GLOBAL: Final = IPv6Network("2000::/3")

#: Prefixes with an IPv4 address inside, and how many bits follow it: mapped and compatible
#: (RFC 4291), translated (RFC 2765), NAT64 (RFC 6052, 8215), 6to4 (RFC 3056).
_EMBEDDING: Final = (
    (IPv6Network("::ffff:0:0/96"), 0),
    (IPv6Network("::/96"), 0),
    (IPv6Network("::ffff:0:0:0/96"), 0),
    (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("64:ff9b:1::/48"), 0),
    (IPv6Network("2002::/16"), 80),
)

#: These are asked for by name where a proxy resolves it.
_LOCAL_NAMES: Final = frozenset(
    {"localhost", "localhost.localdomain", "localhost6", "ip6-localhost", "ip6-loopback"}
)
_METADATA_NAMES: Final = frozenset(
    {
        "metadata", "metadata.google.internal", "metadata.goog", "metadata.tencentyun.com",
        "instance-data", "instance-data.ec2.internal",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Objection:
    """Why an address is refused: what it is. A metadata address is refused whoever asks."""

    kind: str

    @property
    def is_final(self) -> bool:
        """Whether no option allows it."""
        return self.kind == _METADATA


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """What an operator allows beyond the internet: everything private, or single places.

    `hosts` are trusted with every port, `trusted` with one.
    """

    allows_private: bool = False
    trusted: frozenset[Endpoint] = frozenset()
    hosts: frozenset[str] = frozenset()

    def objection_to(self, endpoint: Endpoint, address: str) -> Objection | None:
        """Return why a connection to `address`, found for an endpoint, is refused."""
        return self._judged(endpoint, kind_of_address(address))

    def objection_to_name(self, endpoint: Endpoint) -> Objection | None:
        """Return why an endpoint is refused by its name alone, as where a proxy resolves it."""
        return self._judged(endpoint, _kind_of_name(endpoint[0]))

    def _judged(self, endpoint: Endpoint, kind: str | None) -> Objection | None:
        is_named = endpoint in self.trusted or endpoint[0] in self.hosts
        is_allowed = self.allows_private or is_named
        if kind is None or (is_allowed and kind != _METADATA):
            return None
        return Objection(kind)


def endpoint_of(url: str) -> Endpoint:
    """Return where a URL's requests go. Raises `ValueError` for a port that is none."""
    parts = urlsplit(url)
    port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    return (parts.hostname or "").lower().rstrip("."), port


def kind_of_address(text: str) -> str | None:
    """Return what an address is that is none of the internet's; None for one that is.

    Text that is no address is "no address".
    """
    try:
        address = ip_address(text.partition("%")[0])  # what stands behind it is an interface
    except ValueError:
        return "no address"
    inside = _embedded(address)
    if isinstance(address, IPv6Address) and address not in _GLOBAL and not inside:
        default = "a reserved address"
    else:
        default = None
    kinds = [
        kind
        for one in (address, *inside)
        for network, kind in _NETWORKS
        if one.version == network.version and one in network
    ]
    return _METADATA if _METADATA in kinds else next(iter(kinds), default)


def _embedded(address: IPv4Address | IPv6Address) -> tuple[IPv4Address, ...]:
    if isinstance(address, IPv4Address):
        return ()
    return tuple(
        IPv4Address(int(address) >> following & 0xFFFFFFFF)
        for network, following in _EMBEDDING
        if address in network
    )


def _kind_of_name(host: str) -> str | None:
    if host in _METADATA_NAMES:
        return _METADATA
    if host in _LOCAL_NAMES or host.endswith(".localhost"):
        return "this machine"
    address = _as_address(host)
    return None if address is None else kind_of_address(address)


def _as_address(host: str) -> str | None:
    """Return the address that a host is written as, in any of the ways that systems read."""
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host)) if host[:1].isdigit() else None
    except (OSError, UnicodeError):
        return None
