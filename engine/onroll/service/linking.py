"""Link a person of a source to a user of a target by hand, and end such a link.

Each is a run of its own, under the connection's lock: the history shows who decided it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.service.directory import find_user
from onroll.service.import_run import actor, new_run_id
from onroll.service.opened_places import open_place
from onroll.store import items, journal, links, quarantine, runs
from onroll.store.lock import hold
from onroll.sync.ledger import utc_now

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from onroll.service.opened_places import OpenPlace
    from onroll.service.places import Place
    from onroll.service.subject import Subject

__all__ = ["Decision", "link_person", "unlink_person"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided. `run` is None when it was so before.

    `moved_from` is the person of the same connection to whom the user was linked until now.
    `owner` is the connection whose state and attributes the user has, if it has any link.
    """

    run: str | None
    action: Literal["link", "unlink"]
    target: str
    user: str
    email: str | None
    connection: str
    id: str
    moved_from: str | None = None
    owner: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Person:
    """A person of a source, and the user who is meant."""

    subject: Subject
    source_id: str
    user_id: str
    email: str | None

    @property
    def connection(self) -> str:
        return self.subject.name


def link_person(place: Place, subject: Subject, user: str, source_id: str) -> Decision:
    """Link a person to a user, named by id, e-mail address or username.

    A link of the same connection to another person is moved. Raises `UsageError` when the person
    is linked to another user, and `BlockedError` when a run of the connection is under way. The
    source is not asked.
    """
    with open_place(place, for_writing=False) as seen:
        find_user(seen.target, user)  # for nobody no store is made
    with (
        open_place(place, for_writing=True) as opened,
        hold(opened.store, opened.name, subject.name),
    ):
        found = find_user(opened.target, user)
        person = _Person(subject, source_id, found.id, found.attributes.get("email"))
        with opened.store.begin() as db:
            known = links.find_link(db, opened.name, subject.name, source_id)
            if known is not None and known.user_id != found.id:
                raise _linked_elsewhere(known)
            before = _link_here(_open(db, opened.name, found.id), subject.name)
            if known is not None:
                return _decided(db, opened, person, "link", None)
            run = _write_down(db, opened, person, "link", before)
            if before is not None:
                links.move_link(db, before, source_id=source_id, run=run, at=utc_now())
            else:
                links.add_link(
                    db,
                    target=opened.name,
                    user_id=found.id,
                    connection=subject.name,
                    source_id=source_id,
                    run=run,
                    at=utc_now(),
                )
            # Whatever the target said of the person before, they are another case now.
            quarantine.release(db, opened.name, subject.name, source_id)
            return _decided(db, opened, person, "link", run, before)


def unlink_person(place: Place, subject: Subject, user: str, source_id: str) -> Decision:
    """End a link. The person is not linked to that user again by itself.

    Raises `UsageError` when they are not linked. A user who is gone from the target is named by
    their id.
    """
    with (
        open_place(place, for_writing=True) as opened,
        hold(opened.store, opened.name, subject.name),
    ):
        with opened.store.read() as db:
            known = links.find_link(db, opened.name, subject.name, source_id)
        if known is not None and known.user_id == user:
            gone = opened.target.read(user)
            email = gone.attributes.get("email") if gone is not None else None
            person = _Person(subject, source_id, user, email)
        else:
            found = find_user(opened.target, user)
            person = _Person(subject, source_id, found.id, found.attributes.get("email"))
        with opened.store.begin() as db:
            if known is None or known.user_id != person.user_id:
                raise _not_linked(person, known, _open(db, opened.name, person.user_id))
            run = _write_down(db, opened, person, "unlink", known)
            links.end_link(db, known.id, utc_now())
            return _decided(db, opened, person, "unlink", run)


def _open(db: Connection, target: str, user_id: str) -> list[links.Link]:
    return [one for one in links.links_of_user(db, target, user_id) if one.ended_at is None]


def _link_here(found: list[links.Link], connection: str) -> links.Link | None:
    return next((one for one in found if one.connection == connection), None)


def _write_down(
    db: Connection,
    opened: OpenPlace,
    person: _Person,
    action: Literal["link", "unlink"],
    before: links.Link | None,
) -> str:
    """Note the run, its item and its journal, all in the transaction that does it."""
    run, at = new_run_id(), utc_now()
    runs.start_run(
        db,
        id=run,
        connection=person.connection,
        connector=person.subject.definition.name,
        target=opened.name,
        mode=action,
        actor=actor(),
        at=at,
    )
    new = person.source_id if action == "link" else None
    changes: Mapping[str, Any] = {
        f"link.{person.connection}": [before.source_id if before is not None else None, new]
    }
    if action == "link":
        line = items.Line(
            number=1,
            source_id=person.source_id,
            email=person.email,
            action="link",
            user_id=person.user_id,
            changes=changes,
            outcome="applied",
        )
        items.add_items(db, run, [line])
    entry = journal.intend(
        db,
        run=run,
        item=1,
        operation=action,
        connection=person.connection,
        target=opened.name,
        source_id=person.source_id,
        user_id=person.user_id,
        intent=changes,
        at=at,
    )
    journal.settle(db, entry, outcome="applied", at=utc_now())
    runs.finish_run(db, run, status="done", exit_code=0, at=utc_now())
    return run


def _decided(
    db: Connection,
    opened: OpenPlace,
    person: _Person,
    action: Literal["link", "unlink"],
    run: str | None,
    before: links.Link | None = None,
) -> Decision:
    now = _open(db, opened.name, person.user_id)
    return Decision(
        run=run,
        action=action,
        target=opened.name,
        user=person.user_id,
        email=person.email,
        connection=person.connection,
        id=person.source_id,
        moved_from=before.source_id if before is not None else None,
        owner=now[0].connection if now else None,
    )


def _linked_elsewhere(link: links.Link) -> UsageError:
    person = f"`{link.connection}` {link.source_id}"
    return UsageError(
        Diagnostic(
            "linked-already",
            f"{person} is linked to the user `{link.user_id}`",
            hint="if that is wrong, end it first: "
            f"`onroll unlink {link.user_id} {link.connection} {link.source_id}`",
        )
    )


def _not_linked(person: _Person, other: links.Link | None, theirs: list[links.Link]) -> UsageError:
    linked = ", ".join(f"`{one.connection}` {one.source_id}" for one in theirs)
    hint = (
        f"`{other.connection}` {other.source_id} is linked to the user `{other.user_id}`"
        if other is not None
        else None
    )
    return UsageError(
        Diagnostic(
            "not-linked",
            f"`{person.connection}` {person.source_id} is not linked to the user "
            f"`{person.user_id}`",
            expected=f"one of their links: {linked}" if linked else "a user who has links",
            hint=hint,
        )
    )
