"""How a request is written: its address, its body and their type. What is signed is what is sent.

Pure: no connection is needed to know the bytes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit

from onroll.http.address import address_of

if TYPE_CHECKING:
    from onroll.model import Request

__all__ = ["body_of", "content_type_of", "host_of", "target_of", "url_of"]


def url_of(request: Request) -> str:
    """Return the address with the parameters in its query."""
    if not request.params:
        return request.url
    query = urlencode(request.params, quote_via=quote, safe="$")
    return request.url + ("&" if urlsplit(request.url).query else "?") + query


def target_of(request: Request) -> str:
    """Return the request target (RFC 9112, 3.2.1): path and query as they are sent.

    Raises `ValueError` for an address that cannot be sent.
    """
    return address_of(url_of(request)).target


def host_of(request: Request) -> str:
    """Return what the header `Host` says: the host, and the port unless it is the usual one."""
    return address_of(url_of(request)).netloc


def body_of(request: Request) -> bytes | None:
    """Return the body as it is sent; None when there is none."""
    if request.json is not None:
        return json.dumps(request.json, ensure_ascii=False).encode()
    if request.form is not None:
        return urlencode(request.form).encode()
    return None


def content_type_of(request: Request) -> str | None:
    """Return the media type of the body; None when there is none and no header names one."""
    named = [value for name, value in request.headers.items() if name.lower() == "content-type"]
    if named:
        return named[-1]
    if request.json is not None:
        return "application/json"
    return "application/x-www-form-urlencoded" if request.form is not None else None
