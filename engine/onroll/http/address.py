"""Where a request goes, taken apart: scheme, host, port, and the request target as it is sent.

Most addresses are plain, and a pattern reads them. What must be rewritten before it can be sent
(a blank in a path, a host in other letters) is left to httpx, which knows the rules and is slow
to import.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from onroll.model import DEFAULT_PORTS, origin_of

__all__ = ["Address", "address_of"]

_LONGEST: Final = 65_536
_HIGHEST_PORT: Final = 65_535
_PLAIN: Final = re.compile(
    r"(?P<origin>(?P<scheme>https?)://(?P<host>[a-z0-9.-]+)(?::(?P<port>[1-9][0-9]{0,4}))?)"
    r"(?P<target>(?:/[A-Za-z0-9._~!$&'()*+,;=:@/%-]*)?(?:\?[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?)"
)
_FOUR_NUMBERS: Final = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Address:
    """An absolute address as it is sent.

    `host` is ASCII, an IPv6 address without brackets; `netloc` is what the header `Host` says:
    the host, and the port unless it is the usual one. `target` (RFC 9112, 3.2.1) and `url` may
    hold a credential in their query.
    """

    scheme: str
    host: str
    port: int
    netloc: str
    target: str = field(repr=False)
    url: str = field(repr=False)


def address_of(url: str) -> Address:
    """Take an absolute address apart. Raises `ValueError` for one that cannot be sent."""
    plain = _PLAIN.fullmatch(url)
    if plain is None or "/." in plain["target"] or len(url) > _LONGEST:
        return _rewritten(url)
    origin = _origin(plain["scheme"], plain["host"], plain["port"])
    if origin is None:
        return _rewritten(url)
    target = plain["target"]
    if not target.startswith("/"):
        target = f"/{target}"
    return Address(plain["scheme"], plain["host"], *origin, target, url)


@lru_cache(maxsize=64)
def _origin(scheme: str, host: str, port: str | None) -> tuple[int, str] | None:
    """Return the port, and host and port as they are written; None for what is not so plain."""
    usual = DEFAULT_PORTS[scheme]
    number = usual if port is None else int(port)
    if number > _HIGHEST_PORT or port == str(usual):
        return None
    if _FOUR_NUMBERS.fullmatch(host):
        try:
            ip_address(host)
        except ValueError:
            return None
    return number, host if port is None else f"{host}:{port}"


def _rewritten(url: str) -> Address:
    import httpx  # noqa: PLC0415  (takes longer to import than a page to read)

    origin_of(url)  # raises for a port that is none, which httpx lets through
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        # Without its words: they may quote a secret of the query.
        raise ValueError("the address cannot be sent") from None
    port = DEFAULT_PORTS.get(parsed.scheme) if parsed.port is None else parsed.port
    if port is None or not parsed.host:
        raise ValueError("the address is not one of http or https")
    return Address(
        scheme=parsed.scheme,
        host=parsed.raw_host.decode("ascii"),
        port=port,
        netloc=parsed.netloc.decode("ascii"),
        target=parsed.raw_path.decode("ascii"),
        url=str(parsed),
    )
