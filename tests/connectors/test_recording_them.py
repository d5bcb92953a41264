"""Every shipped connector's examples recorded anew: other people, and the same shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import onroll
from onroll.errors import ResponseError
from onroll.http.replay import Replay
from onroll.model import Headers, Response
from onroll.pseudonyms.pseudonyms import words_in
from onroll.service.calls import Calls
from onroll.service.recording import Recording, RecordJob, record
from onroll.service.replay import read_recorded, replay, with_all_mapped
from onroll.service.stand_ins import stand_ins

from .connectors import NAMES, definition_of

if TYPE_CHECKING:
    from onroll.definition.connector import ConnectorDefinition, Example
    from onroll.model import Request

#: Fields of records, though somebody is called so too.
_FIELDS = {"admin"}
_PERSONAL = ("first_name", "last_name", "email", "phone", "mobile", "alternate_email")


def _responses(example: Example) -> dict[str, list[Response]]:
    return {
        name: [
            Response(
                one.status,
                Headers(one.headers),
                read_recorded(one.body) if one.body.name else b"",
                "",
            )
            for one in recorded
        ]
        for name, recorded in example.responses.items()
    }


def _record(definition: ConnectorDefinition, example: Example) -> Recording:
    calls = Calls(definition)
    left = _responses(example)

    def answer(request: Request) -> Response:
        name = calls.name_of(request, lambda name: bool(left.get(name)))
        # Behind its recorded pages a source goes on: it would not break off in the middle.
        return left[name].pop(0) if name is not None else Response(404, Headers(), b"", "")

    options = onroll.Options(
        transport=Replay(answer), use_auth=False, use_rate_limits=False, attempts=1
    )
    pages = max(len(left.get(one.name, ())) for one in definition.parts)
    job = RecordJob(
        definition=with_all_mapped(definition),
        filed=definition,
        settings=stand_ins(definition),
        options=options,
        pages=pages,
        records=100,
    )
    return record(job)


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_of_it_has_the_same_shape_and_other_people(name: str) -> None:
    definition = definition_of(name)
    if not definition.examples:
        pytest.skip("it has no examples")
    example = definition.examples[0]
    before = replay(definition, _responses(example)).users
    recording = _record(definition, example)

    assert [_filled(one) for one in recording.users] == [_filled(one) for one in before]
    assert [one.get("status") for one in recording.users] == [one.get("status") for one in before]
    assert recording.is_complete, recording.reasons
    assert recording.lost == 0
    assert not _personal(before) & _personal(recording.users)
    told = b"".join(one.body or b"" for one in recording.answers).decode("utf-8", "replace")
    assert not (_names(before) - _FIELDS) & set(words_in(told))


def _filled(user: dict[str, Any]) -> set[str]:
    return {key for key, value in user.items() if value not in (None, "", [], {})}


def _personal(users: tuple[dict[str, Any], ...]) -> set[str]:
    return {str(one[key]) for one in users for key in _PERSONAL if one.get(key)}


def _names(users: tuple[dict[str, Any], ...]) -> set[str]:
    names = [one.get(key) or "" for one in users for key in ("first_name", "last_name")]
    return {word for name in names for word in words_in(name) if len(word) >= 4}


def test_a_source_that_stops_in_the_middle_gives_no_recording() -> None:
    definition = definition_of("personio")
    [first, *_] = _responses(definition.examples[0])["list_users"]
    answers = iter([first])

    def answer(_: Request) -> Response:
        return next(answers, Response(500, Headers(), b"", ""))

    options = onroll.Options(transport=Replay(answer), use_auth=False, attempts=1)
    job = RecordJob(definition, definition, stand_ins(definition), options)
    with pytest.raises(ResponseError):
        record(job)
