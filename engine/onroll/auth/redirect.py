"""Where a browser is sent back to after somebody allowed access (RFC 8252, 7.3 and 8.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from onroll.model import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Redirect", "redirect_from"]


@dataclass(frozen=True, slots=True)
class Redirect:
    """What a definition says of the way back: a port, an exact address, or neither."""

    port: int | None = None
    exact: str | None = None

    def listening_port(self, wanted: int | None = None) -> int | None:
        """Return the port to listen on, 0 for any free one, and None where nobody here can.

        `wanted` is the port that the operator asks for. An exact address decides itself; when it
        is not this machine's, or https, the address must be copied out of the browser.
        """
        if self.exact is None:
            return wanted or self.port or 0
        parts = urlsplit(self.exact)
        if parts.scheme != "http" or not is_loopback(self.exact):
            return None
        return parts.port or 80

    def uri(self, port: int) -> str:
        """Return the address as the provider is told it; `port` is the one listened on."""
        return self.exact or f"http://127.0.0.1:{port}/callback"


def redirect_from(config: Mapping[str, Any]) -> Redirect:
    """Return what an `auth` section says (`redirect_port`, `redirect_uri`)."""
    return Redirect(port=config.get("redirect_port"), exact=config.get("redirect_uri"))
