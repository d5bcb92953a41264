"""Finds plug-ins and registers them: built-ins by dotted name, others by their entry point."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

import pluggy

from onroll.diagnostics import Diagnostic, nearest
from onroll.errors import UsageError
from onroll.plugins import spec
from onroll.plugins.entry_points import installed_points

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import EntryPoint

__all__ = ["create_host"]

_HOOKS: Final = (
    "onroll_auth_methods",
    "onroll_decoders",
    "onroll_pagination_styles",
    "onroll_targets",
    "onroll_transforms",
)

#: A plug-in like any other, named by text: it is registered as those from elsewhere are.
_BUILT_IN: Final = "onroll.plugins.built_in"


def create_host(
    extra: Iterable[object] = (), *, with_installed: bool = True
) -> pluggy.PluginManager:
    """Return a plug-in manager with the built-ins, the installed plug-ins and `extra` ones.

    Without the installed ones it is the same on every machine, as shipped schemas must be.
    A misspelled hook is an error (`check_pending`), not silence. Raises `UsageError` that names
    the plug-in that cannot be used.
    """
    host = pluggy.PluginManager("onroll")
    host.add_hookspecs(spec)
    host.register(import_module(_BUILT_IN), name=_BUILT_IN)
    # Not pluggy's own loader: of two plug-ins with one entry-point name it drops the second.
    for point in installed_points() if with_installed else ():
        _register(host, _load(point), _name_of(point))
    for plugin in extra:
        _register(host, plugin, None)
    try:
        host.check_pending()
    except pluggy.PluginValidationError as error:
        raise UsageError(_unknown_hook(host, error.plugin)) from None
    return host


def _name_of(point: EntryPoint) -> str:
    """Name a plug-in by its distribution, which is what a person can uninstall."""
    return f"{point.dist.name}:{point.name}" if point.dist is not None else point.name


def _load(point: EntryPoint) -> object:
    try:
        return point.load()
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise UsageError(
            Diagnostic(
                "plugin-not-loaded",
                f"the plug-in `{_name_of(point)}` cannot be loaded ({point.value}): {reason}",
                hint="mend the plug-in, or uninstall it",
            )
        ) from error


def _register(host: pluggy.PluginManager, plugin: object, name: str | None) -> None:
    if host.is_registered(plugin):
        return  # one module under two entry points
    try:
        host.register(plugin, name=name)
    except pluggy.PluginValidationError as error:
        said = " ".join(str(error).split())
        raise UsageError(Diagnostic("plugin-wrong-hook", f"a plug-in is wrong: {said}")) from None
    if not host.get_hookcallers(plugin):
        raise UsageError(
            Diagnostic(
                "plugin-without-hook",
                f"the plug-in `{host.get_name(plugin)}` offers no hook",
                expected=f"one of {_named(_HOOKS)}",
                hint="mark its functions with `@hookimpl` from `onroll.plugins`",
            )
        )


def _unknown_hook(host: pluggy.PluginManager, plugin: object) -> Diagnostic:
    callers = host.get_hookcallers(plugin) or []
    unknown = [caller.name for caller in callers if not caller.has_spec()]
    right = nearest(unknown[0], _HOOKS)
    return Diagnostic(
        "plugin-unknown-hook",
        f"the plug-in `{host.get_name(plugin)}` offers {_named(unknown)}, which is no hook",
        expected=f"one of {_named(_HOOKS)}",
        hint=f"did you mean `{right}`?" if right else None,
    )


def _named(hooks: Iterable[str]) -> str:
    return ", ".join(f"`{hook}`" for hook in hooks)
