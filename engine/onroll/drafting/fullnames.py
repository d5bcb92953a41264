"""What people are called: names in parts, and a whole name that is taken apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from onroll.drafting.contents import is_label, share
from onroll.drafting.evidence import Guess
from onroll.drafting.sample import Candidate, Sample, chain_of, rank, told
from onroll.drafting.vocabulary import PHRASES

if TYPE_CHECKING:
    from onroll.drafting.sample import Field
    from onroll.model import Json

__all__ = ["find_names"]

#: In order to fill what another field leaves empty it must be named nearly as well.
_SECOND: Final = 12
_SOME: Final = 0.3
_MOST: Final = 0.5
_WELL_FILLED: Final = 0.8
_ALL_BUT: Final = 0.9


def find_names(sample: Sample) -> tuple[dict[str, Guess[Json]], list[Field]]:
    """Return the attributes of names, and the fields that they take."""
    found: dict[str, Guess[Json]] = {}
    used: list[Field] = []

    def take(name: str, candidates: list[Candidate]) -> Field | None:
        if not candidates:
            return None
        found[name] = _chained(sample, candidates)
        used.append(candidates[0].field)
        return candidates[0].field

    def named(name: str) -> list[Candidate]:
        return rank(sample.without(used), PHRASES[name], is_label, least=65)

    first = take("first_name", named("first_name"))
    last = take("last_name", named("last_name"))
    take("middle_name", named("middle_name"))
    whole = _whole(sample.without(used))
    if first is not None and last is None and whole and _is_beside(whole[0].field, first):
        last = take("last_name", whole[:1])
        whole = whole[1:]
    if first is not None and last is not None:
        whole = [one for one in whole if not _has_comma(one.field)]
    display = take("display_name", whole)
    take("preferred_name", named("preferred_name"))
    if display is not None:
        for name, guess in _parted(display).items():
            mine = first if name == "first_name" else last
            if mine is None:
                found[name] = guess
            elif _is_mostly_empty(mine, display):
                found[name] = _helped(found[name], guess)
    elif display is None and first is not None and last is not None:
        found["display_name"] = Guess(
            {"template": "${first_name} ${last_name}"}, "no field for the whole name"
        )
    return found, used


def _chained(sample: Sample, candidates: list[Candidate]) -> Guess[Json]:
    chain = chain_of(candidates, _SECOND)
    if len(chain) == 1:
        return told(sample, candidates, "filled")
    guess = told(sample, candidates[:1], "filled", {"first": [one.field.path for one in chain]})
    names = ", ".join(one.field.leaf.shown for one in chain[1:])
    return replace(guess, evidence=f"{guess.evidence}, where empty {names}")


def _whole(sample: Sample) -> list[Candidate]:
    """Return what may be a whole name, those of several words first. It may be an address."""
    named = rank(sample, PHRASES["display_name"], _has_letters, least=65)
    scored = [
        Candidate(one.field, one.score + round(20 * share(one.field.filled, _has_blank)))
        for one in named
        if one.field.filled and share(one.field.filled, is_label) >= _SOME
    ]
    return sorted(scored, key=lambda one: -one.score)


def _has_letters(value: Json) -> bool:
    return isinstance(value, str) and any(map(str.isalpha, value))


def _has_blank(value: Json) -> bool:
    return isinstance(value, str) and " " in value.strip()


def _has_comma(field: Field) -> bool:
    return share(field.filled, lambda value: "," in str(value)) > _ALL_BUT


def _is_beside(field: Field, first: Field) -> bool:
    """Whether a field called name is the last one: it does not hold the first name too."""
    pairs = [
        (str(a), str(b))
        for a, b in zip(field.leaf.values, first.leaf.values, strict=True)
        if a and b
    ]
    held = sum(b.casefold() in a.casefold() for a, b in pairs)
    return bool(pairs) and held <= 0.2 * len(pairs)


def _is_mostly_empty(field: Field, whole: Field) -> bool:
    return len(field.filled) < _WELL_FILLED * len(whole.filled)


def _helped(guess: Guess[Json], other: Guess[Json]) -> Guess[Json]:
    """Let a part of the whole name stand in where the field of its own is empty."""
    value = guess.value["first"] if isinstance(guess.value, dict) else [guess.value]
    evidence = f"{guess.evidence}, where empty {other.evidence}"
    return Guess({"first": [*value, other.value]}, evidence, is_sure=False)


def _parted(whole: Field) -> dict[str, Guess[Json]]:
    """Take a whole name apart: at a comma (`Kern, Ilse`), else at the first blank."""
    texts = [str(value) for value in whole.filled]
    if _has_comma(whole):
        separator, first, last, at = ",", "rest", "first", "the comma"
    elif share(texts, lambda text: " " in text.strip()) >= _MOST:
        separator, first, last, at = " ", "first", "rest", "the first blank"
    else:
        return {}
    evidence = f"{whole.leaf.shown} at {at}: there is the whole name only"
    return {
        name: Guess(
            {"path": whole.path, "transform": [{"split": {"on": separator, "take": take}}]},
            evidence,
            is_sure=False,
        )
        for name, take in (("first_name", first), ("last_name", last))
    }
