"""Scratch tables of one run, on disk: a plan needs everybody at once, memory need not hold them.

A private temporary SQLite database that is gone when it is closed. Nothing here survives a run,
and nothing is decided here: it keeps people, users and links, and answers who belongs to whom.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

import msgspec

from onroll.keys import identity_key
from onroll.sync.correlate import Candidate
from onroll.sync.model import Item
from onroll.sync.spool_tables import INDEXES, JOIN, SCHEMA
from onroll.target import TargetUser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType
    from typing import Self

    from onroll.target import State

__all__ = ["Listed", "Row", "Spool", "target_user", "user_of"]

# JSON and not MessagePack, whose numbers end at 64 bits: a source's may not.
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder().decode
_decode_item: Final = msgspec.json.Decoder(Item).decode
_decode_names: Final = msgspec.json.Decoder(list[str]).decode

#: What a record became. Excluded and refused people are present, and nothing is done to them.
Kind: TypeAlias = Literal["user", "refused", "excluded"]

_CACHE_KIB: Final = 48 * 1024

#: Who leaves comes first, and who comes last: names that are given up are free by then.
_RANKS: Final = {"suspend": 0, "update": 1, "link": 1, "reactivate": 1, "create": 1_000_000}


@dataclass(frozen=True, slots=True)
class Listed:
    """A record of the listing, prepared. `body` is JSON: the attributes, or why it was refused."""

    number: int
    id: str | None
    kind: Kind
    standing: str | None = None
    unknown_status: str | None = None
    email: str | None = None
    employee_number: str | None = None
    manager_id: str | None = None
    manager_email: str | None = None
    digest: bytes = b""
    body: bytes = field(default=b"null", repr=False)
    stands_until: str | None = None


class Row(NamedTuple):
    """A person with their match, their user and their manager, as one row of the join."""

    number: int
    id: str
    standing: Any
    unknown_status: str | None
    digest: bytes
    body: bytes
    user_id: str | None
    is_new: int
    is_owner: int
    reason: str | None
    message: str | None
    claimed: str | None
    state: Any
    user_manager: str | None
    groups: str | None
    user_body: bytes | None
    owned: str | None
    wants_manager: int
    manager_user: str | None
    manager_number: int | None
    manager_source: str | None
    manager_email: str | None
    old_manager_email: str | None


class Spool:
    """The tables. Fill people, users and links; `index()` once; then ask."""

    def __init__(self) -> None:
        # An empty name is SQLite's for a temporary database that spills to disk when it grows.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
            f"PRAGMA cache_size = -{_CACHE_KIB}; {SCHEMA} BEGIN;"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop everything."""
        self._db.close()

    def execute(self, statement: str, values: Iterable[object] = ()) -> sqlite3.Cursor:
        """Run one statement of the steps that work on these tables."""
        return self._db.execute(statement, tuple(values))

    def add_people(self, people: Iterable[Listed]) -> None:
        """Add records of the listing."""
        self._db.executemany(
            "INSERT INTO person VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", map(_person_row, people)
        )

    def forget_people(self) -> None:
        """Start the listing anew: it is read once more."""
        self._db.execute("DELETE FROM person")

    def stands_until(self) -> str | None:
        """Return the last day before a date of somebody's moves them; None without such a date."""
        found = self._db.execute("SELECT MIN(stands_until) FROM person").fetchone()[0]
        return None if found is None else str(found)

    def add_users(self, users: Iterable[TargetUser]) -> None:
        """Add users of the target."""
        self._db.executemany(
            "INSERT OR REPLACE INTO user VALUES (?,?,?,?,?,?,?,?,?,?)", map(_user_row, users)
        )

    def add_links(self, own: Iterable[tuple[str, int, str, bool, int]]) -> None:
        """Add this connection's links: source id, link id, user id, owner, absences."""
        self._db.executemany("INSERT INTO link VALUES (?,?,?,?,?)", own)

    def add_other_link(self, user_id: str) -> None:
        """Note that another connection is linked to a user."""
        self._db.execute("INSERT OR IGNORE INTO other_link VALUES (?)", (user_id,))

    def is_linked_elsewhere(self, user_id: str) -> bool:
        """Whether another connection's link to a user was noted."""
        found = self._db.execute("SELECT 1 FROM other_link WHERE user_id = ?", (user_id,))
        return found.fetchone() is not None

    def add_ended_links(self, ended: Iterable[tuple[str, str, bool]]) -> None:
        """Add links that were ended: user id, source id, whether of this connection."""
        self._db.executemany("INSERT INTO ended_link VALUES (?,?,?)", ended)

    def add_memberships(self, owned: Iterable[tuple[str, str]]) -> None:
        """Add what group rules gave: (user id, group)."""
        self._db.executemany("INSERT INTO membership VALUES (?,?)", owned)

    def index(self) -> None:
        """Make the tables quick to ask. Call it once, when all are filled."""
        self._db.executescript(f"{INDEXES} ANALYZE;")
        self._db.execute("BEGIN")

    def has_person(self, text: str) -> bool:
        """Whether somebody has this id or e-mail address: in the listing, or linked before."""
        key = identity_key(text)
        found = self._db.execute(
            """
            SELECT 1 FROM person WHERE id = ? OR email_key = ?
            UNION ALL
            SELECT 1 FROM link l LEFT JOIN user u ON u.id = l.user_id
            WHERE l.source_id = ? OR u.email_key = ?
            LIMIT 1
            """,
            (text, key, text, key),
        )
        return found.fetchone() is not None

    def candidates(
        self,
        column: Literal["email_key", "employee_number", "external_id"],
        value: str,
        source_id: str,
    ) -> list[Candidate]:
        """Return the users with this key, and what is known of their links."""
        rows = self._db.execute(
            f"""
            SELECT u.id, u.state, u.email_key,
                   EXISTS (SELECT 1 FROM link l WHERE l.user_id = u.id),
                   EXISTS (SELECT 1 FROM other_link o WHERE o.user_id = u.id),
                   EXISTS (SELECT 1 FROM ended_link e
                           WHERE e.user_id = u.id AND e.is_here AND e.source_id = ?),
                   EXISTS (SELECT 1 FROM ended_link e WHERE e.user_id = u.id AND NOT e.is_here),
                   EXISTS (SELECT 1 FROM link l JOIN person p ON p.id = l.source_id
                           WHERE l.user_id = u.id AND l.is_owner AND p.email_key <> u.email_key)
            FROM user u WHERE u.{column} = ?
            """,  # noqa: S608  (the column is one of three literals)
            (source_id, value),
        )
        return [
            Candidate(
                user_id=user_id,
                state=state,
                email_key=email_key,
                linked="here" if here else "elsewhere" if elsewhere else None,
                was_unlinked=bool(unlinked),
                was_foreign=bool(foreign),
                gives_up_email=bool(gives_up_email),
            )
            for (
                user_id,
                state,
                email_key,
                here,
                elsewhere,
                unlinked,
                foreign,
                gives_up_email,
            ) in rows
        ]

    def rows(self) -> Iterator[Row]:
        """Yield everybody who is neither refused nor excluded, joined with all that concerns them.

        `manager_number` is the place of a manager who has no user yet; `manager_user` is their
        user otherwise. By source id first, else by e-mail.
        """
        cursor = self._db.execute(JOIN)
        cursor.arraysize = 500
        while rows := cursor.fetchmany():
            yield from map(Row._make, rows)

    def put_items(self, items: Iterable[Item]) -> None:
        """Add or replace decided items. Whoever had to wait for another still does."""
        rows = ((one.number, one.action, _RANKS.get(one.action, 0), _encode(one)) for one in items)
        self._db.executemany(
            """
            INSERT INTO item VALUES (?,?,?,?) ON CONFLICT (number) DO UPDATE
            SET action = excluded.action, rank = max(rank, excluded.rank), body = excluded.body
            """,
            rows,
        )

    def item(self, number: int) -> Item | None:
        """Return the item at a place; None for people for whom there is nothing to do."""
        found = self._db.execute("SELECT body FROM item WHERE number = ?", (number,)).fetchone()
        return None if found is None else _decode_item(found[0])

    def items(self, where: str = "1", order: str = "number") -> Iterator[Item]:
        """Yield items. The clauses are the caller's own text, never anybody's data."""
        cursor = self._db.execute(f"SELECT body FROM item WHERE {where} ORDER BY {order}")  # noqa: S608  (see above)
        while rows := cursor.fetchmany(500):
            for (body,) in rows:
                yield _decode_item(body)


