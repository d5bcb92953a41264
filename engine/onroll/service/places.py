"""Where people are kept: the target that a command means, and its store."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from onroll.definition.targets import EMBEDDED, TargetConfig
from onroll.diagnostics import Diagnostic, nearest, one_of
from onroll.errors import UsageError
from onroll.service.targets import TargetOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.definition.connections import ConnectionFile

__all__ = ["Place", "find_target"]


@dataclass(frozen=True, slots=True)
class Place:
    """A target, and the store that knows whom it was linked to."""

    store: str
    target: TargetConfig
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: TargetOptions = field(default_factory=TargetOptions)


def find_target(name: str | None, file: ConnectionFile | None) -> TargetConfig:
    """Return a target by name; without one the embedded directory, else the only one there is.

    Raises `UsageError` when there is none of that name, or a name is needed.
    """
    targets = (
        {EMBEDDED: TargetConfig(EMBEDDED, EMBEDDED, {}, folder=Path())}
        if file is None
        else file.targets
    )
    if name is None and (EMBEDDED in targets or len(targets) == 1):
        return targets.get(EMBEDDED) or next(iter(targets.values()))
    if name is None:
        raise UsageError(
            Diagnostic(
                "target-not-named",
                "onroll.yaml declares several targets",
                hint=f"choose with `--target`: {one_of(sorted(targets))}",
            )
        )
    if name not in targets:
        right = nearest(name, targets)
        raise UsageError(
            Diagnostic(
                "unknown-target",
                f"there is no target called `{name}`",
                expected=one_of(sorted(targets)),
                hint=f"did you mean `{right}`?" if right else None,
            )
        )
    return targets[name]
