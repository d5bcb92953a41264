"""Since when an import asks for changes, and which imports move that mark. Pure.

A mark stands for "everybody was taken in as they were then". Whatever changes people without a
change of their records (an edit, a day that comes) makes it worthless, and everybody is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from onroll.store.memory import Remembered

__all__ = ["Mark", "changes_since", "mark_after", "mark_of"]

#: Where the day begins first (UTC+14).
_FIRST_ZONE: Final = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Mark:
    """When everybody was taken in, under which definition and connection, and how long that holds.

    `read_as` is their digest; `stands_until` the last day before a known date moves somebody.
    """

    read_from: str | None = None
    read_as: str | None = None
    stands_until: str | None = None


def mark_of(known: Remembered | None) -> Mark:
    """Return the mark as it stands; an empty one before the first run."""
    if known is None:
        return Mark()
    return Mark(known.read_from, known.read_as, known.stands_until)


def changes_since(known: Remembered | None, read_as: str, now: datetime) -> datetime | None:
    """Return since when changes are to be asked for; None when everybody must be read."""
    if known is None or known.read_from is None or known.read_as != read_as:
        return None
    moment = datetime.fromisoformat(known.read_from)
    if moment > now:
        return None  # a clock was wrong, then or now
    today = (now.astimezone(UTC) + _FIRST_ZONE).date().isoformat()
    if known.stands_until is not None and today > known.stands_until:
        return None
    return moment


def mark_after(known: Remembered | None, taken_in: Mark, since: str | None) -> Mark:
    """Return the mark after an import that took in everybody, or who changed since a moment.

    It is moved by changes only when they go back to where it stood.
    """
    if since is None:
        return taken_in
    before = mark_of(known)
    is_gapless = (
        before.read_from is not None
        and before.read_as == taken_in.read_as
        and datetime.fromisoformat(since) <= datetime.fromisoformat(before.read_from)
    )
    if not is_gapless:
        return before
    days = [one for one in (before.stands_until, taken_in.stands_until) if one is not None]
    return Mark(taken_in.read_from, taken_in.read_as, min(days, default=None))
