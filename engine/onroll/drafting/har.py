"""A HAR file (HTTP Archive 1.2), as a browser's network tab saves it → the calls for lists."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from onroll.diagnostics import quoted_list
from onroll.drafting.evidence import Call
from onroll.drafting.people import people_likeness
from onroll.drafting.recorded_body import read_recorded_body
from onroll.drafting.records import find_records
from onroll.drafting.wire import Body, Unusable, read_address, read_body, repeated
from onroll.model import Headers

if TYPE_CHECKING:
    from onroll.model import Json

__all__ = ["calls_of", "is_har"]

_MOST_ENTRIES: Final = 5000
_HOW: Final = (
    "open the page that shows people with the browser's network tab open, and save "
    "“all as HAR with content”"
)


@dataclass(frozen=True, slots=True)
class _Ranked:
    call: Call
    likeness: float
    records: int


def is_har(document: Json) -> bool:
    """Whether a JSON document is a HAR file."""
    log = document.get("log") if isinstance(document, dict) else None
    return isinstance(log, dict) and isinstance(log.get("entries"), list)


def calls_of(document: Json) -> list[Call]:
    """Return the calls that were answered by a list of objects, the likeliest first.

    Raises `Unusable` when there is none.
    """
    entries = document["log"]["entries"][:_MOST_ENTRIES]
    found = [ranked for entry in entries if (ranked := _ranked(_object(entry))) is not None]
    if not found:
        without = sum(1 for entry in entries if not _content(_object(entry)).get("text"))
        raise Unusable(
            f"none of its {len(entries)} entries is answered by a list of objects"
            + (f"; {without} have no content" if without else ""),
            _HOW,
        )
    found.sort(key=lambda one: (-one.likeness, -one.records))
    return [one.call for one in found]


def _ranked(entry: dict[str, Json]) -> _Ranked | None:
    request, response = _object(entry.get("request")), _object(entry.get("response"))
    content, status = _content(entry), response.get("status")
    text = content.get("text")
    method = str(request.get("method", "")).upper()
    if status != 200 or method not in ("GET", "POST") or not isinstance(text, str) or not text:
        return None
    headers = {**_pairs(response.get("headers"))}
    headers.setdefault("content-type", str(content.get("mimeType", "")))
    if content.get("encoding") != "base64":
        # The text is decoded already: the charset of the wire is no longer its own.
        headers["content-type"] = headers["content-type"].partition(";")[0]
    try:
        raw = (
            base64.b64decode(text)
            if content.get("encoding") == "base64"
            else text.encode("utf-8", "replace")
        )
        answer = read_recorded_body(raw, Headers(headers), "")
        call = _call(request, method)
    except (Unusable, binascii.Error, ValueError):
        return None
    if answer.decoder is not None and answer.decoder.get("format") == "xml":
        return None  # mostly pages and pictures
    lists = find_records(answer)
    records = lists[0].records if lists else ()
    if not any(isinstance(record, dict) for record in records):
        return None
    return _Ranked(replace(call, answer=answer), people_likeness(records), len(records))


def _call(request: dict[str, Json], method: str) -> Call:
    address = read_address(str(request.get("url", "")))
    headers = _pairs(request.get("headers"))
    posted = _object(request.get("postData"))
    body = Body()
    if method == "POST":
        body = _body(posted)
    given = [*address.notes, *body.notes]
    if not {"authorization", "cookie"} & headers.keys():
        given.append(
            f"the recording has neither {quoted_list(['Authorization'])} nor cookies: a browser "
            "leaves credentials out of a sanitized file"
        )
    return Call(
        url=address.url,
        method=method,
        params=address.params,
        headers=Headers(headers),
        json=body.json,
        form=body.form,
        credentials=address.credentials,
        notes=tuple(given),
    )


def _body(posted: dict[str, Json]) -> Body:
    listed = posted.get("params")
    if isinstance(listed, list) and listed and not posted.get("text"):
        pairs = [
            (str(_object(one).get("name")), str(_object(one).get("value", ""))) for one in listed
        ]
        return Body(form=dict(pairs), notes=repeated(name for name, _ in pairs))
    return read_body(str(posted.get("text") or ""), str(posted.get("mimeType") or ""))


def _pairs(listed: Json) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for one in listed if isinstance(listed, list) else ():
        name, value = _object(one).get("name"), _object(one).get("value")
        if isinstance(name, str) and isinstance(value, str) and name:
            key = name.lower()
            pairs[key] = f"{pairs[key]}, {value}" if key in pairs else value
    return pairs


def _content(entry: dict[str, Json]) -> dict[str, Json]:
    return _object(_object(entry.get("response")).get("content"))


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}