def _person_row(one: Listed) -> tuple[object, ...]:
    return (
        one.number,
        one.id,
        one.kind,
        one.standing,
        one.unknown_status,
        one.email,
        identity_key(one.email) if one.email else None,
        one.employee_number or one.id,
        bool(one.employee_number),
        one.manager_id,
        identity_key(one.manager_email) if one.manager_email else None,
        one.digest,
        one.body,
        one.stands_until,
    )


def _user_row(user: TargetUser) -> tuple[object, ...]:
    email, username = user.attributes.get("email"), user.attributes.get("username")
    return (
        user.id,
        email,
        identity_key(email) if email else None,
        identity_key(username) if username else None,
        user.attributes.get("employee_number"),
        user.state,
        user.manager_id,
        user.external_id,
        msgspec.json.encode(sorted(user.groups)).decode() if user.groups else None,
        _encode(user.attributes),
    )


def user_of(row: Row) -> TargetUser:
    """Return the target's user of a joined row."""
    assert row.user_id is not None
    assert row.user_body is not None
    return target_user(row.user_id, row.state, row.groups, row.user_body, row.user_manager)


_NO_GROUPS: Final[frozenset[str]] = frozenset()


def target_user(
    user_id: str, state: State, groups: str | None, body: bytes, manager_id: str | None = None
) -> TargetUser:
    """Return a user as it was read, from its columns; the version is not told."""
    names = frozenset(_decode_names(groups)) if groups else _NO_GROUPS
    return TargetUser(user_id, _decode(body), state, manager_id, names)
