"""Which proxy leads to a host: the environment says so, and this machine has none."""

from __future__ import annotations

import base64
import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from onroll.diagnostics import Diagnostic
from onroll.errors import SettingsError
from onroll.model import DEFAULT_PORTS, is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.http.address import Address

__all__ = ["Proxies", "Proxy"]

#: Elsewhere it is the variables alone that name a proxy.
_HAS_SYSTEM_PROXIES: Final = sys.platform in ("darwin", "win32")


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where a proxy is, and what it is shown of us."""

    scheme: str
    host: str
    port: int
    authorization: str | None = field(default=None, repr=False)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """What it is sent besides."""
        return [] if self.authorization is None else [("Proxy-Authorization", self.authorization)]


class Proxies:
    """The proxies that the environment names at this moment (HTTPS_PROXY and the like)."""

    def __init__(self) -> None:
        self._named = _named()

    def proxy_for(self, address: Address) -> Proxy | None:
        """Return the proxy to ask; None to ask the host itself.

        Raises `SettingsError` for a proxy that cannot be used.
        """
        if not self._named or is_loopback(address.url):
            return None
        from urllib.request import proxy_bypass  # noqa: PLC0415  (slow to import)

        if proxy_bypass(address.netloc):
            return None
        written = self._named.get(address.scheme) or self._named.get("all")
        return _read(written) if written else None


def _named() -> Mapping[str, str]:
    if not _HAS_SYSTEM_PROXIES and not any(one.lower().endswith("_proxy") for one in os.environ):
        return {}
    from urllib.request import getproxies  # noqa: PLC0415  (slow to import, rarely needed)

    return getproxies()


def _read(written: str) -> Proxy:
    try:
        parts = urlsplit(written if "://" in written else f"http://{written}")
        host, port = parts.hostname, parts.port
        if "@" in parts.path + parts.query + parts.fragment:
            host = None  # but a user name, before a password with a `/` in it
    except ValueError:
        host = port = None
    if not host or not host.isascii() or parts.scheme not in DEFAULT_PORTS or port == 0:
        # Not shown: a proxy's address may hold a password.
        message = "the proxy that the environment names (HTTPS_PROXY, HTTP_PROXY) cannot be used"
        expected = "http:// or https://, a host and a port"
        raise SettingsError(Diagnostic("wrong-environment", message, expected=expected))
    return Proxy(
        parts.scheme,
        host,
        port or DEFAULT_PORTS[parts.scheme],
        _authorization(parts.username, parts.password),
    )


def _authorization(name: str | None, password: str | None) -> str | None:
    if not name and not password:
        return None
    pair = f"{unquote(name or '')}:{unquote(password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode("ascii")
