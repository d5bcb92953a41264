"""Record real answers of a source as examples, with people's data replaced before it is kept.

Nothing that a source said is written as it came: the answers are taken down in memory, cut to a
few records, disguised, and read once more by a replay, whose users become the expected ones.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from onroll.diagnostics import Diagnostic, nearest, quoted_list
from onroll.errors import BlockedError, UsageError
from onroll.expressions.reference import as_text
from onroll.model import Headers, Json, Response, origin_of
from onroll.pseudonyms.addresses import Route
from onroll.pseudonyms.bodies import Body, Leaf, leaves_of
from onroll.pseudonyms.disguise import Change, Disguise
from onroll.pseudonyms.rules import ITEM, rules_of, written
from onroll.service.addressing import find_addresses
from onroll.service.calls import lists_of, templates_of
from onroll.service.encoding_answers import RecordedAnswer, encode_answer
from onroll.service.finite import counting_headers
from onroll.service.opening import Options
from onroll.service.record_places import merged_layouts, places_of
from onroll.service.replay import Replayed, replay
from onroll.service.shortening import Short, shorten_answers, without_records
from onroll.service.stand_ins import stand_ins
from onroll.service.taking import take

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from onroll.definition.connector import ConnectorDefinition
    from onroll.definition.settings import Settings
    from onroll.pseudonyms.bodies import Layout
    from onroll.pseudonyms.rules import FieldPath
    from onroll.service.taking import Taken

__all__ = ["RecordJob", "Recording", "record"]

#: Keys of `pagination` that name a parameter which counts; in others the number is somebody's id.
_COUNTING: Final = ("limit_name", "offset_name", "page_name")


@dataclass(frozen=True, slots=True)
class RecordJob:
    """What to record. `definition` is what is run, `filed` what its file says, for the replay.

    `keep` are paths whose values stay as they are.
    """

    definition: ConnectorDefinition
    filed: ConnectorDefinition
    settings: Settings
    options: Options
    pages: int = 2
    records: int = 10
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """Answers to write, the users that they give, and what became of the values in them.

    `is_complete`: a replay of it proves the end of the list, and `reasons` say why not. So many
    people as are `lost` were users of the source and are none of the replay.
    """

    answers: tuple[RecordedAnswer, ...]
    users: tuple[dict[str, Any], ...]
    changes: tuple[Change, ...]
    is_complete: bool
    reasons: tuple[str, ...] = field(default=())
    lost: int = 0


def record(job: RecordJob) -> Recording:
    """Ask the source, and make a recording of it. Writes nothing.

    Raises `SourceError` when the source cannot be read, `BlockedError` when something of it would
    be left in the recording, `UsageError` for a path to keep that is nowhere.
    """
    taken = take(job.definition, job.settings, job.options, pages=job.pages, records=job.records)
    short = shorten_answers(job.definition, taken, job.records)
    definition = job.definition
    bodies = {
        id(one): Body(name, one.body, _layout(definition, name, one.body))
        for name, answers in short.items()
        for one in answers
    }
    disguise = Disguise(
        list(bodies.values()),
        rules_of(definition),
        keep=frozenset(_kept_path(one) for one in job.keep),
        route=_route(job, taken),
        restated=frozenset(
            (f"{name}:", *path)
            for name, answers in short.items()
            for one in answers
            for path in one.restated
        ),
    )
    disguised = {
        name: [
            _disguised(one, bodies[id(one)], disguise, _counting(definition, name))
            for one in answers
        ]
        for name, answers in short.items()
    }
    _refuse_unknown_keep(disguise)
    _refuse_remainders(definition, disguised, disguise)
    _refuse_secrets(taken, _texts(disguised))
    replayed, answers = _replayed(job.filed, disguised)
    _refuse_secrets(taken, _written(answers, replayed))
    report = replayed.report
    return Recording(
        answers=tuple(answers),
        users=replayed.users,
        changes=tuple(disguise.changes),
        is_complete=report is not None and report.complete,
        reasons=() if report is None else report.reasons,
        lost=max(0, taken.users - len(replayed.users)),
    )


def _layout(definition: ConnectorDefinition, name: str, body: Json) -> Layout:
    """Say where in a body the records are, as the paths of the definition go on from there."""
    lists = lists_of(definition)
    lookups = {one.name for one in definition.lookups}
    layouts: list[Layout] = []
    if name in lists:
        listing = lists[name]
        prefix: FieldPath = (name,) if name in lookups else ()
        layouts.append(places_of(body, listing.resource_location, listing.shape, prefix).layout)
        if name not in lookups:
            layouts += [
                places_of(body, one.resource_location, None, (one.name,)).layout
                for one in definition.lookups
                if one.listing is None
            ]
    for one in definition.details:
        if one.name == name:
            found = one.resource_location.first(body)
            prefix = (name, ITEM) if isinstance(found, list) else (name,)
            layouts.append(places_of(body, one.resource_location, None, prefix).layout)
    for one in definition.context:
        if one.name == name:
            layouts.append(places_of(body, one.resource_location, None, ("context", name)).layout)
    return merged_layouts(layouts)


def _counting(definition: ConnectorDefinition, name: str) -> frozenset[str]:
    return counting_headers(lists_of(definition).get(name))


def _disguised(one: Short, body: Body, disguise: Disguise, counting: frozenset[str]) -> Short:
    headers = {
        name: value if name in counting else disguise.header(name, value)
        for name, value in one.headers.items()
    }
    return Short(one.name, one.response, headers, disguise.body(body))


def _route(job: RecordJob, taken: Taken) -> Route:
    """Say which addresses a replay asks instead of those that were asked."""
    definition = job.filed
    instead = find_addresses(definition, stand_ins(definition), Options(use_auth=False)).base
    asked = (taken.addresses.base, taken.addresses.declared)
    bases = [(one, instead) for one in asked]
    bases += [(origin_of(one), origin_of(instead)) for one in asked]
    templates = templates_of(job.definition).values()
    paths = [urlsplit(instead).path, *(one.endpoint for one in templates)]
    segments = {unquote(one) for path in paths for one in re.split(r"[/?&=]", path)}
    values = {as_text(value) for one in templates for value in one.params.values()}
    paging = {
        value
        for one in lists_of(job.definition).values()
        for key, value in one.pagination.items()
        if key in _COUNTING and isinstance(value, str)
    }
    words = {one for one in segments | values if one and "${" not in one}
    return Route(tuple(dict.fromkeys(bases)), frozenset(words), frozenset(paging))


def _kept_path(text: str) -> str:
    """Write a path to keep as the table does: any item of a list is meant."""
    plain = re.sub(r"\[[^\]]*\]", ITEM, text.strip())
    return plain.removeprefix("$").removeprefix(".")


def _refuse_unknown_keep(disguise: Disguise) -> None:
    unknown = disguise.unknown_keep
    if not unknown:
        return
    first = sorted(unknown)[0]
    known = {one.path for one in disguise.changes}
    right = nearest(first, known)
    raise UsageError(
        Diagnostic(
            "unknown-path",
            f"`--keep {first}`: no answer has a value there",
            expected="a path into a record, as `attributes` has it",
            hint=f"did you mean `{right}`?" if right else "leave it out to see all paths",
        )
    )


def _refuse_remainders(
    definition: ConnectorDefinition, disguised: dict[str, list[Short]], disguise: Disguise
) -> None:
    """Raise `BlockedError` where a text is left that was replaced elsewhere."""
    left = dict.fromkeys(
        written(leaf.path)
        for name, answers in disguised.items()
        for one in answers
        for leaf in _leaves(definition, name, one)
        if isinstance(leaf.value, str) and disguise.is_left_in(leaf.value)
    )
    if left:
        raise BlockedError(
            Diagnostic(
                "original-left",
                f"values that were replaced would stay at {quoted_list(list(left))}",
                hint="keep fewer paths, or also those where the same values stand",
            )
        )


def _leaves(definition: ConnectorDefinition, name: str, one: Short) -> Iterator[Leaf]:
    yield from leaves_of(Body(name, one.body, _layout(definition, name, one.body)))
    for header, value in one.headers.items():
        yield Leaf((f"{name}:", f"header {header}"), value)


def _replayed(
    definition: ConnectorDefinition, disguised: dict[str, list[Short]]
) -> tuple[Replayed, list[RecordedAnswer]]:
    """Replay, and add the empty page that a list asks for behind its last one."""
    lists = lists_of(definition)
    answers = {
        name: [encode_answer(definition, one) for one in short] for name, short in disguised.items()
    }
    for _ in range(len(lists) + 1):
        found = replay(definition, {name: _responses(ones) for name, ones in answers.items()})
        name = found.missing
        if name not in lists or name not in disguised:
            break
        last = without_records(lists[name], disguised[name][-1])
        try:
            answers[name].append(encode_answer(definition, last))
        except BlockedError:
            break  # in this format nobody cannot be told from nothing
        # Another one would be the same, so that the list would never end.
        lists = {other: one for other, one in lists.items() if other != name}
    if found.failure is not None:
        why = found.failure.diagnostic.message
        raise BlockedError(
            Diagnostic(
                "example-failed",
                f"a replay of the made-up answers fails: {why}",
                hint="keep the path that the definition needs as it is (`--keep`)",
            )
        )
    # As the replay asks: without credentials, and with made-up ids and cursors.
    pairs = (zip(ones, found.asked[name], strict=True) for name, ones in answers.items())
    return found, [replace(one, asked=asked) for ones in pairs for one, asked in ones]


def _responses(answers: list[RecordedAnswer]) -> list[Response]:
    return [Response(one.status, Headers(one.headers), one.body or b"", "") for one in answers]


def _texts(disguised: dict[str, list[Short]]) -> Iterator[tuple[str, str]]:
    """Yield what an answer says, whatever it will be encoded in."""
    for name, answers in disguised.items():
        yield from ((name, json.dumps(one.body, ensure_ascii=False)) for one in answers)


def _written(answers: list[RecordedAnswer], replayed: Replayed) -> Iterator[tuple[str, str]]:
    yield from ((one.name, (one.body or b"").decode("utf-8", "replace")) for one in answers)
    yield from ((one.name, value) for one in answers for value in one.headers.values())
    for one in answers:
        if one.asked is not None:
            yield one.name, f"{one.asked.line} {json.dumps(one.asked.sent, ensure_ascii=False)}"
    yield "users", json.dumps(replayed.users, ensure_ascii=False)


def _refuse_secrets(taken: Taken, texts: Iterable[tuple[str, str]]) -> None:
    for name, text in texts:
        if taken.redactor.clean(text) != text:
            raise BlockedError(
                Diagnostic(
                    "secret-left",
                    f"a secret of the settings would stand in the answers of `{name}`",
                    hint="the API sends it back; leave out `--keep`, or write the example by hand",
                )
            )
