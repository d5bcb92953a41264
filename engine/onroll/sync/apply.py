"""Apply a plan, person by person. One bad person never stops the others; a lost target stops all.

Each user is read again before it is written: one that is no longer as the plan saw it is skipped.
Managers who were still to come are linked when everybody is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from onroll.diagnostics import Diagnostic
from onroll.errors import TargetError
from onroll.model import ABSENT, Absent
from onroll.store import items, journal, links
from onroll.sync.aftermath import what_was_done
from onroll.sync.freshness import CHANGED, is_late, is_only_late, still_meant
from onroll.sync.model import Item, Outcome
from onroll.target import TARGET_FAILED, Change, Draft, Refused, Stale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from onroll.model import Json
    from onroll.sync.ledger import Ledger
    from onroll.sync.passwords import Passwords
    from onroll.sync.recording import Entry, Recorder
    from onroll.target import Target, TargetUser

__all__ = ["Applier", "OnOutcome"]

#: Told of each person's outcome, for showing how far it is.
OnOutcome: TypeAlias = Callable[[Item, Outcome], None]

#: One person may be what a target fails on; so many in a row are not to blame.
_MOST_FAILURES: Final = 5

_GONE = "the user is gone from the target"
_LINKED = "the person or the user was linked since the plan was made"
_UNLINKED = "the person is not linked to that user any more, or does not own it"
_NO_MANAGER = "the manager has no user yet; a later import links them"


class _Note(NamedTuple):
    """What went wrong with a part of what was written."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Applier:
    """Writes a plan's items to a target.

    `failures` counts earlier refusals, by source id. `planned_at` is when a plan was made that was
    kept until now: its links may have changed since. None for a plan of this very run.
    """

    target: Target
    ledger: Ledger
    recorder: Recorder
    passwords: Passwords
    failures: Mapping[str, int] = field(default_factory=dict)
    planned_at: str | None = None
    on_outcome: OnOutcome = lambda _item, _outcome: None

    def apply(self, writes: Callable[[], Iterable[Item]]) -> None:
        """Apply the items that `writes` yields; it is asked twice, the second time for managers.

        Raises `TargetError` when the target cannot be used any more. What was written until then
        stands in the journal.
        """
        failures_in_a_row = 0
        late: set[int] = set()
        try:
            for item in writes():
                if is_only_late(item):
                    late.add(item.number)
                    continue
                is_failure = self._apply(item, late) == TARGET_FAILED
                failures_in_a_row = failures_in_a_row + 1 if is_failure else 0
                if failures_in_a_row == _MOST_FAILURES:
                    raise TargetError(_failing(self.ledger.target))
            self.recorder.flush()
            if late:
                for item in writes():
                    if item.number in late:
                        self._set_late_manager(item)
        finally:
            self.recorder.flush()

    def _apply(self, item: Item, late: set[int]) -> str | None:
        """Write one person; return the code when the target refuses them.

        `late` gets the numbers of those whose manager is still to come.
        """
        assert item.id is not None
        try:
            if item.action == "create":
                manager_id = self._manager_of(item)
                if item.manager is not None and manager_id is None:
                    late.add(item.number)
                user_id, note = self._create(item, item.id, manager_id)
            else:
                if is_late(item):
                    late.add(item.number)
                user_id, note = self._update(item, item.id)
        except Stale as stale:
            self._conclude(item, "skipped", _Note("stale", str(stale) or CHANGED))
        except Refused as refused:
            # A suspension waits for nothing: it is tried again in every run.
            if item.action != "suspend":
                failures = self.failures.get(item.id, 0) + 1
                self.recorder.quarantine(item, refused.code, refused.message, failures)
            self._conclude(item, "failed", _Note(refused.code, refused.message))
            return refused.code
        else:
            if item.id in self.failures:
                self.recorder.release(item)
            self._conclude(item, "applied", note, user_id)
        return None

    def _conclude(
        self, item: Item, outcome: Outcome, note: _Note | None, user_id: str | None = None
    ) -> None:
        reason, message = note if note is not None else (None, None)
        self.recorder.conclude(item, outcome, user_id=user_id, reason=reason, message=message)
        self.on_outcome(item, outcome)

    # ---- one person ------------------------------------------------------------------------------

    def _manager_of(self, item: Item) -> str | None:
        """Return the manager of somebody new, if there is one and they are there already."""
        if item.manager is None or item.manager.user_id is not None:
            return None if item.manager is None else item.manager.user_id
        source_id = item.manager.source_id
        assert source_id is not None  # nobody new has a manager to be cleared
        waiting = self.recorder.waiting_link(source_id)
        if waiting is not None:
            return waiting
        with self.ledger.store.read() as db:
            return self._linked(db, source_id)

    def _create(
        self, item: Item, source_id: str, manager_id: str | None
    ) -> tuple[str, _Note | None]:
        """Create a user; return it, and what went wrong with its groups."""
        if self.planned_at is not None and self._is_linked(source_id):
            raise Stale(_LINKED)
        attributes = _attributes(item.changes)
        password = self.passwords.generate(item)
        named = ("state",) if manager_id is None else ("state", "manager_email")
        shown = {name: item.changes[name] for name in (*attributes, *named)}
        entry = self.recorder.intend(item, "create", shown)
        state = item.changes["state"][1]
        try:
            draft = Draft(source_id, attributes, state, password, manager_id)
            user = self.target.create(draft)
        except Refused as refused:
            self.recorder.settle(entry, "refused", message=refused.message)
            raise
        self.recorder.settle(entry, "applied", user_id=user.id)
        self.recorder.link(item, user.id)
        join, _ = _memberships(item.changes)
        try:
            if join:
                self._write(item, user, Change(join=join), {"groups": item.changes["groups"]})
        except (Refused, Stale) as error:
            return user.id, _Note("groups_failed", f"the groups could not be joined: {error}")
        return user.id, None

    def _update(self, item: Item, source_id: str) -> tuple[str, _Note | None]:
        """Change a user; return it, and what was refused beside a suspension."""
        user = self._read(item)
        if self.planned_at is not None and not item.is_link:
            self._refuse_other_link(user.id, source_id, self.planned_at)
        changes = still_meant(item, user)
        if is_late(item):
            changes.pop("manager_email", None)
        try:
            self._write(item, user, _change(item, changes), changes)
        except Refused as refused:
            if item.action != "suspend" or set(changes) == {"state"}:
                raise
            return user.id, self._suspend_alone(item, refused)
        return user.id, None

    def _suspend_alone(self, item: Item, refused: Refused) -> _Note:
        """Suspend a user of whom the target refuses other changes: access ends all the same."""
        user = self._read(item)
        if user.state != "suspended":
            self._write(item, user, Change(state="suspended"), {"state": (user.state, "suspended")})
        return _Note("rest_refused", f"suspended, and the rest was refused: {refused.message}")

    def _read(self, item: Item) -> TargetUser:
        assert item.user_id is not None
        user = self.target.read(item.user_id)
        if user is None:
            raise Stale(_GONE)
        return user

    def _write(
        self,
        item: Item,
        user: TargetUser,
        change: Change,
        intent: Mapping[str, tuple[Json, Json]],
    ) -> None:
        is_linking = change.source_id is not None
        entry = self.recorder.intend(
            item,
            "link" if is_linking else "update",
            intent,
            user.id,
            claim=user if is_linking else None,
        )
        try:
            self.target.update(user, change)
        except Refused as refused:
            self._settle_refused(entry, user, change, intent, refused.message)
            raise
        except Stale:
            self.recorder.settle(entry, "stale")
            self.recorder.give_back(entry)
            raise Stale(CHANGED) from None
        self.recorder.settle(entry, "applied")
        if change.join or change.leave:
            self.recorder.note_groups(user.id, change.join, change.leave)

    def _settle_refused(
        self,
        entry: Entry,
        user: TargetUser,
        change: Change,
        intent: Mapping[str, tuple[Json, Json]],
        message: str,
    ) -> None:
        """Write down a refusal. Groups may have been refused when all else was written."""
        now = self.target.read(user.id) if change.join or change.leave else None
        done = what_was_done(self.target, now, intent) if now is not None else None
        if done is None or not done.intent:
            self.recorder.settle(entry, "refused", message=message)
            self.recorder.give_back(entry)
            return
        self.recorder.settle(entry, "applied", message=message, intent=done.intent)
        self.recorder.note_groups(user.id, done.joined, done.left)

    # ---- managers who came late ------------------------------------------------------------------

    def _set_late_manager(self, item: Item) -> None:
        assert item.manager is not None
        with self.ledger.store.read() as db:
            is_written = items.outcome_of(db, self.ledger.run, item.number) == "applied"
            user_id = item.user_id or self._linked(db, item.id)
            manager_id = item.manager.user_id or self._linked(db, item.manager.source_id)
        is_only = is_only_late(item)
        if not is_only and not is_written:
            return  # who was not written has no manager either
        try:
            note = self._manage(item, user_id, manager_id)
        except Stale:
            note, outcome = _Note("stale", CHANGED), "skipped"
        except Refused as refused:
            message = f"the manager could not be set: {refused.message}"
            note, outcome = _Note("manager_failed", message), "failed"
        else:
            outcome = "applied" if note is None else "skipped"
        if is_only:
            self._conclude(item, outcome, note)  # type: ignore[arg-type]  # literals of `Outcome`
        elif note is not None:
            reason = "manager_failed" if note.reason == "stale" else note.reason
            self.recorder.conclude(item, "applied", reason=reason, message=note.message)

    def _manage(self, item: Item, user_id: str | None, manager_id: str | None) -> _Note | None:
        """Set a manager; return why not when the manager got no user after all."""
        user = self.target.read(user_id) if user_id is not None else None
        if user is None:
            raise Stale(_GONE)
        if manager_id is None:
            return _Note("manager_pending", _NO_MANAGER)
        if user.manager_id != manager_id:
            intent = {"manager_email": item.changes["manager_email"]}
            self._write(item, user, Change(manager_id=manager_id), intent)
        return None

    # ---- links -----------------------------------------------------------------------------------

    def _linked(self, db: Connection, source_id: str | None) -> str | None:
        if source_id is None:
            return None
        link = links.find_link(db, self.ledger.target, self.ledger.connection, source_id)
        return None if link is None else link.user_id

    def _is_linked(self, source_id: str) -> bool:
        with self.ledger.store.read() as db:
            return self._linked(db, source_id) is not None

    def _refuse_other_link(self, user_id: str, source_id: str, since: str) -> None:
        """Raise `Stale` when a kept plan's user is another's by now, or was written since."""
        with self.ledger.store.read() as db:
            found = links.links_of_user(db, self.ledger.target, user_id)
            is_written = journal.has_write_since(db, self.ledger.target, user_id, since)
        owner = next((one for one in found if one.ended_at is None), None)
        ours = (self.ledger.connection, source_id)
        if owner is None or (owner.connection, owner.source_id) != ours:
            raise Stale(_UNLINKED)
        if is_written:
            raise Stale(CHANGED)


def _failing(target: str) -> Diagnostic:
    return Diagnostic(
        "target-failed",
        f"the target `{target}` failed on {_MOST_FAILURES} people in a row",
        hint="try again later, or tell whoever runs it; what was written stands",
    )


_NOT_PLAIN = frozenset({"state", "groups", "manager_email"})


def _attributes(changes: Mapping[str, tuple[Json, Json]]) -> dict[str, Json]:
    return {name: new for name, (_, new) in changes.items() if name not in _NOT_PLAIN}


def _memberships(
    changes: Mapping[str, tuple[Json, Json]],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the groups to join and to leave."""
    old, new = changes.get("groups", ([], []))
    return tuple(sorted(set(new) - set(old))), tuple(sorted(set(old) - set(new)))


def _change(item: Item, changes: Mapping[str, tuple[Json, Json]]) -> Change:
    join, leave = _memberships(changes)
    manager_id: str | Absent | None = ABSENT
    if item.manager is not None and not is_late(item):
        manager_id = item.manager.user_id
    return Change(
        attributes=_attributes(changes),
        state=changes["state"][1] if "state" in changes else None,
        manager_id=manager_id,
        join=join,
        leave=leave,
        source_id=item.id if item.is_link else None,
    )
