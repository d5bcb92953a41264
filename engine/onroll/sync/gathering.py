"""Fill the spool: people from a listing, users from a target, links from the store."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from onroll.keys import LONGEST, is_storable
from onroll.model import Reason
from onroll.store import links, memberships
from onroll.sync.spool import Listed
from onroll.sync.standing import last_day_of, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from onroll.definition.import_rules import ImportRules
    from onroll.mapping.mapped import Mapped
    from onroll.store.database import Store
    from onroll.sync.spool import Spool
    from onroll.sync.standing import Calendar
    from onroll.target import Target

__all__ = ["gather_links", "gather_users", "listed"]

_encode: Final = msgspec.json.Encoder().encode


def listed(
    number: int, source_id: str | None, mapped: Mapped, rules: ImportRules, calendar: Calendar
) -> Listed:
    """Prepare one record of the listing."""
    if mapped.user is None:
        if mapped.is_excluded:
            return Listed(number, source_id, "excluded")
        return Listed(number, _if_kept(source_id), "refused", body=_encode(mapped.reasons))
    user = mapped.user
    has = user.attributes
    unkept = [name for name in ("id", "email") if not is_storable(has.get(name) or "")]
    if unkept:
        said = f"it has a NUL character, or more than {LONGEST} characters"
        reasons = [Reason(name, "not-kept", said) for name in unkept]
        named = None if "id" in unkept else user.id
        return Listed(number, named, "refused", body=_encode(reasons))
    standing = standing_of(user, rules, calendar)
    # When the source touched it says nothing about the person, and no target keeps it.
    known = dict(has)
    known.pop("updated_at", None)
    body = _encode(known)
    digest = hashlib.blake2b(body, digest_size=12, person=standing.encode()).digest()
    return Listed(
        number=number,
        id=user.id,
        kind="user",
        standing=standing,
        unknown_status=user.unknown_status,
        email=has.get("email"),
        employee_number=has.get("employee_number"),
        manager_id=_if_kept(has.get("manager_id")),
        manager_email=_if_kept(has.get("manager_email")),
        digest=digest,
        body=body,
        stands_until=last_day_of(has, rules, calendar),
    )


def _if_kept(text: str | None) -> str | None:
    """Return what names somebody, if it can: what cannot be kept is nobody's, nor is nothing."""
    return text if text and is_storable(text) else None


def gather_users(spool: Spool, target: Target) -> None:
    """Read every user of the target into the spool, a page at a time."""
    for page in target.users():
        spool.add_users(page)


def gather_links(spool: Spool, store: Store, *, target: str, connection: str) -> None:
    """Read what is stored of people and their users. The oldest link of a user owns it."""
    with store.read() as db:
        spool.add_links(_own_links(spool, links.open_ends(db, target), connection))
        spool.add_ended_links(
            (one.user_id, one.source_id, one.connection == connection)
            for one in links.ended_links(db, target)
        )
        spool.add_memberships(memberships.owned(db, target, connection))


def _own_links(
    spool: Spool, found: Iterable[tuple[int, str, str, str, int]], connection: str
) -> Iterator[tuple[str, int, str, bool, int]]:
    """Yield this connection's links; those of others are noted on the way, oldest first."""
    has_others = False
    for link_id, user_id, owner, source_id, absences in found:
        if owner == connection:
            is_owner = not (has_others and spool.is_linked_elsewhere(user_id))
            yield source_id, link_id, user_id, is_owner, absences
        else:
            has_others = True
            spool.add_other_link(user_id)
