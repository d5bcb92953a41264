"""The hooks, which is all that a plug-in may offer. Entry-point group: `onroll`.

Each hook returns any number of kinds. Built-in plug-ins use the same hooks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onroll.protocols import AuthKind, DecoderKind, PaginationKind, TransformKind
    from onroll.target import TargetKind

__all__ = [
    "hookimpl",
    "hookspec",
    "onroll_auth_methods",
    "onroll_decoders",
    "onroll_pagination_styles",
    "onroll_targets",
    "onroll_transforms",
]

hookspec = pluggy.HookspecMarker("onroll")
hookimpl = pluggy.HookimplMarker("onroll")


@hookspec
def onroll_auth_methods() -> Iterable[AuthKind]:  # type: ignore[empty-body]  # a spec has no body
    """Return authentication methods, which `auth: {method: NAME}` then accepts."""


@hookspec
def onroll_pagination_styles() -> Iterable[PaginationKind]:  # type: ignore[empty-body]  # as above
    """Return pagination styles, which `pagination: {style: NAME}` then accepts."""


@hookspec
def onroll_decoders() -> Iterable[DecoderKind]:  # type: ignore[empty-body]  # as above
    """Return formats of answers, which `decoder: {format: NAME}` then accepts."""


@hookspec
def onroll_transforms() -> Iterable[TransformKind]:  # type: ignore[empty-body]  # as above
    """Return value transforms, which `transform: [NAME]` then accepts."""


@hookspec
def onroll_targets() -> Iterable[TargetKind]:  # type: ignore[empty-body]  # as above
    """Return kinds of target, which `targets: {NAME: {kind: …}}` of a connection file accepts."""
