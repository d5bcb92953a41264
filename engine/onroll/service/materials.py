"""What somebody has of an API, read into one call: recordings, a curl line, OpenAPI, a URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

from onroll.diagnostics import Diagnostic
from onroll.drafting.access import find_access
from onroll.drafting.curl import read_curl
from onroll.drafting.evidence import Call
from onroll.drafting.openapi import Described, described_as, read_openapi
from onroll.drafting.proposal import prepare
from onroll.drafting.recording import merge, read_recordings
from onroll.errors import UsageError
from onroll.model import Headers

if TYPE_CHECKING:
    from pathlib import Path as FilePath

    from onroll.drafting.draft import Draft

__all__ = ["Material", "Shown", "call_to", "gather"]

#: A specification may be large; nothing larger is read into memory.
_MAX_BYTES: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Shown:
    """What the author of a connector shows. At least one of these must be there."""

    responses: tuple[FilePath, ...] = ()
    openapi: FilePath | None = None
    operation: str | None = None
    curl: str | None = field(default=None, repr=False)
    url: str | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    credentials: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is shown at all."""
        return not (self.responses or self.openapi or self.curl or self.url)

    @property
    def is_live(self) -> bool:
        """Whether there is somebody to ask, and no answer yet."""
        return not self.responses and (self.curl is not None or self.url is not None)


@dataclass(frozen=True, slots=True)
class Material:
    """One call, and the draft that is known from it alone."""

    call: Call
    bare: Draft


def gather(shown: Shown, name: str) -> Material:
    """Read everything that is shown. Raises `UsageError` for what cannot be read or used."""
    calls: list[Call] = []
    sources: list[str] = []
    if shown.curl is not None:
        calls.append(read_curl(shown.curl))
        sources.append("a curl line")
    if shown.url is not None:
        calls.append(call_to(shown.url, shown.headers, shown.credentials))
        sources.append("a live answer")
    for file in shown.responses:
        recordings = read_recordings(_read(file), file.name)
        # Further recordings are further pages: the first has the most to say.
        calls.append(recordings[0])
        sources.append(file.name)
    chosen = None
    if shown.openapi is not None:
        operations = tuple(read_openapi(_read(shown.openapi), shown.openapi.name))
        chosen = _chosen(operations, shown.operation, calls)
        calls.append(chosen.call)
        sources.append(f"{shown.openapi.name} ({chosen.operation})")
    call = calls[0]
    for other in calls[1:]:
        call = merge(call, other)
    title = chosen.title if chosen is not None else None
    # What was really sent tells more of how to authenticate than what a specification allows.
    own = find_access(call, name)
    is_silent = own.auth.value["method"] == "none" and not own.auth.is_sure
    access = chosen.access[0] if is_silent and chosen is not None and chosen.access else own
    call, bare = prepare(call, name, access=access, title=title, sources=tuple(sources))
    return Material(call, bare)


def call_to(
    url: str,
    headers: tuple[tuple[str, str], ...] = (),
    credentials: tuple[str, str] | None = None,
) -> Call:
    """Return the call to an address. Raises `UsageError` when it is none."""
    try:
        parts = urlsplit(url)
        is_address = " " not in url and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address or parts.scheme not in ("http", "https"):
        message = "the address of the list is no URL"
        expected = "https:// and a host name, as in https://api.example.com/v1/people"
        raise UsageError(Diagnostic("wrong-option", message, expected=expected))
    return Call(
        url=f"{parts.scheme}://{parts.netloc}{parts.path}",
        params=dict(parse_qsl(parts.query, keep_blank_values=True)),
        headers=Headers(headers),
        credentials=credentials,
    )


def _chosen(operations: tuple[Described, ...], wanted: str | None, calls: list[Call]) -> Described:
    """Return the operation that is named, else that of a call, else the one most like people."""
    if wanted is None:
        meant = (described_as(operations, call) for call in calls)
        return next((one for one in meant if one is not None), operations[0])
    folded = " ".join(wanted.split()).casefold()
    for one in operations:
        if folded in _names_of(one):
            return one
    raise UsageError(
        Diagnostic(
            "unknown-operation",
            "the specification has no such operation that answers with a list of objects",
            expected=", ".join(f"`{one.operation}`" for one in operations[:12]),
        )
    )


def _names_of(one: Described) -> set[str]:
    """Return what an operation may be called: `GET /employees: listEmployees`, or a part of it."""
    whole = one.operation.casefold()
    request, _, identifier = whole.partition(": ")
    return {whole, request, identifier, request.partition(" ")[2]}


def _read(file: FilePath) -> bytes:
    try:
        with file.open("rb") as opened:
            raw = opened.read(_MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "not readable"
        message = f"{file} cannot be read: {reason}"
        raise UsageError(Diagnostic("file-not-readable", message)) from None
    if len(raw) > _MAX_BYTES:
        message = f"{file} is larger than 64 MiB"
        hint = "cut it to the first page, or to the paths of people"
        raise UsageError(Diagnostic("file-not-readable", message, hint=hint))
    return raw
