"""A run in a real store, for what is written down of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.store import items, links
from onroll.store.runs import start_run
from onroll.sync.ledger import Ledger, utc_now

if TYPE_CHECKING:
    from onroll.store.database import Store
    from onroll.store.items import Line
    from onroll.sync.model import Item

__all__ = ["begin_run", "lines_of", "link_of"]


def begin_run(store: Store, run: str, *lines: Item) -> Ledger:
    """Start the run of a plan that was made."""
    ledger = Ledger(store, run, "directory", "hr", 1)
    with store.begin() as db:
        start_run(
            db,
            id=run,
            connection="hr",
            connector="people",
            target="directory",
            mode="all",
            actor="ada",
            at=utc_now(),
        )
        planned = (
            items.Line(
                number=one.number,
                source_id=one.id,
                email=one.email,
                action=one.action,
                user_id=one.user_id,
                changes=one.changes,
                outcome="planned",
                reason=None,
                message=None,
            )
            for one in lines
        )
        items.add_items(db, run, planned)
    return ledger


def lines_of(ledger: Ledger) -> dict[str | None, Line]:
    """Return the lines of a run by source id."""
    with ledger.store.read() as db:
        return {line.source_id: line for line in items.items_of(db, ledger.run)}


def link_of(ledger: Ledger, source_id: str) -> str | None:
    """Return the user to whom a person is linked."""
    with ledger.store.read() as db:
        link = links.find_link(db, ledger.target, ledger.connection, source_id)
    return None if link is None else link.user_id
