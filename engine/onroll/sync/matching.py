"""Give everybody in the spool their user: by stored link, else by number or e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.sync.correlate import Conflict, Found, Match, Seeker, correlate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.sync.spool import Spool

__all__ = ["match_people"]

_GONE = (
    "the linked user is gone from the target: `onroll unlink USER CONNECTION ID` lets the "
    "person be created anew"
)
_TWICE = "two people of the listing fit this user: decide with `onroll link USER CONNECTION ID`"


def match_people(spool: Spool) -> None:
    """Fill the spool's `match`. A user whom two people fit is a conflict for both."""
    spool.execute(
        """
        INSERT INTO match
        SELECT p.number, u.id, 0, l.is_owner, CASE WHEN u.id IS NULL THEN 'user_gone' END,
               CASE WHEN u.id IS NULL THEN ? END, l.user_id
        FROM person p JOIN link l ON l.source_id = p.id LEFT JOIN user u ON u.id = l.user_id
        WHERE p.kind = 'user'
        """,
        (_GONE,),
    )
    if spool.execute("SELECT 1 FROM user LIMIT 1").fetchone() is not None:
        _match_unlinked(spool)


def _match_unlinked(spool: Spool) -> None:
    for number, match in list(_found(spool)):
        values: tuple[object, ...]
        if isinstance(match, Found):
            values = (number, match.user_id, 1, 1, None, None, None)
        elif isinstance(match, Conflict):
            values = (number, None, 1, 1, match.reason, match.message, match.user_id)
        else:
            continue
        spool.execute("INSERT INTO match VALUES (?,?,?,?,?,?,?)", values)
    spool.execute(
        """
        UPDATE match SET claimed = user_id, user_id = NULL, reason = 'claimed_twice', message = ?
        WHERE is_new AND user_id IN (
            SELECT user_id FROM match WHERE is_new GROUP BY user_id HAVING COUNT(*) > 1)
        """,
        (_TWICE,),
    )


def _found(spool: Spool) -> Iterator[tuple[int, Match]]:
    rows = spool.execute(
        """
        SELECT p.number, p.id, p.standing, p.email_key, p.employee_number, p.has_own_number
        FROM person p LEFT JOIN link l ON l.source_id = p.id
        WHERE p.kind = 'user' AND l.source_id IS NULL
        """
    )
    for number, source_id, standing, email_key, employee_number, has_own_number in rows:
        by_email = email_key and standing != "inactive"  # such people are not found by it
        seeker = Seeker(standing, email_key, employee_number, bool(has_own_number))
        match = correlate(
            seeker,
            spool.candidates("employee_number", employee_number, source_id),
            spool.candidates("email_key", email_key, source_id) if by_email else [],
            spool.candidates("external_id", source_id, source_id),
        )
        if isinstance(match, Found | Conflict):
            yield number, match
