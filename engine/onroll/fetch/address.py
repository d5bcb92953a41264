"""Which addresses belong to a source, and how an operator's other base URL moves them.

Credentials go to the origin of the base URL and to the token URLs that `auth` names, and nowhere
else. A next link is resolved against the page that held it, and refused for a foreign origin.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from onroll.diagnostics import Diagnostic
from onroll.errors import ResponseError
from onroll.model import origin_of

__all__ = ["Addresses"]


@dataclass(frozen=True, slots=True)
class Addresses:
    """The base URL of a definition, and those that an operator put in its place.

    `declared` is the definition's; `base` is the one in use, the same unless overridden;
    `auth_base` moves login and token URLs on their own.
    """

    declared: str
    base: str
    auth_base: str | None = None

    @property
    def origin(self) -> str:
        """The origin that requests go to."""
        return origin_of(self.base)

    def endpoint(self, path: str) -> str:
        """Return the URL of an endpoint: appended to the path of the base URL."""
        return self.base + path

    def for_auth(self, written: str) -> str:
        """Return the URL of a login or token call, given as a path or as a URL."""
        if written.startswith("/"):
            return (self.auth_base or self.base) + written
        if self.auth_base is not None:
            return self.auth_base + self._below_base(written)
        return self.moved(written)

    def moved(self, url: str) -> str:
        """Return a URL of the declared origin as the base URL in use has it."""
        if self.declared == self.base or origin_of(url) != origin_of(self.declared):
            return url
        path = self._below_base(url)
        is_below = path != _path_and_query(url) or not urlsplit(self.declared).path.strip("/")
        return (self.base if is_below else self.origin) + path

    def next_link(self, link: str, held_by: str) -> str:
        """Return the absolute address of a next link. Raises `ResponseError` for another origin."""
        try:
            absolute = self.moved(urljoin(held_by, link))
            origin = origin_of(absolute)
        except ValueError:
            message = "the next link is no URL"
            raise ResponseError(Diagnostic("broken-next-link", message)) from None
        if origin == self.origin:
            # Written anew on our own origin: whatever stood around the host, a user's name for
            # instance, is gone, and no other parser can read another host into it.
            return self.origin + _path_and_query(absolute)
        raise ResponseError(
            Diagnostic(
                "foreign-next-link",
                f"the next link points to {origin}, which is not the origin of the "
                f"base URL ({self.origin}): credentials are not sent there",
                hint="if the API really pages on another host, write that host into `base_url`; "
                "or take the cursor out of the link: "
                "`pagination: {style: cursor, cursor: {body: …, parameter: …}}`",
            )
        )

    def _below_base(self, url: str) -> str:
        """Return path and query of a URL, without the declared base path in front."""
        full = _path_and_query(url)
        base_path = urlsplit(self.declared).path.rstrip("/")
        is_same = origin_of(url) == origin_of(self.declared)
        if is_same and base_path and (full + "/").startswith((base_path + "/", base_path + "?")):
            return full[len(base_path) :]
        return full


def _path_and_query(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
