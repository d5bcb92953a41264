"""From sample records to the mapping of a definition: which field is which attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onroll.drafting.contents import is_email, is_label, share
from onroll.drafting.leaves import Leaf, leaves_of
from onroll.drafting.names import Trail, fit, trail_of
from onroll.drafting.vocabulary import PHRASES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onroll.model import Json

__all__ = ["people_likeness"]

#: So many records show what all are.
_SAMPLE: Final = 50
_WELL_NAMED: Final = 60
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
    "amount total price currency invoice quantity sku balance due subtotal vat discount order "
    "repository branch commit permission member headcount parent subject body mime size checksum "
    "latitude longitude".split()
)


def people_likeness(records: Sequence[Json]) -> float:
    """Return how much records look like people: 0 (not at all) to 1."""
    sample = [record for record in records[:_SAMPLE] if isinstance(record, dict)]
    if not sample or len(sample) * 2 < len(records[:_SAMPLE]):
        return 0.0
    leaves = [(leaf, trail_of(leaf)) for leaf in leaves_of(sample)]
    points = sum(points for name, points in _POINTS.items() if _has(leaves, name))
    points += _EMAIL_POINTS * max(
        (share(leaf.filled, is_email) for leaf, trail in leaves if _names(trail, "email", "username")),
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
