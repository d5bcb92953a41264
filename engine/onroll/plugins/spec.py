"""The hooks, which is all that a plug-in may offer. Entry-point group: `onroll`.

Each hook returns any number of kinds, or of `Later`, each a kind's name and the module that has it.
What is built in uses the same hooks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onroll.plugins.later import Later
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
def onroll_auth_methods() -> Iterable[AuthKind | Later]:  # type: ignore[empty-body]  # a spec has no body
    """Return authentication methods, which `auth: {method: NAME}` then accepts."""


@hookspec
def onroll_pagination_styles() -> Iterable[PaginationKind | Later]:  # type: ignore[empty-body]  # as above
    """Return pagination styles, which `pagination: {style: NAME}` then accepts."""


@hookspec
def onroll_decoders() -> Iterable[DecoderKind | Later]:  # type: ignore[empty-body]  # as above
    """Return formats of answers, which `decoder: {format: NAME}` then accepts."""


@hookspec
def onroll_transforms() -> Iterable[TransformKind | Later]:  # type: ignore[empty-body]  # as above
    """Return value transforms, which `transform: [NAME]` then accepts."""


@hookspec
def onroll_targets() -> Iterable[TargetKind | Later]:  # type: ignore[empty-body]  # as above
    """Return kinds of target, which `targets: {NAME: {kind: …}}` of a connection file accepts."""
