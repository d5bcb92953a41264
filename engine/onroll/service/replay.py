"""Replay a definition's examples offline: recorded answers through the real code path."""

from __future__ import annotations

import errno
import json
import os
import stat
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from onroll.diagnostics import Diagnostic
from onroll.errors import OnrollError, ResponseError, SourceError, UsageError
from onroll.http.replay import Replay
from onroll.model import NEEDED_ATTRIBUTES, Headers, Response
from onroll.service.asked import asked_of, changes_of, read_asked
from onroll.service.calls import Calls, lists_of, templates_of
from onroll.service.opening import Options, open_source
from onroll.service.reading import People
from onroll.service.replay_findings import other_requests, other_users, warnings_of
from onroll.service.stand_ins import stand_ins
from onroll.service.written import user_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path as FilePath

    from onroll.definition.connector import ConnectorDefinition, Example, Recorded
    from onroll.model import ListingReport, Request
    from onroll.service.asked import AskedRequest

__all__ = [
    "Replayed",
    "read_recorded",
    "replay",
    "replay_examples",
    "review_examples",
    "with_all_mapped",
]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What recorded answers gave. `missing` names the call that found none left, if any.

    Some recordings end before the list does: that is no failure. `asked` has by list what each
    answer was given to; None for those that nothing asked for.
    """

    users: tuple[dict[str, Any], ...]
    report: ListingReport | None
    failure: OnrollError | None = None
    missing: str | None = None
    asked: Mapping[str, tuple[AskedRequest | None, ...]] = field(default_factory=dict)


def replay_examples(definition: ConnectorDefinition) -> list[Diagnostic]:
    """Return what the examples give that they should not; empty when all is as recorded."""
    return [one for one in review_examples(definition) if one.severity == "error"]


def review_examples(definition: ConnectorDefinition) -> list[Diagnostic]:
    """Return that, and what the reading of the examples warns of."""
    warnings: list[tuple[str, ...]] = []
    found = [
        one
        for index, example in enumerate(definition.examples)
        for one in _replay(definition, example, index, warnings)
    ]
    return [*found, *warnings_of(definition, warnings)]


def replay(
    definition: ConnectorDefinition,
    responses: Mapping[str, Sequence[Response]],
    known: Mapping[str, Sequence[AskedRequest | None]] | None = None,
) -> Replayed:
    """Read people from recorded answers, by the real code path, up to where the recording ends.

    `known` are the requests that they were given to, as far as anybody knows.
    """
    recordings = _Recordings(definition, responses, known or {})
    # A recording answers at once and always the same, so neither pace nor patience is needed.
    options = Options(
        transport=Replay(recordings.answer),
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
            recordings.base = opened.source.addresses.base
            people = People(opened)
            try:
                for sheet in people.sheets():
                    given += [user_json(user) for user in sheet.users]
            finally:
                report = people.report
    except OnrollError as error:
        if not isinstance(error, ResponseError) or error.diagnostic.code != _OVER:
            failure = error
    return Replayed(tuple(given), report, failure, recordings.missing, recordings.asked)


def _replay(
    definition: ConnectorDefinition,
    example: Example,
    index: int,
    warnings: list[tuple[str, ...]],
) -> Iterator[Diagnostic]:
    """Yield what is wrong with an example, and note what its reading warns of."""
    place = definition.source.place(("examples", index))
    try:
        responses = {
            name: [_response(one) for one in recorded]
            for name, recorded in example.responses.items()
        }
        known = {
            name: [None if one.asked is None else read_asked(one.asked, one.sent) for one in ones]
            for name, ones in example.responses.items()
        }
        expected = json.loads(read_recorded(example.users))
        replayed = replay(definition, responses, known)
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
    is_whole = replayed.failure is None
    yield from other_requests(definition, index, replayed.asked, is_whole=is_whole)
    try:
        yield from other_users(definition, index, replayed.users, expected)
    except RecursionError:
        yield Diagnostic("example-not-json", f"{example.users} is nested too deep", place)
    if replayed.report is not None:
        warnings.append(replayed.report.warnings)


def with_all_mapped(definition: ConnectorDefinition) -> ConnectorDefinition:
    """Return the definition with null for what it leaves to the connection: a replay has none."""
    left = {name: {"value": None} for name in NEEDED_ATTRIBUTES}
    given = {name: value for name, value in definition.attributes.items() if value is not None}
    return replace(definition, attributes={**left, **given})


def _failed(error: OnrollError, index: int, place: Any) -> Diagnostic:
    message = f"example {index + 1} cannot be replayed: {error.diagnostic.message}"
    return Diagnostic("example-failed", message, place, hint=error.diagnostic.hint)


_OVER = "recording-is-over"


class _Recordings:
    """Recorded answers, found by what is asked; each list's in their order."""

    def __init__(
        self,
        definition: ConnectorDefinition,
        responses: Mapping[str, Sequence[Response]],
        known: Mapping[str, Sequence[AskedRequest | None]],
    ) -> None:
        templates = templates_of(definition)
        unknown = [name for name in responses if name not in templates]
        if unknown:
            raise UsageError(
                Diagnostic("example-failed", f"it has answers for `{unknown[0]}`, which is no list")
            )
        self._calls = Calls(definition)
        self._lists = lists_of(definition)
        self._responses = responses
        self._known = known
        self._left = {name: list(range(len(recorded))) for name, recorded in responses.items()}
        self._asked: dict[str, list[AskedRequest | None]] = {
            name: [None] * len(recorded) for name, recorded in responses.items()
        }
        self.base = ""
        self.missing: str | None = None

    @property
    def asked(self) -> dict[str, tuple[AskedRequest | None, ...]]:
        """What each answer was given to, so far."""
        return {name: tuple(asked) for name, asked in self._asked.items()}

    def answer(self, request: Request) -> Response:
        name = self._calls.name_of(request, lambda name: bool(self._left.get(name)))
        if name is not None:
            asked = asked_of(request, self.base)
            number = self._number(name, asked)
            self._left[name].remove(number)
            self._asked[name][number] = asked
            return self._responses[name][number]
        self.missing = self._calls.name_of(request, lambda _: True)
        raise ResponseError(Diagnostic(_OVER, "there is no further recorded answer"))

    def _number(self, name: str, asked: AskedRequest) -> int:
        """Return which answer is meant: that of one person, or the next page."""
        known = self._known.get(name, ())
        if name not in self._lists and known:
            for number in self._left[name]:
                then = known[number]
                if then is not None and not any(changes_of(asked, then)):
                    return number
        return self._left[name][0]


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
