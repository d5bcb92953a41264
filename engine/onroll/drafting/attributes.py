"""The rest of a person's attributes: the job, the places, the dates, the ways to call them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from onroll.drafting.contents import is_label, is_phone, share
from onroll.drafting.dates import date_form, is_date, is_instant
from onroll.drafting.leaves import Every, Step, shown, written
from onroll.drafting.sample import Candidate, Field, Sample, chain_of, is_same_place, rank, told
from onroll.drafting.vocabulary import PHRASES
from onroll.drafting.words import spelled, words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.drafting.evidence import Guess
    from onroll.model import Json

__all__ = ["find_others"]

#: In order to fill what another date leaves empty it must be named nearly as well.
_SECOND: Final = 25
_SALUTATIONS: Final = frozenset(
    spelled("mr mrs ms miss mx dr prof sir herr frau hr fr m mme mlle sr sra dhr mevr mevrouw")
)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|\d{3}))?")
_ZONE: Final = re.compile(r"(?:UTC|GMT|[A-Z][A-Za-z_]+/[A-Za-z_/+-]+\d*)")
_LABELS: Final = ("job_title", "employee_type", "department", "division", "team", "company",
                  "cost_center", "location")  # fmt: skip
_REACHED_BY: Final = frozenset(spelled("phone email mail mobile fax uri url href"))
_JOINED: Final = frozenset(spelled("join joined joining"))
_TYPES: Final = frozenset(
    spelled(
        "employee contractor consultant worker intern freelancer permanent temporary full part "
        "external internal apprentice trainee eor peo"
    )
)


def find_others(sample: Sample) -> dict[str, Guess[Json]]:
    """Return a guess for each of the attributes that need nothing but their own field."""
    found: dict[str, Guess[Json]] = {}
    left = sample
    for name in ("hire_date", "termination_date", "created_at", "updated_at"):
        left = _take(found, name, _moment(left, name), left)
    for name in _LABELS:
        left = _take(found, name, _label(left, name), left)
    for name in ("mobile", "phone"):
        left = _take(found, name, _phone(left, name), left)
    for name in ("roles", "groups"):
        left = _take(found, name, _list(left, name), left)
    left = _take(found, "locale", _locale(left), left)
    left = _take(found, "time_zone", _best(left, "time_zone", _is_zone, "a zone"), left)
    _take(found, "address", _address(left), left)
    return found


def _take(
    found: dict[str, Guess[Json]],
    name: str,
    choice: tuple[Guess[Json], Field] | None,
    sample: Sample,
) -> Sample:
    if choice is None:
        return sample
    found[name] = choice[0]
    return sample.without([choice[1]])


def _best(
    sample: Sample, name: str, holds: Callable[[Json], bool], what: str, *, least: int = 70
) -> tuple[Guess[Json], Field] | None:
    found = rank(sample, PHRASES[name], holds, least=least)
    return (told(sample, found, what), found[0].field) if found else None


def _label(sample: Sample, name: str) -> tuple[Guess[Json], Field] | None:
    found = rank(sample, PHRASES[name], _is_word, least=60, accepts=_is_about_itself)
    if name == "job_title":
        found = [one for one in found if not _is_salutation(one.field)]
    if name in ("job_title", "department", "company", "location"):
        found = [one for one in found if _is_readable(one.field)]
    if name == "employee_type" and not found:
        found = [one for one in rank(sample, ("type",), is_label) if _is_type(one.field)]
    return _chained(sample, found, "filled") if found else None


def _chained(
    sample: Sample, found: list[Candidate], what: str, transform: list[Json] | None = None
) -> tuple[Guess[Json], Field]:
    """Return the best; where a list's marked item is missing, the list's first stands in."""
    best = found[0].field
    same = [one for one in found[1:] if is_same_place(one.field, best)]
    chain = chain_of([found[0], *same[:1]], 100)
    if len(chain) == 1:
        return told(sample, found, what), best
    paths: list[Json] = [one.field.path for one in chain]
    if transform is not None:
        paths = [{"path": path, "transform": transform} for path in paths]
    guess = told(sample, found, what, {"first": paths})
    evidence = f"{guess.evidence}, where empty {chain[1].field.leaf.shown}"
    return replace(guess, evidence=evidence), best


def _is_about_itself(field: Field) -> bool:
    """Whether a field holds the thing, and not how to reach it: no `office_phone`."""
    return not field.trail.words or field.trail.words[-1] not in _REACHED_BY


def _is_word(value: Json) -> bool:
    """Whether a value is a name, or a code such as 4200."""
    return is_label(value) or (
        isinstance(value, str | int) and not isinstance(value, bool) and len(str(value)) < 20
    )


def _is_readable(field: Field) -> bool:
    return not field.filled or share(field.filled, is_label) > 0.5


def _is_salutation(field: Field) -> bool:
    """Whether a title is that of a name: Dr., Mrs."""
    texts = [value.strip(" .").lower() for value in field.filled if isinstance(value, str)]
    in_name = any("name" in key for key in field.trail.keys[:-1])
    return in_name or share(texts, lambda text: text in _SALUTATIONS) > 0.5


def _is_type(field: Field) -> bool:
    """Whether a field called type tells how people are employed, and not what a record is."""
    texts = {value for value in field.filled if isinstance(value, str)}
    known = [text for text in texts if _TYPES & set(words_of(text))]
    return len(texts) > 1 and len(known) * 2 > len(texts)


def _phone(sample: Sample, name: str) -> tuple[Guess[Json], Field] | None:
    found = rank(
        sample, PHRASES[name], is_phone, least=70, accepts=lambda one: not one.trail.is_private
    )
    return (told(sample, found, "a number"), found[0].field) if found else None


def _moment(sample: Sample, name: str) -> tuple[Guess[Json], Field] | None:
    transform = "date" if name.endswith("_date") else "datetime"
    found = rank(sample, PHRASES[name], is_date if transform == "date" else is_instant, least=65)
    if not found:
        return None
    field = found[0].field
    form = date_form(field.filled)
    if form is None:
        if field.filled and not all(isinstance(v, str | int | float) for v in field.filled):
            return None
        guess = told(sample, found, "a date", {"path": field.path, "transform": [transform]})
        if field.filled:
            evidence = f"{field.leaf.shown}, written in more than one way"
            return replace(guess, evidence=evidence, is_sure=False), field
        # Nobody has it yet: the name says it, and a wrong form would be reported.
        is_sure = found[0].score >= 60 and field.facts.format in ("date", "date-time")
        return replace(guess, is_sure=is_sure), field
    value = {"path": field.path, "transform": form.transform(transform)}
    guess = told(sample, found, f"a date ({form.source})", value)
    if name == "hire_date":
        alike = [one for one in found[1:] if date_form(one.field.filled) == form]
        guess = _filled_up(guess, chain_of([found[0], *alike], _SECOND)[:2], value["transform"])
    if name == "hire_date" and _JOINED & set(field.trail.words) and not _is_of_employees(sample):
        evidence = f"{guess.evidence}; they may have joined no more than this service"
        guess = replace(guess, evidence=evidence, is_sure=False)
    if not form.is_sure:
        evidence = f"{guess.evidence}; `{form.other}` would read the values too"
        guess = replace(guess, evidence=evidence, is_sure=False)
    return guess, field


def _is_of_employees(sample: Sample) -> bool:
    """Whether the records say anything of a place in a company."""
    names = ("job_title", "department", "termination_date", "cost_center", "employee_type")
    return any(rank(sample, PHRASES[name], lambda _: True, least=70) for name in names)


def _filled_up(guess: Guess[Json], chain: list[Candidate], transform: Json) -> Guess[Json]:
    """Let a second date stand in where the first is empty."""
    if len(chain) < 2:
        return guess
    first = [{"path": one.field.path, "transform": transform} for one in chain]
    evidence = f"{guess.evidence}, where empty {chain[1].field.leaf.shown}"
    return replace(guess, value={"first": first}, evidence=evidence)


def _list(sample: Sample, name: str) -> tuple[Guess[Json], Field] | None:
    found = rank(sample, PHRASES[name], _is_name_or_names, least=80)
    found = [one for one in found if one.field.filled]
    if not found:
        return None
    field = found[0].field
    steps: tuple[Step, ...] = tuple(Every() if step == 0 else step for step in field.leaf.steps)
    path = written(steps)
    guess = told(sample, found[:1], "filled", path)
    if path != field.path:
        guess = replace(guess, evidence=guess.evidence.replace(field.leaf.shown, shown(path)))
    return guess, field


def _is_name_or_names(value: Json) -> bool:
    items = value if isinstance(value, list) else [value]
    return share(items, is_label) >= 0.5


def _locale(sample: Sample) -> tuple[Guess[Json], Field] | None:
    choice = _best(sample, "locale", _is_language, "a language")
    if choice is None:
        return None
    guess, field = choice
    if any("_" in value for value in field.filled):
        value = {"path": field.path, "transform": [{"replace": {"_": "-"}}]}
        return replace(guess, value=value), field
    return choice


def _is_language(value: Json) -> bool:
    return isinstance(value, str) and _LANGUAGE.fullmatch(value.strip()) is not None


def _is_zone(value: Json) -> bool:
    return isinstance(value, str) and _ZONE.fullmatch(value.strip()) is not None


def _address(sample: Sample) -> tuple[Guess[Json], Field] | None:
    """Return the address at work. Where someone lives is nobody's business here."""
    found: list[Candidate] = rank(sample, PHRASES["address"], is_label, least=85)
    found = [one for one in found if one.field.trail.is_work and _is_written_out(one.field)]
    return (told(sample, found, "filled"), found[0].field) if found else None


def _is_written_out(field: Field) -> bool:
    return bool(field.filled) and field.trail.words[-1] in ("formatted", "address", "work", "full")
