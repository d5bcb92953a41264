"""The `import` block of a connection: how its people are brought into a target."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.expressions.condition import Condition

__all__ = ["Allowance", "GroupRule", "ImportRules", "Protected", "SafeguardLimits"]


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many are allowed: the greater of a number and a share of all. `10%` is percent 10."""

    count: int = 0
    percent: float = 0.0

    def of(self, total: int) -> int:
        """Return how many of `total` are allowed, rounded down."""
        return max(self.count, int(total * self.percent / 100))


@dataclass(frozen=True, slots=True)
class SafeguardLimits:
    """How much one run may do. None: as much as it likes."""

    suspensions: Allowance = field(default_factory=lambda: Allowance(5, 10))
    creations: Allowance | None = None
    email_changes: Allowance | None = None
    username_changes: Allowance | None = None
    blanked: Allowance | None = None


@dataclass(frozen=True, slots=True)
class Protected:
    """Who is never suspended: by the source's id, by e-mail, or by a group of the target."""

    ids: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GroupRule:
    """Whoever `when` holds for belongs to the group `name`, and nobody else by this rule."""

    name: str
    when: Condition


@dataclass(frozen=True, slots=True)
class ImportRules:
    """The block with its defaults. `time_zone` is the connection's, for people without one."""

    target: str = "directory"
    create_as: Literal["staged", "active"] = "active"
    inactive_statuses: frozenset[str] = frozenset({"leave", "inactive"})
    allow_reactivation: bool = False
    create_days_before: int | None = None
    absent: Literal["keep", "suspend"] = "keep"
    absent_after: int = 3
    time_zone: str = "UTC"
    protected: Protected = field(default_factory=Protected)
    groups: tuple[GroupRule, ...] = ()
    limits: SafeguardLimits = field(default_factory=SafeguardLimits)
    written: Mapping[str, object] = field(default_factory=dict, repr=False)
