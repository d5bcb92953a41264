"""Where a run writes down what it does, and the clock it does it by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onroll.store.database import Store

__all__ = ["Ledger", "utc_now"]


def utc_now() -> str:
    """Return the instant as it is stored: UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where a run writes down what it does. `number` counts the connection's runs."""

    store: Store
    run: str
    target: str
    connection: str
    number: int
