"""Apply a plan, person by person. One bad person never stops the others; a lost target stops all.

Each user is read again before it is written: one that is no longer as the plan saw it is skipped.
Managers who were still to come are linked when everybody is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from onroll.diagnostics import Diagnostic
from onroll.errors import TargetError
from onroll.model import ABSENT, Absent
from onroll.store import links
from onroll.sync.aftermath import what_was_done
from onroll.sync.model import Item, Outcome
from onroll.target import TARGET_FAILED, Change, Draft, Refused, Stale

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Connection

    from onroll.model import Json
    from onroll.store.journal import Operation
    from onroll.sync.passwords import Passwords
    from onroll.sync.recording import Entry, Ledger, Recorder
    from onroll.target import Target, TargetUser

__all__ = ["Applier", "OnOutcome"]

#: Told of each person's outcome, for showing how far it is.
OnOutcome: TypeAlias = Callable[[Item, Outcome], None]

#: One person may be what a target fails on; so many in a row are not to blame.
_MOST_FAILURES: Final = 5

_GONE = "the user is gone from the target"
_CHANGED = "the user was changed in the target since the plan was made"
_LINKED = "the person or the user was linked since the plan was made"


@dataclass(frozen=True, slots=True)
class Applier:
    """Writes a plan's items to a target.

    `failures` counts earlier refusals, by source id. `checks_links` is for a plan that was kept:
    its people may have been linked since.
    """

    target: Target
    ledger: Ledger
    recorder: Recorder
    passwords: Passwords
    failures: Mapping[str, int] = field(default_factory=dict)
    checks_links: bool = False
    on_outcome: OnOutcome = lambda _item, _outcome: None

    def apply(self, writes: Callable[[], Iterable[Item]]) -> None:
        """Apply the items that `writes` yields; it is asked twice, the second time for managers.

        Raises `TargetError` when the target cannot be used any more. What was written until then
        stands in the journal.
        """
        failures_in_a_row = 0
        try:
            for item in writes():
                is_failure = self._apply(item) == TARGET_FAILED
                failures_in_a_row = failures_in_a_row + 1 if is_failure else 0
                if failures_in_a_row == _MOST_FAILURES:
                    raise TargetError(_failing(self.ledger.target))
            self.recorder.flush()
            for item in writes():
                if item.manager is not None and _is_late(item):
                    self._set_manager(item)
        finally:
            self.recorder.flush()

    def _apply(self, item: Item) -> str | None:
        """Write one person; return the code when the target refuses them."""
        assert item.id is not None
        try:
            is_new = item.action == "create"
            user_id, note = self._create(item, item.id) if is_new else self._update(item)
        except Stale as stale:
            self._conclude(item, "skipped", reason="stale", message=str(stale) or _CHANGED)
        except Refused as refused:
            # A suspension waits for nothing: it is tried again in every run.
            if item.action != "suspend":
                failures = self.failures.get(item.id, 0) + 1
                self.recorder.quarantine(item, refused.code, refused.message, failures)
            self._conclude(item, "failed", reason=refused.code, message=refused.message)
            return refused.code
        else:
            if item.id in self.failures:
                self.recorder.release(item)
            reason = "groups_failed" if note is not None else None
            self.recorder.conclude(item, "applied", user_id=user_id, reason=reason, message=note)
            self.on_outcome(item, "applied")
        return None

    def _conclude(self, item: Item, outcome: Outcome, *, reason: str, message: str) -> None:
        self.recorder.conclude(item, outcome, reason=reason, message=message)
        self.on_outcome(item, outcome)

    def _create(self, item: Item, source_id: str) -> tuple[str, str | None]:
        """Create a user; return it, and what went wrong with its groups."""
        if self.checks_links and self._is_linked(source_id):
            raise Stale(_LINKED)
        state = item.changes["state"][1]
        attributes = _attributes(item)
        password = self.passwords.generate(item)
        entry = self.recorder.intend(item, "create", _shown(item, {*attributes, "state"}))
        try:
            user = self.target.create(Draft(source_id, attributes, state, password))
        except Refused as refused:
            self.recorder.settle(entry, "refused", message=refused.message)
            raise
        self.recorder.settle(entry, "applied", user_id=user.id)
        self.recorder.link(item, user.id)
        join, _ = _memberships(item)
        try:
            if join:
                self._write(item, user, Change(join=join), {"groups": item.changes["groups"]})
        except (Refused, Stale) as error:
            return user.id, f"the groups could not be joined: {error}"
        return user.id, None

    def _update(self, item: Item) -> tuple[str, None]:
        assert item.user_id is not None
        assert item.id is not None
        user = self.target.read(item.user_id)
        if user is None:
            raise Stale(_GONE)
        if item.is_link and (self._is_linked(item.id) or self._has_link(user.id)):
            raise Stale(_LINKED)
        if not _is_as_planned(item, user):
            raise Stale(_CHANGED)
        join, leave = _memberships(item)
        manager_id: str | Absent | None = ABSENT
        if item.manager is not None and not _is_late(item):
            manager_id = item.manager.user_id
        new_state = item.changes["state"][1] if "state" in item.changes else None
        change = Change(
            attributes=_attributes(item),
            state=new_state,
            manager_id=manager_id,
            join=join,
            leave=leave,
            source_id=item.id if item.is_link else None,
        )
        intent = dict(item.changes)
        if _is_late(item):
            intent.pop("manager_email", None)
        self._write(item, user, change, intent)
        if item.is_link:
            self.recorder.link(item, user.id)
        return user.id, None

    def _write(
        self,
        item: Item,
        user: TargetUser,
        change: Change,
        intent: Mapping[str, tuple[Json, Json]],
    ) -> None:
        operation: Operation = "update" if change.source_id is None else "link"
        entry = self.recorder.intend(item, operation, intent, user.id)
        try:
            self.target.update(user, change)
        except Refused as refused:
            self._settle_refused(entry, user, change, intent, refused.message)
            raise
        except Stale:
            self.recorder.settle(entry, "stale")
            raise Stale(_CHANGED) from None
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
            return
        self.recorder.settle(entry, "applied", message=message, intent=done.intent)
        self.recorder.note_groups(user.id, done.joined, done.left)

    def _set_manager(self, item: Item) -> None:
        """Link a manager who was still to come, or whose person was."""
        assert item.manager is not None
        with self.ledger.store.read() as db:
            user_id = item.user_id or self._linked(db, item.id)
            manager_id = item.manager.user_id or self._linked(db, item.manager.source_id)
        user = self.target.read(user_id) if user_id is not None else None
        if user is None or manager_id is None or user.manager_id == manager_id:
            return  # one of the two could not be written, which is said at theirs
        try:
            intent = {"manager_email": item.changes["manager_email"]}
            self._write(item, user, Change(manager_id=manager_id), intent)
        except (Refused, Stale) as error:
            message = f"the manager could not be set: {error}"
            self.recorder.conclude(item, "applied", reason="manager_failed", message=message)

    def _linked(self, db: Connection, source_id: str | None) -> str | None:
        if source_id is None:
            return None
        link = links.find_link(db, self.ledger.target, self.ledger.connection, source_id)
        return None if link is None else link.user_id

    def _is_linked(self, source_id: str) -> bool:
        with self.ledger.store.read() as db:
            return self._linked(db, source_id) is not None

    def _has_link(self, user_id: str) -> bool:
        with self.ledger.store.read() as db:
            found = links.links_of_user(db, self.ledger.target, user_id)
        return any(one.ended_at is None for one in found)


def _failing(target: str) -> Diagnostic:
    return Diagnostic(
        "target-failed",
        f"the target `{target}` failed on {_MOST_FAILURES} people in a row",
        hint="try again later, or tell whoever runs it; what was written stands",
    )


def _is_late(item: Item) -> bool:
    """Whether the manager can only be set when everybody is there."""
    manager = item.manager
    return manager is not None and (item.action == "create" or manager.source_id is not None)


_NOT_PLAIN = frozenset({"state", "groups", "manager_email"})


def _attributes(item: Item) -> dict[str, Json]:
    return {name: new for name, (_, new) in item.changes.items() if name not in _NOT_PLAIN}


def _shown(item: Item, names: AbstractSet[str]) -> dict[str, tuple[Json, Json]]:
    return {name: pair for name, pair in item.changes.items() if name in names}


def _memberships(item: Item) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the groups to join and to leave."""
    old, new = item.changes.get("groups", ([], []))
    return tuple(sorted(set(new) - set(old))), tuple(sorted(set(old) - set(new)))


def _is_as_planned(item: Item, user: TargetUser) -> bool:
    """Whether a user still has the values that the plan was made from, or those it leads to."""
    for name, (old, new) in item.changes.items():
        if name in ("groups", "manager_email"):
            continue  # set by name and not by difference: who is a member already stays one
        now = user.state if name == "state" else user.attributes.get(name)
        if now not in (old, new):
            return False
    return True
