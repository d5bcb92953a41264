"""Who a record is about: its id, its number, its addresses, and the name to sign in by."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from onroll.drafting.contents import is_email, is_key, share
from onroll.drafting.evidence import Guess
from onroll.drafting.leaves import Picked
from onroll.drafting.sample import (
    Candidate,
    Field,
    Sample,
    chain_of,
    is_mark,
    is_same_place,
    rank,
    told,
)
from onroll.drafting.vocabulary import PHRASES
from onroll.expressions.reference import as_text

if TYPE_CHECKING:
    from onroll.model import Json

__all__ = ["find_emails", "find_id", "find_number", "find_username"]

#: What no one but a program would think of.
_OPAQUE: Final = re.compile(r"(?=.*\d)[0-9A-Za-z|:_-]{12,}")
_OPAQUE_SCORE: Final = 88
_PLAIN_ID: Final = frozenset({"id", "uuid", "guid"})
#: A name that is no person's, but what a program calls a record: `HR-EMP-00001`, `users/17`.
_RESOURCE: Final = re.compile(r"(?=.*\d)[\w./-]+")
_ENOUGH: Final = 0.9
_DOUBTFUL: Final = 70
#: In order to fill what another field leaves empty it must be named nearly as well.
_SECOND: Final = 25
#: What may hold the address that someone signs in by.
_USER: Final = ("userid", "user", "account")


def find_id(sample: Sample) -> tuple[Guess[Json], Field] | None:
    """Return the stable id: filled in all records and different in all of them."""
    found = rank(sample, PHRASES["id"], is_key, accepts=lambda field: _is_unique(field, sample))
    if not found or found[0].score < _OPAQUE_SCORE:
        found = sorted([*found, *_opaque(sample)], key=lambda one: -one.score)
    if found:
        best = found[0]
        guess = told(sample, found[:1], "different")
        rival = found[1] if len(found) > 1 else None
        is_close = rival is not None and best.score - rival.score < 2
        other = rival.field if is_close and rival else _other_id(best.field, sample)
        if other is not None:
            evidence = f"{guess.evidence}; {other.leaf.shown} is as likely"
            guess = replace(guess, evidence=evidence, is_sure=False)
        return guess, best.field
    return _stand_in_id(sample)


def _other_id(best: Field, sample: Sample) -> Field | None:
    """Return another opaque id beside one that is not just called id."""
    last = best.trail.keys[-1]
    is_plain = set(last) <= _PLAIN_ID or share(best.filled, _is_opaque) < 1
    if is_plain or sample.is_described:
        return None
    return next(
        (
            one
            for one in sample.fields
            if one is not best
            and one.leaf.steps[:-1] == best.leaf.steps[:-1]
            and one.trail.keys[-1][-1] in _PLAIN_ID
            and "external" not in one.trail.keys[-1]
            and share(one.filled, _is_opaque) == 1
            and _is_unique(one, sample)
        ),
        None,
    )


def _is_opaque(value: Json) -> bool:
    return _OPAQUE.fullmatch(as_text(value)) is not None


def _is_unique(field: Field, sample: Sample) -> bool:
    values = [as_text(value) for value in field.filled]
    return len(values) == sample.count and len(set(values)) == len(values)


def _opaque(sample: Sample) -> list[Candidate]:
    """Return the fields of unknown names whose last word is id, and that hold nothing readable."""
    return [
        Candidate(field, _OPAQUE_SCORE - len(field.leaf.steps))
        for field in sample.fields
        if len(field.trail.keys) == 1
        and field.trail.words[-1] in ("id", "uuid", "guid")
        and share(field.filled, _is_opaque) == 1
        and _is_unique(field, sample)
    ]


def _stand_in_id(sample: Sample) -> tuple[Guess[Json], Field] | None:
    """Return what is different in all records where nothing is called an id: not sure."""
    named = [one for one in sample.fields if one.leaf.steps in (("name",), ("key",), ("ref",))]
    for field in named:
        is_code = share(field.filled, lambda value: bool(_RESOURCE.fullmatch(as_text(value)))) == 1
        if is_code and _is_unique(field, sample):
            evidence = f"{field.leaf.shown}, a code, different in {sample.count} of {sample.count}"
            reason = f"{evidence}; no field is called an id"
            return Guess(field.path, reason, is_sure=False), field
    for name in ("employee_number", "username", "email"):
        found = rank(sample, PHRASES[name], is_key, accepts=lambda one: _is_unique(one, sample))
        if found:
            guess = told(sample, found[:1], "different")
            evidence = f"{guess.evidence}; no field is called an id, and this one may change"
            return replace(guess, evidence=evidence, is_sure=False), found[0].field
    return None


def find_number(sample: Sample) -> tuple[Guess[Json], Field] | None:
    """Return the number that people at the company know someone by."""
    found = rank(sample, PHRASES["employee_number"], is_key, least=70, accepts=_is_mostly_unique)
    return (told(sample, found, "filled"), found[0].field) if found else None


def _is_mostly_unique(field: Field) -> bool:
    values = [as_text(value) for value in field.filled if not isinstance(value, list)]
    return len(set(values)) >= _ENOUGH * len(values)


def find_emails(sample: Sample) -> dict[str, tuple[Guess[Json], list[Field]]]:
    """Return the address at work and the private one, each with the fields that it takes."""
    named = rank(sample, PHRASES["alternate_email"] + PHRASES["email"], is_email)
    private = [one for one in named if one.field.trail.is_private]
    named = rank(sample, PHRASES["email"], is_email)
    work = _marked_first([one for one in named if not one.field.trail.is_private], private)
    found: dict[str, tuple[Guess[Json], list[Field]]] = {}
    if not work and not private:
        work = _by_values(sample)
    if work:
        chain = chain_of(work, _SECOND)
        guess = told(sample, work, "an address", _first_of(chain))
        if len(chain) > 1:
            guess = _with_second(guess, chain)
        found["email"] = guess, [one.field for one in chain]
    elif private:
        guess = told(sample, private, "an address")
        evidence = f"{guess.evidence}; its name says that it is private"
        found["email"] = replace(guess, evidence=evidence, is_sure=False), [private[0].field]
        private = private[1:]
    if not private and work and work[0].field.trail.is_work:
        # Beside an address that is said to be for work, another is someone's own.
        private = [one for one in work if not one.field.trail.is_work and _differs(one, work[0])]
        private = [Candidate(one.field, min(one.score, _DOUBTFUL)) for one in private]
    if private:
        found["alternate_email"] = told(sample, private, "an address"), [private[0].field]
    return found


def _marked_first(work: list[Candidate], private: list[Candidate]) -> list[Candidate]:
    """Put what a list marks as primary before its types, unless someone's primary is private."""
    if not work or not any(isinstance(step, Picked) for step in work[0].field.leaf.steps):
        return work
    for one in work:
        is_marked = any(is_mark(step) for step in one.field.leaf.steps)
        if is_marked and is_same_place(one.field, work[0].field):
            if any(_agree(one.field, other.field) for other in private):
                return work
            lifted = Candidate(one.field, work[0].score + 1)
            return [lifted, *(other for other in work if other is not one)]
    return work


