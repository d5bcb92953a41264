"""What is remembered of a connection from its last run into a target."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select

from onroll.store.tables import connections
from onroll.store.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

__all__ = ["Remembered", "recall", "remember"]


@dataclass(frozen=True, slots=True)
class Remembered:
    """A connection as its last run left it.

    `fingerprint` and `filters` are digests; `attributes` has one for each attribute's mapping.
    `people` counts the distinct ids of the last complete listing, `runs` those that were applied.
    `read_from` is when the last run began that took everything in; changes count from then on.
    `read_as` is a digest of definition and connection in that run. `stands_until` is the last day
    before somebody joins or leaves by a date that was known then.
    """

    fingerprint: str
    filters: str
    attributes: Mapping[str, str]
    people: int
    runs: int
    confirmed_at: str
    read_from: str | None = None
    read_as: str | None = None
    stands_until: str | None = None


def recall(db: Connection, target: str, connection: str) -> Remembered | None:
    """Return what is known of a connection; None before its first run."""
    columns = [connections.c[name] for name in Remembered.__slots__]
    row = db.execute(
        select(*columns).where(connections.c.target == target, connections.c.name == connection)
    ).one_or_none()
    if row is None:
        return None
    fingerprint, filters, attributes, *others = row
    return Remembered(fingerprint, filters, msgspec.json.decode(attributes), *others)


def remember(db: Connection, target: str, connection: str, known: Remembered) -> None:
    """Keep what is known of a connection, instead of what was known before."""
    values = asdict(known) | {"attributes": msgspec.json.encode(known.attributes).decode()}
    upsert(db, connections, {"target": target, "name": connection, **values})
