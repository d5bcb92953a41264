"""Which groups a person joins and leaves by the connection's rules. Pure.

A rule takes away only what a rule gave: memberships of other origin stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from onroll.definition.import_rules import GroupRule
    from onroll.model import Json

__all__ = ["wanted_groups"]


def wanted_groups(
    rules: Sequence[GroupRule],
    attributes: Mapping[str, Json],
    current: AbstractSet[str],
    owned: AbstractSet[str],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the groups to join and to leave, each sorted.

    `attributes` are the person's as they will be; `owned` are the memberships that rules gave.
    A group whose rules are gone is nobody's: it is left alone.
    """
    named = {rule.name for rule in rules}
    holding = {rule.name for rule in rules if rule.when.holds_for_record(None, attributes)}
    join = holding - current
    leave = (named - holding) & current & owned
    return tuple(sorted(join)), tuple(sorted(leave))
