"""Read a count that an API may write as 12, 12.0 or "12"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onroll.model import Absent, Json

__all__ = ["whole_number"]


def whole_number(found: Json | Absent) -> int | None:
    """Return a count of zero or more, or None when this is not one."""
    if isinstance(found, bool):
        return None
    if isinstance(found, str):
        text = found.strip().removesuffix(".0")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    return found if isinstance(found, int) and found >= 0 else None
