"""Groups of the embedded directory: made when somebody first joins, and never taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from onroll.store.tables import directory_groups as groups
from onroll.store.tables import directory_memberships as memberships
from onroll.store.upsert import insert_missing

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, Select

__all__ = ["groups_between", "groups_of", "join", "leave"]


def groups_of(db: Connection, user_id: str) -> frozenset[str]:
    """Return the names of a user's groups."""
    return groups_between(db, user_id, user_id).get(user_id, frozenset())


def groups_between(db: Connection, first: str, last: str) -> dict[str, frozenset[str]]:
    """Return the names of the groups of each user whose id is in this range, who has any."""
    found = db.execute(
        select(memberships.c.user_id, groups.c.name)
        .join(groups, groups.c.id == memberships.c.group_id)
        .where(memberships.c.user_id.between(first, last))
    )
    names: dict[str, set[str]] = {}
    for user_id, name in found:
        names.setdefault(user_id, set()).add(name)
    return {user_id: frozenset(some) for user_id, some in names.items()}


def join(db: Connection, directory: str, user_id: str, names: Collection[str]) -> None:
    """Put a user into groups, and make those that are not there."""
    if not names:
        return
    ids = db.execute(_ids_of(directory, names)).scalars().all()
    if len(ids) < len(set(names)):
        # In one order: two writers that make the same groups then wait, and not in a ring.
        rows = [{"directory": directory, "name": name} for name in sorted(set(names))]
        insert_missing(db, groups, rows)
        ids = db.execute(_ids_of(directory, names)).scalars().all()
    insert_missing(db, memberships, [{"group_id": one, "user_id": user_id} for one in ids])


def leave(db: Connection, directory: str, user_id: str, names: Collection[str]) -> None:
    """Take a user out of groups."""
    if names:
        db.execute(
            delete(memberships).where(
                memberships.c.user_id == user_id,
                memberships.c.group_id.in_(_ids_of(directory, names)),
            )
        )


def _ids_of(directory: str, names: Collection[str]) -> Select[tuple[int]]:
    return select(groups.c.id).where(groups.c.directory == directory, groups.c.name.in_(names))
