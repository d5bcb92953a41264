"""Replay a definition's examples offline: recorded answers through the real code path."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from onroll.definition.settings import Settings
from onroll.diagnostics import Diagnostic
from onroll.errors import ResponseError, SourceError
from onroll.http.replay import ReplayTransport
from onroll.model import Headers, Json, Response
from onroll.service.opening import Options, open_source
from onroll.service.preview import user_json
from onroll.service.reading import People

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.connector import (
        ConnectorDefinition,
        Example,
        Recorded,
        RequestTemplate,
    )

__all__ = ["replay_examples"]


def replay_examples(definition: ConnectorDefinition) -> list[Diagnostic]:
    """Return what the examples give that they should not; empty when all is as recorded."""
    return [
        one
        for index, example in enumerate(definition.examples)
        for one in _replay(definition, example, index)
    ]


def _replay(definition: ConnectorDefinition, example: Example, index: int) -> Iterator[Diagnostic]:
    place = definition.source.place(("examples", index))
    try:
        recordings = _Recordings(definition, example)
        expected = json.loads(example.users.read_text(encoding="utf-8"))
    except OSError as error:
        name = error.filename or example.users
        reason = error.strerror or "not readable"
        yield Diagnostic("example-not-readable", f"{name} cannot be read: {reason}", place)
        return
    except ValueError:
        yield Diagnostic("example-not-json", f"{example.users} is not JSON", place)
        return
    options = Options(transport=ReplayTransport(recordings.answer), use_auth=False)
    given: list[dict[str, Any]] = []
    try:
        with open_source(definition, _stand_ins(definition), options) as opened:
            for sheet in People(opened).sheets():
                given += [user_json(user) for user in sheet.users]
    except ResponseError as error:
        if error.diagnostic.code != _OVER:
            yield _failed(error, index, place)
    except SourceError as error:
        yield _failed(error, index, place)
    yield from _differences(given, expected, index, place)


def _failed(error: SourceError, index: int, place: Any) -> Diagnostic:
    message = f"example {index + 1} cannot be replayed: {error.diagnostic.message}"
    return Diagnostic("example-failed", message, place, hint=error.diagnostic.hint)


def _differences(
    given: list[dict[str, Any]], expected: Json, index: int, place: Any
) -> Iterator[Diagnostic]:
    if not isinstance(expected, list):
        message = f"example {index + 1}: the file of users is not a list"
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


def _stand_ins(definition: ConnectorDefinition) -> Settings:
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
    """Recorded answers, found by the address that is asked; each list's in their order."""

    def __init__(self, definition: ConnectorDefinition, example: Example) -> None:
        requests = {
            **{one.name: one.request for one in definition.details},
            **{one.name: one.listing.request for one in definition.lookups},
            "list_users": definition.list_users.request,
        }
        unknown = [name for name in example.responses if name not in requests]
        if unknown:
            raise ValueError(unknown[0])
        self._patterns = {name: _pattern(one) for name, one in requests.items()}
        self._left = {
            name: [_response(one) for one in recorded]
            for name, recorded in example.responses.items()
        }

    def answer(self, url: str) -> Response:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        for name, (path, params) in self._patterns.items():
            if path.search(parts.path) and params.items() <= query.items() and self._left.get(name):
                return self._left[name].pop(0)
        raise ResponseError(Diagnostic(_OVER, "there is no further recorded answer"))


def _pattern(request: RequestTemplate) -> tuple[re.Pattern[str], dict[str, str]]:
    pieces = re.split(r"\$\{[^}]*\}", request.endpoint)
    path = re.compile("[^/]+".join(re.escape(piece) for piece in pieces) + "$")
    fixed = {
        name: str(value)
        for name, value in request.params.items()
        if isinstance(value, str | int) and "${" not in str(value)
    }
    return path, fixed


def _response(recorded: Recorded) -> Response:
    body = recorded.body.read_bytes() if recorded.body.name else b""
    return Response(recorded.status, Headers(recorded.headers), body, "")
