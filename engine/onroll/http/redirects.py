"""A redirect is refused, and its words say where it points and what that most likely means."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from onroll.diagnostics import Diagnostic
from onroll.errors import ResponseError
from onroll.model import origin_of

__all__ = ["refuse_redirect"]

#: In the path or host that a redirect leads to.
_LOGIN: Final = re.compile(r"log[-_]?in|sign[-_]?in|\b(sso|saml|authorize)\b", re.I)


def refuse_redirect(asked: str, status: int, location: str) -> None:
    """Raise `ResponseError` for an answer of 3xx to the address `asked`."""
    if not 300 <= status < 400:
        return
    shown, hint = _redirect_target(asked, location)
    raise ResponseError(
        Diagnostic(
            "redirect",
            f"the source redirects ({status}) to {shown}, "
            "and redirects are not followed: credentials go to the base URL's origin only",
            hint=hint,
        )
    )


def _redirect_target(asked: str, target: str) -> tuple[str, str | None]:
    """Return where a redirect points, for showing, and what to do about it."""
    try:
        absolute = urljoin(asked, target)
        origin = origin_of(absolute)
    except ValueError:
        return "something that is no URL", None
    if not target:
        return "nowhere", None
    # Query, fragment and user of a redirect may hold a session or a token: where it points is
    # enough.
    path = urlsplit(absolute).path
    shown = origin + path
    is_elsewhere = path.rstrip("/") != urlsplit(asked).path.rstrip("/")
    if is_elsewhere and _LOGIN.search(shown):
        hint = (
            "that looks like a page for signing in: `base_url` may be the website's address, not "
            "the API's, or the credentials are not accepted and the API does not say so"
        )
        return shown, hint
    if origin == origin_of(asked):
        return shown, "write the address that it points to into `base_url` or the endpoint"
    return shown, "if you trust that host, write it into `base_url`"
