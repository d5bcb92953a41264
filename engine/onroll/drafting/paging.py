"""How further pages are asked for: every plausible `pagination` section, best first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from onroll.drafting.counted import counted_pagings
from onroll.drafting.evidence import Guess
from onroll.drafting.followed import followed_pagings
from onroll.drafting.marks import Marks, marks_of
from onroll.drafting.roles import parameters_of, role_of
from onroll.drafting.sizes import echo_of_size, is_usual_size
from onroll.expressions.locator import parse_locator
from onroll.expressions.number import whole_number

if TYPE_CHECKING:
    from onroll.drafting.evidence import Call
    from onroll.drafting.records import FoundRecords
    from onroll.drafting.roles import Parameters
    from onroll.model import Json

__all__ = ["find_paging", "own_form", "own_json", "own_params"]

#: Between these lie guesses by custom alone, which help only where there is nothing better.
_IDLE: Final = 12.0
_CREDIBLE: Final = 45.0
#: An offset and a limit in one parameter.
_PAIR: Final = re.compile(r"\d{1,9},\d{1,9}")
_NAMES: Final = ("limit_name", "offset_name", "page_name", "cursor_name", "last_id_name")


def find_paging(
    call: Call, found: FoundRecords, total: Guess[Json] | None
) -> list[Guess[Mapping[str, Any]]]:
    """Return the `pagination` sections that fit a call and its answer, the best first."""
    parameters = parameters_of(call)
    marks = marks_of(call.answer, found) if call.answer is not None else Marks()
    count = _count(call, total)
    weighed = [
        *followed_pagings(call, parameters, marks),
        *counted_pagings(call, found, parameters, marks, count),
        _none(call.params, found, parameters, marks, count),
    ]
    weighed.sort(key=lambda one: -one[0])
    best = weighed[0][0]
    is_idle = best >= _CREDIBLE
    kept = [guess for weight, guess in weighed if not (is_idle and _IDLE < weight < _CREDIBLE)]
    received = len(found.records)
    return _different([_finished(guess, call, parameters, received) for guess in kept])


def own_params(call: Call, paging: Mapping[str, Any]) -> Mapping[str, Json]:
    """Return a call's query without what the paging sends itself."""
    return {
        name: value
        for name, value in call.params.items()
        if not _is_of_paging(name, value, call, paging)
    }


def own_form(call: Call, paging: Mapping[str, Any]) -> Mapping[str, str] | None:
    """Return a call's form without what the paging sends itself."""
    if call.form is None:
        return None
    names = _names(paging)
    return {name: value for name, value in call.form.items() if name not in names}


def own_json(call: Call, paging: Mapping[str, Any]) -> Json:
    """Return a call's JSON body without what the paging writes into it."""
    body = call.json
    for name in _names(paging):
        body = _without(body, [name] if name.startswith("$") else name.split("."))
    return body


def _names(paging: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(paging[name] for name in _NAMES if name in paging)


def _is_of_paging(name: str, value: str, call: Call, paging: Mapping[str, Any]) -> bool:
    style = paging["style"]
    if name in _names(paging):
        return True
    if style == "none":
        return False
    if style == "cursor" and "cursor_name" not in paging:
        return name in _merged_names(call, paging)
    # A call for some page or other, while the paging goes another way.
    is_count = value.isascii() and value.isdigit()
    return style in ("next_link", "cursor") and is_count and role_of(name, value) == "page"


def _merged_names(call: Call, paging: Mapping[str, Any]) -> frozenset[str]:
    body = call.answer.body if call.answer is not None else None
    merged = parse_locator(paging["cursor"]).read(body, {})
    return frozenset(merged) if isinstance(merged, dict) else frozenset()


def _without(body: Json, keys: list[str]) -> Json:
    if not isinstance(body, Mapping) or keys[0] not in body:
        return body
    if len(keys) == 1:
        return {key: value for key, value in body.items() if key != keys[0]}
    inner = _without(body[keys[0]], keys[1:])
    rest = {key: value for key, value in body.items() if key != keys[0]}
    return rest if inner == {} else {**body, keys[0]: inner}


def _count(call: Call, total: Guess[Json] | None) -> int | None:
    if total is None or call.answer is None or call.answer.is_described:
        return None
    found = parse_locator(total.value).read(call.answer.body, call.answer.headers)
    return whole_number(found)


def _none(
    params: Mapping[str, str],
    found: FoundRecords,
    parameters: Parameters,
    marks: Marks,
    count: int | None,
) -> tuple[float, Guess[Mapping[str, Any]]]:
    """Weigh that one answer is all. It is sure only where the answer itself shows it."""
    received = len(found.records)
    section = {"style": "none"}
    if count is not None and count > received:
        pair = next((name for name, one in params.items() if _PAIR.fullmatch(one)), None)
        if pair is not None:
            note = f"; `{pair}` holds two numbers, which no style writes into one parameter"
            said = f"{count} are counted and {received} came{note}"
            return 25.0, Guess(section, said, is_sure=False)
        return 5.0, Guess(section, f"{count} are counted and {received} came", is_sure=False)
    if marks.says_more:
        return 1.0, Guess(section, "the answer speaks of a next page", is_sure=False)
    limit = parameters.of("limit")
    is_short = limit is None or limit.number is None or received < limit.number
    is_bare = not parameters.movers and echo_of_size(marks) is None and limit is None
    if count == received and received and is_bare and not (marks.links or marks.cursors):
        return 98.0, Guess(section, f"all {received} that are counted came at once")
    if marks.is_described:
        said = "the documentation names no parameters of paging"
        return 10.0, Guess(section, said, is_sure=False)
    if is_usual_size(received) and not (limit is not None and is_short):
        note = f"nothing speaks of pages, but exactly {received} records came, a usual page size"
        return 10.0, Guess(section, note, is_sure=False)
    return 10.0, Guess(section, "nothing in the call or the answer speaks of pages", is_sure=False)


def _finished(
    guess: Guess[Mapping[str, Any]], call: Call, parameters: Parameters, received: int
) -> Guess[Mapping[str, Any]]:
    """Say where the parameters go, if not where they do by default, and what the count tells."""
    section = dict(guess.value)
    named = [parameters.named(name) for name in _names(section)]
    places = {one.send_in for one in named if one is not None}
    usual = "form" if call.form is not None else "json"
    if call.method == "POST" and len(places) == 1 and places != {usual}:
        section["send_in"] = places.pop()
    evidence = guess.evidence
    is_recorded = call.answer is not None and not call.answer.is_described
    is_cut = is_recorded and section["style"] != "none" and is_usual_size(received)
    if is_cut and "limit" not in section:
        evidence += f"; {received} came, a usual page size"
    return Guess(section, evidence, guess.is_sure)


def _different(guesses: list[Guess[Mapping[str, Any]]]) -> list[Guess[Mapping[str, Any]]]:
    """Leave out later guesses of the same paging."""
    kept: list[Guess[Mapping[str, Any]]] = []
    for guess in guesses:
        if all(dict(guess.value) != dict(one.value) for one in kept):
            kept.append(guess)
    return kept
