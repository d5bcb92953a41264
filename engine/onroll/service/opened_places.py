"""A store and a target, opened together.

Apart from `places`, because a database library takes longer to load than most commands to run.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from onroll.definition.targets import read_target
from onroll.service.targets import open_target
from onroll.service.token_keeping import place_of_target
from onroll.store.database import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.service.places import Place
    from onroll.store.database import Store
    from onroll.target import Target

__all__ = ["OpenPlace", "open_place"]


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """A store and a target that are open. `name` is the target's."""

    name: str
    store: Store
    target: Target


@contextmanager
def open_place(place: Place, *, for_writing: bool) -> Iterator[OpenPlace]:
    """Open store and target. Raises `TargetError` when one of them cannot be used."""
    keys, secrets = read_target(place.target, place.environment)
    name, kind = place.target.name, place.target.kind
    options = replace(
        place.options,
        secrets=(*place.options.secrets, *secrets),
        tokens=place_of_target(place.store, name, place.environment),
    )
    with (
        open_store(place.store, for_writing=for_writing) as store,
        open_target(name, kind, keys, store.engine, options) as target,
    ):
        yield OpenPlace(name, store, target)