def _agree(one: Field, other: Field) -> bool:
    pairs = zip(one.leaf.values, other.leaf.values, strict=True)
    return any(mine and mine == theirs for mine, theirs in pairs)


def _differs(one: Candidate, other: Candidate) -> bool:
    pairs = zip(one.field.leaf.values, other.field.leaf.values, strict=True)
    return any(mine and mine != theirs for mine, theirs in pairs)


def _by_values(sample: Sample) -> list[Candidate]:
    """Return the fields at the top that hold addresses, whatever they are called: not sure."""
    return [
        Candidate(field, 60)
        for field in sample.fields
        if len(field.leaf.steps) == 1 and field.filled and share(field.filled, is_email) > _ENOUGH
    ]


def _first_of(chain: list[Candidate]) -> Json:
    paths = [one.field.path for one in chain]
    return paths[0] if len(paths) == 1 else {"first": paths}


def _with_second(guess: Guess[Json], chain: list[Candidate]) -> Guess[Json]:
    names = ", ".join(one.field.leaf.shown for one in chain[1:])
    return replace(guess, evidence=f"{guess.evidence}, where empty {names}", is_sure=False)


def find_username(
    sample: Sample, email: Guess[Json] | None
) -> tuple[Guess[Json], list[Field]] | None:
    """Return the name to sign in by, else the address."""
    found = rank(sample, PHRASES["username"], is_key)
    named = [one for one in found if _is_login(one.field, sample)]
    named = named or rank(sample, _USER, is_email, least=90)
    if not named:
        if email is None:
            return _by_name(sample)
        return Guess(email.value, "no field for a login, so the address", email.is_sure), []
    guess = told(sample, named, "a login")
    best = named[0].field
    if len(best.filled) < sample.count and email is not None:
        rest = email.value["first"] if _is_chain(email.value) else [email.value]
        value = {"first": [best.path, *rest]}
        guess = Guess(value, f"{guess.evidence}, else the address", guess.is_sure)
    return guess, [best]


def _is_login(field: Field, sample: Sample) -> bool:
    if field.trail.words[-1] in ("email", "mail", "address"):
        return False
    is_picked = any(isinstance(step, Picked) for step in field.leaf.steps)
    return len(field.filled) >= _ENOUGH * sample.count if is_picked else bool(field.filled)


def _by_name(sample: Sample) -> tuple[Guess[Json], list[Field]] | None:
    """Return a whole name that is different in all records, where there is nothing else."""
    found = rank(sample, PHRASES["display_name"], lambda _: True, least=85)
    found = [one for one in found if _is_unique(one.field, sample)]
    if not found:
        return None
    guess = told(sample, found[:1], "different")
    evidence = f"{guess.evidence}; no field is called a login"
    return replace(guess, evidence=evidence, is_sure=False), []


def _is_chain(value: Json) -> bool:
    return isinstance(value, dict) and isinstance(value.get("first"), list)
