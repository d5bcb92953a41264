"""Read an answer's body within bounds: bytes as they come, decompressed, and decoded from JSON."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onroll.model import Json, Response

__all__ = ["BodyTooLarge", "UnreadableBody", "decode_json", "decompress"]

_BOM: Final = b"\xef\xbb\xbf"
#: 16 asks zlib for the gzip container; `deflate` comes with the zlib container, or bare.
_GZIP: Final = 16 + zlib.MAX_WBITS
_CHUNK: Final = 1 << 20


class BodyTooLarge(Exception):
    """The body, or what it decompresses to, is larger than allowed."""


class UnreadableBody(Exception):
    """The body is no JSON that can be used. `hint` says what it looks like instead."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def decompress(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Join and decompress a body. Raises `BodyTooLarge` as soon as `limit` bytes are passed.

    A bomb is stopped at the limit: zlib is never asked for more than what is still allowed.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return _joined(chunks, limit)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise UnreadableBody(
            "unknown-encoding", f"the body is encoded as `{encoding}`, which was not asked for"
        )
    decoder = zlib.decompressobj(_GZIP if "gzip" in encoding else zlib.MAX_WBITS)
    parts: list[bytes] = []
    size = 0
    try:
        for chunk in chunks:
            waiting = chunk
            while waiting:
                part = decoder.decompress(waiting, min(_CHUNK, limit + 1 - size))
                waiting = decoder.unconsumed_tail
                size += len(part)
                if size > limit:
                    raise BodyTooLarge
                parts.append(part)
    except zlib.error:
        raise UnreadableBody(
            "broken-body", "the body is not whole: it cannot be decompressed"
        ) from None
    if not decoder.eof and size:
        raise UnreadableBody("broken-body", "the compressed body ends too early")
    return b"".join(parts)


def _joined(chunks: Iterable[bytes], limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge
        parts.append(chunk)
    return b"".join(parts)


_decode = msgspec.json.Decoder().decode


def decode_json(response: Response) -> Json:
    """Decode a body as JSON, whatever its content type says; None for a 204.

    Raises `UnreadableBody`, whose message says what came instead and holds nothing of it.
    """
    body = response.body
    if response.status == 204:
        return None
    if body.startswith(_BOM):
        body = body[len(_BOM) :]
    try:
        return _decode(body)
    except RecursionError:
        raise UnreadableBody(
            "json-too-deep", "the answer's JSON is nested too deep to be read"
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableBody(*_what_it_is(response, str(error))) from None


def _what_it_is(response: Response, reason: str) -> tuple[str, str, str | None]:
    kind = response.headers.get("content-type", "no content type").split(";")[0].strip()
    start = response.body[:200].lstrip().lower()
    if not start:
        return "empty-body", f"the answer ({response.status}) has no body", None
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return (
            "not-json",
            f"the answer ({response.status}, {kind}) is an HTML page, not JSON",
            "a login or error page: check `base_url`, the endpoint and the credentials",
        )
    if start.startswith(b"<"):
        return (
            "not-json",
            f"the answer ({response.status}, {kind}) looks like XML, not JSON",
            "many APIs give JSON for `headers: {Accept: application/json}`, or at another endpoint",
        )
    if start[:1] in b'{["':
        return "broken-body", f"the answer's JSON is cut or broken ({reason})", None
    return "not-json", f"the answer ({response.status}, {kind}) is not JSON", None
