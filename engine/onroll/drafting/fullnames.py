"""What people are called: names in parts, and a whole name that is taken apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from onroll.drafting.contents import is_label, share
from onroll.drafting.evidence import Guess
from onroll.drafting.sample import Candidate, Sample, chain_of, rank, told
from onroll.drafting.vocabulary import PHRASES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.drafting.sample import Field
    from onroll.model import Json

__all__ = ["find_names"]

#: In order to fill what another field leaves empty it must be named nearly as well.
_SECOND: Final = 12
_SOME: Final = 0.3
_MOST: Final = 0.5
_WELL_FILLED: Final = 0.5
_ALL_BUT: Final = 0.9


def find_names(sample: Sample) -> tuple[dict[str, Guess[Json]], list[Field]]:
    """Return the attributes of names, and the fields that they take."""
    found: dict[str, Guess[Json]] = {}
    taken: dict[str, Field] = {}

    def take(name: str, candidates: list[Candidate]) -> None:
        if candidates:
            found[name] = _chained(sample, candidates)
            taken[name] = candidates[0].field

    def named(name: str) -> list[Candidate]:
        return rank(_left(), PHRASES[name], is_label, least=65)

    def _left() -> Sample:
        return sample.without(list(taken.values()))

    for name in ("first_name", "last_name", "middle_name"):
        take(name, named(name))
    whole = _whole(_left())
    first = taken.get("first_name")
    if "last_name" not in taken and whole and _is_beside(whole[0].field, first):
        # Beside a field for the first name, `name` may be the last one.
        take("last_name", whole[:1])
        whole = whole[1:]
    if {"first_name", "last_name"} <= taken.keys():
        whole = [one for one in whole if not _has_comma(one.field)]
    take("display_name", whole)
    take("preferred_name", named("preferred_name"))
    return found | _derived(found, taken), list(taken.values())


def _derived(
    found: Mapping[str, Guess[Json]], taken: Mapping[str, Field]
) -> dict[str, Guess[Json]]:
    """Return parts made of the whole name, or the whole made of its parts, where they lack."""
    whole = taken.get("display_name")
    if whole is None:
        has_both = {"first_name", "last_name"} <= taken.keys()
        made: Guess[Json] = Guess(
            {"template": "${first_name} ${last_name}"}, "no field for the whole name"
        )
        return {"display_name": made} if has_both else {}
    parts: dict[str, Guess[Json]] = {}
    for name, guess in _parted(whole).items():
        if name not in taken:
            parts[name] = guess
        elif _is_mostly_empty(taken[name], whole):
            parts[name] = _helped(found[name], guess)
    return parts


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


def _is_beside(field: Field, first: Field | None) -> bool:
    """Whether a field called name is the last one: it does not hold the first name too."""
    if first is None:
        return False
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
