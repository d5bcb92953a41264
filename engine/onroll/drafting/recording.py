"""A recorded answer → a `Call`: a body alone, what `curl -i` printed, or a HAR file."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from onroll.diagnostics import Diagnostic
from onroll.drafting.evidence import Call
from onroll.drafting.har import calls_of, is_har
from onroll.drafting.recorded_body import MOST_BYTES, read_recorded_body
from onroll.drafting.wire import Unusable
from onroll.errors import UsageError
from onroll.model import Headers

if TYPE_CHECKING:
    from onroll.drafting.evidence import Answer
    from onroll.model import Response

__all__ = ["merge", "read_recording", "read_recordings", "read_response"]

_MARKS: Final = (b"\xef\xbb\xbf",)
_HEAD: Final = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})\b[^\n]*\n")
_NEXT_HEAD: Final = re.compile(rb"^HTTP/\d(?:\.\d)? \d{3}\b", re.MULTILINE)
_BLANK: Final = re.compile(rb"\r?\n\r?\n|\Z")
#: Further heads follow: an interim answer, a redirect, a proxy's or Digest's challenge.
_PASSED: Final = (1, 3)
_CHALLENGES: Final = frozenset({401, 407})
_CONNECTED: Final = re.compile(rb"connection established", re.IGNORECASE)
_HEADER: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)")
_MOST_HEADS: Final = 50


def read_recording(raw: bytes, name: str) -> Call:
    """Read a recorded answer; of several the one that looks most like people.

    Raises `UsageError`, which shows nothing of what is recorded.
    """
    return read_recordings(raw, name)[0]


def read_recordings(raw: bytes, name: str) -> list[Call]:
    """Read every answer that a recording holds, those that look most like people first.

    Raises `UsageError`, which shows nothing of what is recorded.
    """
    try:
        return _calls(raw, name)
    except Unusable as error:
        raise UsageError(
            Diagnostic("recording-not-usable", f"{name}: {error.message}", hint=error.hint)
        ) from None


def read_response(response: Response) -> Answer:
    """Decode an answer that just came, by the format that it is in. Raises `UsageError`."""
    try:
        return read_recorded_body(response.body, response.headers, "", response.status)
    except Unusable as error:
        message = f"the answer cannot be used: {error.message}"
        raise UsageError(Diagnostic("recording-not-usable", message, hint=error.hint)) from None


def _calls(raw: bytes, name: str) -> list[Call]:
    if len(raw) > MOST_BYTES:
        raise Unusable("it is larger than 64 MiB", "record one page, of a hundred people or so")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) and b"H\0T\0T\0P" in raw[:16]:
        raw = raw.decode("utf-16", "replace").encode()
    for mark in _MARKS:
        raw = raw.removeprefix(mark)
    headers = Headers()
    status = 200
    if _HEAD.match(raw):
        status, headers, raw = _after_heads(raw)
    answer = read_recorded_body(raw, headers, name, status) if status < 400 else None
    if answer is None:
        raise Unusable(
            f"it is an error (status {status}), and no list of people",
            "record the answer of a call that works",
        )
    if is_har(answer.body):
        return calls_of(answer.body)
    _refuse_documents(answer)
    return [Call(answer=answer)]


def _refuse_documents(answer: Answer) -> None:
    body = answer.body
    if not isinstance(body, dict):
        return
    if isinstance(body.get("openapi") or body.get("swagger"), str) and "paths" in body:
        raise Unusable("it is an OpenAPI file, and no recorded answer", "give it as `--openapi`")
    if isinstance(body.get("info"), dict) and "_postman_id" in body["info"]:
        raise Unusable(
            "it is a collection of Postman, and no recorded answer",
            "copy the request there as a curl line (Code > cURL), or save an answer of it",
        )


def _after_heads(raw: bytes) -> tuple[int, Headers, bytes]:
    """Pass over the heads in front of the last answer, as `curl -iL` prints them."""
    for _ in range(_MOST_HEADS):
        first = _HEAD.match(raw)
        if first is None:
            break
        status = int(first.group(1))
        blank = _BLANK.search(raw, first.end() - 1)
        assert blank is not None  # the end of the text is one
        headers = _headers(raw[first.end() : blank.start()])
        body = raw[blank.end() :]
        is_passed = status // 100 in _PASSED or status in _CHALLENGES
        if _HEAD.match(body) and (is_passed or _CONNECTED.search(first.group())):
            raw = body
            continue
        following = _NEXT_HEAD.search(body) if is_passed else None
        if following is None:
            return status, headers, body
        raw = body[following.start() :]
    raise Unusable("it is the heads of answers without an end", "record one answer")


def _headers(head: bytes) -> Headers:
    text = head.decode("latin-1")
    found = (_HEADER.fullmatch(line.rstrip("\r")) for line in text.split("\n"))
    return Headers(tuple((one.group(1), one.group(2).strip()) for one in found if one))


def merge(first: Call, second: Call) -> Call:
    """Return the first call with what only the second knows.

    The request's own parts come from the one that names the address. A recorded answer counts
    more than a made-up one.
    """
    asked, other = (
        (second, first) if first.url is None and second.url is not None else (first, second)
    )
    answers = [one.answer for one in (first, second) if one.answer is not None]
    known = {one.name: one for one in (*second.known_params, *first.known_params)}
    has_body = asked.json is not None or asked.form is not None
    is_bare = asked.url is None and not has_body
    return replace(
        asked,
        method=other.method if is_bare else asked.method,
        params=asked.params if asked.url is not None else {**other.params, **asked.params},
        headers=Headers({**other.headers, **asked.headers}),
        json=other.json if is_bare else asked.json,
        form=other.form if is_bare else asked.form,
        credentials=asked.credentials or other.credentials,
        answer=next((one for one in answers if not one.is_described), next(iter(answers), None)),
        known_params=tuple(known.values()),
        fields={**second.fields, **first.fields},
        notes=tuple(dict.fromkeys((*first.notes, *second.notes))),
    )
