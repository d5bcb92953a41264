"""What stands for an operator's settings where nobody has any: when examples are replayed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onroll.definition.settings import Settings
from onroll.expressions.reference import references_in

if TYPE_CHECKING:
    from onroll.definition.connector import ConnectorDefinition
    from onroll.model import Json

__all__ = ["stand_ins"]

#: Parts of a definition that ask, and keys of a request in which settings may stand.
_ASKING: Final = frozenset({"context", "list_users", "lookups", "params"})
_REQUEST_KEYS: Final = frozenset({"endpoint", "form", "json", "params"})


def stand_ins(definition: ConnectorDefinition) -> Settings:
    """Return a value for every setting: its default, its first choice, or a plain word.

    One that only requests hold stands there as its reference, so that it can be told in them.
    """
    told = _only_asked(definition)
    return Settings(
        {
            name: one.default
            if one.default is not None
            else one.enum[0]
            if one.enum
            else "https://example.test"
            if definition.base_url.startswith(f"${{settings.{name}}}")
            else f"${{settings.{name}}}"
            if name in told
            else "example"
            for name, one in definition.settings.items()
        }
    )


def _only_asked(definition: ConnectorDefinition) -> set[str]:
    """Return the settings that stand in paths, parameters and bodies of requests and only there."""
    used: dict[bool, set[str]] = {True: set(), False: set()}

    def note(value: Json, *, can_ask: bool, is_asked: bool) -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                note(item, can_ask=can_ask, is_asked=is_asked or (can_ask and key in _REQUEST_KEYS))
        elif isinstance(value, list):
            for item in value:
                note(item, can_ask=can_ask, is_asked=is_asked)
        elif isinstance(value, str):
            used[is_asked].update(one.name for one in references_in(value))

    for key, value in definition.source.data.items():
        if key not in ("examples", "settings"):
            note({key: value}, can_ask=key in _ASKING, is_asked=False)
    return used[True] - used[False]
