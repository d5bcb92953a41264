"""What is read, as the JSON that commands write: users, and the listing's certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from onroll.model import ListingReport, User

__all__ = ["report_json", "user_json"]


def report_json(report: ListingReport) -> dict[str, Any]:
    """Return a listing's certificate as `onroll fetch --report` writes it."""
    written: dict[str, Any] = msgspec.to_builtins(report)
    return written


def user_json(user: User) -> dict[str, Any]:
    """Return a user as JSON: absent attributes left out, null kept, an unknown status named."""
    flat = dict(user.attributes)
    if user.unknown_status is not None:
        flat["unknown_status"] = user.unknown_status
    return flat
