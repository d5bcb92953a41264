"""The bytes of a recorded answer → its value, by the format that reads them."""

from __future__ import annotations

import codecs
import csv
from typing import TYPE_CHECKING, Any, Final

from onroll.drafting.evidence import Answer
from onroll.drafting.wire import Unusable
from onroll.http.body import BodyTooLarge, unpacked
from onroll.model import Headers, Response
from onroll.plugins.registry import installed
from onroll.protocols import UnreadableBody

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["MOST_BYTES", "read_recorded_body"]

#: As many as one page of a listing may have.
MOST_BYTES: Final = 64 << 20
_SAMPLE: Final = 1 << 16
_DELIMITERS: Final = ",;\t|"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: What becomes of the answer's headers; the others say nothing of the list.
_DROPPED: Final = frozenset({"set-cookie", "set-cookie2"})
_WAY: Final = "save the answer alone, as in `curl -i … > answer.txt`"


def read_recorded_body(raw: bytes, headers: Headers, name: str, status: int = 200) -> Answer:
    """Decode an answer's body. `name` is the file's, whose ending may tell. Raises `Unusable`."""
    try:
        raw = unpacked(raw, MOST_BYTES)
    except (BodyTooLarge, UnreadableBody):
        raise Unusable("the answer is larger than 64 MiB, or its gzip is broken") from None
    if raw.startswith(_UTF_16):
        # As PowerShell saves what a command prints, whatever the answer's own charset was.
        raw = raw.decode("utf-16", "replace").encode()
        headers = Headers({key: one for key, one in headers.items() if key != "content-type"})
    if not raw.strip():
        raise Unusable(f"the answer ({status}) has no body", _WAY)
    reasons: list[UnreadableBody] = []
    for config in _candidates(raw, headers, name):
        registered = installed().decoder.get(config["format"])
        if registered is None:
            continue
        decode = registered.kind.build({key: it for key, it in config.items() if key != "format"})
        try:
            body = decode(Response(status, headers, raw, ""))
        except UnreadableBody as reason:
            reasons.append(reason)
            continue
        if isinstance(body, dict | list):
            kept = {key: one for key, one in headers.items() if key not in _DROPPED}
            decoder = None if config["format"] == "json" else config
            return Answer(body, status, Headers(kept), decoder)
    if not reasons:
        raise Unusable("the answer is one value, and no list of people", _WAY)
    raise Unusable(reasons[0].message, reasons[0].hint or _WAY)


def _candidates(raw: bytes, headers: Headers, name: str) -> Iterator[Mapping[str, Any]]:
    """Yield decoder sections that may read the body, the likeliest first."""
    kind = headers.get("content-type", "").lower()
    ending = name.lower().rpartition(".")[2]
    start = raw[:200].removeprefix(codecs.BOM_UTF8).lstrip()
    if start[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise Unusable(
            "it is an HTML page, and no list of people",
            "a login or error page, perhaps: check the address and the credentials",
        )
    if start.startswith(b"<"):
        yield {"format": "xml"}
        return
    if start[:1] in (b"{", b"["):
        is_by_line = "ndjson" in kind or "jsonl" in kind or ending in ("ndjson", "jsonl")
        if not is_by_line:
            yield {"format": "json"}
        yield {"format": "ndjson"}
        if is_by_line:
            yield {"format": "json"}
        return
    section = _table(raw)
    if section is None or start[:1] in b'"-0123456789tfn':
        yield {"format": "json"}
    if section is not None:
        yield section
        # Old programs export so, and seldom say it.
        yield {**section, "charset": "windows-1252"}


def _table(raw: bytes) -> dict[str, Any] | None:
    """Return the decoder of a table in text; None when the first rows do not look like one."""
    text = raw[:_SAMPLE].decode("utf-8", "replace").removeprefix("\ufeff")
    lines = text.splitlines()[:20]
    best = max(_DELIMITERS, key=lambda one: _columns(lines, one))
    if _columns(lines, best) < 2:
        return None
    if best == ",":
        return {"format": "csv"}
    return {"format": "csv", "delimiter": "tab" if best == "\t" else best}


def _columns(lines: list[str], delimiter: str) -> int:
    """Return how many columns each of the first rows has, 0 when they differ."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return 0
    # The last of a sample may be cut, and the first line says what columns there are.
    counts = {len(row) for row in rows[:-1] or rows}
    return len(rows[0]) if rows and len(counts) == 1 and all(rows[0]) else 0
