"""The files of the scenarios."""

from __future__ import annotations

from pathlib import Path

__all__ = ["SCENARIOS"]

#: The definition of the source is no scenario.
SCENARIOS = tuple(
    path for path in sorted(Path(__file__).parent.glob("*.yaml")) if path.name != "source.yaml"
)
