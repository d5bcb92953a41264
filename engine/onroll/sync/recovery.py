"""Find out what became of a write that a kill cut off, and complete the journal.

The target is asked, never assumed: what an intent says may have been done, or a part of it, or
nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onroll.keys import identity_key
from onroll.store import items, journal, links, memberships, quarantine, runs
from onroll.sync.aftermath import Done, what_was_done
from onroll.sync.ledger import utc_now

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from onroll.store.database import Store
    from onroll.store.journal import Intent
    from onroll.target import Target, TargetUser

__all__ = ["recover"]

_CUT_OFF: Final = "the run was cut off before all of it was written; the next run does the rest"


def recover(store: Store, target: Target, *, name: str, connection: str) -> int:
    """Settle the open intents of a connection's runs into a target; return how many there were.

    Only under the connection's lock. Raises `TargetError` when the target cannot be asked.
    """
    with store.read() as db:
        intents = journal.open_intents(db, name, connection)
    for intent in intents:
        is_creation = intent.operation == "create"
        user = _created(target, intent) if is_creation else _found(target, intent)
        done = None
        if user is not None:
            done = Done(intent.intent) if is_creation else _done(store, target, user, intent)
        with store.begin() as db:
            if user is None or done is None:
                _lose(db, intent)
            else:
                _complete(db, intent, user, done)
    with store.begin() as db:
        runs.interrupt_runs(db, name, connection, utc_now())
    return len(intents)


def _created(target: Target, intent: Intent) -> TargetUser | None:
    """Return the user that the cut-off write created, when it did."""
    for attribute, value in (
        ("external_id", intent.source_id),
        ("username", _new(intent, "username")),
    ):
        for user in target.find(attribute, value) if value else ():
            if _is_ours(user, intent):
                return user
    return None


def _is_ours(user: TargetUser, intent: Intent) -> bool:
    """Whether a user is who was to be created: both names, since nobody had them before."""
    for attribute in ("username", "email"):
        wanted, has = _new(intent, attribute), user.attributes.get(attribute)
        if wanted and (not has or identity_key(has) != identity_key(wanted)):
            return False
    return user.external_id in (None, intent.source_id)


def _new(intent: Intent, attribute: str) -> str | None:
    pair = intent.intent.get(attribute)
    return pair[1] if pair else None


def _found(target: Target, intent: Intent) -> TargetUser | None:
    return target.read(intent.user_id) if intent.user_id is not None else None


def _done(store: Store, target: Target, user: TargetUser, intent: Intent) -> Done | None:
    """Return what of a cut-off write was done; None when nothing was."""
    emails: set[str] = set()
    if "manager_email" in intent.intent and user.manager_id is not None:
        # Their address may have changed in the same run.
        with store.read() as db:
            for changes in items.changes_of_user(db, intent.run, user.manager_id):
                emails.update(one for one in changes.get("email", ()) if isinstance(one, str))
    done = what_was_done(target, user, intent.intent, emails)
    # The id is all that is written of somebody whose attributes were right already.
    is_linked = intent.operation == "link" and user.external_id == intent.source_id
    return done if done.intent or is_linked else None


def _lose(db: Connection, intent: Intent) -> None:
    journal.settle(db, intent.id, outcome="lost", at=utc_now())
    if intent.operation == "link" and intent.source_id is not None:
        # It was made with the intent, and what it was made for was not done.
        link = links.find_link(db, intent.target, intent.connection, intent.source_id)
        if link is not None and link.run == intent.run:
            links.remove_link(db, link.id)
    if journal.is_begun(db, intent.run, intent.item):
        _say_cut_off(db, intent)  # created, and in no group yet


def _complete(db: Connection, intent: Intent, user: TargetUser, done: Done) -> None:
    is_whole = done.is_whole(intent.intent)
    journal.settle(
        db,
        intent.id,
        outcome="applied",
        at=utc_now(),
        user_id=user.id,
        intent=None if is_whole else done.intent,
    )
    if is_whole:
        items.settle_item(db, intent.run, intent.item, outcome="applied", user_id=user.id)
        quarantine.release(db, intent.target, intent.connection, str(intent.source_id))
    else:
        _say_cut_off(db, intent)
    memberships.own(db, intent.target, intent.connection, user.id, *done.joined)
    memberships.disown(db, intent.target, intent.connection, user.id, *done.left)
    if intent.operation in ("create", "link"):
        _link(db, intent, user.id)


def _say_cut_off(db: Connection, intent: Intent) -> None:
    items.settle_item(
        db, intent.run, intent.item, outcome="applied", reason="interrupted", message=_CUT_OFF
    )


def _link(db: Connection, intent: Intent, user_id: str) -> None:
    if intent.source_id is None or links.find_link(
        db, intent.target, intent.connection, intent.source_id
    ):
        return
    others = links.links_of_user(db, intent.target, user_id)
    if not any(one.ended_at is None for one in others):
        links.add_link(
            db,
            target=intent.target,
            user_id=user_id,
            connection=intent.connection,
            source_id=intent.source_id,
            run=intent.run,
            at=utc_now(),
        )
