"""Find out what became of a write that a kill cut off, and complete the journal.

The target is asked, never assumed: what an intent says may have been done or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.keys import identity_key
from onroll.store import items, journal, links, runs
from onroll.sync.recording import utc_now

if TYPE_CHECKING:
    from onroll.store.database import Store
    from onroll.store.journal import Intent, Settled
    from onroll.target import Target, TargetUser

__all__ = ["recover"]


def recover(store: Store, target: Target, *, name: str, connection: str) -> int:
    """Settle the open intents of a connection's runs into a target; return how many there were.

    Only under the connection's lock. Raises `TargetError` when the target cannot be asked.
    """
    with store.read() as db:
        intents = journal.open_intents(db, name, connection)
    for intent in intents:
        user = (
            _created(target, intent) if intent.operation == "create" else _updated(target, intent)
        )
        _settle(store, intent, user)
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


def _updated(target: Target, intent: Intent) -> TargetUser | None:
    """Return the user when the cut-off write was done."""
    user = target.read(intent.user_id) if intent.user_id is not None else None
    if user is None:
        return None
    for attribute, (_, new) in intent.intent.items():
        if attribute == "manager_email":
            manager = target.read(user.manager_id) if user.manager_id is not None else None
            now = manager.attributes.get("email") if manager is not None else None
        elif attribute == "groups":
            now = sorted(user.groups)
        else:
            now = user.state if attribute == "state" else user.attributes.get(attribute)
        if now != new:
            return None
    return user


def _new(intent: Intent, attribute: str) -> str | None:
    pair = intent.intent.get(attribute)
    return pair[1] if pair else None


def _settle(store: Store, intent: Intent, user: TargetUser | None) -> None:
    outcome: Settled = "applied" if user is not None else "lost"
    with store.begin() as db:
        at = utc_now()
        journal.settle(
            db, intent.id, outcome=outcome, at=at, user_id=user.id if user is not None else None
        )
        if user is None:
            return
        items.settle_item(db, intent.run, intent.item, outcome="applied", user_id=user.id)
        is_linking = intent.operation in ("create", "link") and intent.source_id is not None
        if not is_linking or links.find_link(
            db, intent.target, intent.connection, str(intent.source_id)
        ):
            return
        others = links.links_of_user(db, intent.target, user.id)
        if not any(one.ended_at is None for one in others):
            links.add_link(
                db,
                target=intent.target,
                user_id=user.id,
                connection=intent.connection,
                source_id=str(intent.source_id),
                run=intent.run,
                at=at,
            )
