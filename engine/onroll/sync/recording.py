"""Write down what a run does: the intent before each write, the outcome after it.

The outcome of one write and the intent of the next are one transaction, so that each write costs
one. A process that is killed leaves at most one intent without an outcome; `recovery` asks the
target what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from onroll.store import items, journal, links, memberships, quarantine
from onroll.sync.claims import claim_user
from onroll.sync.ledger import Ledger, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from onroll.store.journal import Operation, Settled
    from onroll.sync.model import Item, Outcome
    from onroll.target import TargetUser

__all__ = ["Entry", "Recorder", "runs_until_retry"]

#: Hourly runs try again once a day at last.
_LONGEST_WAIT_RUNS: Final = 24


def runs_until_retry(failures: int) -> int:
    """Return in how many runs a person is tried again: the next, then less and less often."""
    return int(min(2 ** (failures - 1), _LONGEST_WAIT_RUNS))


@dataclass(frozen=True, slots=True)
class Entry:
    """A write whose intent stands in the journal. `link` is the one that was made for it."""

    id: int
    item: Item
    link: int | None = None


class Recorder:
    """Keeps the journal of one run. `flush` before the end, and when something is to be read."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: list[Callable[[Connection], None]] = []
        self._waiting_links: dict[str, str] = {}

    def intend(
        self,
        item: Item,
        operation: Operation,
        intent: Mapping[str, Any],
        user_id: str | None = None,
        *,
        claim: TargetUser | None = None,
    ) -> Entry:
        """Write down what is about to be done, and what came of the write before.

        With `claim` the person is linked to that user, before anybody else can be. Raises `Stale`
        when somebody was.
        """
        link: int | None = None
        with self._ledger.store.begin() as db:
            self._write_waiting(db)
            if claim is not None:
                assert item.id is not None
                link = claim_user(db, self._ledger, item.id, claim)
            number = journal.intend(
                db,
                run=self._ledger.run,
                item=item.number,
                operation=operation,
                connection=self._ledger.connection,
                target=self._ledger.target,
                source_id=item.id,
                user_id=user_id,
                intent=intent,
                at=utc_now(),
            )
        self._clear()
        return Entry(number, item, link)

    def settle(
        self,
        entry: Entry,
        outcome: Settled,
        *,
        user_id: str | None = None,
        message: str | None = None,
        intent: Mapping[str, Any] | None = None,
    ) -> None:
        """Write down what came of a write, together with the next intent.

        `intent` is given where less was done than was meant.
        """
        at = utc_now()
        self._waiting.append(
            lambda db: journal.settle(
                db,
                entry.id,
                outcome=outcome,
                at=at,
                user_id=user_id,
                message=message,
                intent=intent,
            )
        )

    def give_back(self, entry: Entry) -> None:
        """Undo the link that was made for a write which was not done."""
        link = entry.link
        if link is not None:
            self._waiting.append(lambda db: links.remove_link(db, link))

    def conclude(
        self,
        item: Item,
        outcome: Outcome,
        *,
        user_id: str | None = None,
        reason: str | None = None,
        message: str | None = None,
    ) -> None:
        """Write down the outcome of a person's line."""
        run = self._ledger.run
        self._waiting.append(
            lambda db: items.settle_item(
                db,
                run,
                item.number,
                outcome=outcome,
                user_id=user_id,
                reason=reason,
                message=message,
            )
        )

    def link(self, item: Item, user_id: str) -> None:
        """Link a person to their user."""
        assert item.id is not None
        source_id, ledger, at = item.id, self._ledger, utc_now()
        self._waiting_links[source_id] = user_id
        self._waiting.append(
            lambda db: _link(db, ledger, source_id, user_id, at),
        )

    def waiting_link(self, source_id: str) -> str | None:
        """Return the user of a person whose link is not written down yet."""
        return self._waiting_links.get(source_id)

    def note_groups(self, user_id: str, join: tuple[str, ...], leave: tuple[str, ...]) -> None:
        """Note which memberships the rules gave and took."""
        target, connection = self._ledger.target, self._ledger.connection

        def note(db: Connection) -> None:
            memberships.own(db, target, connection, user_id, *join)
            memberships.disown(db, target, connection, user_id, *leave)

        self._waiting.append(note)

    def quarantine(self, item: Item, reason: str, message: str, failures: int) -> None:
        """Let a person wait whom the target refused, for the `failures`th time in a row."""
        assert item.id is not None
        person = quarantine.Quarantined(
            source_id=item.id,
            failures=failures,
            next_run=self._ledger.number + runs_until_retry(failures),
            digest=item.digest,
            reason=reason,
            message=message,
        )
        target, connection = self._ledger.target, self._ledger.connection
        self._waiting.append(lambda db: quarantine.put(db, target, connection, person))

    def release(self, item: Item) -> None:
        """Let a person wait no longer."""
        assert item.id is not None
        source_id, target, connection = item.id, self._ledger.target, self._ledger.connection
        self._waiting.append(lambda db: quarantine.release(db, target, connection, source_id))

    def flush(self) -> None:
        """Write down what waits."""
        if self._waiting:
            with self._ledger.store.begin() as db:
                self._write_waiting(db)
            self._clear()

    def _clear(self) -> None:
        self._waiting.clear()
        self._waiting_links.clear()

    def _write_waiting(self, db: Connection) -> None:
        for write in self._waiting:
            write(db)


def _link(db: Connection, ledger: Ledger, source_id: str, user_id: str, at: str) -> None:
    known = links.find_link(db, ledger.target, ledger.connection, source_id)
    if known is None:
        links.add_link(
            db,
            target=ledger.target,
            user_id=user_id,
            connection=ledger.connection,
            source_id=source_id,
            run=ledger.run,
            at=at,
        )
