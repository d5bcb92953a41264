"""Replay a definition's examples offline: recorded answers through the real code path."""

from __future__ import annotations

import errno
import json
import os
import stat
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from onroll.definition.settings import Settings
from onroll.diagnostics import Diagnostic
from onroll.errors import OnrollError, ResponseError, SourceError, UsageError
from onroll.http.replay import ReplayTransport
from onroll.model import NEEDED_ATTRIBUTES, Headers, Json, Response
from onroll.service.calls import Calls, templates_of
from onroll.service.opening import Options, open_source
from onroll.service.preview import user_json
from onroll.service.reading import People

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path as FilePath

    from onroll.definition.connector import ConnectorDefinition, Example, Recorded
    from onroll.model import ListingReport, Request

__all__ = ["Replayed", "read_recorded", "replay", "replay_examples", "stand_ins"]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What recorded answers gave. `missing` names the call that found none left, if any.

    Some recordings end before the list does: that is no failure.
    """

    users: tuple[dict[str, Any], ...]
    report: ListingReport | None
    failure: OnrollError | None = None
    missing: str | None = None


def replay_examples(definition: ConnectorDefinition) -> list[Diagnostic]:
    """Return what the examples give that they should not; empty when all is as recorded."""
    return [
        one
        for index, example in enumerate(definition.examples)
        for one in _replay(definition, example, index)
    ]


def replay(
    definition: ConnectorDefinition, responses: Mapping[str, Sequence[Response]]
) -> Replayed:
    """Read people from recorded answers, by the real code path, up to where the recording ends."""
    recordings = _Recordings(definition, responses)
    # A recording answers at once and always the same, so neither pace nor patience is needed.
    options = Options(
        transport=ReplayTransport(recordings.answer),
        use_auth=False,
        use_rate_limits=False,
        concurrency=1,
        attempts=1,
    )
    given: list[dict[str, Any]] = []
    report: ListingReport | None = None
    failure: OnrollError | None = None
    try:
        with open_source(with_all_mapped(definition), stand_ins(definition), options) as opened:
            people = People(opened)
            try:
                for sheet in people.sheets():
                    given += [user_json(user) for user in sheet.users]
            finally:
                report = people.report
    except OnrollError as error:
        if not isinstance(error, ResponseError) or error.diagnostic.code != _OVER:
            failure = error
    return Replayed(tuple(given), report, failure, recordings.missing)


def _replay(definition: ConnectorDefinition, example: Example, index: int) -> Iterator[Diagnostic]:
    place = definition.source.place(("examples", index))
    try:
        responses = {
            name: [_response(one) for one in recorded]
            for name, recorded in example.responses.items()
        }
        expected = json.loads(read_recorded(example.users))
        replayed = replay(definition, responses)
    except OSError as error:
        name = error.filename or example.users
        reason = error.strerror or "not readable"
        hint = "name a regular file of at most 16 MiB beside the definition or below"
        message = f"{name} cannot be read: {reason}"
        yield Diagnostic("example-not-readable", message, place, hint=hint)
        return
    except OnrollError as error:
        yield _failed(error, index, place)
        return
    except (ValueError, RecursionError):
        yield Diagnostic("example-not-json", f"{example.users} is not JSON", place)
        return
    if replayed.failure is not None:
        yield _failed(replayed.failure, index, place)
        if not isinstance(replayed.failure, SourceError):
            return  # nothing was asked, so nothing can differ
    try:
        yield from _differences(list(replayed.users), expected, index, place)
    except RecursionError:
        yield Diagnostic("example-not-json", f"{example.users} is nested too deep", place)


def with_all_mapped(definition: ConnectorDefinition) -> ConnectorDefinition:
    """Return the definition with null for what it leaves to the connection: a replay has none."""
    left = {name: {"value": None} for name in NEEDED_ATTRIBUTES}
    given = {name: value for name, value in definition.attributes.items() if value is not None}
    return replace(definition, attributes={**left, **given})


def _failed(error: OnrollError, index: int, place: Any) -> Diagnostic:
    message = f"example {index + 1} cannot be replayed: {error.diagnostic.message}"
    return Diagnostic("example-failed", message, place, hint=error.diagnostic.hint)


def _differences(
    given: list[dict[str, Any]], expected: Json, index: int, place: Any
) -> Iterator[Diagnostic]:
    if not isinstance(expected, list) or not all(isinstance(one, dict) for one in expected):
        what = "is not a list of objects" if isinstance(expected, list) else "is not a list"
        message = f"example {index + 1}: the file of users {what}"
        yield Diagnostic("example-not-json", message, place)
        return
    if len(given) != len(expected):
        message = f"example {index + 1} gives {len(given)} users, {len(expected)} were recorded"
        yield Diagnostic("example-differs", message, place)
    for number, (ours, theirs) in enumerate(zip(given, expected, strict=False), 1):
        names = [*ours, *(name for name in theirs if name not in ours)]
        wrong = [name for name in names if ours.get(name, ...) != theirs.get(name, ...)]
        for name in wrong:
            # Examples are synthetic or anonymized, so their values may be shown.
            was = json.dumps(theirs[name], ensure_ascii=False) if name in theirs else "absent"
            now = json.dumps(ours[name], ensure_ascii=False) if name in ours else "absent"
            yield Diagnostic(
                "example-differs",
                f"example {index + 1}, user {number}: `{name}` is {now}",
                place,
                expected=f"{was}, as recorded",
            )


_OVER = "recording-is-over"


def stand_ins(definition: ConnectorDefinition) -> Settings:
    """Return a value for every setting: its default, its first choice, or a plain word."""
    return Settings(
        {
            name: one.default
            if one.default is not None
            else one.enum[0]
            if one.enum
            else "https://example.test"
            if definition.base_url.startswith(f"${{settings.{name}}}")
            else "example"
            for name, one in definition.settings.items()
        }
    )


class _Recordings:
    """Recorded answers, found by what is asked; each list's in their order."""

    def __init__(
        self, definition: ConnectorDefinition, responses: Mapping[str, Sequence[Response]]
    ) -> None:
        known = templates_of(definition)
        unknown = [name for name in responses if name not in known]
        if unknown:
            raise UsageError(
                Diagnostic("example-failed", f"it has answers for `{unknown[0]}`, which is no list")
            )
        self._calls = Calls(definition)
        self._left = {name: list(recorded) for name, recorded in responses.items()}
        self.missing: str | None = None

    def answer(self, request: Request) -> Response:
        name = self._calls.name_of(request, lambda name: bool(self._left.get(name)))
        if name is not None:
            return self._left[name].pop(0)
        self.missing = self._calls.name_of(request, lambda _: True)
        raise ResponseError(Diagnostic(_OVER, "there is no further recorded answer"))


def _response(recorded: Recorded) -> Response:
    body = read_recorded(recorded.body) if recorded.body.name else b""
    headers = {
        name: value for name, value in recorded.headers.items() if name.lower() not in _WAITS
    }
    if not all(name.isascii() and str(value).isascii() for name, value in headers.items()):
        raise UsageError(
            Diagnostic(
                "example-failed",
                "a recorded header has a character that headers cannot have",
                hint="leave the header out, or write it in ASCII",
            )
        )
    return Response(recorded.status, Headers(headers), body, "")


#: What makes a client wait, which a replay need not.
_WAITS = frozenset(
    {"retry-after", "ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset"}
)  # fmt: skip
_MAX_BYTES = 16 * 1024 * 1024


def read_recorded(file: FilePath) -> bytes:
    """Read a file of an example. Raises `OSError` for one that might not end, or is too large."""
    # Without O_NONBLOCK, opening a FIFO waits for somebody to write to it.
    with open(file, "rb", opener=_open) as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(file))
        raw = opened.read(_MAX_BYTES + 1)
    if len(raw) > _MAX_BYTES:
        raise OSError(errno.EFBIG, "it is larger than 16 MiB", str(file))
    return raw


def _open(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))
