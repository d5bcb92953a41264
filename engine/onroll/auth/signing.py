"""What a signature is made over: parts of a request, put together as a definition declares it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from onroll.expressions.reference import as_text
from onroll.protocols import CredentialsRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from onroll.model import Request

__all__ = [
    "Part",
    "encoded",
    "hashed",
    "joined",
    "key_from",
    "parts_from",
    "request_facts",
    "written_time",
]


@dataclass(frozen=True, slots=True)
class Part:
    """A fact by its name, literal text, or a header of the request."""

    fact: str | None = None
    text: str = ""
    header: str | None = None


def parts_from(written: Iterable[Any]) -> tuple[Part, ...]:
    """Compile parts as written: a name, `{text: …}` or `{header: Name}`."""
    return tuple(_part(one) for one in written)


def _part(written: Any) -> Part:
    if isinstance(written, str):
        return Part(fact=written)
    # Text whose optional setting is unset is gone, and stands for nothing.
    return Part(text=as_text(written.get("text", "")), header=written.get("header"))


def request_facts(request: Request) -> dict[str, bytes]:
    """Return what a signature may be made over, as it is sent.

    Raises `ValueError` for a request that cannot be sent.
    """
    # Imported here: httpx, which knows how an address is sent, costs start-up time.
    from onroll.http.encoding import (  # noqa: PLC0415  (see above)
        body_of,
        content_type_of,
        host_of,
        target_of,
    )

    target, host = target_of(request), host_of(request)
    path, _, query = target.partition("?")
    texts = {
        "method": request.method.upper(),
        "url": f"{urlsplit(request.url).scheme}://{host}{target}",
        "target": target,
        "path": path,
        "query": query,
        "sorted_query": "&".join(sorted(query.split("&"))),
        "host": host,
        "content_type": content_type_of(request) or "",
    }
    facts = {name: text.encode() for name, text in texts.items()}
    return {**facts, "body": body_of(request) or b""}


def joined(
    parts: Iterable[Part], facts: Mapping[str, bytes], headers: Mapping[str, str], separator: str
) -> bytes:
    """Put parts together. A header that the request does not have is empty."""
    values = {name.lower(): value.strip(" \t").encode() for name, value in headers.items()}
    known = {"content-type": facts["content_type"], "host": facts["host"], **values}
    pieces: list[bytes] = []
    for part in parts:
        if part.fact is not None:
            pieces.append(facts[part.fact])
        elif part.header is not None:
            pieces.append(known.get(part.header.lower(), b""))
        else:
            pieces.append(part.text.encode())
    return separator.encode().join(pieces)


def written_time(seconds: float, form: str) -> str:
    """Write an instant: `unix`, `unix_ms`, `iso` in UTC, or `rfc1123` as the header `Date` has."""
    if form == "unix_ms":
        return str(int(seconds * 1000))
    if form == "iso":
        return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return formatdate(seconds, usegmt=True) if form == "rfc1123" else str(int(seconds))


def hashed(body: bytes, algorithm: str, encoding: str) -> str:
    """Return the hash of a body. MD5 is no protection, and some servers want it."""
    return encoded(hashlib.new(algorithm, body, usedforsecurity=False).digest(), encoding)


def encoded(value: bytes, encoding: str) -> str:
    """Write bytes as `hex`, `base64`, or `base64url` without padding."""
    if encoding == "hex":
        return value.hex()
    if encoding == "base64":
        return base64.b64encode(value).decode()
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def key_from(written: str, encoding: str) -> bytes:
    """Return the bytes of a key. Raises `CredentialsRefused` when it is written in another way."""
    try:
        if encoding == "hex":
            return bytes.fromhex(written)
        if encoding == "text":
            return written.encode()
        plain = written.strip().replace("-", "+").replace("_", "/").rstrip("=")
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError:
        raise CredentialsRefused(
            "wrong-key",
            f"`auth.key` is not written in {encoding}",
            "set `key_encoding` to how the provider writes the key: text, hex or base64",
        ) from None
