"""Link a person to a user that is there, unless somebody else is linked to it in that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from onroll.keys import identity_key
from onroll.store import journal, links
from onroll.sync.ledger import utc_now
from onroll.target import Stale

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from onroll.store.journal import Intent
    from onroll.sync.ledger import Ledger
    from onroll.target import TargetUser

__all__ = ["claim_user"]


def claim_user(db: Connection, ledger: Ledger, source_id: str, user: TargetUser) -> int:
    """Link a person to a user and return the link, all in the transaction of the caller.

    Raises `Stale` when one of the two is linked, or when another connection is just creating that
    user: it has written, or was killed while writing, and has not linked it yet.
    """
    if db.dialect.name == "postgresql":
        # SQLite has one writer at a time; here the second waits for what the first commits.
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
        db.execute(lock, {"key": f"{ledger.target} {user.id}"})
    if links.find_link(db, ledger.target, ledger.connection, source_id) is not None:
        raise Stale("the person was linked since the plan was made")
    found = links.links_of_user(db, ledger.target, user.id)
    if any(one.ended_at is None for one in found):
        raise Stale("the user was linked since the plan was made")
    if any(_is_same(one, user) for one in journal.open_creations(db, ledger.target)):
        raise Stale("another import is just creating this user")
    return links.add_link(
        db,
        target=ledger.target,
        user_id=user.id,
        connection=ledger.connection,
        source_id=source_id,
        run=ledger.run,
        at=utc_now(),
    )


def _is_same(intent: Intent, user: TargetUser) -> bool:
    """Whether a creation that is not settled yet would give a user of this one's name."""
    _, wanted = intent.intent.get("username", (None, None))
    has = user.attributes.get("username")
    if not wanted or not has:
        return False
    return identity_key(wanted) == identity_key(has)
