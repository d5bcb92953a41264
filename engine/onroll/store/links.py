"""Links: which person of a source is which user of a target. Each has at most one open link."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, insert, select, update

from onroll.store.paging import rows_by_key
from onroll.store.tables import links

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Connection, Select

__all__ = [
    "Link",
    "add_link",
    "count_absences",
    "end_link",
    "ended_links",
    "find_link",
    "links_of_user",
    "move_link",
    "open_ends",
    "open_links",
    "remove_link",
]

_BATCH: Final = 1_000


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is stored. `absences` counts complete listings in a row without the person."""

    id: int
    target: str
    user_id: str
    connection: str
    source_id: str
    run: str
    created_at: str
    ended_at: str | None
    absences: int


def open_links(db: Connection, target: str) -> Iterator[Link]:
    """Yield the open links into a target, of all connections, oldest first."""
    return _links(db, _into(target).where(links.c.ended_at.is_(None)))


def open_ends(db: Connection, target: str) -> Iterator[tuple[int, str, str, str, int]]:
    """Yield id, user, connection, source id and absences of each open link, oldest first.

    What every import asks of every link, and no more: there may be a million.
    """
    named = (links.c.id, links.c.user_id, links.c.connection, links.c.source_id, links.c.absences)
    statement = select(*named).where(links.c.target == target, links.c.ended_at.is_(None))
    for rows in rows_by_key(db, statement, links.c.id):
        yield from map(tuple, rows)


def ended_links(db: Connection, target: str) -> Iterator[Link]:
    """Yield the links into a target that were ended, oldest first."""
    return _links(db, _into(target).where(links.c.ended_at.is_not(None)))


def links_of_user(db: Connection, target: str, user_id: str) -> tuple[Link, ...]:
    """Return all links of a user, open and ended, oldest first. The first open one owns it."""
    found = db.execute(_into(target).where(links.c.user_id == user_id).order_by(links.c.id))
    return tuple(Link(*row) for row in found.all())


def find_link(db: Connection, target: str, connection: str, source_id: str) -> Link | None:
    """Return the open link of a person."""
    statement = _into(target).where(
        links.c.connection == connection,
        links.c.source_id == source_id,
        links.c.ended_at.is_(None),
    )
    row = db.execute(statement).one_or_none()
    return None if row is None else Link(*row)


def add_link(
    db: Connection,
    *,
    target: str,
    user_id: str,
    connection: str,
    source_id: str,
    run: str,
    at: str,
) -> int:
    """Link a person to a user and return the link's id. The person must have no open link."""
    added = db.execute(
        insert(links),
        {
            "target": target,
            "user_id": user_id,
            "connection": connection,
            "source_id": source_id,
            "run": run,
            "created_at": at,
        },
    )
    assert added.inserted_primary_key is not None
    return int(added.inserted_primary_key[0])


def end_link(db: Connection, link_id: int, at: str) -> None:
    """End a link. One that was ended before keeps its time."""
    db.execute(
        update(links).where(links.c.id == link_id, links.c.ended_at.is_(None)).values(ended_at=at)
    )


def move_link(db: Connection, link: Link, *, source_id: str, run: str, at: str) -> None:
    """Give a user's link to another person of the connection. That it was there before stays.

    The link keeps its place: who was the first to link still owns the user.
    """
    moved = {"source_id": source_id, "run": run, "created_at": at, "absences": 0}
    db.execute(update(links).where(links.c.id == link.id).values(**moved))
    ended = {name: getattr(link, name) for name in Link.__slots__ if name != "id"}
    db.execute(insert(links), ended | {"ended_at": at})


def remove_link(db: Connection, link_id: int) -> None:
    """Remove a link that never held: what it was made for was not done."""
    db.execute(delete(links).where(links.c.id == link_id))


def count_absences(db: Connection, target: str, connection: str, absent: Collection[str]) -> None:
    """Count one more complete listing without these people of a connection.

    The count of everybody else begins anew.
    """
    ours = (
        links.c.target == target, links.c.connection == connection, links.c.ended_at.is_(None)
    )  # fmt: skip
    counted = select(links.c.id, links.c.source_id).where(*ours, links.c.absences > 0)
    gone = frozenset(absent)
    back = [{"link_id": link} for link, source_id in db.execute(counted) if source_id not in gone]
    if back:
        reset = update(links).where(links.c.id == bindparam("link_id")).values(absences=0)
        db.execute(reset, back)
    rest = iter(absent)
    while batch := list(islice(rest, _BATCH)):
        once_more = update(links).where(*ours, links.c.source_id.in_(batch))
        db.execute(once_more.values(absences=links.c.absences + 1))


def _into(target: str) -> Select[Any]:
    return select(links).where(links.c.target == target)


def _links(db: Connection, statement: Select[Any]) -> Iterator[Link]:
    for rows in rows_by_key(db, statement, links.c.id):
        for row in rows:
            yield Link(*row)
