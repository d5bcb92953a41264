"""From sample records to the mapping of a definition: which field is which attribute."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from onroll.drafting.attributes import find_others
from onroll.drafting.contents import is_email, is_label, share
from onroll.drafting.fullnames import find_names
from onroll.drafting.identity import find_emails, find_id, find_number, find_username
from onroll.drafting.leaves import Leaf, leaves_of
from onroll.drafting.managers import find_manager, referred_to
from onroll.drafting.names import Trail, fit, trail_of
from onroll.drafting.sample import Field, Sample, sample_of
from onroll.drafting.statuses import find_status
from onroll.drafting.vocabulary import PHRASES
from onroll.drafting.words import spelled
from onroll.model import ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from onroll.drafting.evidence import FieldFacts, Guess
    from onroll.model import Json

__all__ = ["find_attributes", "people_likeness"]

#: So many records show what all are.
_SAMPLE: Final = 50
_WELL_NAMED: Final = 70
#: What speaks for people, each once.
_POINTS: Final = {
    "first_name": 0.2,
    "last_name": 0.2,
    "username": 0.2,
    "job_title": 0.15,
    "hire_date": 0.15,
    "preferred_name": 0.1,
    "employee_number": 0.1,
    "department": 0.1,
    "phone": 0.05,
    "employee_type": 0.05,
    "display_name": 0.05,
}
_EMAIL_POINTS: Final = 0.35
#: What other things have: orders, tickets, teams, files.
_FOREIGN: Final = frozenset(
    spelled(
        "amount total price currency invoice quantity sku balance due subtotal vat discount order "
        "repository branch commit permission member headcount parent subject body mime size "
        "checksum latitude longitude"
    )
)


def people_likeness(records: Sequence[Json]) -> float:
    """Return how much records look like people: 0 (not at all) to 1."""
    sample = [record for record in records[:_SAMPLE] if isinstance(record, dict)]
    if not sample or len(sample) * 2 < len(records[:_SAMPLE]):
        return 0.0
    leaves = [(leaf, trail_of(leaf)) for leaf in leaves_of(sample)]
    points = sum(points for name, points in _POINTS.items() if _has(leaves, name))
    points += _EMAIL_POINTS * max(
        (
            share(leaf.filled, is_email)
            for leaf, trail in leaves
            if _names(trail, "email", "username")
        ),
        default=0,
    )
    own = {word for record in sample for key in record for word in trail_of(Leaf((key,), ())).words}
    points -= 0.15 * len(own & _FOREIGN)
    return round(min(max(points, 0.0), 1.0), 3)


def _has(leaves: list[tuple[Leaf, Trail]], name: str) -> bool:
    wanted = is_label if name.endswith(("_name", "title")) else lambda value: value is not None
    return any(
        _names(trail, name) and (not leaf.filled or share(leaf.filled, wanted) > 0.5)
        for leaf, trail in leaves
    )


def _names(trail: Trail, *names: str) -> bool:
    return any(fit(trail, PHRASES[name]) >= _WELL_NAMED for name in names)


def _doubted(sample: Sample, guess: Guess[Json], own: Field) -> Guess[Json]:
    """Doubt an id that is not just called so, where people are referred to by another field."""
    if sample.is_described or own.trail.keys[-1] in (("id",), ("uuid",), ("guid",)):
        return guess
    other = referred_to(sample, own)
    if other is None:
        return guess
    evidence = f"{guess.evidence}; {other[1].leaf.shown} refers to {other[0].leaf.shown}"
    return replace(guess, evidence=evidence, is_sure=False)


def find_attributes(
    records: Sequence[Json], fields: Mapping[str, FieldFacts], *, is_described: bool = False
) -> dict[str, Guess[Json]]:
    """Return a value as a definition would write it for each attribute that the records hold.

    `fields` are what a documentation says, by the path inside a record; `is_described` says that
    the records themselves were made up after it. Where nothing can be found for an attribute, it
    is no key.
    """
    sample = sample_of(records, fields, is_described=is_described)
    found: dict[str, Guess[Json]] = {}
    used: list[Field] = []
    own = number = None
    identified = find_id(sample)
    if identified is not None:
        guess, own = identified
        found["id"] = _doubted(sample, guess, own)
        used.append(own)
    numbered = find_number(sample.without(used))
    if numbered is not None:
        found["employee_number"], number = numbered
        used.append(number)
    for name, (guess, taken) in find_emails(sample).items():
        found[name] = guess
        used += taken
    login = find_username(sample.without(used), found.get("email"))
    if login is not None:
        found["username"], taken = login
        used += taken
    names, taken = find_names(sample.without(used))
    found |= names
    used += taken
    found |= find_manager(sample.without(used), own, number)
    status = find_status(sample.without(used), own)
    if status is not None:
        found["status"], taken = status
        used += taken
    found |= find_others(sample.without(used))
    return {name: found[name] for name in ATTRIBUTES if name in found}
