"""Finds plug-ins and registers them: built-ins by dotted name, others by their entry point."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

import pluggy

from onroll.plugins import spec

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["BUILT_IN", "ENTRY_POINT_GROUP", "create_host"]

ENTRY_POINT_GROUP: Final = "onroll"

#: Plug-ins like any other, named by text so that nothing imports a concrete kind.
BUILT_IN: Final = (
    "onroll.auth.none",
    "onroll.auth.api_key",
    "onroll.auth.bearer",
    "onroll.auth.basic",
    "onroll.auth.login",
    "onroll.auth.oauth2_client_credentials",
    "onroll.pagination.none",
    "onroll.pagination.offset",
    "onroll.pagination.page",
    "onroll.pagination.cursor",
    "onroll.pagination.next_link",
    "onroll.pagination.last_id",
    "onroll.transforms.text",
    "onroll.transforms.sequence",
    "onroll.transforms.scalar",
    "onroll.transforms.time",
)


def create_host(extra: Iterable[object] = ()) -> pluggy.PluginManager:
    """Return a plug-in manager with the built-ins, the installed plug-ins and `extra` ones.

    A misspelt hook is an error (`check_pending`), not silence.
    """
    host = pluggy.PluginManager("onroll")
    host.add_hookspecs(spec)
    for name in BUILT_IN:
        host.register(import_module(name), name=name)
    host.load_setuptools_entrypoints(ENTRY_POINT_GROUP)
    for plugin in extra:
        host.register(plugin)
    host.check_pending()
    return host
