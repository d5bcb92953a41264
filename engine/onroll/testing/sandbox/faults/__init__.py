"""The failures that the sandbox serves on demand, each with its name and its sentence.

The effects of several faults step in in the order of `FAULTS`, however they were asked for.
"""

from collections.abc import Iterable

from onroll.diagnostics import nearest
from onroll.testing.sandbox.account import Effect
from onroll.testing.sandbox.faults import delivery, listings, records, refusals
from onroll.testing.sandbox.faults.fault import Fault

__all__ = ["FAULTS", "Fault", "effects"]

FAULTS: tuple[Fault, ...] = (
    *listings.FAULTS,
    *records.FAULTS,
    *refusals.FAULTS,
    *delivery.FAULTS,
)
_PLACES = {fault.name: place for place, fault in enumerate(FAULTS)}


def effects(texts: Iterable[str], users: int) -> tuple[Effect, ...]:
    """Read faults as `name` or `name=value` and build their effects.

    Raises ValueError for a name that is not known and for a value that does not fit.
    """
    built = []
    for text in texts:
        name, separator, value = text.partition("=")
        if name not in _PLACES:
            raise ValueError(_unknown(name))
        place = _PLACES[name]
        built.append((place, FAULTS[place].effect(value if separator else None, users)))
    return tuple(effect for _, effect in sorted(built, key=lambda pair: pair[0]))


def _unknown(name: str) -> str:
    likely = nearest(name, _PLACES)
    hint = f" Did you mean `{likely}`?" if likely else ""
    return f"There is no fault `{name}`.{hint} Known faults: {', '.join(_PLACES)}."
