"""A curl line → a `Call`, as vendors' pages, Postman and browsers ("copy as cURL") give it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from onroll.diagnostics import Diagnostic, quoted_list
from onroll.drafting.curl_line import CurlLine, read_options
from onroll.drafting.evidence import Call
from onroll.drafting.shell import split_line
from onroll.drafting.wire import Body, Unusable, read_address, read_body, read_pairs, repeated
from onroll.errors import UsageError
from onroll.model import Headers

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_curl"]

_LONGEST: Final = 1 << 20
_HOW: Final = "as in `curl https://api.example.com/v1/employees -H 'Authorization: Bearer TOKEN'`"
_POWERSHELL: Final = re.compile(
    r"\b(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm)\b", re.IGNORECASE
)
_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)


def read_curl(text: str) -> Call:
    """Read a curl line. Raises `UsageError`, which shows no value of it."""
    try:
        return _call(read_options(_words(text)))
    except Unusable as error:
        raise UsageError(Diagnostic("curl-not-readable", error.message, hint=error.hint)) from None


def _words(text: str) -> list[str]:
    if len(text) > _LONGEST:
        raise Unusable("the curl line is longer than 1 MiB", "leave the body's data out")
    bare = text.strip()
    if _ADDRESS.fullmatch(bare):
        return [bare]
    try:
        words = split_line(text)
    except ValueError:
        raise Unusable(
            "the curl line has a quote that is never closed",
            "copy the whole command, to the last quote; on Windows copy it “as cURL (bash)”",
        ) from None
    for index, word in enumerate(words):
        if re.split(r"[\\/]", word)[-1].lower() in ("curl", "curl.exe"):
            return words[index + 1 :]
    if _POWERSHELL.search(text):
        raise Unusable("this is a command of PowerShell", "copy the request “as cURL (bash)”")
    raise Unusable("this is no curl line", f"a curl line starts with `curl`, {_HOW}")


def _call(line: CurlLine) -> Call:
    address = read_address(_first_url(line))
    notes = [*address.notes, *line.notes]
    credentials = _credentials(line) or address.credentials
    query, more = read_pairs("&".join(line.query))
    notes += more
    params: Mapping[str, str] = {**address.params, **query}
    body = Body() if line.is_get else _body(line)
    method = _method(line, body)
    if line.is_get:
        given, more = read_pairs("&".join(line.data))
        notes += more
        params = {**params, **given}
    elif method == "GET" and body.form is not None:
        params, body = {**params, **body.form}, Body()
        notes.append("the line sends a form by GET: its values are taken as query parameters")
    elif method == "GET" and body.json is not None:
        method = "POST"
        notes.append("the line sends JSON by GET, which onroll does not: POST is taken")
    if line.unknown:
        notes.append(f"{quoted_list(line.unknown)}: no option of curl that is known, passed over")
    return Call(
        url=address.url,
        method=method,
        params=params,
        headers=Headers(tuple(line.headers.values())),
        json=body.json,
        form=body.form,
        credentials=credentials,
        notes=(*notes, *body.notes),
    )


def _first_url(line: CurlLine) -> str:
    if not line.urls:
        raise Unusable("the curl line has no address", f"give the URL of the list, {_HOW}")
    if len(line.urls) > 1:
        line.notes.append(f"of {len(line.urls)} addresses or stray words the first is taken")
    return line.urls[0]


def _method(line: CurlLine, body: Body) -> str:
    if line.method in (None, "HEAD"):
        return "GET" if body.json is None and body.form is None else "POST"
    if line.method not in ("GET", "POST"):
        raise Unusable(
            "the curl line asks by another method than GET or POST",
            "take the request that lists people; those that change something are no help",
        )
    return line.method


def _body(line: CurlLine) -> Body:
    if line.fields:
        names = (name for name, _ in line.fields)
        note = "the line sends a multipart form: a plain one is taken"
        return Body(form=dict(line.fields), notes=(note, *repeated(names)))
    content_type = line.headers.get("content-type", ("", ""))[1]
    if line.is_json:
        return read_body("".join(line.data), "application/json")
    return read_body("&".join(line.data), content_type)


def _credentials(line: CurlLine) -> tuple[str, str] | None:
    if line.is_digest:
        line.headers["authorization"] = ("Authorization", "Digest")
    if line.user is None:
        return None
    user, _, password = line.user.partition(":")
    return user, password
