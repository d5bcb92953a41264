"""Kinds that are known by name, and imported when the first definition uses them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Later", "bring"]


@dataclass(frozen=True, slots=True)
class Later:
    """A kind by its name, which a hook may return in the kind's place.

    `module` is the dotted name of the module that offers it, by a function of the hook's name.
    """

    name: str
    module: str


def bring(kind: Later, hook: str) -> Any:
    """Import a kind. Raises `UsageError` when its module cannot be imported or lacks it."""
    offered = _offered(kind.module, hook)
    if kind.name not in offered:
        raise UsageError(
            Diagnostic(
                "plugin-not-loaded",
                f"the plug-in `{kind.module}` promised `{kind.name}`, and `{hook}` does not "
                "return it",
                hint="mend the plug-in, or uninstall it",
            )
        )
    return offered[kind.name]


@cache
def _offered(module: str, hook: str) -> Mapping[str, Any]:
    try:
        return {one.name: one for one in getattr(import_module(module), hook)()}
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise UsageError(
            Diagnostic(
                "plugin-not-loaded",
                f"the plug-in `{module}` cannot be loaded: {reason}",
                hint="mend the plug-in, or uninstall it",
            )
        ) from error
