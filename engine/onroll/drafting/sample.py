"""Sample records as fields to choose from, and the candidates for one attribute among them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from onroll.drafting.contents import share
from onroll.drafting.evidence import FieldFacts, Guess
from onroll.drafting.leaves import Leaf, Picked, Step, leaves_of, written
from onroll.drafting.names import Trail, fit, trail_of
from onroll.drafting.words import words_of
from onroll.expressions.path import walk
from onroll.expressions.reference import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from onroll.model import Json
    from onroll.outline import Keys

__all__ = [
    "Candidate",
    "Field",
    "Sample",
    "chain_of",
    "is_mark",
    "is_same_place",
    "rank",
    "sample_of",
    "told",
]

#: Below it a name says too little.
_LEAST: Final = 50
#: From here on a name leaves no doubt.
_SURE: Final = 72
#: Two candidates that are closer than this are both worth a look.
_CLOSE: Final = 4
#: What a list marks as the primary one is the one to take.
_MARKED: Final = 5
#: What a field is described by counts less than what it is called.
_DESCRIBED: Final = 12
_SHORT: Final = 5
_FEW: Final = 20
_MOST_RECORDS: Final = 2000
_WELL_FILLED: Final = 0.8


@dataclass(frozen=True, slots=True)
class Field:
    """A leaf, the words of its name, and what a documentation says of it."""

    leaf: Leaf
    trail: Trail
    facts: FieldFacts

    @property
    def path(self) -> str | list[str | int]:
        """The path as a definition would have it."""
        return self.leaf.path

    @property
    def filled(self) -> tuple[Json, ...]:
        """The values that are more than absent, null or empty."""
        return self.leaf.filled


@dataclass(frozen=True, slots=True)
class Sample:
    """The fields of sample records, and how many records there are.

    Of records that were made up after a documentation (`is_described`) only the names count.
    """

    fields: tuple[Field, ...]
    count: int
    is_described: bool = False

    def without(self, fields: Sequence[Field]) -> Sample:
        """Return the sample without fields that are used already."""
        used = {one.leaf.steps for one in fields}
        left = tuple(one for one in self.fields if one.leaf.steps not in used)
        return replace(self, fields=left)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A field that may be an attribute, and how much speaks for it (to 100)."""

    field: Field
    score: int


def sample_of(
    records: Sequence[Json], fields: Mapping[str, FieldFacts], *, is_described: bool = False
) -> Sample:
    """Take records apart. `fields` are a documentation's, by the written path."""
    kept = [record for record in records[:_MOST_RECORDS] if isinstance(record, dict)]
    return Sample(
        tuple(Field(leaf, trail_of(leaf), _facts(leaf, fields, kept)) for leaf in leaves_of(kept)),
        len(kept),
        is_described,
    )


def _facts(leaf: Leaf, fields: Mapping[str, FieldFacts], records: Sequence[Json]) -> FieldFacts:
    steps = tuple(0 if isinstance(step, Picked) else step for step in leaf.steps)
    path = written(steps)
    known = fields.get(path if isinstance(path, str) else as_text(path))
    if known is None and steps[-1] == "value":
        known = FieldFacts(description=_label_beside(leaf.steps, records))
    return known or FieldFacts()


def _label_beside(steps: tuple[Step, ...], records: Sequence[Json]) -> str:
    """Return what records themselves call a value: `{label: Business unit, value: …}`."""
    way = tuple(step for step in steps[:-1] if isinstance(step, str | int))
    if len(way) < len(steps) - 1:
        return ""
    labels = {walk(record, (*way, "label")) for record in records[:_FEW] if _is_beside(record, way)}
    label = labels.pop() if len(labels) == 1 else None
    return label if isinstance(label, str) else ""


def _is_beside(record: Json, way: Keys) -> bool:
    return isinstance(walk(record, (*way, "label")), str)


