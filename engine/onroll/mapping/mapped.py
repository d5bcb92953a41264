"""What became of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.model import Reason, User

__all__ = ["Mapped"]


class Mapped(msgspec.Struct, frozen=True):
    """What became of a record: a user, or nobody with reasons, or nobody because excluded.

    `unmatched` has the text that a `map` does not name, by attribute (`custom.x` for custom ones).
    """

    user: User | None
    reasons: tuple[Reason, ...] = ()
    is_excluded: bool = False
    unmatched: Mapping[str, str] = {}
