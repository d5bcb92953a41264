"""The kinds that all plug-ins offer, by name: what the rest of the program looks things up in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.plugins.host import create_host
from onroll.plugins.later import Later, bring

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pluggy

    from onroll.protocols import AuthKind, DecoderKind, PaginationKind, TransformKind
    from onroll.target import TargetKind

__all__ = ["Registered", "Registry", "build_registry", "installed"]


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Kind = TypeVar("_Kind", bound=_Named)


@dataclass(frozen=True, slots=True)
class Registered(Generic[_Kind]):
    """A kind, now or when it is used, and the plug-in that offers it."""

    offered: _Kind | Later
    plugin: str
    hook: str

    @property
    def kind(self) -> _Kind:
        """The kind. Raises `UsageError` when it is to be imported and cannot be."""
        if not isinstance(self.offered, Later):
            return self.offered
        kind: _Kind = bring(self.offered, self.hook)
        return kind


@dataclass(frozen=True, slots=True)
class Registry:
    """Every kind by name, in the order of registration."""

    auth: Mapping[str, Registered[AuthKind]]
    decoder: Mapping[str, Registered[DecoderKind]]
    pagination: Mapping[str, Registered[PaginationKind]]
    transforms: Mapping[str, Registered[TransformKind]]
    targets: Mapping[str, Registered[TargetKind]]


def build_registry(host: pluggy.PluginManager) -> Registry:
    """Ask every plug-in for its kinds. Raises `UsageError` when two offer the same name."""
    return Registry(
        auth=_collect(host, "onroll_auth_methods"),
        decoder=_collect(host, "onroll_decoders"),
        pagination=_collect(host, "onroll_pagination_styles"),
        transforms=_collect(host, "onroll_transforms"),
        targets=_collect(host, "onroll_targets"),
    )


@cache
def installed() -> Registry:
    """Return the registry of the built-in and installed plug-ins, built once a process."""
    return build_registry(create_host())


def _collect(host: pluggy.PluginManager, hook: str) -> dict[str, Registered[_Kind]]:
    found: dict[str, Registered[_Kind]] = {}
    for implementation in getattr(host.hook, hook).get_hookimpls():
        owner = implementation.plugin_name
        for kind in implementation.function():
            # A module says more of where a kind comes from than the plug-in that lists it.
            plugin = kind.module if isinstance(kind, Later) else owner
            if kind.name in found:
                raise UsageError(_clash(kind.name, plugin, found[kind.name].plugin))
            found[kind.name] = Registered(kind, plugin, hook)
    return found


def _clash(name: str, one: str, other: str) -> Diagnostic:
    return Diagnostic(
        "plugin-clash",
        f"the plug-ins `{other}` and `{one}` both offer `{name}`",
        hint="uninstall one of the two: which of them wins must not depend on the order",
    )