def rank(
    sample: Sample,
    phrases: tuple[str, ...],
    holds: Callable[[Json], bool],
    *,
    least: int = _LEAST,
    part: float = _WELL_FILLED,
    accepts: Callable[[Field], bool] = lambda _: True,
) -> list[Candidate]:
    """Return the fields that are named so and whose values hold, best first."""
    found = []
    for field in sample.fields:
        score = _named(field, phrases)
        if score < least or not accepts(field):
            continue
        filled = field.filled
        if filled and share(filled, holds) < part:
            continue
        score -= len(field.leaf.steps) - 1 + (3 if field.leaf.is_choice else 0)
        score += _MARKED if any(is_mark(step) for step in field.leaf.steps) else 0
        score -= 0 if sample.is_described else _emptiness(len(filled) / sample.count)
        if score >= least - 15:
            found.append(Candidate(field, score))
    return sorted(found, key=lambda one: -one.score)


def _named(field: Field, phrases: tuple[str, ...]) -> int:
    """Return how well a name fits, or else the few words that describe the field."""
    score = fit(field.trail, phrases)
    words = words_of(field.facts.description)
    if score >= _LEAST or not 0 < len(words) <= _SHORT or "manager" in words:
        return score
    return max(score, fit(Trail((words,)), phrases) - _DESCRIBED)


def is_mark(step: Step) -> bool:
    """Whether a step takes the item that a list marks as the primary one."""
    return isinstance(step, Picked) and step.value is True


def _emptiness(filled: float) -> int:
    """Return what it costs that a field is empty in some of the records."""
    if filled == 0:
        return 20
    return round((4 if filled >= 0.5 else 10) * (1 - filled))


def chain_of(candidates: Sequence[Candidate], closeness: int) -> list[Candidate]:
    """Return the best candidate, and then those that are filled where it is not."""
    chain = list(candidates[:1])
    for one in candidates[1:]:
        if one.score < candidates[0].score - closeness or len(chain) > 2:
            break
        taken = zip(*(each.field.leaf.values for each in chain), strict=True)
        if any(
            value and not any(others)
            for value, others in zip(one.field.leaf.values, taken, strict=True)
        ):
            chain.append(one)
    return chain


def is_same_place(one: Field, other: Field) -> bool:
    """Whether two fields are one, in another item of a list."""
    return _unpicked(one) == _unpicked(other)


def _unpicked(field: Field) -> tuple[Step, ...]:
    return tuple(0 if isinstance(step, Picked) else step for step in field.leaf.steps)


def told(
    sample: Sample, candidates: Sequence[Candidate], what: str, value: Json = None
) -> Guess[Json]:
    """Return the best candidate as a guess: how often it is filled, and which other is close.

    `what` says what its values are: "an address". `value` is what is written, if not the path.
    """
    best, *others = candidates
    field = best.field
    filled = len(field.filled)
    count = f"{filled} of {sample.count}"
    if sample.is_described:
        evidence = f"{field.leaf.shown}, by its name in the documentation"
    elif filled:
        evidence = f"{field.leaf.shown}, {what} in {count}"
    else:
        evidence = f"{field.leaf.shown}, empty in all {sample.count}"
    rival = next((one for one in others if _differs(one.field, field)), None)
    is_close = rival is not None and best.score - rival.score < _CLOSE
    if rival is not None and is_close:
        evidence += f"; {rival.field.leaf.shown} is as likely"
    is_seen = bool(filled) or sample.is_described
    is_sure = best.score >= _SURE and not is_close and is_seen
    return Guess(field.path if value is None else value, evidence, is_sure)


def _differs(one: Field, other: Field) -> bool:
    """Whether two fields disagree anywhere that both are filled, or one is not filled at all."""
    if is_same_place(one, other):
        return False
    pairs = [(a, b) for a, b in zip(one.leaf.values, other.leaf.values, strict=True) if a and b]
    return any(a != b for a, b in pairs)
