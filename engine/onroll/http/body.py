"""Read an answer's body within bounds: bytes as they come, decompressed, and decoded from JSON."""

from __future__ import annotations

import zlib
from codecs import BOM_UTF8
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from onroll.http.charset import json_in_utf8
from onroll.protocols import UnreadableBody

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onroll.model import Json, Response

__all__ = ["BodyTooLarge", "UnreadableBody", "decode_json", "decompress", "unpacked"]

#: Deeper JSON is no list of people, and our own recursion over it would end in a stack overflow.
_DEEPEST: Final = 100
#: Valid JSON pairs its brackets, so that one kind stands for both.
_ONE_KIND: Final = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b'[]{}"'))

#: 16 asks zlib for the gzip container.
_GZIP: Final = 16 + zlib.MAX_WBITS
_GZIP_FILE: Final = b"\x1f\x8b\x08"
_CHUNK: Final = 1 << 18


class BodyTooLarge(Exception):
    """The body, or what it decompresses to, is larger than allowed."""


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
    inflater = _Inflater(limit, is_gzip="gzip" in encoding)
    received = 0
    try:
        for chunk in chunks:
            received += len(chunk)
            # Compressed bytes that give nothing would come for as long as the request may take.
            if received > limit:
                raise BodyTooLarge
            # In pieces: zlib copies what is left of its input at the end of each member, and a
            # body may have millions of them.
            for start in range(0, len(chunk), _CHUNK):
                inflater.feed(chunk[start : start + _CHUNK])
    except zlib.error:
        raise UnreadableBody(
            "broken-body", "the body is not whole: it cannot be decompressed"
        ) from None
    if received and not inflater.is_whole:
        raise UnreadableBody("broken-body", "the compressed body ends too early")
    return b"".join(inflater.parts)


def unpacked(body: bytes, limit: int) -> bytes:
    """Return what a gzip file holds that came as a body, as exports do; any other body as it is.

    Told by its first bytes (RFC 1952, 2.3.1), with which no text begins. Raises as `decompress`.
    """
    if not body.startswith(_GZIP_FILE):
        return body
    return decompress([body], "gzip", limit)


class _Inflater:
    """Decompresses up to `limit` bytes. A gzip body may have several members (RFC 1952, 2.2)."""

    def __init__(self, limit: int, *, is_gzip: bool) -> None:
        self.parts: list[bytes] = []
        self._limit = limit
        self._size = 0
        self._is_gzip = is_gzip
        self._head = b""
        self._decoder = zlib.decompressobj(_GZIP) if is_gzip else None

    @property
    def is_whole(self) -> bool:
        """Whether the last member came to its end."""
        return self._decoder is not None and self._decoder.eof

    def feed(self, chunk: bytes) -> None:
        """Decompress what came."""
        if self._decoder is None:
            self._head += chunk
            if len(self._head) < 2:
                return
            chunk, self._decoder = self._head, zlib.decompressobj(_deflate_format(self._head))
        waiting = chunk
        while waiting:
            if self._decoder.eof:
                if not self._is_gzip:
                    return
                self._decoder = zlib.decompressobj(_GZIP)
            allowed = min(_CHUNK, self._limit + 1 - self._size)
            part = self._decoder.decompress(waiting, allowed)
            waiting = self._decoder.unconsumed_tail or self._decoder.unused_data
            self._size += len(part)
            if self._size > self._limit:
                raise BodyTooLarge
            self.parts.append(part)


def _deflate_format(head: bytes) -> int:
    """Return what zlib calls the format: with its own header (RFC 1950), or bare (RFC 1951)."""
    has_header = head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head[:2]) % 31 == 0
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS


def _joined(chunks: Iterable[bytes], limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge
        parts.append(chunk)
    # A whole page in one piece is not copied.
    return parts[0] if len(parts) == 1 else b"".join(parts)


_decode = msgspec.json.Decoder().decode


def decode_json(response: Response) -> Json:
    """Decode a body as JSON, whatever its content type says; None for a 204.

    Of the content type only the charset counts, and only for what is not UTF-8.

    Raises `UnreadableBody`, whose message says what came instead and holds nothing of it.
    """
    if response.status == 204:
        return None
    reason = "it is not UTF-8"
    try:
        return _bounded(response.body.removeprefix(BOM_UTF8))
    except UnicodeDecodeError:
        pass  # its own words name a byte
    except msgspec.DecodeError as error:
        reason = str(error)
    other = json_in_utf8(response)
    if other is not None:
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            return _bounded(other)
    raise UnreadableBody(*_what_it_is(response, reason))


def _bounded(body: bytes) -> Json:
    try:
        decoded = _decode(body)
        is_too_deep = _may_be_deep(body) and _is_deep(decoded)
    except RecursionError:
        is_too_deep = True
    if is_too_deep:
        raise UnreadableBody("json-too-deep", "the answer's JSON is nested too deep to be read")
    return decoded


def _may_be_deep(body: bytes) -> bool:
    """Whether JSON may be nested too deep: fast, and right of every valid body when it says no.

    Text is taken out first, because a bracket in it is no nesting: what stands between quotes.
    Then the innermost brackets go, layer by layer.
    """
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    left = body.translate(_ONE_KIND, _NO_BRACKETS)
    # Two quotes side by side change nothing for what follows: the end of a text and the beginning
    # of the next, or a text without a bracket in it.
    left = left.replace(b'""', b"")
    if b'"' in left:
        left = b"".join(left.split(b'"')[::2])
    for _ in range(_DEEPEST):
        if not left:
            return False
        left = left.replace(b"[]", b"")
    return bool(left)


def _is_deep(document: Json) -> bool:
    layer = [document]
    for _ in range(_DEEPEST):
        layer = [
            item
            for value in layer
            if isinstance(value, dict | list)
            for item in (value.values() if isinstance(value, dict) else value)
            if isinstance(item, dict | list)
        ]
        if not layer:
            return False
    return True


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
            (
                "`decoder: {format: xml}` reads XML; many APIs give JSON for "
                "`headers: {Accept: application/json}`, or at another endpoint"
            ),
        )
    if _is_json_by_line(response.body):
        return (
            "not-json",
            f"the answer ({response.status}, {kind}) is several JSON values",
            "`decoder: {format: ndjson}` reads one JSON value a line",
        )
    if start[:1] in b'{["' and "csv" not in kind:
        return "broken-body", f"the answer's JSON is cut or broken ({reason})", None
    message = f"the answer ({response.status}, {kind}) is not JSON"
    hint = "`decoder: {format: csv}` reads CSV" if "csv" in kind or b"," in start else None
    return "not-json", message, hint


def _is_json_by_line(body: bytes) -> bool:
    lines = body[:100_000].split(b"\n")[:2]
    if len(lines) < 2 or not lines[1].strip():
        return False
    try:
        return all(isinstance(_decode(line), dict | list) for line in lines)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
