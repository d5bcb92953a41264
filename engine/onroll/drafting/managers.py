"""Whom people report to: the manager's id and address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from onroll.drafting.contents import is_email, is_key, share
from onroll.drafting.sample import Candidate, Field, Sample, told
from onroll.drafting.vocabulary import (
    ASPECTS,
    BLOCKED,
    ENTITIES,
    MANAGER_PHRASES,
    PERSONAL,
    WORK,
    WRAPPERS,
)
from onroll.drafting.words import spelled
from onroll.expressions.reference import as_text

if TYPE_CHECKING:
    from onroll.drafting.evidence import Guess
    from onroll.model import Json

__all__ = ["find_manager", "referred_to"]

_ID_WORDS: Final = frozenset(
    spelled(
        "id uuid guid eid oid code number nummer key value ref empid persoonsnummer personalnummer "
        "matricule upn username login"
    )
)
_EMAIL_WORDS: Final = frozenset(spelled("email mail upn"))
_ENOUGH: Final = 0.8


@dataclass(frozen=True, slots=True)
class _Part:
    """A field about the manager, and the words behind (or before) the manager's."""

    field: Field
    rest: tuple[str, ...]
    cost: int


def find_manager(
    sample: Sample, own_id: Field | None, number: Field | None
) -> dict[str, Guess[Json]]:
    """Return `manager_id` and `manager_email`, as far as fields hold them.

    An id of a manager that is no id of the records, but a number of theirs, is not sure.
    """
    parts = [part for field in sample.fields if (part := _part(field)) is not None]
    is_parent = not parts and own_id is not None
    if is_parent and own_id is not None:
        parts = [part for field in sample.fields if (part := _parent(field, own_id)) is not None]
    found: dict[str, Guess[Json]] = {}
    emails = [Candidate(one.field, _email_score(one)) for one in parts if _is_email(one)]
    if emails:
        best = sorted(emails, key=lambda one: -one.score)
        found["manager_email"] = told(sample, best[:1], "an address")
    ids = [(one, _id_score(one, own_id, number)) for one in parts if _is_id(one)]
    ranked = sorted(
        (Candidate(part.field, score) for part, score in ids if score), key=lambda one: -one.score
    )
    if ranked:
        guess = told(sample, ranked, "filled")
        judged = guess if sample.is_described else _judged(guess, ranked[0].field, own_id, number)
        found["manager_id"] = replace(judged, is_sure=judged.is_sure and not is_parent)
    return found


def referred_to(sample: Sample, own_id: Field) -> tuple[Field, Field] | None:
    """Return another field than the id by which people are referred to, and what refers so."""
    parts = [part for field in sample.fields if (part := _part(field)) is not None]
    for part in parts:
        if not part.field.filled or not _is_id(part) or _are_of(part.field, own_id):
            continue
        for field in sample.fields:
            values = {as_text(value) for value in field.filled}
            is_key = len(field.leaf.steps) == len(own_id.leaf.steps) and len(values) == sample.count
            if is_key and {as_text(value) for value in part.field.filled} <= values:
                return field, part.field
    return None


def _part(field: Field) -> _Part | None:
    words = tuple(word for word in field.trail.words if word not in WRAPPERS and word != "display")
    cost = len(field.leaf.steps)
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            if "".join(words[start:end]) not in MANAGER_PHRASES:
                continue
            before = tuple(
                word for word in words[:start] if word not in PERSONAL | ASPECTS | WORK | {"role"}
            )
            if not before:
                return _Part(field, words[end:], cost)
            if end == len(words) and set(before) <= _ID_WORDS | _EMAIL_WORDS:
                return _Part(field, words[:start], cost)
            return None
    return None


def _parent(field: Field, own_id: Field) -> _Part | None:
    """Return a field about the parent where that is one of the people."""
    words = field.trail.words
    if words[:1] != ("parent",) or not field.filled or not _are_of(field, own_id):
        return None
    return _Part(field, words[1:], len(field.leaf.steps))


def _is_email(part: _Part) -> bool:
    words = set(part.rest)
    if not part.field.filled:
        return bool(words & _EMAIL_WORDS) and len(words) < 4
    return share(part.field.filled, is_email) >= _ENOUGH


def _email_score(part: _Part) -> int:
    score = 96 - part.cost + min(len(part.field.filled), 5)
    score -= 0 if set(part.rest) & _EMAIL_WORDS or not part.rest else 20
    return score - (30 if {"personal", "private", "home"} & set(part.rest) else 0)


def _is_id(part: _Part) -> bool:
    words = part.rest
    if len(words) > 3 or (words and words[-1] not in _ID_WORDS and words[0] not in _ID_WORDS):
        return False
    # `manager.department.id` is the id of another thing.
    if set(words) & (ENTITIES | BLOCKED):
        return False
    filled = part.field.filled
    return not filled or (share(filled, is_key) >= _ENOUGH and share(filled, is_email) < _ENOUGH)


def _id_score(part: _Part, own_id: Field | None, number: Field | None) -> int:
    words = part.rest
    score = 80 - part.cost if words else 70 - part.cost
    if words and words[-1] in ("id", "uuid", "guid", "eid", "oid", "value"):
        score += 6
    if words and words[-1] in ("number", "code", "nummer", "username", "login"):
        score -= 6
    if words and {"employee", "worker", "person", "user"} & set(words[:-1]):
        score -= 1
    if own_id is not None:
        own = own_id.leaf.steps[-1]
        score += 8 if own == part.field.leaf.steps[-1] else 0
        score += 10 if _are_of(part.field, own_id) else 0
    if number is not None and _are_of(part.field, number):
        score += 2
    return score - (0 if part.field.filled else 12)


def _judged(
    guess: Guess[Json], field: Field, own_id: Field | None, number: Field | None
) -> Guess[Json]:
    if own_id is None or not field.filled:
        return guess
    if _are_of(field, own_id):
        return replace(guess, evidence=f"{guess.evidence}, as in {own_id.leaf.shown}")
    if number is not None and _are_of(field, number):
        evidence = f"{guess.evidence}, but as in {number.leaf.shown}, which is not the id"
        return replace(guess, evidence=evidence, is_sure=False)
    return guess


def _are_of(field: Field, others: Field) -> bool:
    """Whether a field's values are among another's."""
    known = {as_text(value) for value in others.filled}
    values = {as_text(value) for value in field.filled}
    return bool(values & known) and len(values & known) * 2 >= len(values)
