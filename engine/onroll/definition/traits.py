"""What the import asks of a mapping: what may be cleared, and what happens when a name is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.definition.dependencies import composed_in

if TYPE_CHECKING:
    from onroll.definition.connector import ConnectorDefinition

__all__ = ["appends_id", "clearable"]


def appends_id(definition: ConnectorDefinition) -> bool:
    """Whether a person whose `username` is taken gets it with their id behind it."""
    composed = composed_in(definition.attributes.get("username"))
    return any(one.get("on_conflict") == "append_id" for _, one in composed)


def clearable(definition: ConnectorDefinition) -> frozenset[str]:
    """Return the attributes that null may blank in a target; custom ones as `custom.NAME`."""
    attributes = definition.attributes
    custom = attributes.get("custom") or {}
    every = {**attributes, **{f"custom.{name}": value for name, value in custom.items()}}
    return frozenset(
        name
        for name, value in every.items()
        if name != "custom" and isinstance(value, dict) and value.get("clear") is True
    )
